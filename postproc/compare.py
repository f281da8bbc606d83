#!/usr/bin/env python3
"""Writes one self-contained page about what `parapet compare INPUT --json` found.

    parapet compare INPUT --json > compare.json
    compare.py compare.json [-o compare.html]

The page shows particles over the density at the last frame, along each axis, and how far both are
apart against the number of particles, beside what independent draws would be. Exit status: 0
written, 1 bad arguments, 3 a file cannot be read or written, 4 it is not what compare writes.
"""

import argparse
import sys
from pathlib import Path

from parapet_post.failure import BAD_INPUT, Failure

try:
    from parapet_post.compare_page import write_comparison
except ModuleNotFoundError as missing:
    sys.exit(f"compare.py: {sys.executable} lacks the module {missing.name}; numpy and matplotlib "
             "are needed (on Debian: /usr/bin/python3 with python3-matplotlib)")


class Arguments(argparse.ArgumentParser):
    """An argument parser that leaves with Parapet's exit code for bad input."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def main(words):
    parser = Arguments(prog="compare.py", description=__doc__.splitlines()[0])
    parser.add_argument("found", type=Path, metavar="FILE", help="what compare --json printed")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="the page to write (default: FILE with .html)")
    arguments = parser.parse_args(words)
    output = arguments.output or arguments.found.with_suffix(".html")
    try:
        write_comparison(arguments.found, output)
    except Failure as failure:
        print(f"compare.py: {failure}", file=sys.stderr)
        return failure.code
    print(f"Wrote {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
