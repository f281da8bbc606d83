#!/usr/bin/env bash
# Renders a run to PNG by ParaView, with a virtual display where there is none.
#   render.sh RUN_FOLDER [options]     render.sh --help lists them
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v pvbatch >/dev/null; then
  echo "render.sh: ParaView's pvbatch is not in PATH (Debian: apt install python3-paraview)" >&2
  exit 1
fi
screen=()
[[ -n "${DISPLAY:-}" ]] || screen=("$here/with_display.sh")
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 PYTHONDONTWRITEBYTECODE=1
exec "${screen[@]}" pvbatch "$here/paraview_render.py" "$@"
