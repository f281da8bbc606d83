"""The view ParaView draws a run in: reader, colours, labels, camera. Runs in ParaView's Python."""

import math
import re
from pathlib import Path

from paraview import simple

from .paraview_periodic import closed
from .trajectory import open_trajectory

simple._DisableFirstRenderCameraReset()

INK = [0.11, 0.14, 0.19]
# The extended map is dark at its ends, where shading would make surfaces black, and pale in its
# middle, where single points would not be seen.
DIVERGING = {2: "Cool to Warm (Extended)", 3: "Cool to Warm"}
# The share of a picture that a colour bar may take in width, and pixels of a letter for each point of
# its size, about.
BAR_ROOM, CHARACTER_WIDTH = 0.11, 0.75
PLANE_WIDTH, PLANE_HEIGHT = 0.76, 0.80  # parts of the picture that a plane may fill


def periodic_axes(path):
    """Whether the axes are periodic, by the trajectory's boundary conditions: the last, whose index
    runs fastest in the file, first."""
    if not path.is_file():
        return True, True, True
    axes = open_trajectory(path).axes
    return tuple(axis.is_periodic for axis in reversed(axes)) + (True,) * (3 - len(axes))


class SceneError(Exception):
    """What the user asked for cannot be drawn."""


def ticks(low, high):
    """Four to eight round numbers from `low` to `high`."""
    span = high - low
    if span <= 0:
        return []
    step = 10.0**math.floor(math.log10(span / 4))
    step = max(factor * step for factor in (1, 2, 5, 10) if factor * step * 3.9 <= span)
    first = math.ceil(low / step - 1e-6)
    return [i * step for i in range(first, math.floor(high / step + 1e-6) + 1)]


def first_field(xdmf, arrays):
    """The field an XDMF file names first; the readers of ParaView sort them."""
    with open(xdmf, encoding="utf-8") as lines:
        for line in lines:
            found = re.search(r'<Attribute Name="([^"]+)"', line)
            if found and found[1] in arrays:
                return found[1]
    return next(iter(arrays))


def holds_points(xdmf):
    """Whether an XDMF file describes particles; its first lines tell."""
    with open(xdmf, encoding="utf-8") as file:
        return 'TopologyType="Polyvertex"' in file.read(4096)


