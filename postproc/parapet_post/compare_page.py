"""The page about both views of a process: particles beside their density."""

import json

import numpy as np

from .failure import INPUT_OUTPUT, UNUSABLE_FILE, Failure
from .html import element, join, page, section, table
from .style import picture

DISTANCES = (("l2", "L²"), ("w1", "W₁"), ("w2", "W₂"))


def write_comparison(found, output):
    """Writes the page about the file that compare's JSON is in."""
    try:
        values = json.loads(found.read_text(encoding="utf-8"))
    except OSError as error:
        raise Failure(INPUT_OUTPUT, f"{found}: {error.strerror}") from error
    except ValueError as error:
        raise Failure(UNUSABLE_FILE, f"{found}: no JSON: {error}") from error
    try:
        text = _page(values)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Failure(UNUSABLE_FILE, f"{found}: not what compare --json writes: {error}") from error
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(INPUT_OUTPUT, f"{output}: {error.strerror}") from error


def over_frames(series, key):
    """The root mean square over the frames of a distance."""
    return float(np.sqrt(np.mean([frame[key] ** 2 for frame in series["frames"]])))


def _draw_marginals(values):
    axes, most = len(values["cells"]), max(values["series"], key=lambda one: one["particles"])

    def draw(figure, theme):
        for axis, (first, spacing) in enumerate(values["cells"]):
            plot = figure.add_subplot(1, axes, axis + 1)
            density = np.asarray(values["marginals"][axis], dtype=float)
            counted = np.asarray(most["marginals"][axis], dtype=float)
            x = first + spacing * np.arange(density.size)
            edges = first + spacing * (np.arange(density.size + 1) - 0.5)
            plot.stairs(counted, edges, fill=True, alpha=0.35, color=theme.colors[0],
                        label=f"{most['particles']} particles")
            plot.plot(x, density, color=theme.colors[1], label="density")
            plot.set_xlabel("xyz"[axis])
            plot.legend()
        figure.axes[0].set_ylabel("density")
    return draw


def _draw_distances(values):
    counts = np.array([series["particles"] for series in values["series"]], dtype=float)

    def draw(figure, theme):
        plot = figure.add_subplot()
        for (key, name), color in zip(DISTANCES, theme.colors):
            found = [over_frames(series, key) for series in values["series"]]
            plot.loglog(counts, found, "o-", color=color, label=name)
            plot.loglog(counts, found[0] * np.sqrt(counts[0] / counts), ":", color=color)
        expected = [over_frames(series, "expected_l2") for series in values["series"]]
        plot.loglog(counts, expected, "--", color=theme.soft, label="L² of independent draws")
        plot.plot([], [], ":", color=theme.soft, label="N^(−1/2)")
        plot.set_xlabel("number of particles N")
        plot.set_ylabel("distance, over the frames")
        plot.legend()
    return draw


def _rows(values):
    for series in values["series"]:
        worst = max(frame["means_off"] for frame in series["frames"])
        yield [f"{series['particles']}", series["interaction"],
               *(f"{over_frames(series, key):.3e}" for key, _ in DISTANCES),
               f"{over_frames(series, 'expected_l2'):.3e}", f"{worst:.2f}"]


def _page(values):
    name = values["equation"]
    end = values["series"][0]["frames"][-1]["time"]
    slopes = f"The distance falls as N^({values['slope_l2']:.2f}) in L² and " \
             f"N^({values['slope_w1']:.2f}) in W₁; independent particles: −0.5." \
        if "slope_l2" in values else None
    body = join(
        element("header", element("h1", f"{name}: particles and density"),
                element("p", slopes, class_="summary") if slopes else None),
        section("density", f"Both at t = {end:g}", picture(
            _draw_marginals(values), (4.5 * len(values["cells"]) + 1.0, 3.6),
            "the density along each axis, and the particles counted in its cells")),
        section("distance", "Distance against the number", picture(
            _draw_distances(values), (6.5, 4.4),
            "distances of particles from the density falling with their number")),
        section("numbers", "In numbers", table(
            ["particles", "interaction", *(label for _, label in DISTANCES),
             "L² of independent draws", "means off by at most (errors)"],
            list(_rows(values)), text_columns=(1,))))
    return page(f"{name}: particles and density", body)
