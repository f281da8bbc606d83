# parapet_layer(NAME [SOURCES ...] [USES layers...] [PRIVATE libraries...])
#
# Declares the layer in src/NAME as the static library parapet_NAME (an interface library when it
# has no sources). USES are the layers below it, PRIVATE the outside libraries its .cpp files need.
function(parapet_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;USES;PUBLIC;PRIVATE" ${ARGN})
  set(target parapet_${name})
  list(TRANSFORM LAYER_USES PREPEND parapet_)
  if(LAYER_SOURCES)
    add_library(${target} STATIC ${LAYER_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE ${LAYER_PRIVATE})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(parapet::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(${target} ${scope}
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/parapet>)
  target_link_libraries(${target} ${scope} parapet_options ${LAYER_USES} ${LAYER_PUBLIC})
  set_property(GLOBAL APPEND PROPERTY PARAPET_LAYERS ${name})
endfunction()
