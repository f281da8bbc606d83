"""Closes a periodic grid for drawing: points stop one spacing short of the far end, where the first
plane comes again. Runs in ParaView's Python, inside the filter that `closed` adds to a source."""

import numpy as np
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkStructuredGrid


def closed(source):
    """The structured grid of `source` with its first planes repeated at the far ends."""
    ends = simple.ProgrammableFilter(Input=source)
    run = "from parapet_post import paraview_periodic as periodic\nperiodic.{}(self)"
    ends.RequestInformationScript = run.format("announce_extent")
    ends.RequestUpdateExtentScript = run.format("ask_for_everything")
    ends.Script = run.format("repeat_planes")
    return ends


def announce_extent(filter_):
    executive = filter_.GetExecutive()
    key = executive.WHOLE_EXTENT()
    known = executive.GetInputInformation(0, 0).Get(key)
    if known is None:
        return  # several members come as a collection, whose parts know their extents
    extent = list(known)
    for high in (1, 3, 5):
        extent[high] += extent[high] > extent[high - 1]
    executive.GetOutputInformation(0).Set(key, extent, 6)


def ask_for_everything(filter_):
    executive = filter_.GetExecutive()
    wanted = executive.GetInputInformation(0, 0)
    whole = wanted.Get(executive.WHOLE_EXTENT())
    if whole is not None:
        wanted.Set(executive.UPDATE_EXTENT(), whole, 6)


def repeat_planes(filter_):
    source, result = filter_.GetInputDataObject(0, 0), filter_.GetOutputDataObject(0)
    if not source.IsA("vtkCompositeDataSet"):
        _repeat(source, result)
        return
    result.CopyStructure(source)
    part = source.NewIterator()
    while not part.IsDoneWithTraversal():
        member = part.GetCurrentDataObject()
        if member.GetNumberOfPoints() > 0:  # none were read of the members not asked for
            grid = vtkStructuredGrid()
            _repeat(member, grid)
            result.SetDataSet(part, grid)
        part.GoToNextItem()


def _repeat(grid, result):
    counts = grid.GetDimensions()
    result.SetDimensions([n + (n > 1) for n in counts])
    shape = counts[::-1]  # the first index runs fastest
    points = vtkPoints()
    points.SetData(_extended(grid.GetPoints().GetData(), shape, _next_plane))
    result.SetPoints(points)
    for i in range(grid.GetPointData().GetNumberOfArrays()):
        values = grid.GetPointData().GetArray(i)
        result.GetPointData().AddArray(_extended(values, shape, _first_plane))


def _next_plane(points, axis):
    last, before = points.take([-1], axis), points.take([-2], axis)
    return 2 * last - before


def _first_plane(values, axis):
    return values.take([0], axis)


def _extended(array, shape, plane_after):
    """A VTK array on a grid of this shape, with one plane more along every axis."""
    components = array.GetNumberOfComponents()
    values = vtk_to_numpy(array).reshape(*shape, components)
    for axis, count in enumerate(shape):
        if count > 1:
            values = np.concatenate([values, plane_after(values, axis)], axis)
    result = numpy_to_vtk(values.reshape(-1, components), deep=True)
    result.SetName(array.GetName())
    return result
