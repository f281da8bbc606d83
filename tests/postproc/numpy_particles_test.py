"""numpy_particles.py on few oscillators, against Euler's steps written plainly."""

import cmath
import json
import subprocess
import sys
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "postproc" / "numpy_particles.py"
COUNT, STEPS = 301, 7


def run(*words):
    return subprocess.run([sys.executable, str(SCRIPT), *(str(word) for word in words)],
                          capture_output=True, text=True, timeout=60, check=False)


def order_after_plain_steps():
    theta = [6.0 * (i % 1000) / 1000.0 for i in range(COUNT)]
    for _ in range(STEPS):
        mean = sum(cmath.exp(1j * t) for t in theta) / COUNT
        theta = [t + 0.01 * (i / 1000.0 - 0.5 + (mean * cmath.exp(-1j * t)).imag)
                 for i, t in enumerate(theta)]
    return abs(sum(cmath.exp(1j * t) for t in theta)) / COUNT


class NumpyParticlesTest(unittest.TestCase):
    def test_steps_oscillators_as_plain_formulas_do(self):
        expected = order_after_plain_steps()
        for processes in (1, 3):
            done = run("--particles", COUNT, "--processes", processes, "--piece", 40,
                       "--steps", STEPS, "--trials", 1)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads(done.stdout)
            self.assertLess(abs(report["without_noise"]["order"] - expected), 1e-13)
            self.assertNotEqual(report["with_noise"]["order"], report["without_noise"]["order"])
            for kind in ("without_noise", "with_noise"):
                self.assertGreater(report[kind]["particle_steps_per_s"], 0.0)

    def test_refuses_what_is_no_number(self):
        for words in (("--particles", "0"), ("--steps", "many")):
            done = run(*words)
            self.assertEqual(done.returncode, 1)
            self.assertIn(words[0], done.stderr)


if __name__ == "__main__":
    unittest.main()
