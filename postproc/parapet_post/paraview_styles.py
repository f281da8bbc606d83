"""The ways ParaView draws a field: images and arrows in two
dimensions; isosurfaces, slices and volumes in three; networks; particles."""

from paraview import simple

from .paraview_scene import INK, SceneError


def draw(scene, style, value_range, title=""):
    """Draws the scene in `style` (None: the usual one for its field) and places the camera; `title`
    stands before the time."""
    is_field = not scene.is_graph and not scene.is_points
    table = STYLES[scene.dimensions]
    if not is_field:
        table = {"network": _network} if scene.is_graph else {"points": _points}
    wants_arrows = scene.dimensions == 2 and scene.is_vector and is_field
    style = style or ("arrows" if wants_arrows else next(iter(table)))
    if style not in table:
        kind = f"a {scene.dimensions}-D run"
        if not is_field:
            kind = "a graph's run" if scene.is_graph else "particles"
        raise SceneError(f"style {style} is not for {kind}; there is {', '.join(table)}")
    if style in NEEDS and NEEDS[style] != scene.is_vector:
        words = ("scalar", "vector")
        raise SceneError(f"style {style} needs a {words[NEEDS[style]]} field; {scene.field} is a "
                         f"{words[scene.is_vector]}")
    table[style](scene, value_range)
    scene.label_time(title)
    scene.look_from_above() if scene.dimensions == 2 else scene.look_from_corner()


def _image(scene, value_range):
    _unshaded(scene, scene.grid, value_range)


def _unshaded(scene, source, value_range):
    display = scene.show(source)
    scene.color(display, value_range)
    display.Ambient, display.Diffuse = 1.0, 0.0


def _arrows(scene, value_range):
    """The magnitude, with arrows on a regular grid, 24 to the longer side."""
    _image(scene, value_range)
    spacing = max(scene.sides) / 24
    coarse = simple.ResampleToImage(Input=scene.grid)
    coarse.UseInputBounds = 0
    coarse.SamplingDimensions = [max(2, round(side / spacing)) for side in scene.sides[:2]] + [1]
    coarse.SamplingBounds = [bound for low, side in zip(scene.lower, scene.sides)
                             for bound in (low + 0.5 * min(spacing, side),
                                           low + side - 0.5 * min(spacing, side))]
    arrows = simple.Glyph(Input=coarse, GlyphType="Arrow")
    arrows.GlyphType.TipRadius, arrows.GlyphType.TipLength = 0.16, 0.42
    arrows.GlyphType.ShaftRadius = 0.05
    arrows.OrientationArray = arrows.ScaleArray = ["POINTS", scene.field]
    arrows.ScaleFactor = 1.5 * spacing / max(value_range[1], 1e-300)
    arrows.GlyphMode = "All Points"
    display = scene.show(arrows)
    display.ColorArrayName = [None, ""]
    display.AmbientColor = display.DiffuseColor = [1.0, 1.0, 1.0]
    display.Ambient, display.Diffuse = 1.0, 0.0
    display.Position = [0.0, 0.0, spacing]


def _network(scene, value_range):
    """Nodes as balls of the field's colour, joined by thin lines."""
    lines = scene.show(scene.grid)
    lines.ColorArrayName = [None, ""]
    lines.AmbientColor = lines.DiffuseColor = [0.55, 0.6, 0.66]
    lines.Opacity, lines.LineWidth = 0.25, 1.0
    balls = simple.Glyph(Input=scene.grid, GlyphType="Sphere")
    balls.OrientationArray = ["POINTS", "No orientation array"]
    balls.ScaleArray = ["POINTS", "No scale array"]
    nodes = scene.grid.GetDataInformation().GetNumberOfPoints()
    balls.ScaleFactor = 0.45 * max(scene.sides) / max(nodes, 16) ** 0.5
    balls.GlyphMode = "All Points"
    display = scene.show(balls)
    scene.color(display, value_range)
    display.Ambient, display.Diffuse, display.Specular = 0.7, 0.4, 0.0


