"""Every shipped input file, at a reduced size: it runs on two ranks, its trajectory keeps The
Well's rules, and ParaView opens it. PARAPET names the program, MPIEXEC the launcher."""

import math
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "io"))

from well_rules import broken_rules  # noqa: E402

MOST_POINTS = {1: 128, 2: 32, 3: 16}  # an axis, by dimension
MOST_NODES = 100  # of a graph
MOST_STEPS = 20
failures = []


def expect(condition, message):
    if not condition:
        failures.append(message)
        print("FAILED:", message, flush=True)


def shipped_inputs():
    """Input files of runs: those with a grid or a graph (a training has none)."""
    for path in sorted((ROOT / "input").rglob("*.toml")):
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        if ("grid" in settings or "graph" in settings) and "equation" in settings:
            yield path, settings


def reductions(settings):
    """What makes an input small: fewer points, few steps, two frames, two members."""
    if "graph" in settings:
        words = [f"graph.nodes={min(MOST_NODES, settings['graph']['nodes'])}"]
    else:
        points = settings["grid"]["points"]
        fewer = [min(n, MOST_POINTS[len(points)]) for n in points]
        words = [f"grid.points={fewer}"]
        if settings["equation"]["name"] == "landau":  # a particle starts in each cell
            words.append(f"particles.count={math.prod(fewer)}")
    time = settings.get("time", {})
    if "end" in time:
        share = 0.02 if "step" not in time else min(1.0, MOST_STEPS * time["step"] / time["end"])
        end = time["end"] * share
        words.append(f"time.end={end!r}")
        if "interval" in settings.get("output", {}):
            words.append(f"output.interval={end!r}")
        if "interval" in settings.get("diagnostics", {}):
            words.append(f"diagnostics.interval={end!r}")
    if "frames" in settings.get("output", {}):
        words.append(f"output.frames={min(3, settings['output']['frames'])}")
    if settings.get("ensemble", {}).get("members", 1) > 2:
        words.append("ensemble.members=2")
    return words


def run(path, settings, folder):
    words = [os.environ["MPIEXEC"], "-n", "2", os.environ["PARAPET"], "run", str(path), "--folder",
             str(folder), "--quiet"]
    for word in reductions(settings):
        words += ["--set", word]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=ROOT, check=False)
    expect(done.returncode == 0, f"{path.name}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def check_file(name, folder):
    with h5py.File(folder / "trajectory.h5", "r") as file:
        expect(np.all(file["progress/digests"][:] != 0), f"{name}: frames are missing")
        is_well = "t0_fields" in file
    if is_well:
        for broken in broken_rules(folder / "trajectory.h5"):
            expect(False, f"{name}: {broken}")


def check_in_paraview(folders):
    """Opens all runs in one ParaView."""
    if not os.environ.get("PARAPET_RENDERS"):
        return
    words = [ROOT / "postproc/with_display.sh", "pvbatch", HERE / "paraview_opens.py", *folders]
    environment = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=240,
                          env=environment, check=False)
    expect(done.returncode == 0, f"ParaView:\n{done.stdout}{done.stderr}")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folders = []
        for path, settings in shipped_inputs():
            name = str(path.relative_to(ROOT / "input"))
            folder = Path(scratch) / name.replace("/", "-").removesuffix(".toml")
            if run(path, settings, folder):
                check_file(name, folder)
                folders.append(folder)
        expect(len(folders) > 0, "there are no inputs")
        check_in_paraview([f for f in folders if (f / "trajectory.xdmf").exists()])
        print(f"{len(folders)} inputs, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
