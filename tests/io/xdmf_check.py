"""Opens the sample trajectories in ParaView's XDMF Reader and compares probed values with the
formulas they were made from. Run by pvbatch with the folder of the samples."""

import itertools
import os
import sys

from paraview import simple
from paraview.servermanager import Fetch

TIMES = [0.0, 0.1, 0.25]
POINTS = [13, 6, 5]
LOWER = [0.0, 0.25, 0.5]
LENGTH = [1.0, 2.0, 3.0]
failures = 0


def expect(condition, message):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", message)


def close(found, wanted):
    return abs(found - wanted) <= 2e-6 * (1 + abs(wanted))


def last_point(axis):
    return LOWER[axis] + LENGTH[axis] * (POINTS[axis] - 1) / POINTS[axis]


def block_of(data, member):
    if not data.IsA("vtkMultiBlockDataSet"):
        return data
    for i in range(data.GetNumberOfBlocks()):
        if data.GetMetaData(i).Get(data.NAME()) == "member %d" % member:
            return data.GetBlock(i)
    return None


def probe(block, point):
    """Values at a point, interpolated between grid points as ParaView's filters do."""
    from vtkmodules.vtkFiltersCore import vtkProbeFilter
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonDataModel import vtkPolyData

    points, where = vtkPoints(), vtkPolyData()
    points.SetDataTypeToDouble()
    points.InsertNextPoint(point)
    where.SetPoints(points)
    filter = vtkProbeFilter()
    filter.SetInputData(where)
    filter.SetSourceData(block)
    filter.Update()
    values = filter.GetOutput().GetPointData()
    if values.GetArray("vtkValidPointMask").GetTuple1(0) != 1:
        return None
    return {values.GetArrayName(i): values.GetArray(i).GetTuple(0)
            for i in range(values.GetNumberOfArrays())}


def check_block(name, block, dimensions, member, time):
    expect(block is not None, "%s: member %d is there" % (name, member))
    bounds = block.GetBounds()
    for axis in range(3):
        low, high = (LOWER[axis], last_point(axis)) if axis < dimensions else (0.0, 0.0)
        expect(close(bounds[2 * axis], low) and close(bounds[2 * axis + 1], high),
               "%s: bounds of axis %d are %s" % (name, axis, bounds))
    for at in itertools.product([0.13, 0.5, 0.86], repeat=dimensions):
        point = [LOWER[a] + at[a] * (last_point(a) - LOWER[a]) if a < dimensions else 0.0
                 for a in range(3)]
        values = probe(block, point)
        expect(values is not None, "%s: %s is inside" % (name, point))
        if values is None:
            continue
        wanted = point[0] + 10 * point[1] + 100 * point[2] + 1000 * time + 10000 * member
        field = "tensor" if "tensor" in values else "u"
        expect(close(values[field][0], wanted),
               "%s: u at %s is %s, not %s" % (name, point, values[field], wanted))
        if dimensions > 1:
            for axis in range(3):
                expect(close(values["velocity"][axis], (axis + 1) * point[axis]),
                       "%s: velocity at %s is %s" % (name, point, values["velocity"]))


def check_series(folder, name, dimensions):
    reader = simple.XDMFReader(FileNames=[os.path.join(folder, name, "trajectory.xdmf")])
    reader.UpdatePipelineInformation()
    times = list(reader.TimestepValues)
    expect(len(times) == 3 and all(close(a, b) for a, b in zip(times, TIMES)),
           "%s: times are %s" % (name, times))
    for frame, time in enumerate(TIMES):
        simple.UpdatePipeline(time=time, proxy=reader)
        data = Fetch(reader)
        for member in range(4 if frame < 2 else 3):
            check_block(name, block_of(data, member), dimensions, member, time)


def check_spacetime(folder, name):
    reader = simple.XDMFReader(FileNames=[os.path.join(folder, name, "spacetime.xdmf")])
    simple.UpdatePipeline(proxy=reader)
    data = Fetch(reader)
    for member, x, t in itertools.product(range(4), [0.1, 0.8], [0.05, 0.09]):
        values = probe(block_of(data, member), [x, t, 0.0])
        wanted = x + 1000 * t + 10000 * member
        expect(values is not None and close(values["u"][0], wanted),
               "%s: u(x=%s, t=%s) is %s, not %s" % (name, x, t, values, wanted))


folder = sys.argv[1]
for dimensions, precision in itertools.product([1, 2, 3], ["float32", "float64"]):
    check_series(folder, "%dd-%s" % (dimensions, precision), dimensions)
for name in ["1d-float32", "1d-float64", "pdebench"]:
    check_spacetime(folder, name)
check_series(folder, "pdebench", 1)
print("%d failures" % failures)
os._exit(1 if failures else 0)
