# Compiler options shared by every target of ours, on one interface target: parapet_options.
option(PARAPET_HARDENED "Library assertions, fortified calls, stack protector" OFF)
set(PARAPET_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address;undefined")

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(parapet_options INTERFACE)
target_compile_features(parapet_options INTERFACE cxx_std_20)
# OMPI_SKIP_MPICXX keeps Open MPI's long-deprecated C++ interface out. Contraction to fused
# multiply-add is off so that two compilers, or two inlining decisions, give the same bits.
target_compile_definitions(parapet_options INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
# GCC 12 warns of overlapping copies wherever a text literal and a std::string are added (its bug 105651).
target_compile_options(parapet_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:$<BUILD_INTERFACE:-Wno-restrict>>
  $<BUILD_INTERFACE:-Wall;-Wextra;-Wshadow;-Wnon-virtual-dtor;-Woverloaded-virtual;-ffp-contract=off>
  $<$<BOOL:${PARAPET_WARNINGS_AS_ERRORS}>:$<BUILD_INTERFACE:-Werror>>)
if(PARAPET_HARDENED)
  target_compile_definitions(parapet_options INTERFACE $<BUILD_INTERFACE:_GLIBCXX_ASSERTIONS>)
  target_compile_options(parapet_options INTERFACE $<BUILD_INTERFACE:-fstack-protector-strong>)
endif()
if(PARAPET_SANITIZE)
  string(REPLACE ";" "," sanitizers "${PARAPET_SANITIZE}")
  add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${sanitizers})
endif()
