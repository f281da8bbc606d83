# PETSc with real numbers in double precision, as its pkg-config file names it: target parapet_petsc.
# Without pkg-config, PETSC_DIR and PETSC_ARCH in the environment tell where it is.
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_search_module(PETSC_PACKAGE QUIET petsc PETSc)
endif()
set(petsc_roots $ENV{PETSC_DIR}/$ENV{PETSC_ARCH} $ENV{PETSC_DIR})
find_path(PETSC_INCLUDE_DIR petscconf.h HINTS ${PETSC_PACKAGE_INCLUDE_DIRS} ${petsc_roots}
          PATH_SUFFIXES include)
find_path(PETSC_MAIN_INCLUDE_DIR petscdmda.h HINTS ${PETSC_PACKAGE_INCLUDE_DIRS} ${petsc_roots}
          PATH_SUFFIXES include)
find_library(PETSC_LIBRARY NAMES ${PETSC_PACKAGE_LIBRARIES} petsc_real petsc
             HINTS ${PETSC_PACKAGE_LIBRARY_DIRS} ${petsc_roots} PATH_SUFFIXES lib)

if(PETSC_INCLUDE_DIR)
  file(STRINGS ${PETSC_INCLUDE_DIR}/petscconf.h petsc_unfit
       REGEX "define PETSC_(USE_COMPLEX|USE_REAL_SINGLE|USE_REAL___FLOAT128) ")
  if(petsc_unfit)
    message(FATAL_ERROR "Parapet needs PETSc with real numbers in double precision; the one in "
                        "${PETSC_INCLUDE_DIR} has: ${petsc_unfit}. On Debian: libpetsc-real-dev.")
  endif()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ParapetPETSc
  REQUIRED_VARS PETSC_LIBRARY PETSC_INCLUDE_DIR PETSC_MAIN_INCLUDE_DIR
  VERSION_VAR PETSC_PACKAGE_VERSION)
if(ParapetPETSc_FOUND AND NOT TARGET parapet_petsc)
  add_library(parapet_petsc INTERFACE IMPORTED)
  target_include_directories(parapet_petsc SYSTEM INTERFACE
    ${PETSC_INCLUDE_DIR} ${PETSC_MAIN_INCLUDE_DIR})
  target_link_libraries(parapet_petsc INTERFACE ${PETSC_LIBRARY} MPI::MPI_C)
  # PETSc brings a hundred libraries: a program that uses nothing of it need not load them.
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(parapet_petsc INTERFACE LINKER:--as-needed)
  endif()
endif()
mark_as_advanced(PETSC_INCLUDE_DIR PETSC_MAIN_INCLUDE_DIR PETSC_LIBRARY)
