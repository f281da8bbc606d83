"""A trajectory.xdmf beside a run of sample_runs.py, for tests of the ParaView pipeline alone."""

import h5py
import numpy as np

HEAD = '<?xml version="1.0"?>\n<Xdmf Version="2.0"><Domain>\n' \
       '<Grid Name="run" GridType="Collection" CollectionType="Temporal">\n'
TAIL = "</Grid></Domain></Xdmf>\n"


def write_xdmf(folder, member=0):
    """Describes one member's frames: a curvilinear grid (x is the slowest axis of the file) with
    the fields at its points, copied to an own file, vectors with three components."""
    with h5py.File(folder / "trajectory.h5", "r") as file:
        axes = [file["dimensions"][n][()] for n in "xyz" if n in file["dimensions"]]
        time = file["dimensions/time"][()]
        scalars = {n: v[member] for n, v in file["t0_fields"].items()}
        vectors = {n: v[member] for n, v in file["t1_fields"].items()}
    flat = 3 - len(axes)
    shape = [len(a) for a in axes] + [1] * flat
    points = np.stack(np.meshgrid(*axes, *[[0.0]] * flat, indexing="ij"), -1)
    with h5py.File(folder / "view.h5", "w") as file:
        file["points"] = points.reshape(-1, 3)
        for frame in range(len(time)):
            for name, values in scalars.items():
                file[f"{name}/{frame}"] = values[frame].reshape(shape)
            for name, values in vectors.items():
                padded = np.pad(values[frame], [(0, 0)] * len(axes) + [(0, flat)])
                file[f"{name}/{frame}"] = padded.reshape([*shape, 3])
    grids = [_grid(shape, scalars, vectors, frame, t) for frame, t in enumerate(time)]
    (folder / "trajectory.xdmf").write_text(HEAD + "\n".join(grids) + TAIL)


def _grid(shape, scalars, vectors, frame, time):
    extent = " ".join(map(str, shape))
    attributes = [f'<Attribute Name="{name}" AttributeType="Scalar" Center="Node">'
                  + _item(extent, f"{name}/{frame}") for name in scalars]
    attributes += [f'<Attribute Name="{name}" AttributeType="Vector" Center="Node">'
                   + _item(extent + " 3", f"{name}/{frame}") for name in vectors]
    return (f'<Grid Name="frame{frame}"><Time Value="{time:.17g}"/>'
            f'<Topology TopologyType="3DSMesh" Dimensions="{extent}"/><Geometry GeometryType="XYZ">'
            f'{_item(f"{int(np.prod(shape))} 3", "points", 8)}</Geometry>'
            f'{"".join(a + "</Attribute>" for a in attributes)}</Grid>')


def _item(dimensions, path, precision=4):
    return (f'<DataItem Format="HDF" Precision="{precision}" Dimensions="{dimensions}">'
            f'view.h5:/{path}</DataItem>')
