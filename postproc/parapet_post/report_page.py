"""Puts the report together and writes it."""

import os
from pathlib import Path

import numpy as np

from .certificates import flagged
from .failure import INPUT_OUTPUT, UNUSABLE_FILE, Failure
from .html import element, join, page
from .run_folder import open_run
from .run_sections import run_sections
from .style import number
from .training_folder import open_training
from .training_sections import training_sections


def write_report(run_folder, training_folder, output):
    """Writes the page about the run (and the training, if there is one) to `output`, whole or not
    at all."""
    run = open_run(run_folder)
    training = _training(run_folder, training_folder)
    if run.trajectory is None and training is None:
        raise Failure(UNUSABLE_FILE, f"{run_folder}: holds neither a run (trajectory.h5) nor a "
                                     "training (training.csv, evaluation.json)")
    write_whole(output, _page(run, training))


def _training(run_folder, folder):
    """The training in `folder`; where none is named, one in the run's folder or where training
    puts it by itself."""
    if folder is not None:
        return open_training(folder, required=True)
    return open_training(run_folder, required=False) or \
        open_training(Path(run_folder) / "surrogate", required=False)


def _page(run, training):
    sections = run_sections(run) + (training_sections(training) if training else [])
    title = _title(run, training)
    header = element(
        "header",
        element("h1", title, _badge(run)),
        element("p", run.trajectory.title) if run.trajectory and run.trajectory.title else None,
        element("p", _summary(run, training), class_="summary"),
        element("nav", *(element("a", name, href=f"#{anchor}") for anchor, name, _ in sections)))
    notices = run.notices + (training.notices if training else [])
    body = join(header, *(element("p", notice, class_="notice", role="note") for notice in notices),
                element("main", *(content for _, _, content in sections)),
                element("footer", _footer(run)))
    return page(f"{title} – Parapet", body)


def _footer(run):
    version = run.trajectory.code_version if run.trajectory is not None else ""
    return f"Folder {Path(run.folder).resolve()}" + (f", computed by {version}." if version else ".")


def _title(run, training):
    settings = run.settings or (training.settings if training else None) or {}
    equation = (settings.get("equation") or {}).get("name") or \
        (run.trajectory.name if run.trajectory else "")
    name = str(equation).replace("-", " ").replace("_", " ").capitalize() or "Run"
    if run.trajectory is None:
        return f"{name}: training"
    return f"{name}, {run.trajectory.dimensions}-D" + (" and its surrogate" if training else "")


def _badge(run):
    if run.trajectory is None:
        return None
    broken = len(flagged(run.certificates, "is_nan"))
    if broken:
        return element("span", f"{broken} member(s) NaN", class_="badge bad")
    if not run.is_complete:
        return element("span", "incomplete", class_="badge warn")
    return element("span", "complete", class_="badge good")


def _summary(run, training):
    parts = []
    if run.trajectory is not None:
        t = run.trajectory
        members = f"{t.members} members" if t.members > 1 else "one member"
        parts = [members, " × ".join(map(str, t.shape)) + " points",
                 f"{t.frames} frames from t = {number(t.time[0])} to {number(t.time[-1])}",
                 t.precision()]
        parts += [f"{name} = {_span(values)}" for name, values in list(t.parameters.items())[:4]]
    if training is not None and training.headline():
        parts.append(training.headline())
    return " · ".join(parts)


def _span(values):
    low, high = float(np.min(values)), float(np.max(values))
    return number(low) if low == high else f"{number(low)} … {number(high)}"


def write_whole(path, text):
    beside = Path(f"{path}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise Failure(INPUT_OUTPUT, f"{path}: cannot be written ({error.strerror})") from None
