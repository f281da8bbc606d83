"""How the pictures look: drawn once for light and once for dark pages, in colours that people
with any colour vision can tell apart (Okabe & Ito 2008)."""

import base64
import io
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from .html import element

SEQUENTIAL = "viridis"
DIVERGING = "RdBu_r"
ERROR = "magma"
RESOLUTION = 130
USUAL, OUTSTANDING = 0.995, 2.5  # a colour scale ends at this quantile if values reach so much further


@dataclass(frozen=True)
class Theme:
    ink: str
    soft: str
    line: str
    colors: tuple
    curves: tuple  # part of the colour map `plasma` that stands out from the page


LIGHT = Theme("#1c2430", "#5b6675", "#dfe3e8",
              ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B8860B", "#56B4E9"),
              (0.0, 0.86))
DARK = Theme("#e6e9ed", "#a3adb9", "#36404c",
             ("#56B4E9", "#F28E4B", "#3CCB9B", "#E3A0C6", "#F0E442", "#8FB7FF"),
             (0.3, 1.0))


def _settings(theme):
    return {
        "font.size": 10, "axes.titlesize": 10.5, "axes.labelsize": 10, "legend.fontsize": 9,
        "font.family": "DejaVu Sans", "mathtext.fontset": "dejavusans",
        "text.color": theme.ink, "axes.labelcolor": theme.ink, "axes.titlecolor": theme.ink,
        "xtick.color": theme.soft, "ytick.color": theme.soft, "axes.edgecolor": theme.soft,
        "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8,
        "axes.grid": True, "grid.color": theme.line, "grid.linewidth": 0.7,
        "axes.axisbelow": True, "axes.prop_cycle": matplotlib.cycler(color=theme.colors),
        "axes.facecolor": "none", "figure.facecolor": "none", "savefig.facecolor": "none",
        "legend.frameon": False, "lines.linewidth": 1.6, "axes.formatter.useoffset": False,
        "axes.formatter.limits": (-3, 4), "axes.formatter.use_mathtext": True,
        "image.interpolation": "nearest", "image.origin": "lower",
    }


def picture(draw, size, alt, caption=None):
    """An HTML figure of what `draw(figure, theme)` draws; `size` in inches, `alt` says in words
    what is to be seen."""
    light, dark = (_png(draw, size, theme) for theme in (LIGHT, DARK))
    return element(
        "figure",
        element("picture",
                element("source", srcset=dark, media="(prefers-color-scheme: dark)"),
                element("img", src=light, alt=alt,
                        width=round(size[0] * 100), height=round(size[1] * 100))),
        element("figcaption", caption) if caption else None)


def write_png(draw, size, theme, path, **options):
    """Draws a picture on its own, into a file or a stream; on white unless `options` say else."""
    options = {"facecolor": "white", **options}
    with matplotlib.rc_context(_settings(theme)):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure, theme)
        figure.savefig(path, format="png", dpi=RESOLUTION, **options)


def _png(draw, size, theme):
    data = io.BytesIO()
    write_png(draw, size, theme, data, facecolor="none")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def field_colors(*arrays):
    """Colour map and limits for a field: diverging about zero where it changes sign, else
    sequential. Values that are not finite are left out of the limits, and so are those few that
    stand out, such as the peak a density starts from: the colour bar then ends in an arrow."""
    values = np.concatenate([np.asarray(a).ravel() for a in arrays])
    values = values[np.isfinite(values)]
    if not values.size:
        return {"cmap": SEQUENTIAL, "vmin": 0.0, "vmax": 1.0}
    low, high = float(values.min()), float(values.max())
    if low < 0 < high and min(-low, high) > 0.05 * max(-low, high):
        bound = max(-low, high)
        return {"cmap": DIVERGING, "vmin": -bound, "vmax": bound}
    if low == high:
        return {"cmap": SEQUENTIAL, "vmin": low - 0.5, "vmax": high + 0.5}
    usual = float(np.quantile(values, USUAL))
    if high - low > OUTSTANDING * (usual - low) > 0:
        colors = matplotlib.colormaps[SEQUENTIAL].copy()
        colors.colorbar_extend = "max"
        return {"cmap": colors, "vmin": low, "vmax": usual}
    return {"cmap": SEQUENTIAL, "vmin": low, "vmax": high}


def number(value, digits=3):
    """A number for people: 0.0123, 4.56e-09, 1200."""
    if value is None:
        return "–"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return f"{int(value)}"
    if not np.isfinite(value):
        return "not finite"
    if value == round(value) and abs(value) < 1e6:
        return f"{value:.0f}"
    text = f"{float(value):.{digits}g}"
    return text.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def spread(count, most):
    """At most `most` indices out of `count`, evenly spread, first and last included."""
    return sorted(set(np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()))


def time_scale(times, theme):
    """Colours for curves at several times, light enough or dark enough for the page."""
    low, high = float(np.min(times)), float(np.max(times))
    norm = Normalize(low, high if high > low else low + 1.0)
    scale = ScalarMappable(norm, "plasma")
    colors = scale.get_cmap()
    scale.set_cmap(type(colors)(colors(np.linspace(*theme.curves, 256))))
    return scale


def time_bar(figure, panel, scale):
    figure.colorbar(scale, ax=panel, label="time t", pad=0.01, aspect=25)
