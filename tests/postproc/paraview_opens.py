"""Opens the trajectory.xdmf of each folder in ParaView and compares the last frame of the first
member with the HDF5 file. Run by pvbatch."""

import os
import sys

import h5py
import numpy as np
from paraview import simple
from paraview.vtk.util.numpy_support import vtk_to_numpy

failed = 0


def leaves(data):
    """The grids in a data set or a tree of them."""
    if not data.IsA("vtkCompositeDataSet"):
        return [data]
    iterator = data.NewIterator()
    found = []
    while not iterator.IsDoneWithTraversal():
        found.append(iterator.GetCurrentDataObject())
        iterator.GoToNextItem()
    return found


def fields_of(file, grid):
    """Names and datasets of the fields; PDEBench's layout has one, which the file does not name."""
    if "tensor" in file:
        yield grid.GetPointData().GetArrayName(0), file["tensor"]
        return
    for group in ("t0_fields", "t1_fields"):
        for name in file[group].attrs["field_names"]:
            yield str(name), file[group][name]


def check(folder):
    reader = simple.XDMFReader(FileNames=[os.path.join(folder, "trajectory.xdmf")])
    reader.UpdatePipelineInformation()
    frames = [name for name in reader.GridStatus if name.startswith("member 0 ")]
    reader.GridStatus = frames
    reader.UpdatePipelineInformation()
    times = list(reader.TimestepValues or [0.0])
    reader.UpdatePipeline(times[-1])
    grids = [g for g in leaves(simple.servermanager.Fetch(reader)) if g.GetNumberOfPoints() > 0]
    with h5py.File(os.path.join(folder, "trajectory.h5"), "r") as file:
        for name, dataset in fields_of(file, grids[0]):
            array = grids[0].GetPointData().GetArray(name) if name else None
            if array is None:
                return f"{folder}: ParaView does not see {name}"
            stored = dataset[0, -1].astype(float)
            seen = vtk_to_numpy(array).astype(float)
            if seen.shape[0] * (seen.shape[1] if seen.ndim > 1 else 1) < stored.size:
                return f"{folder}: {name} has {seen.shape} values in ParaView, {stored.shape} stored"
            for pick in (np.min, np.max):
                if not np.isclose(pick(seen), pick(stored), rtol=1e-5, atol=1e-30) and seen.ndim == 1:
                    return f"{folder}: {name} differs in ParaView"
    simple.Delete(reader)
    return None


for run in sys.argv[1:]:
    fault = check(run)
    if fault:
        failed += 1
        print(fault)
print(f"{len(sys.argv) - 1} runs opened, {failed} with faults")
sys.stdout.flush()
os._exit(1 if failed else 0)  # ParaView's teardown replaces the exit status
