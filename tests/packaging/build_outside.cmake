# Installs Parapet's build folder BUILD into WORK/prefix, then configures, builds and runs the project
# OUTSIDE against it, as a user's own project would.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "exit status ${status}: ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${OUTSIDE} -B ${WORK}/build
    -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build ${WORK}/build)
separate_arguments(launch UNIX_COMMAND "${LAUNCH}")
run(${launch} ${WORK}/build/outside)
file(REMOVE_RECURSE ${WORK})