class Scene:
    """A trajectory.xdmf or particles.xdmf with one of its fields, and an empty view of it. Of
    particles, which may go anywhere, the view shows where they are in `frame` (None: in the first
    and the last)."""

    def __init__(self, xdmf, member=0, field=None, size=None, frame=None):
        self.reader = simple.XDMFReader(FileNames=[str(xdmf)])
        self.reader.UpdatePipelineInformation()
        self._choose(member)
        self.times = list(self.reader.TimestepValues or [0.0])
        self.reader.UpdatePipeline(self.times[-1])
        self.is_points = holds_points(xdmf)
        self.is_graph = not self.is_points and Path(xdmf).with_name("graph.h5").is_file()
        self._measure(self.reader)
        self.grid = self.reader if self.is_graph or self.is_points else \
            closed(self.reader, periodic_axes(Path(xdmf).with_name("trajectory.h5")))
        self.grid.UpdatePipeline(self.times[-1])
        arrays = {a.Name: a.GetNumberOfComponents() for a in self.grid.PointData}
        if not arrays:
            raise SceneError(f"{xdmf}: holds no field that can be read")
        if field and field not in arrays:
            raise SceneError(f"there is no field {field}; there is {', '.join(arrays)}")
        self.field = field or first_field(xdmf, arrays)
        self.is_vector = arrays[self.field] > 1
        self._measure(self.grid, self._frames_measured(frame))
        self.size = size or self._usual_size()
        self.font = max(9, min(self.size) // 44)
        self.view = self._new_view()

    def _choose(self, member):
        """Leaves only the frames of one member, which the file names `member 3 frame 7`."""
        frames = [name for name in self.reader.GridStatus if name.startswith(f"member {member} ")]
        if not frames:
            raise SceneError(f"there is no frame of member {member} in the file")
        self.reader.GridStatus = frames
        self.reader.UpdatePipelineInformation()

    def _frames_measured(self, frame):
        if not self.is_points:
            return [-1]
        is_there = frame is not None and -len(self.times) <= frame < len(self.times)
        return [frame] if is_there else [0, -1]

    def _measure(self, grid, frames=(-1,)):
        pairs = [(math.inf, -math.inf)] * 3
        for frame in frames:
            grid.UpdatePipeline(self.times[frame])
            bounds = grid.GetDataInformation().GetBounds()
            pairs = [(min(low, bounds[2 * i]), max(high, bounds[2 * i + 1]))
                     for i, (low, high) in enumerate(pairs)]
        margin = 0.03 * max(high - low for low, high in pairs) if self.is_points else 0.0
        pairs = [(low - margin, high + margin) if high > low else (low, high)
                 for low, high in pairs]
        self.sides = [high - low for low, high in pairs]
        self.lower = [low for low, _ in pairs]
        self.center = [0.5 * (low + high) for low, high in pairs]
        self.dimensions = sum(side > 0 for side in self.sides)
        if self.dimensions < 2:
            raise SceneError("particles on a line are not drawn: there is nothing to see"
                             if self.is_points else
                             "a 1-D run is shown by report.py, as a space–time plot")

    def _usual_size(self):
        """As high as a plane needs beside its colour bar, within limits; 4:3 for a box."""
        if self.dimensions == 3:
            return [1280, 960]
        height = 1280 * PLANE_WIDTH / PLANE_HEIGHT * self.sides[1] / self.sides[0]
        return [1280, int(min(1600, max(320, height)))]

    def _new_view(self):
        view = simple.CreateRenderView()
        view.ViewSize = self.size
        view.UseColorPaletteForBackground = 0
        view.Background = [1.0, 1.0, 1.0]
        view.OrientationAxesVisibility = 0
        view.UseFXAA = 1
        grid = view.AxesGrid
        grid.Visibility = int(not self.is_graph)  # places of nodes mean nothing
        grid.XTitle, grid.YTitle, grid.ZTitle = "x", "y", "z"
        grid.GridColor = INK
        if self.dimensions == 2:
            grid.AxesToLabel = 3  # at the lower and the left side only
            # Set to the right of its place, the letter would stand on long numbers.
            digits = max((sum(map(str.isdigit, f"{tick:g}")) for tick in self._ticks(1)), default=1)
            grid.YTitle = "y" + " " * 3 * max(0, digits - 2)
        grid.UseCustomBounds = 1
        grid.CustomBounds = [bound for low, side in zip(self.lower, self.sides)
                             for bound in (low, low + side)]
        for number, axis in enumerate("XYZ"):
            setattr(grid, f"{axis}AxisUseCustomLabels", 1)
            setattr(grid, f"{axis}AxisLabels", self._ticks(number))
            setattr(grid, f"{axis}TitleColor", INK)
            setattr(grid, f"{axis}LabelColor", INK)
            setattr(grid, f"{axis}TitleFontSize", self.font + 2)
            setattr(grid, f"{axis}LabelFontSize", self.font)
        return view

    def _ticks(self, axis):
        return ticks(self.lower[axis], self.lower[axis] + self.sides[axis])

    def show(self, source, representation="Surface"):
        display = simple.Show(source, self.view)
        display.SetRepresentationType(representation)
        return display

    def value_range(self, frames):
        """Smallest and largest value in these frames; of a vector 0 and the largest magnitude."""
        low, high = float("inf"), float("-inf")
        for frame in frames:
            self.grid.UpdatePipeline(self.times[frame])
            found = self.grid.PointData[self.field].GetRange(-1 if self.is_vector else 0)
            low, high = min(low, found[0]), max(high, found[1])
        return (0.0 if self.is_vector else low), high

    def color(self, display, value_range, array=None):
        """Colours a display by the field (or another scalar array), with the one colour bar: a
        diverging map about zero for values that change sign, else a sequential one."""
        array = array or self.field
        simple.ColorBy(display, ("POINTS", array, "Magnitude")
                       if self.is_vector and array == self.field else ("POINTS", array))
        colors = simple.GetColorTransferFunction(array)
        low, high = value_range
        if abs(low) < 1e-3 * abs(high):
            low = 0.0  # a tail of a density, say, whose exponent would fill the bar's label
        is_signed = low < 0 < high and min(-low, high) > 0.05 * max(-low, high)
        diverging = DIVERGING[3 if self.is_points else self.dimensions]
        colors.ApplyPreset(diverging if is_signed else "Viridis (matplotlib)", True)
        if is_signed:
            low, high = -max(-low, high), max(-low, high)
        colors.RescaleTransferFunction(low, high if high > low else low + 1.0)
        display.SetScalarBarVisibility(self.view, True)
        self._style_bar(colors)
        return colors

    def _style_bar(self, colors):
        bar = simple.GetScalarBar(colors, self.view)
        bar.Title = f"{self.field}\nmagnitude" if self.is_vector else self.field
        bar.ComponentTitle = ""
        bar.TitleColor = bar.LabelColor = INK
        # A long name is set smaller, so that the picture's edge does not cut it off.
        widest = max(len(line) for line in bar.Title.split("\n"))
        fitting = int(BAR_ROOM * self.size[0] / (CHARACTER_WIDTH * widest))
        bar.TitleFontSize = min(self.font + 3, max(6, fitting))
        bar.LabelFontSize = self.font + 1
        bar.Orientation = "Vertical"
        bar.HorizontalTitle = 1
        bar.WindowLocation = "Any Location"
        bar.Position = [0.885, 0.18]
        bar.ScalarBarLength = 0.6
        bar.ScalarBarThickness = max(10, self.size[0] // 70)
        bar.AutomaticLabelFormat = 0
        bar.LabelFormat = bar.RangeLabelFormat = "%-.3g"

    def label_time(self, title=""):
        """A line above the picture: `title` and, set by `save`, the time where there are several."""
        self.title = title
        label = simple.Text()
        display = simple.Show(label, self.view)
        display.Color = INK
        display.FontSize = self.font + 6
        display.WindowLocation = "Any Location"
        display.Position = [0.04, 0.94]
        self.label = label

    def look_from_above(self):
        """Parallel projection on the x–y plane, the colour bar to the right."""
        width, height = self.sides[0], self.sides[1]
        aspect = self.size[0] / self.size[1]
        scale = 0.5 * max(height / PLANE_HEIGHT, width / (PLANE_WIDTH * aspect))
        center = list(self.center)
        center[0] += 0.04 * 2 * scale * aspect
        self.view.InteractionMode = "2D"
        self.view.CameraParallelProjection = 1
        self.view.CameraFocalPoint = center
        self.view.CameraPosition = [center[0], center[1], center[2] + 10 * max(width, height)]
        self.view.CameraViewUp = [0.0, 1.0, 0.0]
        self.view.CameraParallelScale = scale

    def look_from_corner(self):
        """Perspective view of the box from above one of its corners."""
        diagonal = sum(side**2 for side in self.sides)**0.5
        direction = [-1.25, -1.7, 1.05]
        length = sum(d**2 for d in direction)**0.5
        aspect = min(1.0, self.size[0] / self.size[1])
        away = 2.15 * diagonal / aspect
        focus = [self.center[0] + 0.06 * diagonal, self.center[1] - 0.04 * diagonal, self.center[2]]
        self.view.CameraFocalPoint = focus
        self.view.CameraPosition = [f + away * d / length for f, d in zip(focus, direction)]
        self.view.CameraViewUp = [0.0, 0.0, 1.0]

    def save(self, frame, path):
        """Writes the picture of one frame."""
        time = self.times[frame]
        told = f"t = {time:.5g}" if len(self.times) > 1 else ""
        self.label.Text = ", ".join(filter(None, (self.title, told)))
        self.view.ViewTime = time
        simple.Render(self.view)
        simple.SaveScreenshot(str(path), self.view, ImageResolution=self.size,
                              CompressionLevel="9")
