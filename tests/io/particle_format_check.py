"""Reads the samples of write_particle_samples as anyone would, with h5py and an XML parser."""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import h5py
import numpy as np

COUNT, FRAMES, MEMBERS = 23, 3, 2
SCALARS = ["frequency", "phase&<age>"]


def exact(quantity, component, member, frame, ids):
    return ids + 0.1 * component + 10.0 * quantity + 1000.0 * frame + 10000.0 * member


def vectors(quantity, dimensions, member, frame, ids):
    columns = [exact(quantity, c, member, frame, ids) if c < dimensions else 0.0 * ids
               for c in range(3)]
    return np.stack(columns, axis=-1)


def check_frame(group, dimensions, member, frame, kind):
    ids = group["id"][()].astype(float)
    expected = {"position": vectors(0, dimensions, member, frame, ids),
                "velocity": vectors(1, dimensions, member, frame, ids),
                "weight": exact(2, 0, member, frame, ids)}
    for i, name in enumerate(SCALARS):
        expected[name] = exact(3 + i, 0, member, frame, ids)
    for c in range(3, dimensions):
        expected[f"x{c + 1}"] = exact(0, c, member, frame, ids)
        expected[f"v{c + 1}"] = exact(1, c, member, frame, ids)
    assert sorted(expected) == sorted(group.attrs["field_names"]), list(group.attrs["field_names"])
    for name, values in expected.items():
        found = group[name]
        assert found.dtype == kind, (name, found.dtype)
        assert np.array_equal(found[member, frame], values.astype(kind)), (name, member, frame)


def check_file(folder, dimensions, every, kind):
    with h5py.File(folder / "particles.h5", "r") as file:
        group = file["particles"]
        assert group.attrs["count"] == COUNT and group.attrs["every"] == every
        assert group.attrs["dimensions"] == dimensions
        assert group["id"].dtype == np.uint64
        assert np.array_equal(group["id"][()], np.arange(0, COUNT, every))
        assert np.array_equal(file["time"][()], [0.0, 0.1, 0.25])
        written = (file["progress/digests"][()] != 0).all(axis=2)
        assert written.tolist() == [[True] * 3, [True, True, False]], written
        for member, frame in np.argwhere(written):
            check_frame(group, dimensions, member, frame, kind)
        for dataset in (d for d in group.values()):
            assert dataset.chunks is None and dataset.compression is None


def check_xdmf(folder, every, parts):
    series = xml.parse(folder / "particles.xdmf").getroot().find("Domain").findall("Grid")
    assert [s.get("Name") for s in series] == ["member 0", "member 1"]
    assert [len(s.findall("Grid")) for s in series] == [3, 2], "only valid frames"
    for snapshot in (s for grid in series for s in grid.findall("Grid")):
        assert snapshot.get("CollectionType") == "Spatial"
        grids = snapshot.findall("Grid")
        assert len(grids) == parts
        sizes = [int(g.find("Topology").get("NumberOfElements")) for g in grids]
        assert sum(sizes) == len(range(0, COUNT, every)) and max(sizes) - min(sizes) <= 1
        names = [a.get("Name") for a in grids[0].findall("Attribute")]
        assert names[:2] == SCALARS and names[-1] == "id", names


folder = Path(sys.argv[1])
for name, dimensions, every, kind, parts in (("plane", 2, 1, np.float32, 1),
                                             ("parts", 3, 2, np.float64, 3),
                                             ("many", 5, 1, np.float64, 1)):
    check_file(folder / name, dimensions, every, kind)
    check_xdmf(folder / name, every, parts)
print("particles.h5 and particles.xdmf are as described")
