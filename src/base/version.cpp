#include "base/version.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "base/mpi_native.hpp"
#include "parapet_commit.hpp"
#include "parapet_libraries.hpp"

namespace parapet {

std::string version() {
  const std::string commit = PARAPET_COMMIT;
  return commit.empty() ? PARAPET_VERSION : fmt::format("{} ({})", PARAPET_VERSION, commit);
}

std::string library_versions() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string mpi(text.data(), static_cast<std::size_t>(length));
  mpi = mpi.substr(0, mpi.find_first_of("\n,"));
  return fmt::format("MPI: {}\n{}", mpi, PARAPET_LIBRARIES);
}

}  // namespace parapet
