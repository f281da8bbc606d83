#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/communicator.hpp"

namespace parapet {

/// What a run tells its user: lines on standard error and, once `write_to` was called, with date
/// and time in a file. Only rank 0 writes; on the other ranks every call does nothing. A line that
/// cannot be written never stops a run.
class Log {
 public:
  struct Options {
    bool is_quiet = false;  ///< only warnings on standard error; the file still gets every line
  };

  explicit Log(const Communicator& communicator) : Log(communicator, Options{}) {}
  Log(const Communicator& communicator, const Options& options);
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;
  ~Log();

  /// Appends every later line to `file` as well.
  void write_to(const std::filesystem::path& file);

  template <class... Arguments>
  void info(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (implementation_) write(false, fmt::format(format, std::forward<Arguments>(arguments)...));
  }
  template <class... Arguments>
  void warning(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (implementation_ || speaker_)
      write(true, fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  /// Lets a rank other than 0 be heard: its warnings go to its own standard error at once, as
  /// "[rank r] warning: …", and into the file when all ranks `gather`.
  void speak_as(int rank);
  /// Brings the warnings of the ranks that speak into rank 0's file. Collective.
  void gather(const Communicator& communicator);

  /// Whether rank 0's standard error is a terminal that shows a progress bar.
  bool has_terminal() const;
  /// Shows `text` in the last line of the terminal, below the log, instead of what stood there.
  void show_bar(std::string_view text);

 private:
  struct Implementation;
  struct Speaker {
    int rank;
    std::vector<std::string> said;  // since the last gather
  };
  void write(bool is_warning, const std::string& text);
  std::unique_ptr<Implementation> implementation_;  // rank 0 only
  std::optional<Speaker> speaker_;                  // other ranks that speak
};

}  // namespace parapet
