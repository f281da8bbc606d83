# Sourced by the job scripts: starts a program on all ranks, passes on the signals of the batch
# system, and puts a job that was stopped in time back into the queue.
# shellcheck shell=bash

# PARAPET_LAUNCH replaces the launcher, e.g. "srun --mpi=pmix". After an exit with 64, and after a
# SIGTERM, Open MPI waits twice sigkill_timeout: enough for a small checkpoint when a job is
# cancelled, not much of the nodes' time when it was stopped in time.
read -ra launcher <<<"${PARAPET_LAUNCH:-mpirun --mca odls_base_sigkill_timeout 5}"

# What apps/environment.sh sets for one machine would keep the ranks of several nodes apart.
if ((${SLURM_JOB_NUM_NODES:-1} > 1)) && [[ "${OMPI_MCA_btl:-}" == self,vader ]]; then
  unset OMPI_MCA_btl OMPI_MCA_hwloc_base_binding_policy OMPI_MCA_rmaps_base_oversubscribe
fi

is_terminated=0

# Runs a command on all ranks; returns its exit status. Slurm's --signal=B:USR1@seconds reaches the
# batch shell alone; the launcher hands USR1 to every rank.
launch() {
  "${launcher[@]}" "$@" &
  local child=$! status
  # shellcheck disable=SC2064  # the child of now
  trap "kill -USR1 $child 2>/dev/null" USR1
  # shellcheck disable=SC2064
  trap "is_terminated=1; kill -USR1 $child 2>/dev/null" TERM
  # A trapped signal ends `wait` early while the child goes on; its own status stays known to bash.
  wait "$child"
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
  done
  wait "$child"
  status=$?
  # What the script does from here on is short: the time kept in reserve is enough for it.
  trap '' USR1
  trap - TERM
  return "$status"
}

# Ends the job with a status of `launch`. Stopped in time (64) it is queued again: the same job with
# the same options and log, which finds its folder and continues. SIGTERM means that
# somebody cancels the job: then 64 is the end.
finish() {
  if (($1 == 64 && !is_terminated)); then
    # The number of an array's last task is that of the whole array.
    local job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
    echo "Stopped in time; job ${job:=$SLURM_JOB_ID} goes back into the queue and will continue."
    scontrol requeue "$job"
  fi
  exit "$1"
}
