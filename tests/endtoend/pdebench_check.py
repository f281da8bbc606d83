"""Reads a run in PDEBench's layout as its users do, and compares with the same run in The Well's.

    pdebench_check.py PDEBENCH_FILE WELL_FILE POINTS TIMES...
"""

import sys

import h5py
import numpy as np

points = int(sys.argv[3])
times = np.array([float(text) for text in sys.argv[4:]])

with h5py.File(sys.argv[1], "r") as file:
    data = np.array(file["tensor"], dtype=np.float32)
    x = np.array(file["x-coordinate"], dtype=np.float32)
    # PDEBench's own files carry one time more than frames.
    t = np.array(file["t-coordinate"], dtype=np.float32)[: data.shape[1]]
    viscosity = np.array(file["viscosity"])
    written = file["progress/digests"][:]
with h5py.File(sys.argv[2], "r") as file:
    expected = file["t0_fields/u"][:]
    expected_viscosity = file["scalars/viscosity"][:]
    np.testing.assert_array_equal(written, file["progress/digests"][:])

members, frames = expected.shape[:2]
assert data.shape == (members, len(times), points), data.shape
assert frames == len(times), frames
assert (written != 0).all()
np.testing.assert_array_equal(data, expected)
np.testing.assert_array_equal(x, (np.arange(points) / points).astype(np.float32))
np.testing.assert_array_equal(t, times.astype(np.float32))
np.testing.assert_allclose(viscosity, expected_viscosity, rtol=1e-7)
assert viscosity.shape == (members,) and len(set(viscosity)) == members

# The loaders' own order: [member, x, t], the first steps in, all steps out, x appended.
batch = np.transpose(data, (0, 2, 1))
grid = np.broadcast_to(x[None, :, None], (members, points, 1))
assert np.concatenate([batch[:, :, :2], grid], axis=-1).shape == (members, points, 3)
assert np.isfinite(batch).all() and np.abs(batch).max() > 0.1
