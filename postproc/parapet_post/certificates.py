"""The certificate every member of a run carries, as tables for people."""

import numpy as np

from .html import element, join, table
from .plots_series import distributions
from .style import number

LABELS = {
    "conservation_defect": "conservation defect",
    "spectrum_tail": "resolved-spectrum tail",
    "time_step_error": "time-step error estimate",
    "time_error": "time-step error estimate",
    "step_error": "time-step error estimate",
    "not_a_number": "became NaN",
    "is_nan": "became NaN",
    "nan": "became NaN",
    "is_stationary": "stationary",
    "stationary": "stationary",
}
FLAGS = {"not_a_number", "is_nan", "nan", "is_stationary", "stationary"}
EACH_UP_TO = 12  # members listed one by one; more are summarised
WORST = 3  # members listed for each quantity


def label(name):
    return LABELS.get(name, name.replace("_", " "))


def flagged(certificates, word):
    """Members for which the flag about `word` (nan, stationary) is raised."""
    raised = [values == 1 for name, values in certificates.items()
              if name in FLAGS and word in name.replace("not_a_number", "nan")]
    return np.flatnonzero(np.any(raised, axis=0)) if raised else np.array([], dtype=int)


def certificate_tables(certificates, valid, frames):
    """Markup: every member up to a dozen, else a summary, histograms and the worst members."""
    quantities = {name: np.abs(v) for name, v in certificates.items() if name not in FLAGS}
    known = [name for name in LABELS if name in certificates]
    certificates = {name: certificates[name]
                    for name in known + [n for n in certificates if n not in LABELS]}
    members = len(valid)
    if members <= EACH_UP_TO:
        return _rows(certificates, valid, frames, range(members))
    unfinished = ~np.any([np.isfinite(v) for v in certificates.values()], axis=0)
    parts = [_summary(quantities), _flag_line(certificates, unfinished)]
    parts.append(distributions({label(name): v for name, v in quantities.items()}))
    worst = sorted(_worst(certificates, quantities))
    parts += [element("h3", "Members to look at first"),
              _rows(certificates, valid, frames, worst)]
    return join(*parts)


def _rows(certificates, valid, frames, members):
    head = ["member", "frames", *(label(name) for name in certificates)]
    rows = [[str(m), f"{valid[m]} of {frames}",
             *(_cell(name, values[m]) for name, values in certificates.items())]
            for m in members]
    return table(head, rows)


def _cell(name, value):
    if np.isnan(value):
        return "not finished"
    if name not in FLAGS:
        return number(value)
    if not value:
        return "no"
    return element("strong", "yes", class_="bad" if "nan" in name or "not_a" in name else "warn")


def _summary(quantities):
    rows = []
    for name, values in quantities.items():
        done = values[np.isfinite(values)]
        if not done.size:
            continue
        worst = int(np.nanargmax(values))
        rows.append([label(name), *(number(v) for v in (
            done.min(), np.median(done), np.percentile(done, 95), done.max())), str(worst)])
    return table(["certificate (absolute value)", "smallest", "median", "95 %", "largest",
                  "worst member"], rows)


def _flag_line(certificates, unfinished):
    words = [f"{len(flagged(certificates, word))} {text}" for word, text
             in (("nan", "member(s) became NaN"), ("stationary", "became stationary"))]
    return element("p", ", ".join(words), f", {int(unfinished.sum())} not finished.")


def _worst(certificates, quantities):
    """The largest few of every quantity, and every member that became NaN (the first few)."""
    chosen = set(flagged(certificates, "nan")[:WORST].tolist())
    for values in quantities.values():
        ranked = np.argsort(np.where(np.isfinite(values), values, -1.0))[::-1][:WORST]
        chosen |= {int(m) for m in ranked if np.isfinite(values[m])}
    return chosen
