#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "simulation/division.hpp"

namespace parapet {

/// A comma-separated table whose lines begin with member and time, e.g. diagnostics.csv. While a
/// run goes on each group of ranks appends to a part of its own (the first group to the table
/// itself); `divide` puts the parts together. Used by one rank of a group. Members throw
/// Failure(input_output).
class TimeTable {
 public:
  struct Row {
    std::int64_t member;
    double time;
    std::string line;
  };

  /// The part of `group` of `folder/stem.csv`; creates it with its header if it is not there.
  TimeTable(const std::filesystem::path& folder, const std::string& stem, std::string header,
            int group);

  void append(const std::string& line) { pending_ += line + '\n'; }
  /// Brings the appended lines into the file.
  void flush();
  /// Removes the lines of these members later than `time`, which are going to be computed again.
  void drop_after(const Batch& members, double time);

  /// Divides the rows of all parts anew: those of a member go to the part of group_of(member), and
  /// nowhere when that is negative; of two rows of one member and time the later written stays.
  /// Rows are sorted by member and time. By one rank of the world, while no table is open.
  static void divide(const std::filesystem::path& folder, const std::string& stem,
                     const std::string& header,
                     const std::function<int(std::int64_t member)>& group_of);

 private:
  std::filesystem::path path_;
  std::string header_;
  std::string pending_;
};

}  // namespace parapet
