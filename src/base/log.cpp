#include "base/log.hpp"

#include <cstdio>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

namespace parapet {

struct Log::Implementation {
  spdlog::logger logger{"parapet"};
  bool is_quiet = false;
  bool is_terminal = ::isatty(STDERR_FILENO) != 0;
  bool shows_bar = false;

  void hide_bar() {
    if (!shows_bar) return;
    std::fputs("\r\033[K", stderr);
    shows_bar = false;
  }
};

Log::Log(const Communicator& communicator, const Options& options) {
  if (!communicator.is_root()) return;
  implementation_ = std::make_unique<Implementation>();
  implementation_->is_quiet = options.is_quiet;
  auto console = std::make_shared<spdlog::sinks::stderr_color_sink_st>();
  console->set_pattern("%^%v%$");
  console->set_color(spdlog::level::info, "");
  if (options.is_quiet) console->set_level(spdlog::level::warn);
  implementation_->logger.sinks().push_back(std::move(console));
  implementation_->logger.flush_on(spdlog::level::info);
  // A full disk must not end a run through its log: spdlog's own handler prints, at most once a
  // second, to standard error.
}

Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() {
  if (implementation_) implementation_->hide_bar();
}

void Log::write_to(const std::filesystem::path& file) {
  if (!implementation_) return;
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_st>(file.string());
    sink->set_pattern("%Y-%m-%d %H:%M:%S  %v");
    implementation_->logger.sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    warning("no log file: {}", error.what());
  }
}

void Log::write(bool is_warning, const std::string& text) {
  implementation_->hide_bar();
  if (is_warning) {
    implementation_->logger.warn("warning: {}", text);
  } else {
    implementation_->logger.info("{}", text);
  }
}

bool Log::has_terminal() const {
  return implementation_ && implementation_->is_terminal && !implementation_->is_quiet;
}

void Log::show_bar(std::string_view text) {
  if (!has_terminal()) return;
  std::fprintf(stderr, "\r%.*s\033[K", static_cast<int>(text.size()), text.data());
  std::fflush(stderr);
  implementation_->shows_bar = !text.empty();
}

}  // namespace parapet
