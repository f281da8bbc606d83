"""Checks the sample trajectories against the rules of The Well's and PDEBench's formats, with the
types as h5py shows them."""

import os
import sys

import h5py
import numpy as np

TIMES = np.array([0.0, 0.1, 0.25])
POINTS = [13, 6, 5]
LOWER = [0.0, 0.25, 0.5]
LENGTH = [1.0, 2.0, 3.0]
AXES = ["x", "y", "z"]
failures = 0


def expect(condition, message):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", message)


def is_bool(value):
    return isinstance(value, (bool, np.bool_))


def is_texts(value):
    return all(isinstance(text, str) for text in value)


def coordinates(axis):
    return LOWER[axis] + np.arange(POINTS[axis]) * LENGTH[axis] / POINTS[axis]


def check_root(name, file, dimensions):
    attrs = file.attrs
    expect(isinstance(attrs["dataset_name"], str), name + ": dataset_name is str")
    expect(attrs["grid_type"] == "cartesian", name + ": grid_type")
    expect(isinstance(attrs["n_spatial_dims"], (int, np.integer)), name + ": n_spatial_dims is int")
    expect(attrs["n_spatial_dims"] == dimensions, name + ": n_spatial_dims")
    expect(attrs["n_trajectories"] == 4, name + ": n_trajectories")
    parameters = attrs["simulation_parameters"]
    expect(is_texts(parameters) and list(parameters) == ["viscosity"], name + ": parameters")
    for parameter in parameters:
        expect(isinstance(attrs[parameter], float), name + ": root attribute of a parameter")
        expect(parameter in file["scalars"], name + ": scalar of a parameter")


def check_varying(name, thing, shape_with):
    for flag in ["sample_varying", "time_varying"]:
        expect(is_bool(thing.attrs[flag]), "%s: %s of %s is bool" % (name, flag, thing.name))
    if shape_with is not None:
        wanted = ((shape_with["sample"],) if thing.attrs["sample_varying"] else ()) + (
            (shape_with["time"],) if thing.attrs["time_varying"] else ()) + shape_with["rest"]
        expect(thing.shape == wanted, "%s: shape of %s is %s" % (name, thing.name, thing.shape))


def check_dimensions(name, file, dimensions):
    group = file["dimensions"]
    expect(list(group.attrs["spatial_dims"]) == AXES[:dimensions], name + ": spatial_dims")
    expect(is_texts(group.attrs["spatial_dims"]), name + ": spatial_dims are str")
    check_varying(name, group["time"], dict(sample=4, time=3, rest=()))
    expect(group["time"].attrs["time_varying"], name + ": time is time_varying")
    expect(group["time"].dtype == np.float32, name + ": time is float32")
    expect(np.allclose(group["time"][:], TIMES), name + ": times")
    for axis in range(dimensions):
        dataset = group[AXES[axis]]
        check_varying(name, dataset, dict(sample=4, time=3, rest=(POINTS[axis],)))
        expect(dataset.dtype == np.float32, name + ": coordinates are float32")
        expect(np.allclose(dataset[:], coordinates(axis)), name + ": coordinates")


def check_boundaries(name, file, dimensions):
    group = file["boundary_conditions"]
    expect(len(group) == dimensions, name + ": a boundary condition per axis")
    for axis in range(dimensions):
        condition = group[AXES[axis] + "_periodic"]
        expect(isinstance(condition, h5py.Group), name + ": a boundary condition is a group")
        expect(condition.attrs["bc_type"] == "PERIODIC", name + ": bc_type")
        expect(list(condition.attrs["associated_dims"]) == [AXES[axis]], name + ": associated_dims")
        expect(len(condition.attrs["associated_fields"]) == 0, name + ": associated_fields")
        check_varying(name, condition, None)
        mask = condition["mask"]
        expect(mask.dtype == np.bool_ and mask.shape == (POINTS[axis],), name + ": mask")
        expect(list(np.flatnonzero(mask[:])) == [0, POINTS[axis] - 1], name + ": periodic ends")


