# Run at every build with -DSOURCE=… -DHEADER=…: writes the commit into HEADER, which is touched only
# when it changes, so that nothing is compiled again without need.
cmake_minimum_required(VERSION 3.22)
find_package(Git QUIET)
set(commit "")
if(GIT_FOUND AND EXISTS "${SOURCE}/.git")
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --tags
                  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#pragma once\n\n#define PARAPET_COMMIT \"@commit@\"\n" @ONLY)
