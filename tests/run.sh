#!/usr/bin/env bash
# Sets up this machine, builds Parapet and runs every test. The last lines are ctest's own summary,
# the exit status is ctest's. With CI=true a compiler warning is an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=apps/environment.sh
source apps/environment.sh

warnings_as_errors=OFF
if [[ "${CI:-}" == true ]]; then
  warnings_as_errors=ON
fi

bash cmake/install-dependencies.sh
cmake --preset release -DPARAPET_WARNINGS_AS_ERRORS="$warnings_as_errors"
cmake --build --preset release
exec ctest --preset release --parallel 2
