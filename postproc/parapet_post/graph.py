"""The graph whose nodes are the points of a run: graph.h5 in its folder."""

from dataclasses import dataclass

import numpy as np

from . import hdf5_guard as hdf5
from .failure import UNUSABLE_FILE, Failure


@dataclass
class Graph:
    """Edges are pairs of node numbers; positions have as many columns as the picture has axes."""

    edges: np.ndarray
    weights: np.ndarray
    positions: np.ndarray

    @property
    def nodes(self):
        return len(self.positions)

    def strengths(self):
        """The sum of the weights of each node's edges."""
        return np.bincount(self.edges.ravel(), np.repeat(self.weights, 2), self.nodes)

    def segments(self):
        """(edges, 2, 2): the ends of each edge in the plane."""
        return self.positions[self.edges][:, :, :2]


def open_graph(path):
    """The graph in `path`, or None where there is no such file."""
    if not path.exists():
        return None
    file = hdf5.open_file(path)
    edges, weights, positions = (hdf5.read(file, name) for name in ("edges", "weights", "positions"))
    if any(part is None for part in (edges, weights, positions)) or edges.ndim != 2 \
            or edges.shape[1] != 2 or weights.shape != edges.shape[:1] \
            or positions.ndim != 2 or positions.shape[1] != 3:
        raise Failure(UNUSABLE_FILE, f"{path}: not a graph that a run has kept")
    if len(edges) and not 0 <= edges.min() <= edges.max() < len(positions):
        raise Failure(UNUSABLE_FILE, f"{path}: edges name nodes that are not there")
    return Graph(edges.astype(int), weights.astype(float), positions.astype(float))
