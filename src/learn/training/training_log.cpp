#include "learn/training/training_log.hpp"

#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

constexpr const char* header = "step,epoch,loss,validation,learning_rate,seconds";

// Whole lines with a step up to `last_step`.
std::vector<std::string> rows_until(const std::filesystem::path& path, std::int64_t last_step) {
  std::vector<std::string> rows;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line) && !file.eof()) {
    std::int64_t step = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), step);
    if (parsed.ec == std::errc{} && *parsed.ptr == ',' && step <= last_step) rows.push_back(line);
  }
  return rows;
}

}  // namespace

TrainingLog::TrainingLog(const std::filesystem::path& file, std::int64_t last_step) : path_(file) {
  std::vector<std::string> kept;
  if (last_step > 0) kept = rows_until(file, last_step);
  file_.open(file, std::ios::trunc);
  file_ << header << '\n';
  for (const auto& row : kept) file_ << row << '\n';
  file_.flush();
  require(static_cast<bool>(file_), ExitCode::input_output,
          fmt::format("{}: cannot be written", path_.string()));
}

void TrainingLog::add(const TrainingRow& row) {
  const auto validation = row.validation ? fmt::format("{}", *row.validation) : std::string();
  file_ << fmt::format("{},{},{},{},{},{:.3f}\n", row.step, row.epoch, row.loss, validation,
                       row.learning_rate, row.seconds);
  file_.flush();
  require(static_cast<bool>(file_), ExitCode::input_output,
          fmt::format("{}: cannot be written", path_.string()));
}

}  // namespace parapet
