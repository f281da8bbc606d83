"""compare.py on what `parapet compare --json` finds. PARAPET names the program."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

COMPARE = Path(__file__).resolve().parents[2] / "postproc" / "compare.py"

INPUT = """[equation]
name = "{name}"
[grid]
points = {points}
lower = [-3.0]
length = [6.0]
boundary = "no-flux"
[initial]
kind = "gaussian"
deviations = [0.5]
[time]
end = 0.2
step = 0.02
[output]
folder = "run"
frames = 3
"""


def page_of(found):
    return subprocess.run([sys.executable, COMPARE, found], capture_output=True, text=True)


class CompareTest(unittest.TestCase):
    def test_a_page_of_a_line_and_of_a_plane(self):
        for name, points, pictures in (("double-well", [48], 2), ("ornstein-uhlenbeck", [24, 24], 2)):
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                (folder / "in.toml").write_text(INPUT.format(name=name, points=points))
                json = subprocess.run(
                    [*os.environ["PARAPET"].split(), "compare", folder / "in.toml", "--json",
                     "--particles", "200,2000,20000"], capture_output=True, text=True, check=True)
                (folder / "found.json").write_text(json.stdout)
                done = page_of(folder / "found.json")
                self.assertEqual(done.returncode, 0, done.stderr)
                text = (folder / "found.html").read_text(encoding="utf-8")
                self.assertEqual(text.count("<figure>"), pictures)
                self.assertIn(name, text)
                self.assertIn("<td class=\"number\">20000</td>", text)

    def test_other_files_are_refused(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            self.assertEqual(page_of(folder / "absent.json").returncode, 3)
            for text in ("no json", "[]", "{\"equation\": \"x\", \"series\": []}"):
                (folder / "other.json").write_text(text)
                done = page_of(folder / "other.json")
                self.assertEqual(done.returncode, 4, done.stderr)
                self.assertIn("other.json", done.stderr)
                self.assertFalse((folder / "other.html").exists())


if __name__ == "__main__":
    unittest.main()
