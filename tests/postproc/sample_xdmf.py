"""A trajectory.xdmf beside a run of sample_runs.py, or a particles.xdmf, for tests of the ParaView
pipeline alone."""

import h5py
import numpy as np


def write_xdmf(folder):
    """A time series "member m" for each member: a curvilinear grid (x is the slowest axis of the
    file) with the fields at its points, copied to an own file, vectors with three components."""
    with h5py.File(folder / "trajectory.h5", "r") as file:
        axes = [file["dimensions"][n][()] for n in "xyz" if n in file["dimensions"]]
        time = file["dimensions/time"][()]
        scalars = {n: v[()] for n, v in file["t0_fields"].items()}
        vectors = {n: v[()] for n, v in file["t1_fields"].items()}
        members = int(file.attrs["n_trajectories"])
    flat = 3 - len(axes)
    shape = [1] * flat + [len(a) for a in axes]
    points = np.stack(np.meshgrid(*axes, *[[0.0]] * flat, indexing="ij"), -1)
    with h5py.File(folder / "view.h5", "w") as file:
        file["points"] = points.reshape(-1, 3)
        for member, frame in np.ndindex(members, len(time)):
            for name, values in scalars.items():
                file[f"{member}/{frame}/{name}"] = values[member, frame].reshape(shape)
            for name, values in vectors.items():
                padded = np.pad(values[member, frame], [(0, 0)] * len(axes) + [(0, flat)])
                file[f"{member}/{frame}/{name}"] = padded.reshape([*shape, 3])
    series = []
    for member in range(members):
        grids = [_grid(shape, scalars, vectors, member, frame, t) for frame, t in enumerate(time)]
        series.append(f'<Grid Name="member {member}" GridType="Collection" '
                      f'CollectionType="Temporal">{"".join(grids)}</Grid>')
    (folder / "trajectory.xdmf").write_text(
        f'<?xml version="1.0"?>\n<Xdmf Version="2.0"><Domain>{"".join(series)}</Domain></Xdmf>\n')


def _grid(shape, scalars, vectors, member, frame, time):
    extent = " ".join(map(str, shape))
    group = f"{member}/{frame}"
    attributes = [f'<Attribute Name="{name}" AttributeType="Scalar" Center="Node">'
                  + _item(extent, f"{group}/{name}") for name in scalars]
    attributes += [f'<Attribute Name="{name}" AttributeType="Vector" Center="Node">'
                   + _item(extent + " 3", f"{group}/{name}") for name in vectors]
    return (f'<Grid Name="member {member} frame {frame}"><Time Value="{time:.17g}"/>'
            f'<Topology TopologyType="3DSMesh" Dimensions="{extent}"/><Geometry GeometryType="XYZ">'
            f'{_item(f"{int(np.prod(shape))} 3", "points", 8)}</Geometry>'
            f'{"".join(a + "</Attribute>" for a in attributes)}</Grid>')


def _item(dimensions, path, precision=4):
    return (f'<DataItem Format="HDF" Precision="{precision}" Dimensions="{dimensions}">'
            f'view.h5:/{path}</DataItem>')


def write_particles(folder, time, position, columns):
    """Particles, `position` (frame, particle, 3), with `columns` by name, in two parts."""
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "particles.h5", "w") as file:
        for name, values in {"position": position, **columns}.items():
            file[f"particles/{name}"] = values[None].astype(np.float32)
    count = position.shape[1]
    parts = ((0, count // 2), (count // 2, count - count // 2))
    frames = [f'<Grid Name="member 0 frame {i}" GridType="Collection" CollectionType="Spatial">'
              f'<Time Value="{t:.17g}"/>'
              + "".join(_part(i, p, *part, len(time), position, columns)
                        for p, part in enumerate(parts)) + "</Grid>" for i, t in enumerate(time)]
    (folder / "particles.xdmf").write_text(
        '<?xml version="1.0"?>\n<Xdmf Version="2.0"><Domain><Grid Name="member 0" '
        f'GridType="Collection" CollectionType="Temporal">{"".join(frames)}</Grid></Domain>'
        '</Xdmf>\n')
    return folder


def _part(frame, part, first, count, frames, position, columns):
    def slab(name, values):
        vector = [3] * (values.ndim - 2)
        lists = ([0, frame, first] + [0] * len(vector), [1] * (3 + len(vector)),
                 [1, 1, count] + vector)
        numbers = " ".join(str(n) for row in lists for n in row)
        extents = " ".join(map(str, [1, frames, values.shape[1]] + vector))
        shape = " ".join(map(str, [count] + vector))
        return (f'<DataItem ItemType="HyperSlab" Dimensions="{shape}">'
                f'<DataItem Dimensions="3 {len(lists[0])}" Format="XML">{numbers}</DataItem>'
                f'<DataItem Format="HDF" Precision="4" Dimensions="{extents}">'
                f'particles.h5:/particles/{name}</DataItem></DataItem>')

    kinds = {2: "Scalar", 3: "Vector"}
    attributes = "".join(f'<Attribute Name="{name}" AttributeType="{kinds[values.ndim]}" '
                         f'Center="Node">{slab(name, values)}</Attribute>'
                         for name, values in columns.items())
    return (f'<Grid Name="member 0 frame {frame} part {part}"><Topology TopologyType="Polyvertex" '
            f'NumberOfElements="{count}" NodesPerElement="1"/><Geometry GeometryType="XYZ">'
            f'{slab("position", position)}</Geometry>{attributes}</Grid>')
