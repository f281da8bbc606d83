#pragma once

#include <cstdint>

namespace parapet {

/// `total` indices divided into `parts` contiguous blocks, in order, whose sizes differ by at most
/// one; with more parts than indices some blocks are empty.
struct Partition {
  std::int64_t total = 0;
  int parts = 1;

  std::int64_t begin(int part) const { return total * part / parts; }
  std::int64_t end(int part) const { return begin(part + 1); }
  std::int64_t count(int part) const { return end(part) - begin(part); }
};

}  // namespace parapet
