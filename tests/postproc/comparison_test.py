"""compare.py on comparisons with known contents, and on one that parapet makes."""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "postproc")]

import compare  # noqa: E402
from page import Page, is_blank  # noqa: E402


def frames(scale):
    return [{"time": t, "l2": scale * (1 + t), "expected_l2": scale, "w1": scale,
             "expected_w1": scale, "w2": 2 * scale, "means_off": 1.0, "means_error": 0.1,
             "variances_off": 1.5, "variances_error": 0.2} for t in (0.0, 0.5, 1.0)]


def comparison(points):
    cells = 1
    for n in points:
        cells *= n
    density = [1.0 + 0.01 * i for i in range(cells)]
    series = [{"particles": n, "interaction": "mesh", "frames": frames(n ** -0.5),
               "density": [1.1 * value for value in density]} for n in (100, 1000)]
    return {"equation": "double-well",
            "grid": {"points": points, "lower": [0.0] * len(points),
                     "length": [1.0] * len(points)},
            "density": density, "series": series, "slope_l2": -0.5, "slope_w1": -0.487}


class ComparisonTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "comparison.json"

    def main(self, *words):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            try:
                status = compare.main([str(word) for word in words])
            except SystemExit as leaving:
                status = leaving.code
        return status, said.getvalue()

    def page(self):
        status, said = self.main(self.file)
        self.assertEqual(status, 0, said)
        page = Page(self.file.with_suffix(".html").read_text(encoding="utf-8"))
        self.assertEqual(page.outside, [])
        for _, pixels in page.images:
            self.assertFalse(is_blank(pixels))
        self.assertEqual(len(page.images), 6)  # three pictures, each for light and dark pages
        return page

    def test_lines_and_planes(self):
        for points in ([12], [6, 4]):
            self.file.write_text(json.dumps(comparison(points)), encoding="utf-8")
            page = self.page()
            self.assertIn("1000", page.text)
            self.assertIn("-0.487", page.text)

    def test_leaves_out_moments_that_are_none(self):
        found = comparison([6, 4])
        for one in found["series"]:
            for frame in one["frames"]:
                frame["means_off"] = frame["variances_off"] = None
        self.file.write_text(json.dumps(found), encoding="utf-8")
        page = self.page()
        self.assertIn("–", page.text)
        self.assertNotIn("not finite", page.text)

    def test_refuses_what_is_no_comparison(self):
        status, said = self.main(self.folder / "none.json")
        self.assertEqual(status, 3, said)
        short = comparison([12])
        short["density"].pop()
        for text in ("no", "{}", json.dumps(short)):
            self.file.write_text(text, encoding="utf-8")
            status, said = self.main(self.file)
            self.assertEqual(status, 4, said)
            self.assertIn("parapet compare", said)
        self.assertEqual(self.main("--wrong")[0], 1)

    def test_what_parapet_prints(self):
        command = [os.environ["PARAPET"], "compare", str(ROOT / "input/ornstein-uhlenbeck-2d.toml"),
                   "--json", "--particles", "100,1000", "--set", "grid.points=[16, 16]", "--set",
                   "time.end=0.2", "--set", "output.frames=3", "--step", "0.1"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100)
        self.file.write_text(printed.stdout, encoding="utf-8")
        self.page()


if __name__ == "__main__":
    unittest.main()
