"""The sections of the report about a run: input, certificates, fields, spectrum, diagnostics."""

import numpy as np

from . import plots_field, plots_graph, plots_series
from .certificates import certificate_tables
from .html import element, join, section, table
from .spectra import LARGEST_FRAME
from .style import number, spread

SPACE_TIME_MEMBERS = 3
SPECTRUM_MEMBERS = 32


def run_sections(run):
    """(anchor, title, markup) of every section there is data for."""
    made = [("input", "Input as resolved", _input(run)),
            ("certificates", "Certificates", _certificates(run)),
            ("fields", "Fields", _fields(run)),
            ("spectrum", "Spectrum in time", _spectrum(run)),
            ("diagnostics", "Diagnostics in time", _diagnostics(run))]
    return [(anchor, title, section(anchor, title, content))
            for anchor, title, content in made if content]


def _input(run):
    if not run.settings:
        return None
    loose = {k: v for k, v in run.settings.items() if not isinstance(v, dict)}
    blocks = [("", loose)] if loose else []
    for name, content in run.settings.items():
        if isinstance(content, dict):
            blocks += _tables_of(name, content)
    return element("div", *(_input_block(name, values) for name, values in blocks),
                   class_="columns")


def _tables_of(name, content):
    """A TOML table and those inside it, as (dotted name, its own values)."""
    own = {k: v for k, v in content.items() if not isinstance(v, dict)}
    inner = [entry for k, v in content.items() if isinstance(v, dict)
             for entry in _tables_of(f"{name}.{k}", v)]
    return ([(name, own)] if own else []) + inner


def _input_block(name, values):
    rows = [[element("code", key, class_="key"), element("span", _value(value), class_="code")]
            for key, value in values.items()]
    return element("div", element("h3", f"[{name}]") if name else None,
                   table(None, rows, text_columns=(0, 1)), class_="input")


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_value(v) for v in value) + "]"
    return repr(value) if isinstance(value, float) else str(value) or '""'


def _certificates(run):
    if not run.certificates:
        return None
    return certificate_tables(run.certificates, run.valid, run.trajectory.frames)


def _fields(run):
    if run.trajectory is None or not len(run.usable_members()):
        return None
    painter = {1: _fields_1d, 2: _fields_2d, 3: _fields_3d}[run.trajectory.dimensions]
    painter = painter if run.graph is None else _fields_on_graph
    return join(*painter(run), _range_table(run))


def _fields_1d(run):
    usable = run.usable_members()
    members = [int(usable[i]) for i in spread(len(usable), SPACE_TIME_MEMBERS)]
    for field in run.trajectory.fields:
        if run.valid[members].min() > 1:
            yield plots_field.space_time(run, field, members)
        yield plots_field.profiles(run, field, members[0])


def _fields_on_graph(run):
    member = int(run.usable_members()[0])
    yield plots_graph.networks(run, run.trajectory.fields, member)
    yield plots_graph.by_strength(run, run.trajectory.fields, member)


def _fields_2d(run):
    usable = run.usable_members()
    for i in spread(len(usable), 2):
        yield plots_field.images(run, run.trajectory.fields, int(usable[i]))


def _fields_3d(run):
    member = int(run.usable_members()[0])
    for field in run.trajectory.fields:
        yield plots_field.slices(run, field, member)


def _range_table(run):
    """Mean, extrema and root mean square of each field's first and last frames, one member."""
    trajectory, member = run.trajectory, int(run.usable_members()[0])
    if np.prod(trajectory.shape, dtype=float) > LARGEST_FRAME:
        return None
    rows = []
    for field in trajectory.fields:
        for frame in spread(run.valid[member], 2):
            u = trajectory.frame(field, member, frame)
            rows.append([field.name, number(trajectory.time[frame], 6), *(number(v, 6) for v in (
                u.min(), u.max(), u.mean(), np.sqrt(np.mean(u**2))))])
    return table(["field", "time", "smallest", "largest", "mean", "root mean square"], rows,
                 f"Member {member}, computed from the stored frames.")


def _spectrum(run):
    if "time" in run.spectra:
        return plots_series.recorded_spectrum(run.spectra)
    if run.trajectory is None or not len(run.usable_members()) \
            or np.prod(run.trajectory.shape, dtype=float) > LARGEST_FRAME \
            or not all(axis.is_periodic for axis in run.trajectory.axes):
        return None
    usable = run.usable_members()
    longest = usable[run.valid[usable] == run.valid[usable].max()]
    most = SPECTRUM_MEMBERS if run.trajectory.dimensions == 1 else 1
    members = [int(longest[i]) for i in spread(len(longest), most)]
    groups = {}
    for field in run.trajectory.fields:
        groups.setdefault(field.vector or field.name, []).append(field)
    return join(*(plots_series.spectrum_in_time(run, fields, members)
                  for fields in groups.values()))


def _diagnostics(run):
    return plots_series.diagnostics_in_time(run.diagnostics)
