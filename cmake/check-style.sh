#!/usr/bin/env bash
# Usage: cmake/check-style.sh [REVISION]
#
# clang-format over every C++ file, then clang-tidy over the .cpp files that differ from REVISION, or
# over all of them (some 20 minutes on one core). clang-tidy needs build/release configured; BUILD
# names another. JOBS is how many run at once. Looks at all files, then ends with 1 if there is
# anything to say against one of them.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/release}
# OMP_NUM_THREADS, which apps/environment.sh sets to 1, is what nproc would report.
jobs=${JOBS:-$(env -u OMP_NUM_THREADS nproc)}

if [[ ! -f "$build/compile_commands.json" ]]; then
  echo "no $build/compile_commands.json: configure first (cmake --preset release)" >&2
  exit 1
fi
cmake --build "$build" --target parapet_commit > /dev/null  # writes a header that one file includes
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# The sources that reach torch's headers. clang 14 cannot parse these in C++20: it instantiates the
# constexpr members of libstdc++'s vector where c10::IValue is still incomplete.
reaching_torch() {
  local files more headers
  files=$(git grep -lE '^#include <(torch|ATen|c10)/' -- src apps tests | sort)
  while true; do
    headers=$(grep '\.hpp$' <<< "$files" | sed -E 's#^(src|tests)/##; s#\.#\\.#g' | paste -sd '|')
    more=$({ echo "$files"; git grep -lE "^#include \"($headers)\"" -- src apps tests; } | sort -u)
    if [[ "$more" == "$files" ]]; then break; fi
    files=$more
  done
  echo "$files"
}

# Those of the listed files that clang-tidy can read. What this build leaves out has no compile
# command, and would be read with wrong options.
readable() {
  while IFS= read -r file; do
    if grep -qF "/$file\"" "$build/compile_commands.json" && ! grep -qxF "$file" "$work/torch"; then
      echo "$file"
    fi
  done
}

# clang-tidy's words without its count of what it does not show.
# shellcheck disable=SC2317  # xargs calls it
tidy() {
  local words status=0
  words=$(clang-tidy -p "$1" --quiet "$2" 2>&1) || status=$?
  words=$(grep -vE '^([0-9]+ warnings?( and [0-9]+ errors?)? generated\.|)$' <<< "$words") || true
  if [[ -n "$words" ]]; then printf '%s\n' "$words"; fi
  [[ -z "$words" && $status == 0 ]]
}
export -f tidy

# clang reads the compile commands of another compiler: without the precompiled header, which is in
# that compiler's own format, and without the warnings it does not know.
sed -E 's# -(Winvalid-pch|Wno-restrict|Werror|include [^ ]*cmake_pch\.hxx)##g' \
  "$build/compile_commands.json" > "$work/compile_commands.json"
reaching_torch > "$work/torch"
list=(git ls-files)
if (( $# > 0 )); then list=(git diff --name-only --diff-filter=d "$1" --); fi
"${list[@]}" 'src/*.cpp' 'apps/*.cpp' 'tests/*.cpp' > "$work/all"
readable < "$work/all" > "$work/files"

status=0
git ls-files 'src/*.[ch]pp' 'apps/*.[ch]pp' 'tests/*.[ch]pp' |
  xargs clang-format --dry-run --Werror || status=1
# shellcheck disable=SC2016  # the inner shell expands these
xargs -r -n 1 -P "$jobs" bash -c 'tidy "$0" "$1"' "$work" < "$work/files" || status=1
if (( status == 0 )); then
  echo "style: nothing to say ($(wc -l < "$work/files") files read by clang-tidy)"
fi
exit "$status"
