# Sourced by the job scripts: runs a command and passes on the signals of the batch system.
# shellcheck shell=bash

# Slurm's --signal=B:USR1@seconds reaches the batch shell alone; mpirun hands USR1 to every rank.
# Usage: run_signalled COMMAND [arguments]; returns the command's exit status.
run_signalled() {
  "$@" &
  local child=$! status
  # shellcheck disable=SC2064  # the child of now
  trap "kill -USR1 $child 2>/dev/null" USR1 TERM
  # A trapped signal ends `wait` early while the child goes on; its own status stays known to bash.
  wait "$child"
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
  done
  wait "$child"
  status=$?
  trap - USR1 TERM
  return "$status"
}