def check_scalars(name, file):
    group = file["scalars"]
    expect(list(group.attrs["field_names"]) == ["viscosity", "amplitude"], name + ": scalars")
    for dataset in group.values():
        check_varying(name, dataset, dict(sample=4, time=3, rest=()))
    expect(np.isclose(group["viscosity"][()], 0.1), name + ": viscosity")
    expect(np.allclose(group["amplitude"][:], [1, 2, 3, 1 / 3]), name + ": amplitude")


def sample(dimensions, member, frame):
    grids = np.meshgrid(*[coordinates(axis) for axis in range(dimensions)], indexing="ij")
    u = sum(10**axis * grids[axis] for axis in range(dimensions))
    velocity = np.stack([(axis + 1) * grids[axis] for axis in range(dimensions)], axis=-1)
    return u + 1000 * TIMES[frame] + 10000 * member, velocity


def check_fields(name, file, dimensions, dtype):
    expected = {"t0_fields": ["u", "w"], "t1_fields": ["velocity"] if dimensions > 1 else [],
                "t2_fields": []}
    for group, fields in expected.items():
        names = list(file[group].attrs["field_names"])
        expect(names == fields and list(file[group]) == sorted(fields), name + ": " + group)
        for field in fields:
            dataset = file[group][field]
            varying = dataset.attrs["dim_varying"]
            expect(varying.dtype == np.bool_ and varying.shape == (dimensions,) and varying.all(),
                   name + ": dim_varying")
            rest = tuple(POINTS[:dimensions]) + ((dimensions,) if group == "t1_fields" else ())
            check_varying(name, dataset, dict(sample=4, time=3, rest=rest))
            expect(dataset.dtype == dtype, name + ": precision")
            expect(dataset.chunks is None and dataset.compression is None, name + ": contiguous")
    for member in range(4):
        for frame in range(3 if member < 3 else 2):
            u, velocity = sample(dimensions, member, frame)
            expect(np.allclose(file["t0_fields/u"][member, frame], u, rtol=1e-6), name + ": u")
            if dimensions > 1:
                expect(np.allclose(file["t1_fields/velocity"][member, frame], velocity, rtol=1e-6),
                       name + ": velocity")


def check_progress(name, file):
    digests = file["progress/digests"][:]
    expect(np.all(digests[:3] != 0) and np.all(digests[3, :2] != 0) and np.all(digests[3, 2] == 0),
           name + ": progress says which frames are valid")
    expect("points = [13]" in file["provenance"].attrs["input"], name + ": the input is kept")
    expect(file["provenance"].attrs["equation"] == "∂u/∂t = 0", name + ": text is UTF-8")


def check_pdebench(name, file):
    tensor = file["tensor"]
    expect(tensor.shape == (4, 3, 13) and tensor.dtype == np.float32, name + ": tensor")
    for key, wanted in [("x-coordinate", coordinates(0)), ("t-coordinate", TIMES)]:
        expect(file[key].dtype == np.float32 and np.allclose(file[key][:], wanted), name + ": " + key)
    expect(np.isclose(file.attrs["viscosity"], 0.1), name + ": parameter")
    for member in range(3):
        for frame in range(3):
            expect(np.allclose(tensor[member, frame], sample(1, member, frame)[0], rtol=1e-6),
                   name + ": values")


folder = sys.argv[1]
for dimensions in [1, 2, 3]:
    for dtype in [np.float32, np.float64]:
        name = "%dd-%s" % (dimensions, np.dtype(dtype).name)
        with h5py.File(os.path.join(folder, name, "trajectory.h5"), "r") as file:
            check_root(name, file, dimensions)
            check_dimensions(name, file, dimensions)
            check_boundaries(name, file, dimensions)
            check_scalars(name, file)
            check_fields(name, file, dimensions, dtype)
            check_progress(name, file)
with h5py.File(os.path.join(folder, "pdebench", "trajectory.h5"), "r") as file:
    check_pdebench("pdebench", file)
    check_progress("pdebench", file)
print("%d failures" % failures)
sys.exit(1 if failures else 0)
