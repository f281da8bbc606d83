"""Submits Parapet's job scripts to Slurm as a user would, interrupts them as Slurm and users do,
and compares what comes out with the same work left alone. Runs inside tests/endtoend/slurm.sh.

    job_scripts.py PARAPET PARAPET_LEARN MPIEXEC     (PARAPET_LEARN may be empty)
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py

PARAPET, LEARN, MPIEXEC = sys.argv[1:4]
SOURCE = Path(__file__).resolve().parents[2]
SCRIPTS = SOURCE / "input" / "jobs"
ONE_MEMBER = """
[equation]
name = "burgers"
viscosity = 0.02
[grid]
points = [12, 16]
[initial]
kind = "gaussian-random-field"
sigma = 25.0
[time]
end = 0.2
step = 0.005
[output]
folder = "unused"
frames = 5
precision = "float64"
[diagnostics]
interval = 0.02
"""
ENSEMBLE = """
[equation]
name = "burgers"
viscosity = 0.05
[grid]
points = [48]
[initial]
kind = "random-sines"
[time]
end = 0.3
tolerance = 1e-6
[output]
folder = "unused"
frames = 4
[ensemble]
members = 24
"""
TRAINING = """
[data]
trajectory = "ensemble/trajectory.h5"
train = 16
validation = 4
test = 4
[model]
modes = [6]
width = 16
layers = 2
[training]
epochs = 600
batch_size = 4
learning_rate = 5e-3
checkpoint_every = 50
"""


def output_of(*words, **environment):
    done = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=os.environ | environment)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}"
    return done.stdout


def end_holds():
    """Slurm holds a requeued job back for two minutes; an operator may let it start at once."""
    held = output_of("squeue", "--noheader", "--states=PENDING", "--format=%i %r")
    for line in held.splitlines():
        number, reason = line.split(maxsplit=1)
        if reason == "BeginTime":
            output_of("scontrol", "update", f"JobId={number}", "StartTime=now")


def wait_until(is_true, what, seconds=200):
    """`what` tells, when it did not come true in time, what there is instead."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, f"not within {seconds} s: {what()}"
        end_holds()
        time.sleep(0.3)


def submit(script, *words, options=(), **environment):
    """A job script in Slurm's queue, on two ranks unless `options` say otherwise."""
    command = ["sbatch", "--parsable", "--ntasks=2", *options, str(SCRIPTS / script), *words]
    return Job(output_of(*command, **environment).strip())


class Job:
    """A job in Slurm's queue, by its number."""

    def __init__(self, number):
        self.number = number

    def fields(self):
        text = output_of("scontrol", "--oneliner", "show", "job", self.number)
        return dict(re.findall(r"(\w+)=(\S*)", text))

    def log(self):
        file = Path(self.fields()["StdOut"])
        return file.read_text(errors="replace") if file.exists() else ""

    def __str__(self):
        return f"job {self.number}: {self.fields()}\n{self.log()}"

    def wait_for(self, text):
        wait_until(lambda: text in self.log(), lambda: f"'{text}' in {self}")

    def signal(self, name):
        output_of("scancel", f"--signal={name}", "--batch", self.number)

    def ask_to_stop(self, after):
        """As Slurm does before the time limit."""
        self.wait_for(after)
        self.signal("USR1")

    def end(self):
        """The state and exit status it ends with."""
        over = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL")
        wait_until(lambda: self.fields()["JobState"] in over, lambda: str(self))
        found = self.fields()
        return found["JobState"], int(found["ExitCode"].split(":")[0])

    def expect_done(self, restarts):
        """Done after one of so many `restarts`."""
        assert self.end() == ("COMPLETED", 0), str(self)
        assert int(self.fields()["Restarts"]) in restarts, str(self)


def contents(folder):
    """All that must not depend on interruptions."""
    with h5py.File(Path(folder) / "trajectory.h5") as file:
        arrays = [file["progress/digests"][:].tobytes(), file["t0_fields/u"][:].tobytes()]
    return [*arrays, (Path(folder) / "diagnostics.csv").read_bytes()]


def run_alone(file, folder, *words):
    output_of(MPIEXEC, "-n", "2", PARAPET, "run", file, "--folder", folder, *words)
    return contents(folder)


def slowly(seconds_a_step=0.4):
    return {"PARAPET_TEST_FAULT": f"pause={seconds_a_step}"}


def check_log(text):
    """One log of all parts, readable in a file: no control sequences, progress as lines."""
    assert "\r" not in text and "\033" not in text, repr(text)
    assert re.search(r"^\d+ %, .* left", text, re.MULTILINE), text
    assert text.count("memory about") >= 2, text


