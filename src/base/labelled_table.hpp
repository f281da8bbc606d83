#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/digest.hpp"

namespace parapet {

/// Rows of numbers, each with a label 0 or 1.
struct LabelledTable {
  std::size_t columns = 0;
  std::vector<double> features;      ///< row after row
  std::vector<std::int64_t> labels;  ///< one a row

  std::size_t rows() const { return labels.size(); }
  const double* row(std::size_t n) const { return features.data() + n * columns; }

  std::uint64_t digest() const {
    Digest sum;
    std::uint64_t at = 0;
    for (const double value : features) sum.add(value, at++);
    for (const std::int64_t label : labels) sum.add(static_cast<double>(label), at++);
    return sum.value();
  }
};

}  // namespace parapet
