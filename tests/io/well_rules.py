"""The rules of The Well's format for any trajectory, with the types as h5py shows them, and what
Parapet promises beyond: every frame written, every value finite."""

import h5py
import numpy as np


class Rules:
    """Collects what an open file breaks."""

    def __init__(self, file):
        self.file = file
        self.broken = []
        self.axes = [str(name) for name in file["dimensions"].attrs["spatial_dims"]]
        self.points = tuple(len(file["dimensions"][axis]) for axis in self.axes)
        self.members = int(file.attrs["n_trajectories"])
        self.frames = len(file["dimensions/time"])

    def expect(self, condition, message):
        if not condition:
            self.broken.append(message)

    def expect_flags(self, thing):
        for flag in ("sample_varying", "time_varying"):
            self.expect(isinstance(thing.attrs.get(flag), (bool, np.bool_)),
                        f"{thing.name}: {flag} is no bool")


def broken_rules(path):
    """What a trajectory file breaks, in words; empty for a sound one."""
    with h5py.File(path, "r") as file:
        rules = Rules(file)
        for check in (check_root, check_dimensions, check_boundaries, check_scalars, check_fields):
            check(rules)
    return rules.broken


def check_root(rules):
    attrs = rules.file.attrs
    rules.expect(isinstance(attrs["dataset_name"], str), "dataset_name is no text")
    rules.expect(attrs["grid_type"] == "cartesian", "grid_type is not cartesian")
    rules.expect(isinstance(attrs["n_spatial_dims"], (int, np.integer)), "n_spatial_dims")
    rules.expect(attrs["n_spatial_dims"] == len(rules.axes), "n_spatial_dims is not that of the axes")
    for name in attrs["simulation_parameters"]:
        rules.expect(isinstance(attrs.get(name), float), f"parameter {name}: no root attribute")
        rules.expect(name in rules.file["scalars"], f"parameter {name}: no scalar")


def check_dimensions(rules):
    group = rules.file["dimensions"]
    rules.expect(rules.axes == ["x", "y", "z"][:len(rules.axes)], "axes have other names")
    for name in ["time", *rules.axes]:
        dataset = group[name]
        rules.expect(dataset.dtype == np.float32 and dataset.ndim == 1, f"{name} is no float32 list")
        rules.expect_flags(dataset)
        rules.expect(len(dataset) < 2 or np.all(np.diff(dataset[:]) > 0), f"{name} does not increase")


def check_boundaries(rules):
    marked = {axis: np.zeros(n, int) for axis, n in zip(rules.axes, rules.points)}
    for name, condition in rules.file["boundary_conditions"].items():
        kind = condition.attrs["bc_type"]
        rules.expect(kind in ("PERIODIC", "WALL", "OPEN"), f"{name}: bc_type {kind}")
        (axis,) = condition.attrs["associated_dims"]
        rules.expect(kind.lower() in name and axis in name, f"{name}: not named for what it is")
        rules.expect_flags(condition)
        mask = condition["mask"]
        rules.expect(mask.dtype == np.bool_ and mask.shape == marked[axis].shape, f"{name}: mask")
        marked[axis] += mask[:]
    for axis, mask in marked.items():
        ends = np.zeros(len(mask), int)
        ends[[0, -1]] = 1
        rules.expect(np.array_equal(mask, ends), f"the ends of {axis} have not one condition each")


def check_scalars(rules):
    group = rules.file["scalars"]
    names = [str(name) for name in group.attrs["field_names"]]
    rules.expect(sorted(names) == sorted(group), "scalars: field_names are not what is there")
    for name in names:
        rules.expect_flags(group[name])
        by_member = bool(group[name].attrs["sample_varying"])
        rules.expect(group[name].shape == ((rules.members,) if by_member else ()), f"{name}: shape")


def check_fields(rules):
    for rank, group_name in enumerate(("t0_fields", "t1_fields", "t2_fields")):
        group = rules.file[group_name]
        names = [str(name) for name in group.attrs["field_names"]]
        rules.expect(sorted(names) == sorted(group), f"{group_name}: field_names")
        for name in names:
            check_field(rules, group[name], rank)


def check_field(rules, dataset, rank):
    rules.expect_flags(dataset)
    varying = dataset.attrs["dim_varying"]
    rules.expect(varying.dtype == np.bool_ and varying.shape == (len(rules.axes),) and varying.all(),
                 f"{dataset.name}: dim_varying")
    lead = tuple(n for n, flag in ((rules.members, "sample_varying"), (rules.frames, "time_varying"))
                 if dataset.attrs[flag])
    wanted = lead + rules.points + (len(rules.axes),) * rank
    rules.expect(dataset.shape == wanted, f"{dataset.name}: shape {dataset.shape}, not {wanted}")
    rules.expect(np.isfinite(dataset[:]).all(), f"{dataset.name}: holds values that are not finite")
    rules.expect(np.ptp(dataset[:]) > 0, f"{dataset.name}: is the same everywhere")
