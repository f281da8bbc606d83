#!/usr/bin/env bash
# Usage: cmake/check-style.sh [REVISION]
#
# clang-format over every C++ file, then clang-tidy over the .cpp files that differ from REVISION, or
# over all of them. clang-tidy needs build/release configured; BUILD names another. JOBS is how many
# run at once. Ends with 1 when anything is to be said against a file, having looked at all of them.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}
# OMP_NUM_THREADS, which apps/environment.sh sets to 1, is what nproc would report.
jobs=${JOBS:-$(env -u OMP_NUM_THREADS nproc)}

git ls-files -z 'src/*.[ch]pp' 'apps/*.[ch]pp' 'tests/*.[ch]pp' |
  xargs -0 clang-format --dry-run --Werror

if [[ ! -f "$build/compile_commands.json" ]]; then
  echo "no $build/compile_commands.json: configure first (cmake --preset release)" >&2
  exit 1
fi
cmake --build "$build" --target parapet_commit  # writes a header that one file includes

# clang reads the compile commands of another compiler: without the precompiled header, which is in
# that compiler's own format, and without warnings it does not know.
commands=$(mktemp -d)
trap 'rm -r "$commands"' EXIT
sed -E 's# -(Winvalid-pch|Wno-restrict|Werror|include [^ ]*cmake_pch\.hxx)##g' \
  "$build/compile_commands.json" > "$commands/compile_commands.json"

tidy() {
  local words status=0
  words=$(clang-tidy -p "$1" --quiet "$2" 2>&1) || status=$?
  words=$(grep -vE '^([0-9]+ warnings?( and [0-9]+ errors?)? generated\.|)$' <<< "$words") || true
  if [[ -n $words ]]; then printf '%s\n' "$words"; fi
  if [[ -n $words || $status != 0 ]]; then return 1; fi
}
export -f tidy

if (( $# > 0 )); then
  list=(git diff --name-only -z --diff-filter=d "$1" --)
else
  list=(git ls-files -z)
fi
# Files that this build leaves out have no compile command, and would be read with wrong options.
if "${list[@]}" 'src/*.cpp' 'apps/*.cpp' 'tests/*.cpp' |
  while IFS= read -r -d '' file; do
    if grep -qF "/$file\"" "$build/compile_commands.json"; then printf '%s\0' "$file"; fi
  done |
  xargs -0 -r -n 1 -P "$jobs" bash -c 'tidy "$0" "$1"' "$commands"; then
  echo "style: nothing to say"
else
  exit 1
fi
