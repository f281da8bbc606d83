"""Reads the model files as anybody else would: safetensors with numpy alone, the operator written
down again from its formulas; and the TorchScript module with torch. Both must predict what we do.

    other_readers.py PROGRAM    (PROGRAM FOLDER writes the models)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

BOUND = 1e-5


def read_safetensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
        tensors[name] = np.frombuffer(data[begin:end], kind).reshape(entry["shape"])
    return tensors, metadata


def pointwise(u, weight, bias):
    return np.einsum("oi,bi...->bo...", weight, u) + bias.reshape(-1, *[1] * (u.ndim - 2))


def spectral(u, weight):
    """Only the kept wave numbers, mode by mode."""
    axes = tuple(range(2, u.ndim))
    transform = np.fft.rfftn(u, axes=axes)
    result = np.zeros((u.shape[0], weight.shape[-1]) + transform.shape[2:], complex)
    weight = weight[0] + 1j * weight[1]
    for row in np.ndindex(*weight.shape[:-2]):
        k = [r if r < n // 2 else r - n for r, n in zip(row[:-1], weight.shape)] + [row[-1]]
        resolved = all(-(n // 2) <= q <= (n - 1) // 2 for q, n in zip(k[:-1], u.shape[2:]))
        if resolved and k[-1] < transform.shape[-1]:
            place = (slice(None), slice(None), *k)
            result[place] = transform[place] @ weight[row]
    return np.fft.irfftn(result, s=u.shape[2:], axes=axes)


def gelu(u):
    return 0.5 * u * (1 + torch.erf(torch.from_numpy(u) / np.sqrt(2)).numpy())


def numbers(metadata, name, like):
    return np.array(metadata[name].split(), float).reshape(1, -1, *[1] * (like.ndim - 2))


def forward(u, p, metadata):
    u = (u - numbers(metadata, "input_mean", u)) / numbers(metadata, "input_deviation", u)
    if metadata["coordinates"] == "1":
        lines = np.meshgrid(*(np.arange(n) / n for n in u.shape[2:]), indexing="ij")
        extra = [np.broadcast_to(line, (u.shape[0], 1) + u.shape[2:]) for line in lines]
        u = np.concatenate([u, *extra], axis=1)
    u = pointwise(u, p["lift.weight"], p["lift.bias"])
    layers = int(metadata["layers"])
    for layer in range(layers):
        name = f"layers.{layer}."
        u = spectral(u, p[name + "spectral"]) + pointwise(u, p[name + "weight"], p[name + "bias"])
        if layer + 1 < layers:
            u = gelu(u)
    u = gelu(pointwise(u, p["project.0.weight"], p["project.0.bias"]))
    u = pointwise(u, p["project.1.weight"], p["project.1.bias"])
    return u * numbers(metadata, "target_deviation", u) + numbers(metadata, "target_mean", u)


def difference(found, ours):
    return np.abs(found - ours).max() / np.abs(ours).max()


def check(folder):
    shape = [int(n) for n in (folder / "shape.txt").read_text().split()]
    fields = np.fromfile(folder / "input.bin", np.float32).reshape(shape)
    ours = np.fromfile(folder / "output.bin", np.float32).reshape(shape)
    tensors, metadata = read_safetensors(folder / "model.safetensors")
    module = torch.jit.load(str(folder / "model.pt"))
    errors = (difference(forward(fields.astype(float), tensors, metadata), ours),
              difference(module(torch.from_numpy(fields)).numpy(), ours))
    print(f"{folder.name}-D: numpy {errors[0]:.1e}, TorchScript {errors[1]:.1e}")
    return all(error <= BOUND for error in errors)


with tempfile.TemporaryDirectory() as scratch:
    subprocess.run([sys.argv[1], scratch], check=True)
    results = [check(Path(scratch) / str(d)) for d in (1, 2, 3)]
sys.exit(0 if all(results) else 1)
