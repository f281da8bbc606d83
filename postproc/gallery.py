#!/usr/bin/env python3
"""Runs input files of Parapet and puts a picture of each on one page.

    gallery.py [INPUT ...] [-o FOLDER] [--ranks N] [--program PARAPET]

Without INPUT all of input/*.toml. FOLDER (default: runs/gallery) gets index.html, a picture NAME.png
and a report NAME.html of every run, and the runs themselves in FOLDER/runs; what is there already
and complete is not computed again. Exit status: 0 every input has its picture, 1 bad arguments,
2 a run or a picture failed (the page tells which).
"""

import argparse
import shutil
import sys
from pathlib import Path

from parapet_post.failure import BAD_INPUT

try:
    from parapet_post.gallery_page import make_gallery
except ModuleNotFoundError as missing:
    sys.exit(f"gallery.py: {sys.executable} lacks the module {missing.name}; numpy, h5py and "
             "matplotlib are needed (on Debian: /usr/bin/python3)")

HERE = Path(__file__).resolve().parent


class Arguments(argparse.ArgumentParser):
    """An argument parser that leaves with Parapet's exit code for bad input."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def parse(words):
    parser = Arguments(prog="gallery.py", description=__doc__.splitlines()[0])
    parser.add_argument("inputs", type=Path, nargs="*", metavar="INPUT",
                        help="input files (default: all of input/*.toml)")
    parser.add_argument("-o", "--output", type=Path, default=Path("runs/gallery"),
                        metavar="FOLDER", help="default: runs/gallery")
    parser.add_argument("--ranks", type=int, default=2, metavar="N", help="of each run (default: 2)")
    parser.add_argument("--program", type=Path, metavar="PARAPET",
                        help="the solver (default: parapet in PATH, else build/release/apps)")
    arguments = parser.parse_args(words)
    arguments.inputs = arguments.inputs or sorted((HERE.parent / "input").glob("*.toml"))
    for path in arguments.inputs:
        if not path.is_file():
            parser.error(f"{path}: no such file")
    if arguments.ranks < 1:
        parser.error("--ranks must be at least 1")
    arguments.program = find_program(arguments.program)
    if arguments.program is None:
        parser.error("there is no parapet in PATH nor in build/release/apps: name it by --program")
    return arguments


def find_program(named):
    built = HERE.parent / "build/release/apps/parapet"
    found = named or shutil.which("parapet") or (built if built.is_file() else None)
    return Path(found).resolve() if found and Path(found).is_file() else None


def main(words):
    arguments = parse(words)
    failed = make_gallery(arguments.inputs, arguments.output, arguments.program, arguments.ranks)
    print(f"Wrote {arguments.output / 'index.html'}")
    for name, reason in failed:
        print(f"gallery.py: {name}: {reason}", file=sys.stderr)
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
