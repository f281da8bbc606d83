"""report.py on small runs with known contents."""

import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
POSTPROC = HERE.parents[1] / "postproc"
sys.path[:0] = [str(HERE), str(POSTPROC)]

import report  # noqa: E402
from page import Page, is_blank  # noqa: E402
from parapet_post.spectra import shell_spectrum  # noqa: E402
from sample_runs import decaying_modes, random_field, write_run, write_training  # noqa: E402

TIME = np.linspace(0.0, 1.0, 9)
SETTINGS = '[equation]\nname = "burgers"\nviscosity = 0.05\n[grid]\npoints = [64]\n'


def report_main(*words):
    """Calls report.py's main; returns its exit status and what it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            status = report.main([str(word) for word in words])
        except SystemExit as leaving:
            status = leaving.code
    return status, said.getvalue()


class ReportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def page(self, *words):
        status, said = report_main(*words, "-o", self.folder / "page.html")
        self.assertEqual(status, 0, said)
        page = Page((self.folder / "page.html").read_text(encoding="utf-8"))
        self.assertEqual(page.outside, [])
        self.assertNotIn("http", page.text)
        for _, pixels in page.images:
            self.assertFalse(is_blank(pixels))
        shown = [alt for alt, _ in page.images if alt is not None]
        self.assertEqual(2 * len(shown), len(page.images))  # each for light and for dark pages
        self.assertTrue(all(len(alt) > 20 for alt in shown))
        return page

    def assert_refused(self, status, part, *words):
        found, said = report_main(*words)
        self.assertEqual(found, status, said)
        self.assertIn(part, said)
        self.assertNotIn("Traceback", said)
        self.assertEqual(len(said.strip().splitlines()), 1, said)

    def assert_cells(self, cells, values, digits):
        for cell, value in zip(cells, values, strict=True):
            self.assertLessEqual(abs(float(cell) - value),
                                 0.51 * 10.0**(1 - digits) * max(abs(value), 1e-9), cell)


class EnsembleTest(ReportTest):
    """A 1-D ensemble of decaying modes, whose every number is known in closed form."""

    members = 30

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(7)
        self.amplitudes = random.uniform(0.5, 1.0, (self.members, 3))
        self.u = decaying_modes(64, TIME, self.amplitudes)
        self.defect = 10.0**random.uniform(-16, -12, self.members)
        self.nan = np.zeros(self.members)

    def run_folder(self, **more):
        energy = 0.5 * np.mean(self.u**2, axis=2)
        table = {"member": np.repeat(np.arange(self.members), len(TIME)),
                 "time": np.tile(TIME, self.members), "energy": energy.ravel(),
                 "mean": 0 * energy.ravel()}
        certificates = {"conservation_defect": self.defect, "spectrum_tail": self.defect**0.5,
                        "is_nan": self.nan}
        return write_run(self.folder / "run", {"u": self.u}, TIME, [1.0], self.members,
                         parameters={"viscosity": 0.05}, settings=SETTINGS,
                         **{"diagnostics": table, "certificates": certificates} | more)

    def test_page_has_every_section_and_the_input(self):
        page = self.page(self.run_folder())
        self.assertEqual(list(page.sections),
                         ["input", "certificates", "fields", "spectrum", "diagnostics"])
        self.assertEqual(page.table("input")["viscosity"], ["0.05"])
        self.assertIn("Burgers, 1-D", page.text)
        self.assertIn("30 members · 64 points", page.text)
        self.assertEqual(page.notices, [])

    def test_certificates_are_summarised(self):
        row = self.page(self.run_folder()).table("certificates")["conservation defect"]
        d = self.defect
        self.assert_cells(row[:4], [d.min(), np.median(d), np.percentile(d, 95), d.max()], 3)
        self.assertEqual(int(row[4]), d.argmax())

    def test_worst_members_are_listed(self):
        listed = self.page(self.run_folder()).table("certificates", 1)
        worst = {str(m) for m in np.argsort(self.defect)[-3:]}
        self.assertLessEqual(worst, set(listed))

    def test_members_over_a_limit_come_first(self):
        certificates = {"energy_balance": np.full(self.members, 1e-9),
                        "spectrum_tail": np.full(self.members, 1e-6),
                        "is_nan": self.nan}
        certificates["spectrum_tail"][7] = 0.2      # 200 times its limit
        certificates["energy_balance"][3] = 2e-3    # twice
        certificates["energy_balance"][21] = np.nan
        self.nan[21] = 1
        page = self.page(self.run_folder(certificates=certificates))
        self.assertIn("2 member(s) exceed a limit, 1 became NaN", page.text)
        self.assertEqual(list(page.table("certificates", 1))[-3:], ["21", "7", "3"])

    def test_sound_members_are_said_to_be_so(self):
        sound = {"energy_balance": 1e-9 * (1 + np.arange(self.members))}
        page = self.page(self.run_folder(certificates=sound))
        self.assertIn("No member exceeds a limit", page.text)
        self.assertEqual(list(page.table("certificates", 1))[-3:], ["29", "28", "27"])

    def test_member_that_became_nan_is_named(self):
        self.nan[11] = 1
        self.defect[11] = np.nan
        self.u[11, 4:] = np.nan
        page = self.page(self.run_folder())
        self.assertIn("1 member(s) NaN", page.text)
        self.assertEqual(page.table("certificates", 1)["11"][1:], ["–", "–", "yes"])

    def test_range_table_holds_the_closed_form(self):
        rows = self.page(self.run_folder()).sections["fields"][0][1:]
        k = 2 * np.pi * np.arange(1, 4)
        for row, t in zip(rows, (0.0, 1.0), strict=True):
            a = self.amplitudes[0] * np.exp(-0.05 * k**2 * t)
            self.assert_cells(row[5:], [np.sqrt(0.5 * np.sum(a**2))], 6)
            self.assert_cells(row[3:4], [a.sum()], 6)

    def test_incomplete_run_shows_its_valid_frames(self):
        valid = [len(TIME)] * 10 + [3] + [0] * 19
        unfinished = np.arange(self.members) >= 10
        certificate = {"conservation_defect": np.where(unfinished, np.nan, self.defect)}
        page = self.page(self.run_folder(valid=valid, certificates=certificate))
        self.assertIn("20 of 30 member(s) lack frames (93 of 270 frames are valid)",
                      page.notices[0])
        self.assertIn(">incomplete<", page.text)
        row = page.table("certificates")["conservation defect"]
        self.assert_cells(row[3:4], [self.defect[:10].max()], 3)
        self.assertIn("20 not finished", page.text)

    def test_run_without_a_single_frame(self):
        page = self.page(self.run_folder(valid=[0] * self.members, diagnostics=None))
        self.assertNotIn("fields", page.sections)

    def test_recorded_spectra_are_preferred(self):
        run = self.run_folder()
        rows = [f"0,{t},{0.5},{0.25 / (1 + t)},0.125,0.0625" for t in TIME]
        (run / "spectrum.csv").write_text("member,time,shell_0,shell_1,shell_2,shell_3\n"
                                          + "\n".join(rows) + "\n")
        self.assertIn("(member 0), recorded by the run", self.page(run).text)

    def test_torn_side_files_are_told_and_left_out(self):
        run = self.run_folder()
        table = run / "diagnostics.csv"
        table.write_text(table.read_text()[:-9])
        (run / "progress.json").write_text('{"status": "run')
        (run / "input.toml").write_text("[equation\n")
        page = self.page(run)
        said = " ".join(page.notices)
        for name in ("diagnostics.csv: 1 incomplete", "progress.json", "input.toml"):
            self.assertIn(name, said)


class OtherShapesTest(ReportTest):
    def test_two_dimensional_vector_run(self):
        u = np.stack([np.stack([random_field((24, 16), 2 * i + c) for c in (0, 1)], -1)
                      for i in range(3)])[None]
        run = write_run(self.folder / "run", {"u": u}, [0.0, 0.5, 1.0], [3.0, 2.0],
                        certificates={"conservation_defect": [2e-15]})
        page = self.page(run)
        rows = {(row[0], row[1]): row for row in page.sections["fields"][0]}
        for c, name in enumerate(("u_x", "u_y")):
            last = u[0, -1, ..., c].astype(np.float32)
            self.assert_cells(rows[name, "1"][2:4], [last.min(), last.max()], 6)
        self.assertEqual(page.table("certificates")["0"], ["3 of 3", "2e-15"])

    def test_three_dimensional_run(self):
        u = np.stack([random_field((12, 10, 8), i) for i in range(2)])[None]
        page = self.page(write_run(self.folder / "run", {"density": u}, [0.0, 1.0], [1, 1, 1]))
        self.assertIn("Slices through the middle of density", page.text)

    def test_pdebench_layout(self):
        run = self.folder / "run"
        run.mkdir()
        u = decaying_modes(32, TIME, np.ones((2, 1)))
        with h5py.File(run / "trajectory.h5", "w") as file:
            file["tensor"] = u.astype(np.float32)
            file["x-coordinate"] = ((np.arange(32) + 0.5) / 32).astype(np.float32)
            file["t-coordinate"] = np.append(TIME, 1.125).astype(np.float32)
            file.attrs["Nu"] = 0.05
        page = self.page(run)
        self.assertIn("2 members · 32 points · 9 frames", page.text)
        self.assertIn("all of them are taken as valid", page.notices[0])


class TrainingTest(ReportTest):
    metrics = {"relative_l2": {"value": 0.0123, "low": 0.011, "high": 0.0137},
               "frmse_high": {"value": None, "low": None, "high": None},
               "rmse": {"value": 2.5e-4, "low": 2e-4, "high": 3e-4}}
    cost = {"surrogate": {"seconds_single": 2e-3, "seconds_batched": 5e-4, "batch": 20,
                          "relative_l2": 0.0123},
            "solver": {"seconds": 5e-4, "points": 64, "time_step": 0.05, "relative_l2": 0.01,
                       "members": 20, "method": "ETDRK4"}}

    def training(self, shape, **more):
        targets = np.stack([random_field(shape, i) for i in range(5)])[:, None, None]
        factor = 1 + np.array([0.04, 0.01, 0.02, 0.5, 0.03])
        predictions = targets * factor.reshape(-1, *[1] * (targets.ndim - 1))
        losses = [(10 * e, e, 2.0**-e, np.nan if e % 2 else 3.0**-e, 1e-3 / e, 1.5 * e)
                  for e in range(1, 9)]
        return write_training(self.folder / "run" / "surrogate", targets, predictions, losses,
                              **{"metrics": self.metrics, "cost": self.cost,
                                 "per_sample": 10.0**-np.arange(1, 4, 0.1)} | more)

    def test_page_about_a_training_alone(self):
        self.training((64,))
        page = self.page(self.folder / "run")
        self.assertEqual(list(page.sections), ["losses", "metrics", "predictions", "errors", "cost"])
        self.assertEqual(page.table("metrics")["relative L2"], ["0.0123", "0.011 – 0.0137"])
        self.assertEqual(page.table("metrics")["RMSE"], ["0.00025", "0.0002 – 0.0003"])
        self.assertEqual(page.table("metrics")["fRMSE, high wavenumbers"], ["–", "–"])
        self.assertIn("training loss 0.00391, validation error 0.000152, after 12 s", page.text)
        self.assertIn("4 times slower", page.text)
        self.assertIn("30 test samples", page.text)

    def test_errors_of_a_rollout_are_drawn_against_time(self):
        self.training((64,), rollout_steps={"time": [0.1, 0.2, 0.3],
                                            "relative_l2": [0.01, 0.025, 0.04]})
        page = self.page(self.folder / "run")
        self.assertIn("rollout", page.sections)
        self.assertIn("0.01 after the first step, 0.04 after the last (3 steps)", page.text)

    def test_best_median_and_worst_sample_are_shown(self):
        self.training((64,))
        alt = " ".join(alt for alt, _ in self.page(self.folder / "run").images if alt)
        for words in ("best sample (relative L2 0.01)", "median sample (relative L2 0.03)",
                      "worst sample (relative L2 0.5)"):
            self.assertIn(words, alt)

    def test_training_in_two_and_three_dimensions(self):
        for shape in ((16, 12), (8, 10, 6)):
            with self.subTest(shape=shape):
                self.training(shape)
                page = self.page(self.folder / "run", "--training", self.folder / "run/surrogate")
                self.assertIn("Maps of true and predicted u", page.text)

    def test_unfinished_training_shows_its_losses(self):
        folder = self.training((64,))
        (folder / "evaluation.json").write_text("{")
        (folder / "predictions.h5").unlink()
        page = self.page(self.folder / "run")
        self.assertEqual(list(page.sections), ["losses"])
        self.assertIn("evaluation.json cannot be read", page.notices[0])


class RefusalTest(ReportTest):
    def setUp(self):
        super().setUp()
        self.run_folder = write_run(self.folder / "run", {"u": decaying_modes(
            64, TIME, np.ones((1, 1)))}, TIME, [1.0])
        self.file = self.run_folder / "trajectory.h5"

    def test_bad_arguments(self):
        self.assertEqual(report_main()[0], 1)
        self.assertEqual(report_main(self.run_folder, "--nonsense")[0], 1)
        self.assert_refused(1, "no such folder", self.folder / "nowhere")

    def test_folder_without_a_run(self):
        (self.folder / "empty").mkdir()
        self.assert_refused(4, "holds neither", self.folder / "empty")

    def test_program_leaves_with_the_status_and_without_a_trace(self):
        for folder, status in ((self.run_folder, 0), (self.folder / "nowhere", 1)):
            done = subprocess.run([sys.executable, POSTPROC / "report.py", folder],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, status)
            self.assertNotIn("Traceback", done.stderr)
        self.assertTrue((self.run_folder / "report.html").exists())

    def test_unwritable_output(self):
        self.assert_refused(3, "cannot be written", self.run_folder,
                            "-o", self.folder / "missing" / "page.html")

    def test_truncated_trajectories(self):
        whole = self.file.read_bytes()
        for part in (0, 1, 96, 512, len(whole) // 2, len(whole) * 9 // 10):
            self.file.write_bytes(whole[:part])
            with self.subTest(bytes=part):
                self.assert_refused(4, "trajectory.h5", self.run_folder)

    def test_foreign_constructs(self):
        secret = self.folder / "secret"
        secret.write_bytes(b"\0" * 4096)
        shape = (1, len(TIME), 64)
        table = {
            "external links are not followed": lambda g: g.__setitem__(
                "u", h5py.ExternalLink("other.h5", "/u")),
            "soft and external links": lambda g: g.__setitem__("u", h5py.SoftLink("/dimensions/x")),
            "not numbers": lambda g: g.create_dataset("u", shape, dtype=h5py.string_dtype()),
            "outside the file": lambda g: g.create_dataset(
                "u", shape, "f4", external=[(str(secret), 0, h5py.h5f.UNLIMITED)]),
            "unknown filter": lambda g: g.create_dataset("u", shape, "f4", compression="lzf"),
            "has shape": lambda g: g.create_dataset("u", (1, 2, 64), "f4"),
            "listed in /t0_fields and absent": lambda g: None,
        }
        for part, make in table.items():
            with h5py.File(self.file, "r+") as file:
                if "u" in file["t0_fields"].keys():
                    del file["t0_fields/u"]
                make(file["t0_fields"])
            with self.subTest(part):
                self.assert_refused(4, part, self.run_folder)


class SpectrumTest(unittest.TestCase):
    def test_energy_of_known_modes(self):
        amplitudes = np.array([[0.7, 0.0, 0.3]])
        for points in (32, 33):
            u = decaying_modes(points, [0.0], amplitudes)[0, 0] + 2.0
            energy = shell_spectrum([u], [3.0])
            np.testing.assert_allclose(energy[:5], [2.0, 0.7**2 / 4, 0, 0.3**2 / 4, 0], atol=1e-15)

    def test_shells_of_a_plane_wave(self):
        x, y, z = np.meshgrid(*(np.arange(n) / n for n in (16, 12, 18)), indexing="ij")
        energy = shell_spectrum([np.sin(2 * np.pi * (2 * x + y)), np.cos(2 * np.pi * 5 * z)],
                                [1.0, 1.0, 1.0])
        np.testing.assert_allclose(energy, [0, 0, 0.25, 0, 0, 0.25, 0], atol=1e-15)

    def test_shells_of_an_oblong_box_count_physical_wavenumbers(self):
        x, y = np.meshgrid(np.arange(32) / 32, np.arange(16) / 16, indexing="ij")
        energy = shell_spectrum([np.cos(2 * np.pi * y) + np.cos(2 * np.pi * 6 * x)], [3.0, 1.0])
        self.assertEqual(len(energy), 17)
        np.testing.assert_allclose(energy[[3, 6]], [0.25, 0.25])
        self.assertAlmostEqual(energy.sum(), 0.5)

    def test_sum_is_half_the_mean_square(self):
        u = random_field((20, 20), 5, largest=3)
        self.assertAlmostEqual(shell_spectrum([u, 2 * u], [1.0, 1.0]).sum(), 2.5)


if __name__ == "__main__":
    unittest.main()
