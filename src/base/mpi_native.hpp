#pragma once

#include <mpi.h>

#include "base/communicator.hpp"

namespace parapet {

/// The MPI handle behind a communicator, for the .cpp files that speak to MPI, FFTW or HDF5.
MPI_Comm native(const Communicator& communicator);

/// Throws Failure(internal_error) naming `call` and MPI's own text unless `status` is MPI_SUCCESS.
void check_mpi(int status, const char* call);

}  // namespace parapet
