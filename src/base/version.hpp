#pragma once

#include <string>

namespace parapet {

/// "0.1.0 (a82807c)": the version and the commit it was built from, with "-dirty" after local
/// changes; only the version when it was not built from a git repository.
std::string version();

/// The libraries Parapet was built with, and the MPI library that is running, one a line.
std::string library_versions();

}  // namespace parapet
