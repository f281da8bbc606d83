#!/usr/bin/env bash
# Runs a command under a Slurm of its own on this one machine, and ends the daemons with it:
#
#   tests/endtoend/slurm.sh bash          # a shell in which sbatch, squeue and scancel work
#
# Needs Debian's slurmctld, slurmd, slurm-client and munge (none of them running), no configuration
# and no privileges. Everything lies in a temporary folder; ports, key and socket are its own. The
# node claims SLURM_TEST_CPUS cores (32), whatever the machine has.
set -euo pipefail

(($#)) || { echo "usage: slurm.sh COMMAND [arguments]" >&2; exit 1; }
for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || PATH=$PATH:/usr/sbin
  command -v "$program" >/dev/null || {
    echo "slurm.sh: no $program here (Debian: slurmctld slurmd slurm-client munge)" >&2
    exit 77
  }
done

folder=$(mktemp -d "${TMPDIR:-/tmp}/slurm-XXXXXX")
chmod 755 "$folder"
user=$(id -un) host=$(hostname -s)

stop_daemon() {
  local pid
  pid=$(cat "$folder/$1.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for _ in {1..50}; do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null
}

stop() {
  if [[ -e "$folder/slurmctld.pid" ]]; then
    scancel --user="$user" --full 2>/dev/null || true
    wait_until has_no_jobs || true
  fi
  stop_daemon slurmd
  stop_daemon slurmctld
  stop_daemon munged
  rm -rf -- "$folder"
}

# Polls for 15 seconds.
wait_until() {
  for _ in {1..150}; do
    "$@" && return 0
    sleep 0.1
  done
  return 1
}

has_no_jobs() { [[ -z "$(squeue --noheader 2>/dev/null)" ]]; }
answers() { scontrol ping 2>/dev/null | grep -q 'is UP'; }
is_idle() { [[ "$(sinfo --noheader --format=%T 2>/dev/null)" == idle ]]; }

free_ports() {
  python3 - <<'PYTHON'
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in sockets))
PYTHON
}

start_munge() {
  mkdir -m 700 "$folder/munge"
  mungekey --create --keyfile="$folder/munge/key"
  munged --force --key-file="$folder/munge/key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
}

write_configuration() {
  local controller_port node_port
  read -r controller_port node_port < <(free_ports)
  cat >"$folder/slurm.conf" <<CONFIGURATION
ClusterName=private
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller_port
SlurmdPort=$node_port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=${SLURM_TEST_CPUS:-32} RealMemory=20000
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONFIGURATION
}

start_slurm() {
  mkdir "$folder/state" "$folder/spool"
  # Absolute: the daemons change directory.
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -f "$SLURM_CONF"
  wait_until answers || return 1
  slurmd -f "$SLURM_CONF"
  wait_until is_idle
}

trap stop EXIT
start_munge
write_configuration
start_slurm || { tail -n 20 "$folder"/slurm*.log >&2; exit 1; }
"$@"
