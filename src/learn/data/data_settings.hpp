#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parapet {

class Section;

/// `[data]`: which part of a trajectory file is to be learnt, and how its members are divided.
struct DataSettings {
  std::string trajectory;           ///< path of the trajectory file
  std::vector<std::string> fields;  ///< names; empty: all fields of the file
  std::string task = "operator";    ///< "operator" | "step"
  std::int64_t input_frame = 0;     ///< negative: counted from the last frame
  std::int64_t target_frame = -1;
  std::int64_t stride = 1;                           ///< every stride-th point along each axis
  std::int64_t train = 0, validation = 0, test = 0;  ///< numbers of members
  std::vector<std::int64_t> train_members, validation_members, test_members;  ///< [first, end)
  std::string normalisation = "standard";  ///< "standard" | "none"

  void declare(Section& section);
};

}  // namespace parapet
