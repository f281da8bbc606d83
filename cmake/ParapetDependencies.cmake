# Finds what Parapet stands on. Every library is reached through an imported target, so that the
# installed package config can find the same ones again.
find_package(Threads REQUIRED)
find_package(MPI REQUIRED COMPONENTS C)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(toml11 REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(ParapetFFTW REQUIRED)
find_package(ParapetRandom123 REQUIRED)
find_package(ParapetMuParser REQUIRED)
find_package(ParapetPETSc 3.18 REQUIRED)

set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "Parapet needs HDF5 built with MPI; found a serial one in ${HDF5_INCLUDE_DIRS}. "
                      "On Debian: libhdf5-openmpi-dev.")
endif()
if(NOT TARGET parapet_hdf5)
  add_library(parapet_hdf5 INTERFACE IMPORTED)
  target_include_directories(parapet_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_link_libraries(parapet_hdf5 INTERFACE ${HDF5_C_LIBRARIES} MPI::MPI_C)
endif()

if(PARAPET_LEARN)
  # Debian's package names its CUDA-less build through plain library files; one target of our own
  # keeps its headers' warnings out and the language level ours.
  find_package(Torch REQUIRED)
  if(NOT TARGET parapet_torch)
    add_library(parapet_torch INTERFACE IMPORTED)
    target_include_directories(parapet_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
    target_link_libraries(parapet_torch INTERFACE ${TORCH_LIBRARIES})
  endif()
endif()