def _points(scene, value_range):
    """Particles as balls of the field's colour, smaller where there are many."""
    display = scene.show(scene.grid, "Points")
    scene.color(display, value_range)
    count = max(1, scene.grid.GetDataInformation().GetNumberOfPoints())
    display.PointSize = max(2.0, min(min(scene.size) / 40, 0.5 * min(scene.size) / count**0.5))
    scene.view.UseFXAA = 0  # it eats away small points
    display.RenderPointsAsSpheres = 1
    display.Ambient, display.Diffuse, display.Specular = 0.7, 0.4, 0.0


def _outline(scene):
    display = scene.show(simple.Outline(Input=scene.grid))
    display.AmbientColor = display.DiffuseColor = INK
    display.LineWidth = 1.5


def _scalar(scene):
    """What surfaces and volumes are made of: the field, or a vector's magnitude."""
    if not scene.is_vector:
        return scene.grid, scene.field
    name = f"magnitude of {scene.field}"
    return simple.Calculator(Input=scene.grid, Function=f"mag({scene.field})",
                             ResultArrayName=name), name


def _mean(source, name):
    """The mean over the volume."""
    integral = simple.IntegrateVariables(Input=source)
    integral.UpdatePipeline()
    found = simple.servermanager.Fetch(integral)
    total = found.GetPointData().GetArray(name).GetTuple1(0)
    return total / found.GetCellData().GetArray("Volume").GetTuple1(0)


def _contours(scene, value_range):
    """Isosurfaces: of a field that changes sign two on either side of its middle, else three high
    ones, or three low ones in a field that is high in most places; the last opaque, the others
    clear."""
    source, name = _scalar(scene)
    low, high = value_range
    levels = ((0.25, 1.0), (0.39, 0.22), (0.61, 0.22), (0.75, 1.0)) if low < 0 < high \
        else ((0.45, 0.15), (0.65, 0.3), (0.85, 1.0))
    if not low < 0 < high and _mean(source, name) > 0.5 * (low + high):
        levels = tuple((1.0 - part, opacity) for part, opacity in levels)
    for part, opacity in levels:
        surface = simple.Contour(Input=source, ContourBy=["POINTS", name],
                                 Isosurfaces=[low + part * (high - low)])
        display = scene.show(surface)
        scene.color(display, value_range, name)
        display.Opacity = opacity
        display.Ambient, display.Diffuse, display.Specular = 0.6, 0.5, 0.1
    _outline(scene)


def _slices(scene, value_range):
    for normal in range(3):
        direction = [float(axis == normal) for axis in range(3)]
        plane = simple.Slice(Input=scene.grid)
        plane.SliceType.Origin = scene.center
        plane.SliceType.Normal = direction
        _unshaded(scene, plane, value_range)
    _outline(scene)


def _volume(scene, value_range):
    """Fog that is densest at the ends of the scale (of a one-signed field: at its upper end)."""
    image = simple.ResampleToImage(Input=scene.grid)
    extent = scene.grid.GetDataInformation().GetExtent()
    image.SamplingDimensions = [min(256, extent[2 * i + 1] - extent[2 * i] + 1) for i in range(3)]
    display = scene.show(image, "Volume")
    colors = scene.color(display, value_range)
    low, high = colors.RGBPoints[0], colors.RGBPoints[-4]
    densities = (0.9, 0.1, 0.0, 0.1, 0.9) if low < 0 < high else (0.0, 0.0, 0.05, 0.25, 0.9)
    opacity = simple.GetOpacityTransferFunction(scene.field)
    opacity.Points = [entry for i, density in enumerate(densities)
                      for entry in (low + 0.25 * i * (high - low), density, 0.5, 0.0)]
    _outline(scene)


STYLES = {2: {"image": _image, "arrows": _arrows},
          3: {"contours": _contours, "slices": _slices, "volume": _volume}}
NEEDS = {"arrows": True, "volume": False}  # whether the field must be a vector
