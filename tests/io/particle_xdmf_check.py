"""Opens the samples of write_particle_samples in ParaView's XDMF Reader and compares every particle
of every frame with what was written. Run by pvbatch with the folder of the samples."""

import os
import sys

import numpy as np
from paraview import simple
from paraview.servermanager import Fetch
from paraview.vtk.util.numpy_support import vtk_to_numpy

COUNT, TIMES = 23, [0.0, 0.1, 0.25]
failures = 0


def expect(condition, message):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", message)


def exact(quantity, component, member, frame, ids):
    return ids + 0.1 * component + 10.0 * quantity + 1000.0 * frame + 10000.0 * member


def leaves(data):
    """The grids in a tree of them that have points."""
    if not data.IsA("vtkCompositeDataSet"):
        return [data]
    iterator = data.NewIterator()
    found = []
    while not iterator.IsDoneWithTraversal():
        found.append(iterator.GetCurrentDataObject())
        iterator.GoToNextItem()
    return [grid for grid in found if grid.GetNumberOfPoints() > 0]


def joined(grids, name):
    arrays = [g.GetPointData().GetArray(name) if name else g.GetPoints().GetData() for g in grids]
    if any(a is None for a in arrays):
        return None
    return np.concatenate([vtk_to_numpy(a) for a in arrays]).astype(float)


def check_frame(name, grids, dimensions, every, member, frame):
    ids = np.arange(0, COUNT, every, dtype=float)

    def vector(quantity):
        return np.stack([exact(quantity, c, member, frame, ids) * (c < dimensions)
                         for c in range(3)], axis=-1)

    expected = {"": vector(0), "velocity": vector(1), "weight": exact(2, 0, member, frame, ids),
                "frequency": exact(3, 0, member, frame, ids), "id": ids,
                "phase&<age>": exact(4, 0, member, frame, ids)}
    for c in range(3, dimensions):
        expected[f"x{c + 1}"] = exact(0, c, member, frame, ids)
    for array, values in expected.items():
        found = joined(grids, array)
        where = f"{name}: {array or 'points'} of member {member}, frame {frame}"
        if found is None or found.shape != values.shape:
            expect(False, f"{where}: {None if found is None else found.shape}")
            continue
        order = np.argsort(joined(grids, "id"))
        expect(np.allclose(found[order], values, rtol=2e-7, atol=0), where)


def check_sample(folder, name, dimensions, every, parts):
    path = os.path.join(folder, name, "particles.xdmf")
    for member, frames in ((0, 3), (1, 2)):
        reader = simple.XDMFReader(FileNames=[path])
        reader.UpdatePipelineInformation()
        chosen = [g for g in reader.GridStatus if g.startswith(f"member {member} ")]
        expect(len(chosen) > 0, f"{name}: grids are {list(reader.GridStatus)}")
        reader.GridStatus = chosen
        reader.UpdatePipelineInformation()
        times = list(reader.TimestepValues)
        expect(np.allclose(times[:frames], TIMES[:frames]), f"{name}: times are {times}")
        for frame in range(frames):
            reader.UpdatePipeline(TIMES[frame])
            grids = leaves(Fetch(reader))
            expect(len(grids) == parts, f"{name}: {len(grids)} parts")
            check_frame(name, grids, dimensions, every, member, frame)
        simple.Delete(reader)


for sample in (("plane", 2, 1, 1), ("parts", 3, 2, 3), ("many", 5, 1, 1)):
    check_sample(sys.argv[1], *sample)
print(f"{failures} failures")
sys.stdout.flush()
os._exit(1 if failures else 0)  # ParaView's teardown replaces the exit status
