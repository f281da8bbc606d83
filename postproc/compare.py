#!/usr/bin/env python3
"""Writes one self-contained page about a comparison of particles with their density.

    parapet compare INPUT --json > comparison.json
    compare.py comparison.json [-o comparison.html]

The page shows the particles of each number over the density at the last frame, how far they are
from it in time, and how the distance falls with their number. Exit status: 0 written, 1 bad
arguments, 3 a file cannot be read or written, 4 the file is no comparison.
"""

import argparse
import sys
from pathlib import Path

from parapet_post.failure import BAD_INPUT, Failure

try:
    from parapet_post.comparison_page import write_comparison
except ModuleNotFoundError as missing:
    sys.exit(f"compare.py: {sys.executable} lacks the module {missing.name}; numpy and matplotlib "
             "are needed (on Debian: /usr/bin/python3 with python3-matplotlib)")


class Arguments(argparse.ArgumentParser):
    """An argument parser that leaves with Parapet's exit code for bad input."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def parse(words):
    parser = Arguments(prog="compare.py", description=__doc__.splitlines()[0])
    parser.add_argument("comparison", type=Path, metavar="FILE",
                        help="what `parapet compare INPUT --json` printed")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="the page to write (default: FILE with .html)")
    return parser.parse_args(words)


def main(words):
    arguments = parse(words)
    output = arguments.output or arguments.comparison.with_suffix(".html")
    try:
        write_comparison(arguments.comparison, output)
    except Failure as failure:
        print(f"compare.py: {failure}", file=sys.stderr)
        return failure.code
    print(f"Wrote {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
