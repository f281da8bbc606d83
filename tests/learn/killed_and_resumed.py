"""Trains with parapet-learn, kills it again and again, and resumes: the parameters must be the same
bits as those of a training nobody disturbed. Then evaluates and predicts with what came out.

    killed_and_resumed.py PARAPET_LEARN MAKE_TRAJECTORY MPIEXEC RANKS
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

LEARN, MAKE, MPIEXEC, RANKS = sys.argv[1:5]
INPUT = """
[data]
trajectory = "trajectory.h5"
train = 16
validation = 4
test = 4
[model]
modes = [6]
width = 16
layers = 2
[training]
epochs = 250
batch_size = 4
learning_rate = 5e-3
checkpoint_every = 7
"""


def command(*words):
    return [MPIEXEC, "-n", RANKS, LEARN, *words]


def start(*words):
    return subprocess.Popen(command("train", "input.toml", *words), text=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process):
    _, text = process.communicate(timeout=300)
    return process.returncode, text


def digest(text):
    found = re.search(r"digest of the parameters ([0-9a-f]{16})", text)
    assert found, text
    return found.group(1)


def steps(folder):
    return [int(line.split(",")[0]) for line in (folder / "training.csv").open().readlines()[1:]]


def newest_checkpoint(folder):
    return max((int(f.stem.split("-")[-1]) for f in folder.glob("checkpoint-*.h5")), default=0)


def wait_for_checkpoint(folder, process, least):
    """Until the training has gone on beyond `least` steps, or ended."""
    while process.poll() is None and newest_checkpoint(folder) <= least:
        time.sleep(0.01)


def ranks_of(process):
    listed = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True)
    return sorted(int(pid) for pid in listed.stdout.split())


def kill_and_resume(expected):
    folder = Path("killed")
    kills = 0
    while True:
        reached = newest_checkpoint(folder)
        process = start("--set", "training.folder=killed", *(["--resume"] if kills else []))
        if kills < 3:
            wait_for_checkpoint(folder, process, reached)
            ranks = ranks_of(process)
            assert len(ranks) == int(RANKS), ranks
            time.sleep(random.uniform(0, 0.03))
        else:
            code, text = finish(process)
            assert code == 0, text
            assert digest(text) == expected, "a killed training ended with other parameters"
            break
        assert process.poll() is None, "the training ended before it could be killed"
        # Every rank in turn is the first to go, and the launcher ends the others; then all at once.
        for pid in ranks if kills == 2 else ranks[kills:kills + 1]:
            os.kill(pid, signal.SIGKILL)
        assert finish(process)[0] != 0
        kills += 1
    assert steps(folder) == steps(Path("whole")), "training.csv has lost or doubled rows"


def terminate_and_resume(expected):
    for number, wanted in ((signal.SIGTERM, 1), (signal.SIGUSR1, 2)):
        folder = Path(f"stopped{wanted}")
        process = start("--set", f"training.folder={folder}")
        wait_for_checkpoint(folder, process, 15)
        os.kill(ranks_of(process)[-1], number)
        code, text = finish(process)
        assert code == 64, f"exit {code} after {number!r}:\n{text}"
        assert number.name in text, text
        code, text = finish(start("--set", f"training.folder={folder}", "--resume"))
        assert code == 0 and digest(text) == expected, text


def evaluate_and_predict():
    for _ in range(2):  # the second replaces what the first wrote
        subprocess.run(command("evaluate", "whole"), check=True, timeout=300,
                       stderr=subprocess.DEVNULL)
    evaluation = json.loads(Path("whole/evaluation.json").read_text())
    per_sample = evaluation["per_sample"]["relative_l2"]
    with h5py.File("whole/predictions.h5") as file, h5py.File("trajectory.h5") as truth:
        target, prediction = file["target"][:], file["prediction"][:]
        for row, member in enumerate(file["sample"][:]):
            np.testing.assert_array_equal(target[row, 0, 0], truth["t0_fields/u"][member, -1])
            error = (np.linalg.norm(prediction[row] - target[row]) / np.linalg.norm(target[row]))
            place = evaluation["per_sample"]["member"].index(member)
            np.testing.assert_allclose(error, per_sample[place], rtol=1e-4)
    metric = evaluation["metrics"]["relative_l2"]
    np.testing.assert_allclose(metric["value"], np.mean(per_sample), rtol=1e-12)
    assert metric["low"] <= metric["value"] <= metric["high"] <= 0.1, metric
    subprocess.run(command("predict", "whole", "--input", "trajectory.h5", "--output", "predicted"),
                   check=True, timeout=300)
    with h5py.File("predicted/trajectory.h5") as file, h5py.File("trajectory.h5") as truth:
        found, exact = file["t0_fields/u"][:, 1], truth["t0_fields/u"][:, -1]
        error = np.linalg.norm(found - exact, axis=1) / np.linalg.norm(exact, axis=1)
        np.testing.assert_allclose(error[-4:], per_sample, rtol=1e-3)


def refused():
    faults = {"epochs=0": "epochs", "batch_sise=4": "batch_size", "learning_rate=nan": "learning_rate"}
    code, text = finish(start(*(w for fault in faults for w in ("--set", f"training.{fault}"))))
    assert code == 1 and all(part in text for part in faults.values()), f"exit {code}\n{text}"


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    Path("input.toml").write_text(INPUT)
    subprocess.run([MPIEXEC, "-n", "1", MAKE, scratch], check=True)
    code, text = finish(start("--set", "training.folder=whole"))
    assert code == 0, text
    kill_and_resume(digest(text))
    terminate_and_resume(digest(text))
    refused()
    evaluate_and_predict()
