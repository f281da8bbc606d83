#include "base/log.hpp"

#include <cstdio>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

#include "base/text.hpp"

namespace parapet {

struct Log::Implementation {
  spdlog::logger logger{"parapet"};
  std::shared_ptr<spdlog::sinks::sink> file;
  bool is_quiet = false;
  bool is_terminal = ::isatty(STDERR_FILENO) != 0;
  bool shows_bar = false;

  void write_to_file(const std::string& text) {
    if (!file) return;
    file->log({logger.name(), spdlog::level::warn, text});
    file->flush();
  }

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
    implementation_->file = sink;
    implementation_->logger.sinks().push_back(std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    warning("no log file: {}", error.what());
  }
}

void Log::speak_as(int rank) {
  if (!implementation_) speaker_ = Speaker{rank, {}};
}

void Log::gather(const Communicator& communicator) {
  std::string mine = speaker_ ? join(speaker_->said, "\n") : std::string();
  const auto lengths = communicator.all_gather(static_cast<std::int64_t>(mine.size()));
  for (int rank = 0; rank < communicator.size(); ++rank) {
    if (lengths[static_cast<std::size_t>(rank)] == 0) continue;
    std::string text = mine;
    communicator.broadcast(text, rank);
    if (implementation_) implementation_->write_to_file(text);
  }
  if (speaker_) speaker_->said.clear();
}

void Log::write(bool is_warning, const std::string& text) {
  if (speaker_) {
    const std::string line = fmt::format("[rank {}] warning: {}", speaker_->rank, text);
    std::fputs((line + "\n").c_str(), stderr);
    speaker_->said.push_back(line);
    return;
  }
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
