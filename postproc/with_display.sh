#!/usr/bin/env bash
# Runs a command on a virtual display of its own:   with_display.sh COMMAND [arguments]
#
# As `xvfb-run --auto-servernum`, which takes the first number that looks free: two of those at once
# take the same one, and a server in a container that shares the network is not seen at all. Here
# the number is drawn from many. -noreset: a server that starts over whenever its last client leaves
# refuses ParaView, which connects, leaves and comes back at once.
set -euo pipefail

for program in Xvfb xauth mcookie; do
  if ! command -v "$program" >/dev/null; then
    echo "with_display.sh: there is no $program (Debian: apt install xvfb xauth)" >&2
    exit 1
  fi
done

scratch=$(mktemp -d)
server=
finish() {
  [[ -z "$server" ]] || { kill "$server" && wait "$server"; } 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT

cookie=$(mcookie)
number=$((RANDOM % 30000 + 1000))
xauth -q -f "$scratch/cookies" add ":$number" . "$cookie" 2>/dev/null
Xvfb ":$number" -displayfd 7 -screen 0 1280x1024x24 -nolisten tcp -noreset -auth "$scratch/cookies" \
  7>"$scratch/ready" >"$scratch/log" 2>&1 &
server=$!
for ((tenth = 0; tenth < 200; ++tenth)); do
  [[ ! -s "$scratch/ready" ]] || break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [[ ! -s "$scratch/ready" ]]; then
  echo "with_display.sh: Xvfb did not start: $(tail -n 3 "$scratch/log")" >&2
  exit 3
fi
status=0
DISPLAY=":$number" XAUTHORITY="$scratch/cookies" "$@" || status=$?
exit "$status"
