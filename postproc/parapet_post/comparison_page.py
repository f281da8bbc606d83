"""The page about a comparison of particles with the density of their process."""

import json

import numpy as np

from .failure import INPUT_OUTPUT, UNUSABLE_FILE, Failure
from .html import element, join, page, section, table
from .report_page import write_whole
from .style import field_colors, number, picture


def write_comparison(path, output):
    """Writes the page about the comparison in `path`, as `parapet compare --json` prints it, to
    `output`, whole or not at all."""
    write_whole(output, _page(_read(path)))


def _read(path):
    """The comparison with its densities as arrays of the grid's shape."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(INPUT_OUTPUT, f"{path}: cannot be read ({error.strerror})") from None
    try:
        found = json.loads(text)
        shape = tuple(found["grid"]["points"])
        for part in (found, *found["series"]):
            part["density"] = np.array(part["density"], dtype=float).reshape(shape)
        for one in found["series"]:
            one["frames"] = {key: np.array([frame[key] for frame in one["frames"]], dtype=float)
                             for key in one["frames"][0]}
    except (ValueError, KeyError, TypeError, IndexError):
        raise Failure(UNUSABLE_FILE,
                      f"{path}: is not what `parapet compare INPUT --json` prints") from None
    return found


def _page(found):
    name, series = found["equation"], found["series"]
    title = f"{name}: particles and their density"
    rows = [(number(one["particles"]), one["interaction"], *(
        _told(one["frames"][key][-1]) for key in (
            "l2", "expected_l2", "w1", "expected_w1", "w2", "means_off", "variances_off")))
        for one in series]
    head = ("particles", "interaction", "L² distance", "of independent draws", "W₁",
            "of independent draws", "W₂", "means off, in standard errors", "variances")
    last = number(series[0]["frames"]["time"][-1])
    body = [element("h1", title),
            section("fields", f"Particles over the density, t = {last}", _fields(found)),
            section("numbers", f"Distances at t = {last}", table(head, rows, text_columns=(0, 1)))]
    if len(series) > 1:
        body.append(section("slope", "How the distance falls with the number of particles",
                            _slope(found)))
    if len(series[0]["frames"]["time"]) > 1:
        body.append(section("time", "Distance in time", _in_time(series)))
    return page(title, join(element("main", *body)))


def _told(value):
    """A number; round periodic axes alone no moment is compared."""
    return number(None if np.isnan(value) else value)


def _fields(found):
    return _lines(found) if found["density"].ndim == 1 else _planes(found)


def _lines(found):
    grid, series = found["grid"], found["series"]
    n, lower, length = grid["points"][0], grid["lower"][0], grid["length"][0]
    edges = lower + length * np.arange(n + 1) / n
    middles = 0.5 * (edges[1:] + edges[:-1])

    def draw(figure, theme):
        panels = figure.subplots(1, len(series), sharey=True, squeeze=False)[0]
        for panel, one in zip(panels, series):
            panel.stairs(one["density"], edges, fill=True, color=theme.colors[0], alpha=0.45)
            panel.plot(middles, found["density"], color=theme.colors[1])
            panel.set(title=f"{one['particles']} particles", xlabel="x")
        panels[0].set_ylabel("density")

    return picture(draw, (3.6 * len(series), 3.0),
                   "the particles' shares in cells, and the density as a line",
                   "Bars: the share of particles in each cell over its volume. Line: the density.")


def _planes(found):
    grid, series = found["grid"], found["series"]
    (x, y), (width, height) = grid["lower"], grid["length"]
    panels_of = [("the density", found["density"])]
    panels_of += [(f"{one['particles']} particles", one["density"]) for one in series]
    # An even density has no range of its own.
    is_even = np.ptp(found["density"]) <= 1e-6 * np.abs(found["density"]).max()
    colors = field_colors(*(values for _, values in panels_of[:len(panels_of) if is_even else 1]))

    def draw(figure, _):
        panels = figure.subplots(1, len(panels_of), sharey=True, squeeze=False)[0]
        for panel, (title, values) in zip(panels, panels_of):
            image = panel.imshow(values.T, extent=(x, x + width, y, y + height), **colors)
            panel.set(title=title, xlabel="x")
            panel.grid(False)
        panels[0].set_ylabel("y")
        figure.colorbar(image, ax=list(panels), label="density")

    return picture(draw, (2.9 * len(panels_of) + 1.0, min(2.75 * height / width, 8.0) + 0.8),
                   "the density and the particles' shares in cells side by side",
                   "One colour scale for all, the density's. In three dimensions summed up along z.")


def _slope(found):
    series = found["series"]
    counts = np.array([one["particles"] for one in series], dtype=float)

    def mean(key):
        return np.array([np.sqrt(np.mean(one["frames"][key] ** 2)) for one in series])

    def draw(figure, theme):
        panel = figure.subplots()
        for i, (key, label) in enumerate((("l2", "L²"), ("w1", "W₁"))):
            panel.loglog(counts, mean(key), "o", color=theme.colors[i], label=label)
            panel.loglog(counts, mean(f"expected_{key}"), color=theme.colors[i], linewidth=1.0,
                         label=f"{label} of independent draws")
        panel.set(xlabel="number of particles N", ylabel="distance, root mean square in time")
        panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=2)

    fitted = f"Fitted: N^{found['slope_l2']:.3f} in L², N^{found['slope_w1']:.3f} in W₁."
    return picture(draw, (6.0, 3.6), "distance against the number of particles, both logarithmic",
                   fitted + " Particles that become independent (propagation of chaos): N^−½.")


def _in_time(series):
    def draw(figure, theme):
        panel = figure.subplots()
        for i, one in enumerate(series):
            frames, color = one["frames"], theme.colors[i % len(theme.colors)]
            panel.semilogy(frames["time"], frames["l2"], "o-", markersize=3, color=color,
                           label=f"{one['particles']} particles")
            panel.semilogy(frames["time"], frames["expected_l2"], color=color, linestyle="--",
                           linewidth=1.0)
        panel.set(xlabel="time t", ylabel="L² distance")
        panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=2)

    return picture(draw, (6.0, 3.6), "L² distance of particles from the density in time",
                   "Dashed: what as many independent draws from the density would be off by.")
