"""The trajectory of a run: The Well's HDF5 layout, or PDEBench's one-dimensional one."""

from dataclasses import dataclass, field

import numpy as np

from . import hdf5_guard as hdf5
from .failure import UNUSABLE_FILE, Failure


@dataclass
class Field:
    """One scalar field of a trajectory; component c of a vector field `u` is named u_x, u_y, …"""

    name: str
    path: str
    component: int | None = None
    has_members: bool = True
    has_frames: bool = True
    vector: str | None = None


@dataclass
class Axis:
    """One direction of the grid: equally spaced points, and its length. On a periodic axis the first
    point lies at its lower end, else half a spacing inside."""

    name: str
    points: np.ndarray
    length: float
    is_periodic: bool = True

    @property
    def lower(self):
        first = float(self.points[0])
        return first if self.is_periodic else first - 0.5 * self.length / len(self.points)

    @property
    def upper(self):
        """Where the last point's cell ends."""
        return self.lower + self.length


@dataclass
class Trajectory:
    """Grid, times and fields of a trajectory file; field values are read frame by frame."""

    file: object
    name: str
    axes: list
    time: np.ndarray
    members: int
    fields: list = field(default_factory=list)
    parameters: dict = field(default_factory=dict)
    title: str = ""
    code_version: str = ""

    @property
    def dimensions(self):
        return len(self.axes)

    @property
    def shape(self):
        return tuple(len(axis.points) for axis in self.axes)

    @property
    def frames(self):
        return len(self.time)

    def precision(self):
        return str(hdf5.numbers(self.file, self.fields[0].path).dtype) if self.fields else ""

    def frame(self, what, member, frame, space=()):
        """Values of one field of one member at one output time, as float64; `space` selects a
        part of the grid (a tuple of indices and slices, x first)."""
        lead = ((member,) if what.has_members else ()) + ((frame,) if what.has_frames else ())
        space = tuple(space) + (slice(None),) * (self.dimensions - len(space))
        tail = () if what.component is None else (what.component,)
        return hdf5.read(self.file, what.path, lead + space + tail).astype(np.float64)


def open_trajectory(path):
    """Opens `path` and checks that it holds one of the layouts Parapet writes."""
    file = hdf5.open_file(path)
    if hdf5.find(file, "dimensions") is not None:
        trajectory = _well(file)
    elif hdf5.find(file, "tensor") is not None:
        trajectory = _pdebench(file)
    else:
        raise Failure(UNUSABLE_FILE, f"{path}: neither The Well's layout (/dimensions) nor "
                                     "PDEBench's (/tensor)")
    _set_ends(trajectory)
    _add_provenance(trajectory)
    return trajectory


def _well(file):
    dimensions = hdf5.find(file, "dimensions")
    names = hdf5.attribute(dimensions, "spatial_dims", [])
    axes = [_axis(str(name), _coordinates(file, f"dimensions/{name}")) for name in names]
    if not 1 <= len(axes) <= 3:
        raise Failure(UNUSABLE_FILE, f"{file.filename}: {len(axes)} space dimensions; 1, 2 or 3 "
                                     "are expected")
    result = Trajectory(
        file=file,
        name=str(hdf5.attribute(file, "dataset_name", "")),
        axes=axes,
        time=_coordinates(file, "dimensions/time"),
        members=int(hdf5.attribute(file, "n_trajectories", 1)),
        parameters=_parameters(file),
    )
    for rank, group in enumerate(("t0_fields", "t1_fields")):
        result.fields += _well_fields(result, group, rank)
    if not result.fields:
        raise Failure(UNUSABLE_FILE, f"{file.filename}: holds no scalar or vector field")
    return result


def _axis(name, points):
    return Axis(name, points, len(points) * float(points[1] - points[0]) if len(points) > 1 else 1.0)


def _set_ends(trajectory):
    """Which axes are periodic: all, unless a boundary condition says otherwise."""
    conditions = hdf5.find(trajectory.file, "boundary_conditions")
    for name in conditions or ():
        condition = hdf5.find(conditions, name)
        if str(hdf5.attribute(condition, "bc_type", "PERIODIC")) == "PERIODIC":
            continue
        for axis in trajectory.axes:
            if axis.name in hdf5.attribute(condition, "associated_dims", []):
                axis.is_periodic = False


def _add_provenance(trajectory):
    """What Parapet notes beyond the layouts of others: where it came from, and exact lengths."""
    provenance = hdf5.find(trajectory.file, "provenance")
    if provenance is None:
        return
    trajectory.title = str(hdf5.attribute(provenance, "title", ""))
    trajectory.code_version = str(hdf5.attribute(provenance, "code_version", ""))
    lengths = hdf5.read(provenance, "length")
    if lengths is not None and lengths.shape == (trajectory.dimensions,):
        for axis, length in zip(trajectory.axes, lengths):
            axis.length = float(length)


def _coordinates(file, path):
    values = hdf5.read(file, path)
    if values is None or values.ndim != 1 or not len(values):
        raise Failure(UNUSABLE_FILE, f"{file.filename}: /{path} is missing or not a list of "
                                     "coordinates")
    return values.astype(np.float64)


def _well_fields(trajectory, group_name, rank):
    group = hdf5.find(trajectory.file, group_name)
    if group is None:
        return []
    fields = []
    for name in hdf5.attribute(group, "field_names", sorted(group)):
        dataset = hdf5.numbers(group, name)
        if dataset is None:
            raise Failure(UNUSABLE_FILE, f"{trajectory.file.filename}: field {name} is listed in "
                                         f"/{group_name} and absent")
        has_members = bool(hdf5.attribute(dataset, "sample_varying", True))
        has_frames = bool(hdf5.attribute(dataset, "time_varying", True))
        expected = ((trajectory.members,) if has_members else ()) \
            + ((trajectory.frames,) if has_frames else ()) + trajectory.shape \
            + (trajectory.dimensions,) * rank
        if dataset.shape != expected:
            raise Failure(UNUSABLE_FILE, f"{trajectory.file.filename}: {dataset.name} has shape "
                                         f"{dataset.shape}; {expected} is expected")
        path = f"{group_name}/{name}"
        if rank == 0:
            fields.append(Field(name, path, None, has_members, has_frames))
        else:
            fields += [Field(f"{name}_{axis.name}", path, c, has_members, has_frames, name)
                       for c, axis in enumerate(trajectory.axes)]
    return fields


def _parameters(file):
    """Equation parameters: one number, or one per member."""
    scalars = hdf5.find(file, "scalars")
    if scalars is None:
        return {}
    names = hdf5.attribute(scalars, "field_names", [])
    values = {str(name): hdf5.read(scalars, str(name)) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _pdebench(file):
    tensor = hdf5.numbers(file, "tensor")
    if tensor.ndim != 3:
        raise Failure(UNUSABLE_FILE, f"{file.filename}: /tensor has {tensor.ndim} axes; (sample, "
                                     "time, x) is expected")
    x, time = _coordinates(file, "x-coordinate"), _coordinates(file, "t-coordinate")
    if len(x) != tensor.shape[2] or len(time) < tensor.shape[1]:
        raise Failure(UNUSABLE_FILE, f"{file.filename}: /tensor {tensor.shape} does not fit its "
                                     f"coordinates ({len(time)} times, {len(x)} points)")
    parameters = {name: hdf5.attribute(file, name) for name in file.attrs}
    numbers = {name: np.asarray(value) for name, value in parameters.items()
               if isinstance(value, (int, float))}
    return Trajectory(file, "", [_axis("x", x)], time[:tensor.shape[1]], tensor.shape[0],
                      [Field("u", "tensor")], numbers)
