"""The certificate every member of a run carries, as tables for people."""

import numpy as np

from .html import element, join, table
from .plots_series import distributions
from .style import number

# Name in the file → what people call it, and what it is: an error (smaller is better; members are
# ranked by it), a mere count or size, or a flag.
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
    ("Energy-balance residual", "energy that dissipation, forcing and compression, integrated "
     "step by step, leave unexplained, over the largest energy: steps too long, or a defect. It "
     "does not see a coarse grid, on which the truncated series balances as well."),
    ("Resolved-spectrum tail", "largest of the last tenth of modes against the largest of all: the "
     "closer to 1, the coarser the grid."),
    ("Time-step error", "relative error by time stepping at the end: under error control 1 to 25 "
     "times the true one, with fixed steps a bound that may be far above it."),
    ("Courant number", "largest step times advection rate, of the waves that diffusion does not damp "
     "faster (0: it damps them all): beyond 1 fixed steps are unstable; "
     "error control refuses what an instability would spoil. On cells: the largest step over the "
     "longest stable one."),
    ("–", "not measured by the method of this run."),
)
# Above these a member deserves a look: a mean that drifts by more than rounding; a balance, a tail
# or a time error that one sees in a plot (a tail of 1e-3 goes with an error of that order).
LIMITS = {"conservation_defect": 1e-10, "energy_balance": 1e-3, "spectrum_tail": 1e-3,
          "time_error": 1e-3}
EACH_UP_TO = 12  # members listed one by one; more are summarised
WORST = 3  # members listed at least


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
    errors = {name: v for name, v in sizes.items()
              if _kind(name) == "error" and np.isfinite(v).any()}
    return join(
        meanings, _summary(sizes), _flag_line(certificates),
        distributions({label(name): v for name, v in errors.items()}),
        element("h3", "Members to look at first"), _verdict(certificates, errors),
        _rows(certificates, valid, frames, _ranked(certificates, errors)))


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
                str(int(np.nanargmax(values))),
                number(LIMITS[name]) if name in LIMITS else "–"])
    return table(["certificate", "smallest", "median", "95 %", "largest", "member of the largest",
                  "limit"], rows)


def _flag_line(certificates):
    return element("p", f"{len(flagged(certificates, 'is_nan'))} member(s) became NaN, "
                        f"{len(flagged(certificates, 'is_stationary'))} became stationary, "
                        f"{int(unfinished(certificates).sum())} not finished.")


def _severity(certificates, errors):
    """How many times each member is over the limit it exceeds most; infinite where it became NaN,
    0 without certificate."""
    severity = np.zeros(len(unfinished(certificates)))
    for name, values in errors.items():
        # Where the mean is not conserved its defect is the balance, told already.
        is_balance = name == "conservation_defect" and np.array_equal(
            values, errors.get("energy_balance", ()), equal_nan=True)
        if name in LIMITS and not is_balance:
            over = np.where(np.isfinite(values), values / LIMITS[name], 0.0)
            severity = np.maximum(severity, over)
    severity[flagged(certificates, "is_nan")] = np.inf
    return severity


def _verdict(certificates, errors):
    broken = len(flagged(certificates, "is_nan"))
    over = int((_severity(certificates, errors) > 1).sum()) - broken
    if broken + over == 0:
        return element("p", "No member exceeds a limit; these come closest.")
    return element("p", f"{over} member(s) exceed a limit, {broken} became NaN.")


def _ranked(certificates, errors):
    """Members that became NaN, then the rest by how far they are over their limits: all that are
    over one up to a dozen in all, and at least three."""
    severity = _severity(certificates, errors)
    order = np.argsort(-severity, kind="stable")
    count = np.clip(int((severity > 1).sum()), WORST, EACH_UP_TO)
    return [int(m) for m in order[:count] if severity[m] > 0]
