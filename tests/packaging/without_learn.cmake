# Configures Parapet with -DPARAPET_LEARN=OFF in WORK where looking for torch is an error, and makes
# sure that nothing in the build names it.
file(REMOVE_RECURSE ${WORK})
execute_process(
  COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${SOURCE} -B ${WORK} -DCMAKE_BUILD_TYPE=Release
          -DPARAPET_LEARN=OFF -DCMAKE_DISABLE_FIND_PACKAGE_Torch=ON
  RESULT_VARIABLE status OUTPUT_QUIET)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "configuring without libtorch failed: ${status}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK} -- -t commands all
                OUTPUT_VARIABLE commands RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "cannot list the commands of the build")
endif()
if(commands MATCHES "libtorch|libc10|torch/csrc")
  message(FATAL_ERROR "a build without surrogates still uses libtorch: ${CMAKE_MATCH_0}")
endif()
file(REMOVE_RECURSE ${WORK})
