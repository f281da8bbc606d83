"""What a training and its evaluation left in their folder."""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import hdf5_guard as hdf5
from .failure import BAD_INPUT, UNUSABLE_FILE, Failure
from .style import number
from .tables import read_table


@dataclass
class Predictions:
    """Some samples of the test set: arrays (sample, frame, channel, x[, y, z])."""

    samples: np.ndarray
    inputs: np.ndarray | None
    targets: np.ndarray
    predictions: np.ndarray
    errors: np.ndarray  # relative L2 of each
    fields: list


@dataclass
class TrainingFolder:
    folder: Path
    settings: dict | None = None
    losses: dict = field(default_factory=dict)
    evaluation: dict = field(default_factory=dict)
    predictions: Predictions | None = None
    notices: list = field(default_factory=list)

    def sample_errors(self):
        """Relative L2 of every test sample, or an empty array."""
        values = (self.evaluation.get("per_sample") or {}).get("relative_l2") or []
        errors = np.array([np.nan if v is None else v for v in values], dtype=float)
        return errors[np.isfinite(errors)]

    def headline(self):
        error = metric(self.evaluation, "relative_l2")
        return f"surrogate's relative L2 error {number(100 * error[0])} %" if error else ""


def metric(evaluation, name):
    """(value, low, high) of a metric; the bounds may be None; None if it is not there."""
    found = (evaluation.get("metrics") or {}).get(name)
    if isinstance(found, dict):
        return (found["value"], found.get("low"), found.get("high")) if "value" in found else None
    return (found, None, None) if isinstance(found, (int, float)) else None


def open_training(folder, required):
    """The training in `folder`, or None if it holds none and none is required."""
    folder = Path(folder)
    if required and not folder.is_dir():
        raise Failure(BAD_INPUT, f"{folder}: no such folder")
    training = TrainingFolder(folder)
    if (folder / "training.csv").exists():
        training.losses, damaged = read_table(folder / "training.csv")
        if damaged:
            training.notices.append(f"training.csv: {damaged} incomplete line(s) left out.")
    training.evaluation = _json(training, "evaluation.json")
    if (folder / "predictions.h5").exists():
        training.predictions = _predictions(folder / "predictions.h5")
    if not (training.losses or training.evaluation or training.predictions):
        if required:
            raise Failure(UNUSABLE_FILE, f"{folder}: holds no training (training.csv, "
                                         "evaluation.json or predictions.h5)")
        return None
    training.settings = _settings(training)
    return training


def _json(training, name):
    path = training.folder / name
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else {}
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        training.notices.append(f"{name} cannot be read: {error}.")
        return {}


def _settings(training):
    try:
        return tomllib.loads((training.folder / "input.toml").read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
        return None


def _predictions(path):
    file = hdf5.open_file(path)
    targets, predictions = (hdf5.read(file, name) for name in ("target", "prediction"))
    if targets is None or predictions is None or targets.shape != predictions.shape \
            or not 4 <= targets.ndim <= 6:
        raise Failure(UNUSABLE_FILE, f"{path}: /target and /prediction of equal shape (sample, "
                                     "frame, channel, x[, y, z]) are expected")
    targets, predictions = targets.astype(float), predictions.astype(float)
    axes = tuple(range(1, targets.ndim))
    errors = np.sqrt(((predictions - targets)**2).sum(axis=axes) / (targets**2).sum(axis=axes))
    samples = hdf5.read(file, "sample")
    return Predictions(
        samples=np.arange(len(targets)) if samples is None else samples,
        inputs=hdf5.read(file, "input"), targets=targets, predictions=predictions, errors=errors,
        fields=[str(name) for name in hdf5.attribute(file, "fields", [])])
