"""Pictures of fields on the nodes of a graph."""

import numpy as np
from matplotlib.collections import LineCollection

from .style import field_colors, number, picture, spread

MOST_EDGES = 20000  # drawn; of more every so many
MOST_FRAMES = 3


def networks(run, fields, member):
    """One row a field, one column a time."""
    return picture(*network_plot(run, fields, member))


def network_plot(run, fields, member):
    """How that picture is drawn, its size, what it shows, and its caption."""
    graph, trajectory = run.graph, run.trajectory
    frames = spread(run.valid[member], MOST_FRAMES)
    rows = [[trajectory.frame(field, member, frame) for frame in frames] for field in fields]
    size = 9.6 / len(frames)

    def draw(figure, theme):
        grid = figure.subplots(len(rows), len(frames), squeeze=False)
        for panels, values, field in zip(grid, rows, fields):
            # Each time has its own colours: growth from noise would leave all but the last pale.
            for panel, one, frame in zip(panels, values, frames):
                points = _network(panel, graph, one, theme)
                panel.set_title(f"{field.name}, t = {number(trajectory.time[frame])}")
                figure.colorbar(points, ax=panel, orientation="horizontal", pad=0.02, aspect=30)

    names = ", ".join(field.name for field in fields)
    return (draw, (9.6, (size + 0.6) * len(rows)),
            f"{names} on the {graph.nodes} nodes of the network, member {member}, at "
            f"{len(frames)} times.",
            f"Member {member} on {graph.nodes} nodes, {len(graph.edges)} edges; each picture has "
            "its own colour scale.")


def _network(panel, graph, values, theme):
    segments = graph.segments()[::max(1, len(graph.edges) // MOST_EDGES)]
    alpha = float(np.clip(400.0 / max(len(segments), 1), 0.04, 0.5))
    panel.add_collection(LineCollection(segments, colors=theme.soft, linewidths=0.4, alpha=alpha))
    order = np.argsort(np.abs(values - np.median(values)))  # what stands out lies on top
    x, y = graph.positions[order, 0], graph.positions[order, 1]
    points = panel.scatter(x, y, c=values[order], s=_area(graph.nodes), linewidths=0,
                           **field_colors(values), zorder=2)
    panel.set_aspect("equal")
    panel.set_axis_off()
    return points


def _area(nodes):
    """Of a point, in square points."""
    return float(np.clip(9000.0 / nodes, 1.0, 90.0))


def by_strength(run, fields, member):
    """The fields of the last frame, over the nodes from the most to the least connected (Nakao &
    Mikhailov 2010, fig. 2)."""
    graph, trajectory = run.graph, run.trajectory
    frame = int(run.valid[member]) - 1
    strengths = graph.strengths()
    order = np.argsort(-strengths, kind="stable")
    columns = [trajectory.frame(field, member, frame)[order] for field in fields]

    def draw(figure, theme):
        panels = figure.subplots(len(fields) + 1, 1, sharex=True)
        for panel, values, field, color in zip(panels, columns, fields, theme.colors):
            panel.plot(values, ".", markersize=3, color=color)
            panel.set_ylabel(field.name)
        panels[-1].semilogy(strengths[order], color=theme.soft)
        panels[-1].set(ylabel="sum of weights", xlabel="nodes, the most connected first")

    return picture(draw, (9.6, 1.7 * (len(fields) + 1)),
                   f"Fields of member {member} at t = {number(trajectory.time[frame])} over the "
                   "nodes ordered by the sum of their weights.",
                   f"t = {number(trajectory.time[frame])}: a pattern that goes by how connected a "
                   "node is shows as bands.")
