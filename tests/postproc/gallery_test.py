"""gallery.py on two small inputs and a faulty one. PARAPET names the program."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from matplotlib.image import imread

GALLERY = Path(__file__).resolve().parents[2] / "postproc" / "gallery.py"

INPUT = """# {title}
#
#   mpirun -n 2 parapet run {name}.toml
[equation]
name = "heat"
[grid]
points = {points}
boundary = "{boundary}"
[method]
name = "{method}"
[initial]
kind = "spots"
[time]
end = 0.01
step = 1e-4
[output]
folder = "run"
frames = 5
"""


class GalleryTest(unittest.TestCase):
    def test_pictures_reports_and_failures(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            inputs = [self.write(folder, "line", [64], "periodic", "spectral"),
                      self.write(folder, "faulty", [64], "periodic", "finite-volume")]
            if os.environ.get("PARAPET_RENDERS"):
                inputs.append(self.write(folder, "plate", [24, 16], "no-flux", "finite-difference"))
            status, said = self.call(*inputs, "-o", folder / "gallery", "--program",
                                     os.environ["PARAPET"])
            self.assertEqual(status, 2, said)
            self.assertIn("faulty", said)
            page = (folder / "gallery/index.html").read_text(encoding="utf-8")
            self.assertIn("What line shows", page)
            self.assertNotIn("mpirun", page)
            self.assertIn("finite-volume", page)
            for path in inputs:
                picture = folder / "gallery" / f"{path.stem}.png"
                self.assertEqual(picture.exists(), path.stem != "faulty")
                if picture.exists():
                    self.assertGreater(imread(picture)[..., :3].std(), 0.05)
                    self.assertTrue(picture.with_suffix(".html").exists())

    def test_bad_arguments(self):
        status, said = self.call("nowhere.toml")
        self.assertEqual(status, 1)
        self.assertIn("nowhere.toml: no such file", said)

    @staticmethod
    def write(folder, name, points, boundary, method):
        path = folder / f"{name}.toml"
        path.write_text(INPUT.format(title=f"What {name} shows", name=name, points=points,
                                     boundary=boundary, method=method))
        return path

    @staticmethod
    def call(*words):
        done = subprocess.run([sys.executable, GALLERY, *map(str, words)], capture_output=True,
                              text=True, timeout=200, check=False)
        return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    unittest.main()
