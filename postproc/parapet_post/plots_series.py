"""Spectra, diagnostics in time and the distributions of the certificates."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from .spectra import shell_spectrum
from .style import number, picture, spread, time_bar, time_scale

MOST_LINES = 6  # members drawn one by one; more are drawn as a median and a band


def recorded_spectrum(table):
    """The spectra the run itself recorded (spectrum.csv: member, time, and a column shell_s for
    every shell, which begins at wavenumber s and ends where the next begins), mean over the members
    at times they all reached; None if there is nothing to show."""
    shells = [name for name in table if name.startswith("shell_")]
    starts = np.array([int(name.removeprefix("shell_")) for name in shells])
    members = np.unique(table["member"])
    times, counts = np.unique(table["time"], return_counts=True)
    times = times[counts == len(members)]
    if len(shells) < 3 or not len(times):
        return None
    times = times[spread(len(times), 6)]
    spectra = [np.array([table[name][table["time"] == t].mean() for name in shells])
               for t in times]
    return _spectrum_picture(times, starts, spectra, _who(members.astype(int)),
                             "recorded by the run in double precision")


def spectrum_in_time(run, fields, members):
    """Mean energy spectrum of `members` at several times they all reached, from the stored frames;
    None if there is nothing to show."""
    trajectory = run.trajectory
    frames = spread(int(run.valid[members].min()), 6)
    lengths = [axis.length for axis in trajectory.axes]
    spectra = [np.mean([shell_spectrum([trajectory.frame(f, m, frame) for f in fields], lengths)
                        for m in members], axis=0) for frame in frames]
    if len(spectra[0]) < 3:
        return None
    names = ", ".join(f.name for f in fields)
    starts = np.arange(len(spectra[0]))
    return _spectrum_picture(trajectory.time[frames], starts, spectra, f"{names}, {_who(members)}",
                             "computed from the stored frames, whose rounding shows as a floor")


def _who(members):
    return f"mean of {len(members)} members" if len(members) > 1 else f"member {members[0]}"


def _spectrum_picture(times, starts, spectra, what, source):
    """`starts`: the lowest wavenumber of each shell. What is drawn is the energy per wavenumber, at
    the middle of the shell; the mean, shell 0, is left out, and the last shell, whose width is not
    known, is taken to be as wide as the one before."""
    widths = np.append(np.diff(starts), starts[-1] - starts[-2])[1:]
    middles = starts[1:] + (widths - 1) / 2
    densities = [energy[1:] / widths for energy in spectra]

    def draw(figure, theme):
        panel = figure.subplots()
        scale = time_scale(times, theme)
        for t, density in zip(times, densities):
            positive = density > 0
            panel.loglog(middles[positive], density[positive], color=scale.to_rgba(t))
        top = max(density.max() for density in densities)
        if top > 0 and panel.get_ylim()[0] < 1e-32 * top:
            panel.set_ylim(bottom=1e-32 * top)
        panel.set(xlabel="wavenumber |k|, in units of 2π / longest side",
                  ylabel="energy per wavenumber E(k)")
        time_bar(figure, panel, scale)

    return picture(draw, (9.6, 3.8), f"Energy spectrum ({what}) at {len(times)} times, both axes "
                                     "logarithmic.", f"Energy spectrum ({what}), {source}.")


# Diagnostics drawn in one panel: title, columns (a column of a component, mean_x, is one more
# line), whether they are positive and drawn on a logarithmic axis where they span decades.
PANELS = (
    ("mean", ("mean",), False),
    ("energy", ("energy",), True),
    ("dissipation", ("dissipation",), True),
    ("extrema", ("minimum", "maximum"), False),
    ("energy-balance residual", ("energy_balance_residual",), True),
    ("resolved-spectrum tail", ("spectrum_tail",), True),
)
NOT_DRAWN = ("member", "time", "step", "energy_rate")


def diagnostics_in_time(table):
    """A panel for each kind of diagnostic in the table."""
    time = table.get("time")
    if time is None or not len(time) or time.dtype.kind != "f":
        return None
    panels = [panel for panel in _panels(table) if panel[1]]
    if not panels:
        return None
    rows = (len(panels) + 1) // 2

    def draw(figure, theme):
        grid = figure.subplots(rows, 2, squeeze=False).ravel()
        for axes, (title, columns, is_log) in zip(grid, panels):
            for column, color in zip(columns, theme.colors * 3):
                _draw_members(axes, table, time, column, color, _positive if is_log else np.asarray)
            axes.set(title=title, xlabel="time t")
            if is_log and _spans_decades(table, columns):
                axes.set_yscale("log")
            if len(columns) > 1:
                axes.legend()
        for axes in grid[len(panels):]:
            axes.set_visible(False)

    count = len(np.unique(table["member"])) if "member" in table else 1
    band = f"; line: median of {count} members, band: 5 % to 95 %" if count > MOST_LINES else ""
    return picture(draw, (9.6, 2.5 * rows), "Diagnostics against time: "
                   + ", ".join(title for title, _, _ in panels) + ".", f"Diagnostics in time{band}.")


def _panels(table):
    """The known panels with the columns that are there, then one for each other column."""
    used = set(NOT_DRAWN)
    result = []
    for title, names, is_log in PANELS:
        columns = [c for c in table if table[c].dtype.kind == "f" and c not in used
                   and any(c == n or c in (f"{n}_x", f"{n}_y", f"{n}_z") for n in names)
                   and np.isfinite(table[c]).any()]
        used |= set(columns)
        result.append((title, columns, is_log))
    rest = [c for c in table if c not in used and table[c].dtype.kind == "f"
            and np.isfinite(table[c]).any()]
    return result + [(c.replace("_", " "), [c], False) for c in rest]


def _positive(values):
    """Absolute values for a logarithmic axis, zeros left out."""
    return np.where(values == 0, np.nan, np.abs(values))


def _spans_decades(table, columns):
    sizes = np.abs(np.concatenate([table[c] for c in columns]))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return sizes.size > 0 and sizes.max() > 20 * sizes.min()


def _draw_members(axes, table, time, column, color, form):
    members = table["member"] if "member" in table else np.zeros(len(time))
    label = column.replace("_", " ")
    curves = [(time[members == m], form(table[column][members == m])) for m in np.unique(members)]
    if len(curves) <= MOST_LINES:
        for i, (t, values) in enumerate(curves):
            axes.plot(t, values, color=color, alpha=1.0 if len(curves) == 1 else 0.75,
                      label=label if i == 0 else None)
        return
    times = np.unique(time)
    values = np.full((len(curves), len(times)), np.nan)
    for row, (t, v) in zip(values, curves):
        row[np.searchsorted(times, t)] = v
    enough = np.isfinite(values).sum(axis=0) * 2 > len(curves)
    low, middle, high = np.nanpercentile(values[:, enough], (5, 50, 95), axis=0)
    axes.fill_between(times[enough], low, high, color=color, alpha=0.22, linewidth=0)
    axes.plot(times[enough], middle, color=color, label=label)


def distributions(quantities):
    """A histogram for each list of per-member numbers (`quantities`: label → values)."""
    shown = {label: v[np.isfinite(v)] for label, v in quantities.items()}
    shown = {label: v for label, v in shown.items() if v.size > 1 and v.max() > v.min()}
    if not shown:
        return None

    def draw(figure, theme):
        panels = figure.subplots(1, len(shown), squeeze=False)[0]
        for panel, (label, values) in zip(panels, shown.items()):
            histogram(panel, values, theme)
            panel.set(xlabel=label)
        panels[0].set_ylabel("members")

    return picture(draw, (9.6, 2.7), "Histograms over the members of "
                   + ", ".join(shown) + ".", "How the certificates are distributed over the "
                   "members; the vertical line is the median.")


def histogram(panel, values, theme):
    """Counts of `values`, in bins that are equal on a logarithmic axis where the values span more
    than a factor of 5; a line marks the median."""
    positive = values[values > 0]
    if positive.size > 1 and positive.max() > 5 * positive.min():
        values = positive
        bins = np.geomspace(values.min(), values.max() * 1.0001, min(40, 8 + values.size // 4))
        panel.set_xscale("log")
    else:
        bins = min(40, 8 + values.size // 4)
        panel.xaxis.set_major_locator(MaxNLocator(4))
        panel.xaxis.set_major_formatter(lambda value, _: number(value))
    panel.hist(values, bins=bins, color=theme.colors[0], alpha=0.8)
    panel.axvline(np.median(values), color=theme.colors[1], linewidth=1.4)
    panel.grid(False, axis="x")
