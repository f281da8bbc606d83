#!/usr/bin/env bash
# From nothing to the pictures: sets up this machine, builds Parapet, and runs its main job on a few
# ranks: solve an ensemble, train a surrogate on it, measure its error, write the report.
#
#   apps/quickstart.sh [--folder FOLDER] [--ranks N]
#
# FOLDER (runs/quickstart in the repository) is written anew.
set -euo pipefail

folder=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../runs/quickstart
ranks=2

usage() {
  echo "usage: apps/quickstart.sh [--folder FOLDER] [--ranks N]"
}

refuse() {
  echo "quickstart.sh: $1" >&2
  usage >&2
  exit 1
}

while (($#)); do
  case "$1" in
    --folder) folder=${2:-} ;;
    --ranks) ranks=${2:-} ;;
    --help | -h) usage; exit 0 ;;
    *) refuse "unknown option '$1'" ;;
  esac
  shift
  (($#)) && shift
done
[[ -n "$folder" ]] || refuse "--folder needs the name of a folder"
[[ "$ranks" =~ ^[1-9][0-9]*$ ]] || refuse "--ranks needs a whole number above 0"
folder=$(realpath --canonicalize-missing -- "$folder")

cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=apps/environment.sh
source apps/environment.sh
# Debian's own Python has h5py and matplotlib; another one found first in PATH may not.
python=/usr/bin/python3
[[ -x "$python" ]] || python=python3
input=input/quickstart.toml
build=build/release/apps

bash cmake/install-dependencies.sh
cmake --preset release
cmake --build --preset release --target parapet parapet-learn

started=$SECONDS
mpirun -n "$ranks" "$build/parapet" run "$input" --overwrite --folder "$folder"
rm -rf -- "$folder/surrogate"
mpirun -n "$ranks" "$build/parapet-learn" train "$input" \
  --set "data.trajectory=$folder/trajectory.h5"
mpirun -n "$ranks" "$build/parapet-learn" evaluate "$folder/surrogate"
"$python" postproc/report.py "$folder" --training "$folder/surrogate"

"$python" - "$folder/surrogate/evaluation.json" <<'PYTHON'
import json
import sys

error = json.load(open(sys.argv[1]))["metrics"]["relative_l2"]
value = error["value"] if isinstance(error, dict) else error
print(f"\nThe surrogate's relative L2 error on the test members: {100 * value:.3g} %")
PYTHON
echo "Solved, trained, evaluated and drawn in $((SECONDS - started)) s. The report: $folder/report.html"
