"""Runs inputs, draws one picture of each, and writes the page that shows them."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from . import plots_field
from .failure import Failure
from .html import element, join, page
from .run_folder import open_run
from .style import LIGHT, spread, write_png

HERE = Path(__file__).resolve().parent
RENDER = HERE.parent / "render.sh"
REPORT = HERE.parent / "report.py"
LONGEST_WORDS = 600  # of an input's own description on the page


@dataclass
class Entry:
    """One input of the gallery: what it says of itself, and what became of it."""

    path: Path
    name: str
    description: str
    seconds: float | None = None
    failure: str = ""


def description_of(path):
    """The comment an input file begins with, without its last lines, the command."""
    words = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        words.append(line.lstrip("# ").strip())
    text = " ".join(word for word in words if word and not word.startswith("mpirun"))
    return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"


def make_gallery(inputs, folder, program, ranks):
    """Writes the gallery of `inputs` into `folder`; returns (name, reason) of what failed."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = [Entry(path, path.stem, description_of(path)) for path in inputs]
    for entry in entries:
        try:
            run = folder / "runs" / entry.name
            entry.seconds = compute(entry.path, run, program, ranks)
            draw(run, folder / f"{entry.name}.png")
            call("report", [sys.executable, REPORT, run, "-o", folder / f"{entry.name}.html"])
        except Failure as failure:
            entry.failure = str(failure)
        print(f"{entry.name}: {entry.failure or told_time(entry, ranks)}", flush=True)
    (folder / "index.html").write_text(gallery_page(entries, ranks), encoding="utf-8")
    return [(entry.name, entry.failure) for entry in entries if entry.failure]


def told_time(entry, ranks):
    """How long the run took, of which nothing is known where it was there already."""
    if entry.seconds is None:
        return "there already"
    return f"{entry.seconds:.3g} s on {ranks} rank{'s' if ranks > 1 else ''}"


def call(what, words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          env=environment(), check=False)
    if done.returncode != 0:
        # What the program said, not mpirun's remarks below a dashed line.
        said = (done.stderr or done.stdout).split("\n----")[0].strip().splitlines()
        words = " ".join(line.strip() for line in said[-3:]) or "no word"
        raise Failure(done.returncode, f"{what} ended with {done.returncode}: {words}")


def environment():
    """What lets mpirun work as root and oversubscribed, as apps/environment.sh has it."""
    script = (HERE.parents[1] / "apps/environment.sh").read_text(encoding="utf-8")
    lines = [line.split() for line in script.splitlines()]
    given = {words[1]: words[2] for words in lines
             if len(words) == 3 and words[0] == "set_unless_given"}
    return {**given, "PYTHONDONTWRITEBYTECODE": "1", **os.environ}


def compute(path, run, program, ranks):
    """Runs an input unless its folder holds it complete; returns the seconds it took."""
    resume = ["--resume"] if (run / "input.toml").exists() else []
    start = time.monotonic()
    call("the run", ["mpirun", "-n", ranks, program, "run", path, "--folder", run, "--quiet",
                     *resume])
    return None if resume else time.monotonic() - start


def draw(run, path):
    """A picture of the last frames: of a line over time by matplotlib, else by ParaView."""
    data = open_run(run)
    if data.trajectory.dimensions > 1 or data.graph is not None:
        call("render.sh", [RENDER, run, "-o", path, "--frame", telling_frame(data)])
        return
    field = data.trajectory.fields[0]
    if data.valid[0] > 2:
        write_png(*plots_field.space_time_plot(data, field, [0])[:2], LIGHT, path)
    else:
        write_png(*plots_field.profile_plot(data, field, 0)[:2], LIGHT, path)


def telling_frame(data):
    """The last frame; of a run that has come to rest, or nearly, the last one that has not."""
    trajectory = data.trajectory
    field = trajectory.fields[0]
    frames = [int(i) for i in spread(data.valid[0], 9)]
    spreads = [trajectory.frame(field, 0, frame).std() for frame in frames]
    lively = [frame for frame, one in zip(frames, spreads) if one > 0.2 * max(spreads)]
    return lively[-1] if lively else frames[-1]


def gallery_page(entries, ranks):
    cards = join(*(card(entry, ranks) for entry in entries))
    header = element("header", element("h1", "Parapet's inputs"),
                     element("p", f"{len(entries)} input files, each run as shipped; a picture "
                                  "leads to the run's report.", class_="summary"))
    return page("Gallery – Parapet", join(header, element("main", cards)))


def card(entry, ranks):
    content = [element("h2", entry.name), element("p", entry.description)]
    if entry.failure:
        content.append(element("p", entry.failure, class_="notice", role="note"))
    else:
        image = element("img", src=f"{entry.name}.png", alt=f"The run of {entry.name}.toml",
                        loading="lazy", style="max-width: 100%")
        content.append(element("a", image, href=f"{entry.name}.html"))
        content.append(element("p", f"{entry.path.name}: {told_time(entry, ranks)}"))
    return element("section", *content, id=entry.name)
