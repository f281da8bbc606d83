# Random123's counter-based generators (headers only): target parapet_random123.
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ParapetRandom123 REQUIRED_VARS RANDOM123_INCLUDE_DIR)
if(ParapetRandom123_FOUND AND NOT TARGET parapet_random123)
  add_library(parapet_random123 INTERFACE IMPORTED)
  target_include_directories(parapet_random123 SYSTEM INTERFACE ${RANDOM123_INCLUDE_DIR})
endif()
mark_as_advanced(RANDOM123_INCLUDE_DIR)
