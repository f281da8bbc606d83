#!/usr/bin/env bash
# Usage: cmake/check-style.sh [REVISION]
#
# clang-format over every C++ file, then clang-tidy over the .cpp files that differ from REVISION, or
# over all of them (which takes long). clang-tidy needs build/release configured; BUILD names another.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}

git ls-files -z 'src/*.[ch]pp' 'apps/*.[ch]pp' 'tests/*.[ch]pp' |
  xargs -0 clang-format --dry-run --Werror

if [[ ! -f "$build/compile_commands.json" ]]; then
  echo "no $build/compile_commands.json: configure first (cmake --preset release)" >&2
  exit 1
fi
cmake --build "$build" --target parapet_commit  # writes a header that one file includes
if (( $# > 0 )); then
  list=(git diff --name-only -z --diff-filter=d "$1" --)
else
  list=(git ls-files -z)
fi
# Files that this build leaves out have no compile command, and would be read with wrong options.
"${list[@]}" 'src/*.cpp' 'apps/*.cpp' 'tests/*.cpp' |
  while IFS= read -r -d '' file; do
    if grep -qF "/$file\"" "$build/compile_commands.json"; then printf '%s\0' "$file"; fi
  done |
  xargs -0 -r -n 1 -P "${JOBS:-$(nproc)}" clang-tidy -p "$build" --quiet
