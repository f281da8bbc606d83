"""Pictures of fields: space–time plots (1-D), images (2-D), slices through the middle (3-D)."""

import numpy as np

from .style import field_colors, number, picture, spread, time_bar, time_scale

MOST_PIXELS = 1200  # points drawn along an axis; more are thinned out
MOST_FRAMES = 4


def _thin(count):
    return slice(None, None, max(1, count // MOST_PIXELS))


def _edges(values):
    """Cell edges about points that need not be equally spaced, for pcolormesh."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middles = 0.5 * (values[1:] + values[:-1])
    return np.concatenate([[2 * values[0] - middles[0]], middles, [2 * values[-1] - middles[-1]]])


def _read_history(run, field, member):
    """(frames, x) of one member, thinned along x to what can be seen."""
    trajectory = run.trajectory
    thin = _thin(len(trajectory.axes[0].points))
    return np.stack([trajectory.frame(field, member, frame, (thin,))
                     for frame in range(run.valid[member])])


def space_time(run, field, members):
    """One panel a member: the field over x and t."""
    return picture(*space_time_plot(run, field, members))


def space_time_plot(run, field, members):
    """How that picture is drawn, its size, what it shows, and its caption."""
    trajectory = run.trajectory
    axis = trajectory.axes[0]
    x = axis.points[_thin(len(axis.points))]
    histories = [_read_history(run, field, m) for m in members]
    colors = field_colors(*histories)

    def draw(figure, theme):
        panels = figure.subplots(1, len(members), sharey=True, squeeze=False)[0]
        for panel, member, history in zip(panels, members, histories):
            mesh = panel.pcolormesh(_edges(x), _edges(trajectory.time[:len(history)]), history,
                                    rasterized=True, **colors)
            panel.grid(False)
            panel.set(xlabel=axis.name, title=f"member {member}" if run.trajectory.members > 1
                      else "")
        panels[0].set_ylabel("time t")
        figure.colorbar(mesh, ax=list(panels), label=field.name, pad=0.01, aspect=30)

    return (draw, (9.6, 3.6),
            f"Space–time plot of {field.name} for member(s) "
            f"{', '.join(map(str, members))}: {axis.name} across, time upwards.",
            f"{field.name} over space (across) and time (upwards); one colour scale for "
            "all panels.")


def profiles(run, field, member):
    """The field of one member at a few times, as lines."""
    return picture(*profile_plot(run, field, member))


def profile_plot(run, field, member):
    """How that picture is drawn, its size, what it shows, and its caption."""
    trajectory = run.trajectory
    axis = trajectory.axes[0]
    thin = _thin(len(axis.points))
    frames = spread(run.valid[member], 6)
    lines = [trajectory.frame(field, member, frame, (thin,)) for frame in frames]

    def draw(figure, theme):
        panel = figure.subplots()
        times = trajectory.time[frames]
        scale = time_scale(times, theme)
        for t, line in zip(times, lines):
            panel.plot(axis.points[thin], line, color=scale.to_rgba(t))
        panel.set(xlabel=axis.name, ylabel=field.name, xlim=(axis.lower, axis.upper))
        time_bar(figure, panel, scale)

    return (draw, (9.6, 3.2),
            f"{field.name} against {axis.name} of member {member} at times "
            f"{', '.join(number(t) for t in trajectory.time[frames])}.",
            f"Member {member} at {len(frames)} output times.")


def images(run, fields, member):
    """2-D: one row a field, one column a time."""
    trajectory = run.trajectory
    frames = spread(run.valid[member], MOST_FRAMES)
    thin = tuple(_thin(n) for n in trajectory.shape)
    rows = [[trajectory.frame(f, member, frame, thin) for frame in frames] for f in fields]
    return _image_grid(
        rows, [f.name for f in fields], [f"t = {number(t)}" for t in trajectory.time[frames]],
        *trajectory.axes,
        alt=f"Images of {', '.join(f.name for f in fields)} of member {member} at "
            f"{len(frames)} times.",
        caption=f"Member {member}; each row has one colour scale.")


def slices(run, field, member):
    """3-D: one row a time, one column a plane through the middle of the box."""
    trajectory = run.trajectory
    frames = spread(run.valid[member], 3)
    panels, titles, pairs = [], [], []
    for across in (2, 1, 0):  # the plane's normal: z, y, x
        middle = trajectory.shape[across] // 2
        space = [_thin(n) for n in trajectory.shape]
        space[across] = middle
        panels.append([trajectory.frame(field, member, frame, tuple(space)) for frame in frames])
        normal = trajectory.axes[across]
        titles.append(f"{normal.name} = {number(normal.points[middle])}")
        pairs.append([axis for axis in trajectory.axes if axis is not normal])
    colors = field_colors(*[image for column in panels for image in column])

    def draw(figure, theme):
        grid = figure.subplots(len(frames), 3, squeeze=False)
        for column in range(3):
            for row, frame in enumerate(frames):
                mesh = _image(grid[row][column], panels[column][row], *pairs[column], colors)
                grid[row][column].set_xlabel(pairs[column][0].name)
                grid[row][column].set_ylabel(pairs[column][1].name)
                grid[row][column].set_title(
                    f"{titles[column]},  t = {number(trajectory.time[frame])}")
        figure.colorbar(mesh, ax=grid.ravel().tolist(), label=field.name, pad=0.01, aspect=40)

    return picture(draw, (9.6, 0.5 + 2.9 * len(frames)),
                   f"Slices through the middle of {field.name}, member {member}, at "
                   f"{len(frames)} times.",
                   f"{field.name} of member {member} on the three planes through the middle of "
                   "the box.")


def _image(panel, values, across, upwards, colors):
    panel.grid(False)
    for side in panel.spines.values():
        side.set_visible(False)
    return panel.imshow(values.T, extent=(across.lower, across.upper, upwards.lower, upwards.upper),
                        **colors)


def _image_grid(rows, row_names, column_titles, across, upwards, alt, caption):
    columns = len(column_titles)
    aspect = (upwards.upper - upwards.lower) / (across.upper - across.lower)
    width = 9.6
    height = min(4.0, (width - 1.9) / max(columns, 2) * aspect) + 0.25

    def draw(figure, theme):
        grid = figure.subplots(len(rows), columns, sharex=True, sharey=True, squeeze=False)
        for panels, values, name in zip(grid, rows, row_names):
            colors = field_colors(*values)
            for panel, image in zip(panels, values):
                mesh = _image(panel, image, across, upwards, colors)
            panels[0].set_ylabel(upwards.name)
            figure.colorbar(mesh, ax=list(panels), label=name, pad=0.01, aspect=18)
        for panel, title in zip(grid[0], column_titles):
            panel.set_title(title)
        for panel in grid[-1]:
            panel.set_xlabel(across.name)

    return picture(draw, (width, 0.55 + height * len(rows)), alt, caption)
