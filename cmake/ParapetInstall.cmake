# What `cmake --install` puts where: headers, libraries, programs, and a package config, so that
# another project says find_package(Parapet) and links parapet::solvers or parapet::learn.
include(CMakePackageConfigHelpers)

# Every layer that needs no torch; parapet::learn is the layer of that name, with those it uses.
add_library(parapet_solvers INTERFACE)
add_library(parapet::solvers ALIAS parapet_solvers)
set_target_properties(parapet_solvers PROPERTIES EXPORT_NAME solvers)

get_property(layers GLOBAL PROPERTY PARAPET_LAYERS)
list(TRANSFORM layers PREPEND parapet_ OUTPUT_VARIABLE layer_targets)
foreach(layer IN LISTS layers)
  if(NOT layer STREQUAL learn)
    target_link_libraries(parapet_solvers INTERFACE parapet_${layer})
  endif()
endforeach()

set_target_properties(parapet_options PROPERTIES EXPORT_NAME options)
install(TARGETS ${layer_targets} parapet_solvers parapet_options EXPORT ParapetTargets)
foreach(program IN ITEMS parapet parapet-learn)
  if(TARGET ${program})
    install(TARGETS ${program})
  endif()
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/parapet
        FILES_MATCHING PATTERN "*.hpp")
foreach(folder IN ITEMS input postproc)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${folder})
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/parapet
            PATTERN "__pycache__" EXCLUDE)
  endif()
endforeach()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Parapet)
install(EXPORT ParapetTargets NAMESPACE parapet:: DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ParapetConfig.cmake.in
  ${PROJECT_BINARY_DIR}/ParapetConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ParapetConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/ParapetConfig.cmake ${PROJECT_BINARY_DIR}/ParapetConfigVersion.cmake
  ${CMAKE_CURRENT_LIST_DIR}/ParapetDependencies.cmake ${CMAKE_CURRENT_LIST_DIR}/FindParapetFFTW.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindParapetRandom123.cmake ${CMAKE_CURRENT_LIST_DIR}/FindParapetMuParser.cmake
  ${CMAKE_CURRENT_LIST_DIR}/FindParapetPETSc.cmake
  DESTINATION ${package_folder})
