# Sourced by the scripts that start MPI programs on one machine: lets mpirun work as root, with more
# ranks than cores, and inside a container. A variable the user has set is left alone.
# shellcheck shell=bash

set_unless_given() {
  [[ -v "$1" ]] || export "$1=$2"
}

# Open MPI refuses to run as root unless told twice.
set_unless_given OMPI_ALLOW_RUN_AS_ROOT 1
set_unless_given OMPI_ALLOW_RUN_AS_ROOT_CONFIRM 1
# More ranks than cores are allowed, and no rank is tied to a core that another one may need.
set_unless_given OMPI_MCA_rmaps_base_oversubscribe 1
set_unless_given OMPI_MCA_hwloc_base_binding_policy none
# Containers forbid the copy from process to process; shared memory needs no network.
set_unless_given OMPI_MCA_btl self,vader
set_unless_given OMPI_MCA_btl_vader_single_copy_mechanism none
# One compute thread a rank: OpenBLAS would otherwise start one per core in every rank.
set_unless_given OMP_NUM_THREADS 1
set_unless_given OPENBLAS_NUM_THREADS 1
