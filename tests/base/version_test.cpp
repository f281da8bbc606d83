#include "base/version.hpp"

#include <gtest/gtest.h>

namespace parapet {
namespace {

TEST(Version, NamesTheBuildAndItsLibraries) {
  EXPECT_FALSE(version().empty());
  EXPECT_NE(version().find('.'), std::string::npos);
  const std::string libraries = library_versions();
  for (const char* name : {"MPI: ", "HDF5: 1.", "compiler: "}) {
    EXPECT_NE(libraries.find(name), std::string::npos) << libraries;
  }
}

}  // namespace
}  // namespace parapet
