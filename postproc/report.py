#!/usr/bin/env python3
"""Writes one self-contained report.html about a run of Parapet.

    report.py RUN_FOLDER [--training FOLDER] [-o report.html]

The page holds what the folders hold: the input as resolved, the certificates, pictures of the
fields, spectra, diagnostics, and of a training its losses, predictions and errors. Incomplete and
damaged runs are shown as far as their frames are valid. Exit status: 0 written, 1 bad arguments,
3 a file cannot be read or written, 4 a data file is unusable.
"""

import argparse
import sys
from pathlib import Path

from parapet_post.failure import BAD_INPUT, Failure

try:
    from parapet_post.report_page import write_report
except ModuleNotFoundError as missing:
    sys.exit(f"report.py: {sys.executable} lacks the module {missing.name}; numpy, h5py and "
             "matplotlib are needed (on Debian: /usr/bin/python3 with python3-h5py and "
             "python3-matplotlib)")


class Arguments(argparse.ArgumentParser):
    """An argument parser that leaves with Parapet's exit code for bad input."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def parse(words):
    parser = Arguments(prog="report.py", description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN_FOLDER", help="folder of a run")
    parser.add_argument("--training", type=Path, metavar="FOLDER",
                        help="folder of a training on that run (default: RUN_FOLDER/surrogate, if "
                             "there is one)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="the page to write (default: RUN_FOLDER/report.html)")
    return parser.parse_args(words)


def main(words):
    arguments = parse(words)
    output = arguments.output or arguments.run / "report.html"
    try:
        write_report(arguments.run, arguments.training, output)
    except Failure as failure:
        print(f"report.py: {failure}", file=sys.stderr)
        return failure.code
    print(f"Wrote {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
