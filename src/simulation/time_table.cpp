#include "simulation/time_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "io/posix_file.hpp"

namespace parapet {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path) {
  throw Failure(ExitCode::input_output,
                fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
}

void write_all(int file, const std::string& text, const fs::path& path) {
  for (std::size_t done = 0; done < text.size();) {
    const auto count = ::write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path);
    done += static_cast<std::size_t>(count);
  }
}

void append_to_file(const fs::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) fail(path);
  try {
    write_all(file, text, path);
  } catch (...) {
    ::close(file);
    throw;
  }
  if (::close(file) != 0) fail(path);
}

fs::path part_path(const fs::path& folder, const std::string& stem, int group) {
  return folder / (group == 0 ? stem + ".csv" : fmt::format("{}-part{}.csv", stem, group));
}

// A line cut short by a kill has no newline and is left out.
std::vector<TimeTable::Row> read_rows(const fs::path& path, const std::string& header) {
  std::vector<TimeTable::Row> rows;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line) && !in.eof();) {
    const auto first = line.find(','), second = line.find(',', first + 1);
    if (line == header || second == std::string::npos) continue;
    const auto member = parse_integer(line.substr(0, first));
    const auto time = parse_double(line.substr(first + 1, second - first - 1));
    if (member && time) rows.push_back({*member, *time, line});
  }
  return rows;
}

bool is_part(const fs::path& path, const std::string& stem) {
  const std::string name = path.filename().string();
  return name == stem + ".csv" ||
         (name.rfind(stem + "-part", 0) == 0 && path.extension() == ".csv");
}

std::vector<fs::path> parts_of(const fs::path& folder, const std::string& stem) {
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_part(entry.path(), stem)) parts.push_back(entry.path());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

}  // namespace

TimeTable::TimeTable(const fs::path& folder, const std::string& stem, std::string header, int group)
    : path_(part_path(folder, stem, group)), header_(std::move(header)) {
  if (!fs::exists(path_)) replace_file(path_, header_ + "\n");
}

void TimeTable::flush() {
  if (pending_.empty()) return;
  append_to_file(path_, pending_);
  pending_.clear();
}

void TimeTable::drop_after(const Batch& members, double time) {
  std::string text = header_ + "\n";
  for (const Row& row : read_rows(path_, header_)) {
    const bool is_ours = row.member >= members.first && row.member < members.first + members.count;
    if (!is_ours || row.time <= time) text += row.line + "\n";
  }
  replace_file(path_, text);
}

void TimeTable::divide(const fs::path& folder, const std::string& stem, const std::string& header,
                       const std::function<int(std::int64_t)>& group_of) {
  const auto parts = parts_of(folder, stem);
  if (parts.empty()) return;
  std::map<std::pair<std::int64_t, double>, std::string> rows;
  for (const auto& part : parts) {
    for (Row& row : read_rows(part, header)) rows[{row.member, row.time}] = std::move(row.line);
  }
  std::map<int, std::string> texts;
  texts[0] = header + "\n";
  for (const auto& [key, line] : rows) {
    const int group = group_of(key.first);
    if (group < 0) continue;
    auto& text = texts[group];
    if (text.empty()) text = header + "\n";
    text += line + "\n";
  }
  for (const auto& [group, text] : texts) replace_file(part_path(folder, stem, group), text);
  for (const auto& part : parts) {
    const bool is_written = std::any_of(texts.begin(), texts.end(), [&](const auto& entry) {
      return part == part_path(folder, stem, entry.first);
    });
    if (!is_written) fs::remove(part);
  }
}

}  // namespace parapet
