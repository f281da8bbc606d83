"""The certificate every member of a run carries, as tables for people."""

import numpy as np

from .html import element, join, table
from .plots_series import distributions
from .style import number

# Name in the file → what people call it, and what it is: an error (smaller is better; the members
# with the largest are listed), a mere count or size, or a flag.
KNOWN = {
    "conservation_defect": ("conservation defect", "error"),
    "energy_balance": ("energy-balance residual", "error"),
    "spectrum_tail": ("resolved-spectrum tail", "error"),
    "time_error": ("time-step error estimate", "error"),
    "courant": ("Courant number", "size"),
    "steps": ("time steps", "size"),
    "is_nan": ("became NaN", "flag"),
    "is_stationary": ("stationary", "flag"),
}
MEANINGS = (
    ("Conservation defect", "largest drift of the mean, over the initial root mean square; for "
     "an equation that does not conserve the mean, the energy-balance residual."),
    ("Energy-balance residual", "energy lost against the dissipation integrated over the output "
     "times: with few of them it tells of the sampling rather than of the solution."),
    ("Resolved-spectrum tail", "largest of the last tenth of modes against the largest of all: the "
     "closer to 1, the coarser the grid."),
    ("Time-step error", "sum of the integrator's relative error estimates of its steps."),
)
EACH_UP_TO = 12  # members listed one by one; more are summarised
WORST = 3  # members listed for each error


def label(name):
    return KNOWN.get(name, (name.replace("_", " "),))[0]


def _kind(name):
    return KNOWN.get(name, ("", "size"))[1]


def flagged(certificates, name):
    """Members for which a flag is raised."""
    return np.flatnonzero(certificates[name] == 1) if name in certificates else np.array([], int)


def unfinished(certificates):
    """Which members have no certificate yet."""
    return ~np.any([np.isfinite(values) for values in certificates.values()], axis=0)


def certificate_tables(certificates, valid, frames):
    """Markup: every member up to a dozen, else a summary, histograms and the worst members."""
    names = [n for n in KNOWN if n in certificates] + [n for n in certificates if n not in KNOWN]
    certificates = {name: certificates[name] for name in names}
    meanings = element("p", *(join(element("strong", word), f": {text} ")
                              for word, text in MEANINGS))
    if len(valid) <= EACH_UP_TO:
        return join(meanings, _rows(certificates, valid, frames, range(len(valid))))
    sizes = {name: np.abs(v) for name, v in certificates.items() if _kind(name) != "flag"}
    errors = {name: v for name, v in sizes.items() if _kind(name) == "error"}
    return join(
        meanings, _summary(sizes), _flag_line(certificates),
        distributions({label(name): v for name, v in errors.items()}),
        element("h3", "Members to look at first"),
        _rows(certificates, valid, frames, sorted(_worst(certificates, errors))))


def _rows(certificates, valid, frames, members):
    head = ["member", "frames", *(label(name) for name in certificates)]
    is_open = unfinished(certificates)
    rows = [[str(m), f"{valid[m]} of {frames}",
             *(_cell(name, values[m], is_open[m]) for name, values in certificates.items())]
            for m in members]
    return table(head, rows)


def _cell(name, value, is_unfinished):
    if is_unfinished:
        return "not finished"
    if _kind(name) != "flag":
        return "–" if np.isnan(value) else number(value)
    if value != 1:
        return "no"
    return element("strong", "yes", class_="bad" if name == "is_nan" else "warn")


def _summary(sizes):
    rows = []
    for name, values in sizes.items():
        done = values[np.isfinite(values)]
        if done.size:
            rows.append([label(name), *map(number, (
                done.min(), np.median(done), np.percentile(done, 95), done.max())),
                str(int(np.nanargmax(values)))])
    return table(["certificate", "smallest", "median", "95 %", "largest", "member of the largest"],
                 rows)


def _flag_line(certificates):
    return element("p", f"{len(flagged(certificates, 'is_nan'))} member(s) became NaN, "
                        f"{len(flagged(certificates, 'is_stationary'))} became stationary, "
                        f"{int(unfinished(certificates).sum())} not finished.")


def _worst(certificates, errors):
    """The largest few of every error, and the first few members that became NaN."""
    chosen = set(flagged(certificates, "is_nan")[:WORST].tolist())
    for values in errors.values():
        ranked = np.argsort(np.where(np.isfinite(values), values, -1.0))[::-1][:WORST]
        chosen |= {int(m) for m in ranked if np.isfinite(values[m])}
    return chosen
