"""Closes a periodic grid for drawing: points stop one spacing short of the far end, where the first
plane comes again. Runs in ParaView's Python, inside the filter that `closed` adds to a source."""

import numpy as np
from paraview import simple
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkStructuredGrid


def closed(source, is_periodic=(True, True, True)):
    """The structured grid of `source` with the first planes of its periodic axes repeated at the far
    ends; `is_periodic` in the order of the grid's indices, the fastest first: z, y, x, or y, x."""
    ends = simple.ProgrammableFilter(Input=source)
    run = "from parapet_post import paraview_periodic as periodic\nperiodic.{}(self{})"
    axes = f", {tuple(map(bool, is_periodic))}"
    ends.RequestInformationScript = run.format("announce_extent", axes)
    ends.RequestUpdateExtentScript = run.format("ask_for_everything", "")
    ends.Script = run.format("repeat_planes", axes)
    return ends


def announce_extent(filter_, is_periodic):
    executive = filter_.GetExecutive()
    key = executive.WHOLE_EXTENT()
    known = executive.GetInputInformation(0, 0).Get(key)
    if known is None:
        return  # several members come as a collection, whose parts know their extents
    extent = list(known)
    for axis, high in enumerate((1, 3, 5)):
        extent[high] += is_periodic[axis] and extent[high] > extent[high - 1]
    executive.GetOutputInformation(0).Set(key, extent, 6)


def ask_for_everything(filter_):
    executive = filter_.GetExecutive()
    wanted = executive.GetInputInformation(0, 0)
    whole = wanted.Get(executive.WHOLE_EXTENT())
    if whole is not None:
        wanted.Set(executive.UPDATE_EXTENT(), whole, 6)


def repeat_planes(filter_, is_periodic):
    source, result = filter_.GetInputDataObject(0, 0), filter_.GetOutputDataObject(0)
    if not source.IsA("vtkCompositeDataSet"):
        _repeat(source, result, is_periodic)
        return
    result.CopyStructure(source)
    part = source.NewIterator()
    while not part.IsDoneWithTraversal():
        member = part.GetCurrentDataObject()
        if member.GetNumberOfPoints() > 0:  # none were read of the members not asked for
            grid = vtkStructuredGrid()
            _repeat(member, grid, is_periodic)
            result.SetDataSet(part, grid)
        part.GoToNextItem()


def _repeat(grid, result, is_periodic):
    counts = grid.GetDimensions()
    grown = [n > 1 and bool(p) for n, p in zip(counts, is_periodic)]
    result.SetDimensions([n + g for n, g in zip(counts, grown)])
    shape, grown = counts[::-1], grown[::-1]  # the first index runs fastest
    points = vtkPoints()
    points.SetData(_extended(grid.GetPoints().GetData(), shape, grown, _next_plane))
    result.SetPoints(points)
    for i in range(grid.GetPointData().GetNumberOfArrays()):
        values = grid.GetPointData().GetArray(i)
        result.GetPointData().AddArray(_extended(values, shape, grown, _first_plane))


def _next_plane(points, axis):
    last, before = points.take([-1], axis), points.take([-2], axis)
    return 2 * last - before


def _first_plane(values, axis):
    return values.take([0], axis)


def _extended(array, shape, grown, plane_after):
    """A VTK array on a grid of this shape, with one plane more along the axes that grow."""
    components = array.GetNumberOfComponents()
    values = vtk_to_numpy(array).reshape(*shape, components)
    for axis, grows in enumerate(grown):
        if grows:
            values = np.concatenate([values, plane_after(values, axis)], axis)
    result = numpy_to_vtk(values.reshape(-1, components), deep=True)
    result.SetName(array.GetName())
    return result
