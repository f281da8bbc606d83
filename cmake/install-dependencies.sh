#!/usr/bin/env bash
# Installs what Parapet needs to be built, tested and looked at, on Debian and its relatives.
# Only missing packages are installed; sudo is used only where it is needed. On a machine without
# apt the list of what to provide is printed instead.
#
#   install-dependencies.sh [--without-learn] [--without-postproc] [--list]
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config)
solvers=(libopenmpi-dev openmpi-bin libfftw3-dev libfftw3-mpi-dev libhdf5-openmpi-dev libpetsc-real-dev
         libtoml11-dev         libcli11-dev libfmt-dev libspdlog-dev librandom123-dev libeigen3-dev libmuparser-dev)
testing=(libgtest-dev libbenchmark-dev hdf5-tools)
learn=(libtorch-dev libopenblas0-pthread libopenblas-pthread-dev)
postproc=(python3 python3-numpy python3-h5py python3-matplotlib python3-torch python3-paraview
          xvfb xauth libgl1-mesa-dri)

with_learn=1 with_postproc=1 list_only=0
for argument in "$@"; do
  case "$argument" in
    --without-learn) with_learn=0 ;;
    --without-postproc) with_postproc=0 ;;
    --list) list_only=1 ;;
    *) echo "install-dependencies.sh: unknown option '$argument'" \
            "(known: --without-learn, --without-postproc, --list)" >&2
       exit 1 ;;
  esac
done

wanted=("${build[@]}" "${solvers[@]}" "${testing[@]}")
((with_learn)) && wanted+=("${learn[@]}")
((with_postproc)) && wanted+=("${postproc[@]}")
if ((list_only)); then
  printf '%s\n' "${wanted[@]}"
  exit 0
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  cat >&2 <<TEXT
This machine has no apt. Please provide, by your cluster's modules or package manager:
  a C++20 compiler (GCC >= 12 or Clang >= 14), CMake >= 3.22, Ninja
  an MPI library (tested: Open MPI 4.1), FFTW 3.3 with its MPI library, HDF5 1.10 or newer built with MPI
  PETSc 3.18 or newer with real numbers in double precision
  toml11 3.7, CLI11 2, fmt 9, spdlog 1.10, Random123 1.14, Eigen 3.4, muParser 2.3, GoogleTest 1.12, Google Benchmark
  for parapet-learn: libtorch 1.13 and OpenBLAS
  for the pictures: Python 3 with numpy, h5py, matplotlib; ParaView 5.11 with pvbatch; Xvfb
The names of the Debian packages:
TEXT
  printf '  %s\n' "${wanted[@]}" >&2
  exit 1
fi

is_installed() {
  [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

missing=()
for package in "${wanted[@]}"; do
  is_installed "$package" || missing+=("$package")
done

as_root=()
if ((EUID != 0)); then
  as_root=(sudo)
fi

if ((${#missing[@]})); then
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    echo "These packages are missing and neither root nor sudo is at hand to install them:" >&2
    printf '  %s\n' "${missing[@]}" >&2
    exit 1
  fi
  echo "Installing ${#missing[@]} missing packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

# libtorch multiplies matrices with whatever the alternatives system offers as BLAS; the reference
# BLAS is ten times slower than OpenBLAS.
if ((with_learn)); then
  multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
  for library in libblas.so.3 liblapack.so.3; do
    folder=/usr/lib/$multiarch/openblas-pthread
    case "$library" in
      libblas.so.3) target=$folder/libblas.so.3 ;;
      liblapack.so.3) target=$folder/liblapack.so.3 ;;
    esac
    current=$(readlink -f "/usr/lib/$multiarch/$library" || true)
    if [[ -e "$target" && "$current" != "$(readlink -f "$target")" ]]; then
      echo "Selecting OpenBLAS for $library"
      "${as_root[@]}" update-alternatives --set "$library-$multiarch" "$target"
    fi
  done
fi
