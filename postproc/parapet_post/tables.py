"""Comma-separated tables of numbers, as `diagnostics.csv` and `training.csv`."""

import csv

import numpy as np

from .failure import INPUT_OUTPUT, Failure


def read_table(path):
    """The columns of the table by name (numbers, or texts where a column is not numeric) and how
    many lines were left out because they are damaged or were being written. Lines that begin with
    # are comments."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            lines = [line for line in file if line.strip() and not line.startswith("#")]
    except OSError as error:
        raise Failure(INPUT_OUTPUT, f"{path}: {error.strerror}") from None
    rows = list(csv.reader(lines))
    if not rows:
        return {}, 0
    head = [name.strip() for name in rows[0]]
    whole = [row for row in rows[1:] if len(row) == len(head)]
    if whole and rows[-1] is whole[-1] and not lines[-1].endswith("\n"):
        whole.pop()
    columns = {name: _column([row[i] for row in whole]) for i, name in enumerate(head)}
    return columns, len(rows) - 1 - len(whole)


def _column(cells):
    try:
        return np.array([float(cell) if cell.strip() else np.nan for cell in cells])
    except ValueError:
        return np.array([cell.strip() for cell in cells])
