#include "base/paths.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "base/text.hpp"

namespace parapet {

namespace {

// Creates and removes a file of a name that was not there before.
void probe(const std::filesystem::path& folder) {
  const auto file = folder / fmt::format(".parapet-probe-{}", ::getpid());
  const int descriptor = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0644);
  require(descriptor >= 0, ExitCode::input_output,
          fmt::format("cannot write into folder {}: {}", folder.string(), std::strerror(errno)));
  ::close(descriptor);
  ::unlink(file.c_str());
}

}  // namespace

std::optional<std::string> fault_in_folder_name(std::string_view name) {
  if (name.empty()) return "the name is empty";
  if (has_control_characters(name)) return "the name holds control characters";
  const std::filesystem::path path(name);
  if (std::find(path.begin(), path.end(), "..") != path.end()) {
    return "the name must not contain \"..\"";
  }
  return std::nullopt;
}

void prepare_folder(const Communicator& communicator, const std::filesystem::path& folder) {
  on_root(communicator, [&] {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const bool is_folder = std::filesystem::is_directory(folder);
    if (!error && !is_folder) error = std::make_error_code(std::errc::not_a_directory);
    require(is_folder, ExitCode::input_output,
            fmt::format("cannot create folder {}: {}", folder.string(), error.message()));
    probe(folder);
  });
}

}  // namespace parapet