def single_runs():
    """Stopped by Slurm before the time limit, by hand under srun, on more ranks than planes."""
    expected = run_alone("plane.toml", "alone")
    # 40 steps of 1.2 s; the limit is a minute and Slurm warns 10 to 40 s after the start.
    limited = submit("solve.sbatch", "plane.toml", options=["--time=1", "--signal=B:USR1@20"],
                     PARAPET_FOLDER="limited", **slowly(1.2))
    by_srun = submit("solve.sbatch", "plane.toml", PARAPET_FOLDER="by-srun",
                     PARAPET_LAUNCH="srun --mpi=pmix", **slowly())
    crowded = submit("solve.sbatch", "plane.toml", options=["--ntasks=14"],
                     PARAPET_FOLDER="crowded", **slowly())
    yield
    by_srun.ask_to_stop(after="frame 1")
    crowded.ask_to_stop(after="frame 1")
    yield
    # The second part of the limited job may be stopped as well.
    for job, folder, restarts in ((by_srun, "by-srun", [1]), (crowded, "crowded", [1]),
                                  (limited, "limited", [1, 2])):
        job.expect_done(restarts)
        assert contents(folder) == expected, f"{folder} differs from the undisturbed run"
    check_log(limited.log())


def cancelled_runs():
    """Cancelled for good, with and without time for a checkpoint, and a fault of the user's."""
    saved = submit("solve.sbatch", "plane.toml", PARAPET_FOLDER="saved", **slowly(3.0))
    cancelled = submit("solve.sbatch", "plane.toml", PARAPET_FOLDER="cancelled", **slowly(3.0))
    faulty = submit("solve.sbatch", "plane.toml", "--set", "time.end=-1", PARAPET_FOLDER="faulty")
    yield
    saved.wait_for("frame 1")
    saved.signal("TERM")
    cancelled.wait_for("frame 1")
    output_of("scancel", cancelled.number)
    yield
    assert saved.end() == ("FAILED", 64), saved.log()
    assert cancelled.end()[0] == "CANCELLED", cancelled.log()
    assert faulty.end() == ("FAILED", 1) and "time.end" in faulty.log(), faulty.log()
    for folder in ("saved", "cancelled"):
        again = submit("solve.sbatch", "plane.toml", PARAPET_FOLDER=folder)
        again.expect_done(restarts=[0])
        assert contents(folder) == contents("alone"), f"{folder} differs from the undisturbed run"


def arrays():
    """Parts of an ensemble, one of them stopped."""
    parts = submit("ensemble.sbatch", "ensemble.toml", "--set", "ensemble.batch=1",
                   options=["--array=0-1"], **slowly(0.02))
    first, second = (Job(f"{parts.number}_{part}") for part in (0, 1))
    yield
    second.ask_to_stop(after="memory about")
    yield
    first.expect_done(restarts=[0])
    second.expect_done(restarts=[1])
    for part in (0, 1):
        expected = run_alone("ensemble.toml", f"part-{part}", "--set", "ensemble.batch=1",
                             "--set", f"ensemble.seed={1000 + part}")
        assert contents(f"runs/ensemble-{part}") == expected, f"part {part} differs"


def digest(text):
    return re.findall(r"digest of the parameters ([0-9a-f]{16})", text)[-1]


def training():
    run_alone("ensemble.toml", "ensemble")
    job = submit("train.sbatch", "training.toml", "ensemble", PARAPET_LEARN=LEARN)
    yield
    table = Path("ensemble/surrogate/training.csv")
    wait_until(lambda: table.exists() and len(table.read_text().splitlines()) > 3, lambda: str(job))
    job.signal("USR1")
    yield
    expected = digest(output_of(MPIEXEC, "-n", "2", LEARN, "train", "training.toml",
                                "--set", "training.folder=undisturbed"))
    job.expect_done(restarts=[1])
    assert "continues after step" in job.log() and digest(job.log()) == expected, job.log()
    for name in ("surrogate/evaluation.json", "report.html"):
        assert (Path("ensemble") / name).exists(), job.log()


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    os.environ |= {"PARAPET": PARAPET, "PARAPET_SOURCE": str(SOURCE)}
    for name, text in (("plane", ONE_MEMBER), ("ensemble", ENSEMBLE), ("training", TRAINING)):
        Path(f"{name}.toml").write_text(text)
    stories = [arrays(), *([training()] if LEARN else []), cancelled_runs(), single_runs()]
    for stage in range(3):  # all jobs are submitted, then all are disturbed, then all are awaited
        for story in stories:
            next(story, None)
