"""render.sh: pictures by ParaView, judged by their pixels."""

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
RENDER = HERE.parents[1] / "postproc" / "render.sh"
sys.path.insert(0, str(HERE))

from sample_runs import random_field, write_run  # noqa: E402
from sample_xdmf import write_particles, write_xdmf  # noqa: E402

TIME = [0.0, 1.0]


def render(*words):
    """Runs render.sh without a display; returns its exit status and what it said."""
    environment = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    done = subprocess.run([RENDER, *map(str, words)], capture_output=True, text=True, timeout=100,
                          env=environment)
    return done.returncode, done.stdout + done.stderr


class RenderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.scratch.cleanup)
        cls.folder = Path(cls.scratch.name)
        x, y = np.meshgrid(np.arange(24) / 8, np.arange(16) / 8, indexing="ij")
        ramp = np.stack([1 + x + 0 * y, 1 + 10 * y + 0 * x])[None]
        wind = np.stack([np.stack([random_field((24, 16), 2 * i + c) for c in (0, 1)], -1)
                         for i in range(2)])[None]
        cls.plane = write_run(cls.folder / "plane", {"ramp": ramp, "wind": wind}, TIME, [3.0, 2.0])
        box = np.stack([random_field((16, 12, 14), i) for i in range(2)])[None]
        gale = np.stack([box, 2 * box, -box], -1)
        cls.box = write_run(cls.folder / "box", {"u": box, "wind": gale}, TIME, [1.0, 1.0, 1.0])
        pair = np.stack([random_field((16, 12), i) for i in range(4)]).reshape(2, 2, 16, 12)
        cls.pair = write_run(cls.folder / "pair", {"u": pair}, TIME, [1.0, 1.0], 2)
        line = np.stack([random_field((24,), i) for i in range(2)])[None]
        cls.line = write_run(cls.folder / "line", {"u": line}, TIME, [1.0])
        for run in (cls.plane, cls.box, cls.pair, cls.line):
            write_xdmf(run)

    def picture(self, *words, size="320x240"):
        path = self.folder / "picture.png"
        path.unlink(missing_ok=True)
        status, said = render(*words, "--size", size, "-o", path)
        self.assertEqual(status, 0, said)
        pixels = imread(path)[..., :3]
        width, height = map(int, size.split("x"))
        self.assertEqual(pixels.shape[:2], (height, width))
        drawn = (pixels.min(axis=2) < 0.97).mean()
        self.assertGreater(drawn, 0.05)
        self.assertGreater(len(np.unique((pixels * 15).astype(int).reshape(-1, 3), axis=0)), 20)
        return pixels

    def test_image_is_the_right_way_round(self):
        # viridis: low values are blue (much blue, no green), high ones yellow (green, no blue).
        for frame, points in ((0, ((0.15, 0.5), (0.75, 0.5))), (1, ((0.4, 0.8), (0.4, 0.2)))):
            pixels = self.picture(self.plane, "--field", "ramp", "--frame", frame)
            height, width = pixels.shape[:2]
            low, high = (pixels[int(v * height), int(u * width)] for u, v in points)
            with self.subTest(frame=frame):
                self.assertGreater(high[1] - low[1], 0.3)

    def test_periodic_grid_is_drawn_to_its_far_end(self):
        # Values 0, 1, 2, 3 across: the fourth quarter of the square leads back to 0.
        saw = np.arange(4.0)[:, None] + np.zeros((4, 4))
        run = write_run(self.folder / "saw", {"saw": np.stack([saw, saw])[None]}, TIME, [1.0, 1.0])
        write_xdmf(run)
        row = self.picture(run)[120]
        left, side = 51, 192  # of the square in the picture
        green = [row[left + int(part * side)][1] for part in (0.03, 0.75, 0.97)]
        self.assertLess(max(green[0], green[2]), 0.35)  # viridis: low is dark, high is yellow
        self.assertGreater(green[1], 0.75)

    def test_walls_are_not_drawn_as_if_periodic(self):
        # Rising from one wall to the other, along y: the first row does not come again above.
        ramp = np.arange(4.0)[None, :] + np.zeros((4, 4))
        run = write_run(self.folder / "walls", {"ramp": np.stack([ramp, ramp])[None]}, TIME,
                        [1.0, 1.0])
        with h5py.File(run / "trajectory.h5", "a") as file:
            wall = file.create_group("boundary_conditions/y_wall")
            wall.attrs["bc_type"] = "WALL"
            wall.attrs.create("associated_dims", ["y"], dtype=h5py.string_dtype("utf-8"))
        write_xdmf(run)
        column = self.picture(run)[:, 140]
        colored = column[np.ptp(column, axis=1) > 0.3]
        self.assertGreater(colored[3][1], 0.75)  # at the top viridis' yellow, below its violet
        self.assertLess(colored[-4][1], 0.2)

    def test_arrows_of_a_vector_field(self):
        pixels = self.picture(self.plane, "--field", "wind")
        inside = pixels[60:180, 60:220]
        white = (inside.min(axis=2) > 0.9).mean()
        self.assertGreater(white, 0.01)
        self.assertLess(white, 0.5)

    def test_box_in_every_style(self):
        for style in ("contours", "slices", "volume"):
            with self.subTest(style):
                self.picture(self.box, "--style", style)

    def test_contours_of_a_vector_field(self):
        self.picture(self.box, "--field", "wind")

    def particles(self, dimensions):
        """Three clouds of 400: at the left, slow and low; in the middle; at the right, fast and
        high. In the second frame they are ten times as far from each other."""
        random = np.random.default_rng(7)
        place = np.repeat([-1.0, 0.0, 1.0], 400)
        first = np.zeros((1200, 3))
        first[:, :dimensions] = 0.15 * random.standard_normal((1200, dimensions))
        spread = first + place[:, None] * np.array([1.0, 0.0, 0.0])
        far = first + 10.0 * place[:, None] * np.array([1.0, 0.0, 0.0])
        speed = np.zeros((2, 1200, 3))
        speed[:, :, 1] = 2.0 + place
        rank = np.stack([place, place])
        return write_particles(self.folder / f"particles{dimensions}", TIME,
                               np.stack([spread, far]), {"rank": rank, "velocity": speed})

    def ends_of_cloud(self, pixels):
        """Mean colours of the coloured pixels in the left and the right third of what is drawn."""
        pixels = pixels[:, :int(0.84 * pixels.shape[1])]  # without the colour bar
        drawn = np.ptp(pixels, axis=2) > 0.15
        columns = np.flatnonzero(drawn.sum(axis=0) > 2)
        left, right = columns[0], columns[-1]
        self.assertGreater(right - left, pixels.shape[1] / 3)
        third = (right - left) // 3
        return [pixels[:, a:a + third][drawn[:, a:a + third]].mean(axis=0)
                for a in (left, right - third)]

    def test_particles_stand_where_they_are_in_the_colours_of_their_speed(self):
        pixels = self.picture(self.particles(2), "--frame", "0", "--field", "velocity",
                              size="640x320")
        slow, fast = self.ends_of_cloud(pixels)
        self.assertGreater(fast[1] - slow[1], 0.3)  # viridis: more green where it is high

    def test_particles_in_a_box_are_coloured_by_their_first_scalar(self):
        low, high = self.ends_of_cloud(self.picture(self.particles(3), "--frame", "0"))
        self.assertGreater(low[2] - low[0], 0.2)  # blue below 0, red above
        self.assertGreater(high[0] - high[2], 0.2)

    def test_particles_on_a_line_are_refused(self):
        status, said = render(self.particles(1))
        self.assertEqual(status, 1, said)
        self.assertIn("nothing to see", said)

    def test_title_stands_above_the_picture(self):
        plain, titled = (self.picture(self.plane, *words) for words in ((), ("--title", "Burgers")))
        changed = np.abs(plain - titled).max(axis=2) > 0.1
        self.assertTrue(changed[:40].any())
        self.assertFalse(changed[40:].any())

    def test_members_of_an_ensemble_differ(self):
        first, second = (self.picture(self.pair, "--member", m) for m in (0, 1))
        self.assertGreater(np.abs(first - second).mean(), 0.02)

    def test_animation_writes_every_frame(self):
        status, said = render(self.plane, "--animate", "--size", "160x120",
                              "-o", self.folder / "film.png")
        self.assertEqual(status, 0, said)
        frames = [imread(self.folder / f"film-{i:04d}.png") for i in range(2)]
        self.assertGreater(np.abs(frames[0] - frames[1]).mean(), 1e-3)

    def test_what_cannot_be_drawn_is_refused(self):
        nowhere = self.folder / "nowhere"
        for words, expected, part in (
                ([nowhere], 1, "no such file"),
                ([self.line], 1, "space–time plot"),
                ([self.plane, "--field", "wnd"], 1, "there is ramp, wind"),
                ([self.plane, "--frame", "2"], 1, "there are 2"),
                ([self.plane, "--member", "1"], 1, "no frame of member 1"),
                ([self.plane, "--style", "volume"], 1, "2-D"),
                ([self.box, "--field", "wind", "--style", "volume"], 1, "needs a scalar"),
                ([self.plane, "-o", nowhere / "picture.png"], 3, "cannot be written")):
            with self.subTest(words=words):
                status, said = render(*words)
                self.assertEqual(status, expected, said)
                self.assertIn(part, said)
                self.assertNotIn("Traceback", said)


if __name__ == "__main__":
    unittest.main()
