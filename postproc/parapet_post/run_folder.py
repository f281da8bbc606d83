"""What a run left in its folder, and how much of it is valid."""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import hdf5_guard as hdf5
from .failure import BAD_INPUT, UNUSABLE_FILE, Failure
from .graph import Graph, open_graph
from .tables import read_table
from .trajectory import Trajectory, open_trajectory


@dataclass
class RunFolder:
    """The parts that are absent are None or empty; `notices` says in words what is missing."""

    folder: Path
    settings: dict | None = None
    trajectory: Trajectory | None = None
    graph: Graph | None = None  # whose nodes the points are
    valid: np.ndarray | None = None  # frames of each member that may be used
    status: str = ""
    certificates: dict = field(default_factory=dict)
    diagnostics: dict = field(default_factory=dict)
    spectra: dict = field(default_factory=dict)
    notices: list = field(default_factory=list)

    @property
    def is_complete(self):
        return self.trajectory is None or bool((self.valid == self.trajectory.frames).all())

    def usable_members(self):
        """Members with at least one valid frame."""
        return np.flatnonzero(self.valid > 0)


def open_run(folder):
    folder = Path(folder)
    if not folder.is_dir():
        raise Failure(BAD_INPUT, f"{folder}: no such folder")
    run = RunFolder(folder)
    run.settings = _settings(run)
    if (folder / "trajectory.h5").exists():
        run.trajectory = open_trajectory(folder / "trajectory.h5")
        run.graph = _graph(run)
        run.status = _status(run)
        run.valid = _valid_frames(run)
        run.certificates = _certificates(run)
    run.diagnostics = _table(run, "diagnostics.csv")
    run.spectra = _table(run, "spectrum.csv")
    return run


def _graph(run):
    graph = open_graph(run.folder / "graph.h5")
    if graph is not None and (graph.nodes,) != run.trajectory.shape:
        raise Failure(UNUSABLE_FILE, f"{run.folder}/graph.h5: {graph.nodes} nodes, the trajectory "
                                     f"has {run.trajectory.shape} points")
    return graph


def _table(run, name):
    if not (run.folder / name).exists():
        return {}
    table, damaged = read_table(run.folder / name)
    if damaged:
        run.notices.append(f"{name}: {damaged} incomplete line(s) left out.")
    return table


def _settings(run):
    path = run.folder / "input.toml"
    if not path.exists():
        return None
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        run.notices.append(f"input.toml cannot be read: {error}.")
        return None


def _status(run):
    """What the run last said of itself: running, stopped, complete; empty if nothing."""
    path = run.folder / "progress.json"
    try:
        return str(json.loads(path.read_text(encoding="utf-8")).get("status", ""))
    except FileNotFoundError:
        return ""
    except (ValueError, OSError, AttributeError) as error:
        run.notices.append(f"progress.json cannot be read: {error}.")
        return ""


def _valid_frames(run):
    """Frames of each member that were written, counted from the first without a gap: the file's
    own table holds each frame's digest, 0 until it is written, for every member, frame and field.
    """
    members, frames = run.trajectory.members, run.trajectory.frames
    digests = hdf5.read(run.trajectory.file, "progress/digests")
    if digests is None:
        run.notices.append("The trajectory says nothing about which frames were written; all of "
                           "them are taken as valid.")
        return np.full(members, frames)
    if digests.shape[:2] != (members, frames):
        raise Failure(UNUSABLE_FILE, f"{run.trajectory.file.filename}: /progress/digests has shape "
                                     f"{digests.shape}, for {members} members of {frames} frames")
    written = (digests.reshape(members, frames, -1) != 0).all(axis=2)
    valid = np.logical_and.accumulate(written, axis=1).sum(axis=1)
    if not written.all():
        run.notices.append(
            f"The run is incomplete: {int((valid < frames).sum())} of {members} member(s) lack "
            f"frames ({int(valid.sum())} of {members * frames} frames are valid). Only valid "
            "frames are shown.")
    return valid


def _certificates(run):
    """Every list of one number per member below /certificates, by name."""
    group = hdf5.find(run.trajectory.file, "certificates")
    if group is None:
        return {}
    found = {name: hdf5.read(group, name) for name in sorted(group)}
    return {name: values for name, values in found.items()
            if values.shape[:1] == (run.trajectory.members,) and values.ndim == 1}
