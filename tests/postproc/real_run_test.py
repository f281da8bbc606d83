"""report.py and render.sh on what the solver itself writes: PARAPET names the program, MPIEXEC the
launcher."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
from matplotlib.image import imread

HERE = Path(__file__).resolve().parent
POSTPROC = HERE.parents[1] / "postproc"
sys.path.insert(0, str(HERE))

from page import Page  # noqa: E402

ENSEMBLE = """
[equation]
name = "burgers"
[grid]
points = [64]
[time]
end = 0.2
step = 1e-2
[output]
folder = "run"
frames = 5
[ensemble]
members = 14
[ensemble.vary.viscosity]
distribution = "uniform"
low = 0.05
high = 0.1
"""

PLANE = """
[equation]
name = "burgers"
form = "vector"
viscosity = 0.05
[grid]
points = [24, 16]
length = [3.0, 2.0]
[initial]
kind = "taylor-green"
[time]
end = 0.1
step = 1e-2
[output]
folder = "run"
frames = 3
"""

NETWORK = """
[equation]
name = "fisher-kpp"
[graph]
kind = "watts-strogatz"
nodes = 60
[initial]
kind = "uniform"
mean = 0.2
noise = [0.1]
[time]
end = 1.0
[output]
folder = "run"
frames = 3
"""


class RealRunTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def run_and_report(self, text):
        (self.folder / "input.toml").write_text(text)
        self.call(os.environ["MPIEXEC"], "-n", "2", os.environ["PARAPET"], "run", "input.toml")
        self.call(sys.executable, POSTPROC / "report.py", "run")
        return Page((self.folder / "run" / "report.html").read_text(encoding="utf-8"))

    def call(self, *words):
        done = subprocess.run(list(map(str, words)), cwd=self.folder, capture_output=True,
                              text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_ensemble(self):
        page = self.run_and_report(ENSEMBLE)
        self.assertEqual(list(page.sections),
                         ["input", "certificates", "fields", "spectrum", "diagnostics"])
        self.assertEqual(page.notices, [])
        self.assertIn(">complete<", page.text)
        self.assertIn("14 members · 64 points · 5 frames from t = 0 to 0.2", page.text)
        with h5py.File(self.folder / "run" / "trajectory.h5") as file:
            tails = file["certificates/spectrum_tail"][:]
            last = file["t0_fields/u"][0, -1].astype(float)
        row = page.table("certificates")["resolved-spectrum tail"]
        np.testing.assert_allclose([float(row[0]), float(row[3])], [tails.min(), tails.max()],
                                   rtol=6e-3)
        self.assertEqual(int(row[4]), tails.argmax())
        rms = float(page.sections["fields"][0][-1][-1])
        self.assertAlmostEqual(rms / np.sqrt(np.mean(last**2)), 1.0, places=4)

    @unittest.skipUnless(os.environ.get("PARAPET_RENDERS"), "no pvbatch or no Xvfb")
    def test_plane(self):
        page = self.run_and_report(PLANE)
        self.assertIn("velocity_x", page.text)
        self.call(POSTPROC / "render.sh", "run", "--size", "320x240", "-o", "picture.png")
        pixels = imread(self.folder / "picture.png")[..., :3]
        self.assertGreater((pixels.min(axis=2) < 0.9).mean(), 0.2)

    def test_network(self):
        page = self.run_and_report(NETWORK)
        shown = [alt for alt, _ in page.images if alt is not None]
        self.assertIn("u on the 60 nodes of the network, member 0, at 3 times.", shown)
        self.assertTrue(any("ordered by the sum of their weights" in alt for alt in shown))
        if os.environ.get("PARAPET_RENDERS"):
            self.call(POSTPROC / "render.sh", "run", "--size", "320x240", "-o", "picture.png")
            pixels = imread(self.folder / "picture.png")[..., :3]
            colored = pixels.max(axis=2) - pixels.min(axis=2) > 0.2
            self.assertGreater(colored[:, :270].mean(), 0.01)  # the nodes, beside the colour bar


if __name__ == "__main__":
    unittest.main()
