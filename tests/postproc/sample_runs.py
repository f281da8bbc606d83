"""Small run folders with known contents, in the layout Parapet writes."""

import json

import h5py
import numpy as np

BOOL = np.bool_
TEXT = h5py.string_dtype("utf-8")


def write_run(folder, fields, time, lengths, members=1, valid=None, parameters=None,
              certificates=None, settings="", diagnostics=None):
    """A run folder. `fields` maps a name to values (members, frames, x[, y, z]), or with a last
    axis of components for a vector; frames from `valid[member]` on are left at zero."""
    folder.mkdir(parents=True, exist_ok=True)
    dimensions = len(lengths)
    first = next(iter(fields.values()))
    shape = first.shape[2:2 + dimensions]
    valid = [len(time)] * members if valid is None else valid
    with h5py.File(folder / "trajectory.h5", "w") as file:
        _write_root(file, shape, time, lengths, members, parameters or {})
        for rank in (0, 1, 2):
            group = file.create_group(f"t{rank}_fields")
            chosen = {n: v for n, v in fields.items() if v.ndim - 2 - dimensions == rank}
            group.attrs.create("field_names", list(chosen), dtype=TEXT)
            for name, values in chosen.items():
                _write_field(group, name, values, valid, dimensions)
        digests = np.zeros((members, len(time), len(fields)), np.uint64)
        for member, count in enumerate(valid):
            digests[member, :count] = 1 + np.arange(count)[:, None]
        file.create_dataset("progress/digests", data=digests)
        for name, values in (certificates or {}).items():
            file.create_dataset(f"certificates/{name}", data=np.asarray(values, float))
    (folder / "input.toml").write_text(settings)
    done = all(count == len(time) for count in valid)
    (folder / "progress.json").write_text(json.dumps({"status": "complete" if done else "stopped"}))
    if diagnostics:
        lines = [",".join(diagnostics)] + [",".join(f"{v:.17g}" for v in row)
                                           for row in zip(*diagnostics.values())]
        (folder / "diagnostics.csv").write_text("\n".join(lines) + "\n")
    return folder


def _write_root(file, shape, time, lengths, members, parameters):
    file.attrs["dataset_name"] = "sample"
    file.attrs["grid_type"] = "cartesian"
    file.attrs["n_spatial_dims"] = len(shape)
    file.attrs["n_trajectories"] = members
    file.attrs.create("simulation_parameters", list(parameters), dtype=TEXT)
    dimensions = file.create_group("dimensions")
    dimensions.attrs.create("spatial_dims", list("xyz"[:len(shape)]), dtype=TEXT)
    dimensions["time"] = np.asarray(time, np.float32)
    for name, count, length in zip("xyz", shape, lengths):
        dimensions[name] = (np.arange(count) * length / count).astype(np.float32)
    scalars = file.create_group("scalars")
    scalars.attrs.create("field_names", list(parameters), dtype=TEXT)
    for name, values in parameters.items():
        scalars[name] = np.asarray(values, np.float32)


def _write_field(group, name, values, valid, dimensions):
    stored = np.zeros(values.shape, np.float32)
    for member, count in enumerate(valid):
        stored[member, :count] = values[member, :count]
    dataset = group.create_dataset(name, data=stored)
    dataset.attrs["dim_varying"] = np.ones(dimensions, BOOL)
    dataset.attrs["sample_varying"] = BOOL(True)
    dataset.attrs["time_varying"] = BOOL(True)


def write_training(folder, targets, predictions, losses, metrics, cost, per_sample, **more):
    """The folder of a training and its evaluation; arrays (sample, frame, channel, x[, y, z])."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "step,epoch,loss,validation,learning_rate,seconds"
    lines = [",".join("" if np.isnan(v) else f"{v:.17g}" for v in row) for row in losses]
    (folder / "training.csv").write_text("\n".join([head, *lines]) + "\n")
    (folder / "evaluation.json").write_text(json.dumps({
        "samples": len(per_sample), "metrics": metrics, "cost": cost,
        "per_sample": {"relative_l2": list(per_sample)}} | more))
    with h5py.File(folder / "predictions.h5", "w") as file:
        file["input"] = file["target"] = targets.astype(np.float32)
        file["prediction"] = predictions.astype(np.float32)
        file["sample"] = 100 + np.arange(len(targets))
        file.attrs.create("fields", ["u"], dtype=TEXT)
    return folder


def decaying_modes(points, time, amplitudes, viscosity=0.05):
    """(members, frames, x): Σ_k a_mk e^(−ν(2πk)²t) cos 2πkx on the unit interval, `amplitudes`
    (members, modes k = 1, 2, …); its energy spectrum at shell k is a_k² e^(−2ν(2πk)²t) / 4."""
    x = np.arange(points) / points
    k = 2 * np.pi * np.arange(1, amplitudes.shape[1] + 1)
    decay = np.exp(-viscosity * k**2 * np.asarray(time)[:, None])
    return np.einsum("mk,tk,kx->mtx", amplitudes, decay, np.cos(k[:, None] * x))


def random_field(shape, seed, slope=2.0, largest=6):
    """A smooth periodic random field of unit root mean square."""
    noise = np.random.default_rng(seed).standard_normal(shape)
    k = np.meshgrid(*(np.fft.fftfreq(n, 1 / n) for n in shape), indexing="ij")
    k2 = sum(a**2 for a in k)
    modes = np.fft.fftn(noise) * np.where(k2 > 0, 1.0, 0.0) / (1 + k2)**(slope / 2)
    modes *= np.exp(-k2 / largest**2)
    u = np.real(np.fft.ifftn(modes))
    return u / np.sqrt(np.mean(u**2))
