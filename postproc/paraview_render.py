"""Renders a 2-D or 3-D run of Parapet, or its particles, to PNG without a display, by ParaView.

    render.sh RUN_FOLDER [options]          (or, with a display: pvbatch paraview_render.py …)

RUN_FOLDER holds trajectory.xdmf or, failing that, particles.xdmf; a path of an .xdmf file may be
given in its place. Exit status: 0 written, 1 bad arguments, 3 a file cannot be read or written,
4 the trajectory is unusable.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from parapet_post.failure import BAD_INPUT, INPUT_OUTPUT, UNUSABLE_FILE, Failure  # noqa: E402


class Arguments(argparse.ArgumentParser):
    """An argument parser that leaves with Parapet's exit code for bad input."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def size(text):
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and 64 <= int(width) <= 16384
            and 64 <= int(height) <= 16384):
        raise argparse.ArgumentTypeError("a size is WIDTHxHEIGHT, each from 64 to 16384")
    return [int(width), int(height)]


def parse(words):
    parser = Arguments(prog="render.sh", description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN_FOLDER", help="folder of a run")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", default=Path("picture.png"),
                        help="the picture (default: picture.png); of an animation frame 7 goes to "
                             "picture-0007.png")
    parser.add_argument("--field", help="field to draw (default: the first)")
    parser.add_argument("--member", type=int, default=0, help="member of an ensemble (default: 0)")
    parser.add_argument("--frame", type=int, default=-1,
                        help="output frame, negative: from the last (default: -1)")
    parser.add_argument("--animate", action="store_true", help="write every frame")
    parser.add_argument("--style", choices=("image", "arrows", "contours", "slices", "volume",
                                            "network", "points"),
                        help="2-D: image, or arrows (usual for vectors); 3-D: contours (usual), "
                             "slices, or volume (scalars only); graphs: network; particles: points")
    parser.add_argument("--range", nargs=2, type=float, metavar=("LOW", "HIGH"),
                        help="values at the ends of the colour scale (default: of what is drawn)")
    parser.add_argument("--title", default="",
                        help=r"stands before the time; formulas in dollars: '$\nu = 0.01$'")
    parser.add_argument("--size", type=size,
                        help="default: 1280 wide, as high as needed")
    return parser.parse_args(words)


def find_xdmf(run):
    path = run
    if run.is_dir():
        names = ("trajectory.xdmf", "particles.xdmf")
        path = next((run / n for n in names if (run / n).is_file()), run / names[0])
    if not path.is_file():
        raise Failure(BAD_INPUT if not run.exists() else INPUT_OUTPUT, f"{path}: no such file")
    return path.resolve()


def frames_to_draw(arguments, count):
    if arguments.animate:
        return list(range(count))
    if not -count <= arguments.frame < count:
        raise Failure(BAD_INPUT, f"there is no frame {arguments.frame}; there are {count}")
    return [arguments.frame % count]


def picture_path(arguments, frame):
    path = arguments.output
    return path.with_name(f"{path.stem}-{frame:04d}.png") if arguments.animate else path


def render(arguments):
    xdmf = find_xdmf(arguments.run)
    if not os.access(arguments.output.resolve().parent, os.W_OK):
        raise Failure(INPUT_OUTPUT, f"{arguments.output}: cannot be written there")
    from parapet_post.paraview_scene import Scene, SceneError
    from parapet_post.paraview_styles import draw
    try:
        scene = Scene(xdmf, arguments.member, arguments.field, arguments.size,
                      None if arguments.animate else arguments.frame)
        frames = frames_to_draw(arguments, len(scene.times))
        draw(scene, arguments.style, arguments.range or scene.value_range(frames), arguments.title)
    except SceneError as error:
        raise Failure(UNUSABLE_FILE if "holds no" in str(error) else BAD_INPUT, error) from None
    for frame in frames:
        path = picture_path(arguments, frame)
        scene.save(frame, path)
        if not path.is_file():
            raise Failure(INPUT_OUTPUT, f"{path}: was not written")
        print(f"Wrote {path}")


def main(words):
    try:
        render(parse(words))
    except Failure as failure:
        print(f"render.sh: {failure}", file=sys.stderr)
        return failure.code
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(status)  # ParaView's teardown replaces the exit status
