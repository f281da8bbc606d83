# parapet_test(NAME SOURCES ... [USES layers...] [LIBRARIES ...] [RANKS 1 2 3] [LABELS ...] [TIMEOUT seconds]
#              [PRIVATE_MOUNTS])
#
# Builds one GoogleTest program and registers it once per rank count, as NAME.npR. Every test has a
# time limit and the environment that lets mpirun work as root, oversubscribed, one thread a rank.
# PRIVATE_MOUNTS: the test may mount small file systems, which nobody else sees.
find_package(GTest REQUIRED)

add_library(parapet_test_support STATIC ${PROJECT_SOURCE_DIR}/tests/support/mpi_main.cpp)
target_include_directories(parapet_test_support PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(parapet_test_support PUBLIC parapet_base GTest::gtest PRIVATE MPI::MPI_C)

add_executable(private_mounts ${PROJECT_SOURCE_DIR}/tests/support/private_mounts.cpp)
target_link_libraries(private_mounts PRIVATE parapet_options)

# The environment apps/environment.sh gives the scripts, so that it is written down once.
set(environment_script ${PROJECT_SOURCE_DIR}/apps/environment.sh)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${environment_script})
file(STRINGS ${environment_script} PARAPET_TEST_ENVIRONMENT REGEX "^set_unless_given [A-Z]")
list(TRANSFORM PARAPET_TEST_ENVIRONMENT REPLACE "^set_unless_given ([A-Za-z_]+) (.*)$" "\\1=\\2")

# Sanitizers: everything takes some times longer. Leaks are looked for before MPI ends (mpi_main.cpp).
set(PARAPET_TEST_SLOWNESS 1)
if(PARAPET_SANITIZE)
  set(PARAPET_TEST_SLOWNESS 4)
  list(APPEND PARAPET_TEST_ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1"
    "ASAN_OPTIONS=leak_check_at_exit=0:verify_asan_link_order=0"
    "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/leaks.supp:print_suppressions=0")
endif()
if(PARAPET_SANITIZE MATCHES "address")
  target_compile_definitions(parapet_test_support PRIVATE PARAPET_LEAK_CHECK)
endif()

function(parapet_test name)
  cmake_parse_arguments(TEST "PRIVATE_MOUNTS" "TIMEOUT" "SOURCES;USES;LIBRARIES;RANKS;LABELS" ${ARGN})
  list(TRANSFORM TEST_USES PREPEND parapet_)
  string(REPLACE "." "_" target "test_${name}")
  add_executable(${target} ${TEST_SOURCES})
  target_link_libraries(${target} PRIVATE parapet_test_support ${TEST_USES} ${TEST_LIBRARIES})
  if(NOT TEST_RANKS)
    set(TEST_RANKS 1)
  endif()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  math(EXPR TEST_TIMEOUT "${TEST_TIMEOUT} * ${PARAPET_TEST_SLOWNESS}")
  set(launcher)
  if(TEST_PRIVATE_MOUNTS)
    set(launcher $<TARGET_FILE:private_mounts>)
  endif()
  foreach(ranks IN LISTS TEST_RANKS)
    add_test(NAME ${name}.np${ranks}
             COMMAND ${launcher} ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${target}>)
    set_tests_properties(${name}.np${ranks} PROPERTIES
      TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}" ENVIRONMENT "${PARAPET_TEST_ENVIRONMENT}")
    # mpirun starts its ranks at once; two tests of two ranks on two cores would only wait for each other.
    if(ranks GREATER 1)
      set_tests_properties(${name}.np${ranks} PROPERTIES PROCESSORS 2)
    endif()
  endforeach()
endfunction()
