#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "equations/forms.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet {

/// The physical wave vector of an integer wavenumber on a grid.
Wavevector wavevector(const Grid& grid, const std::array<std::int64_t, 3>& wavenumber);

/// Wave vectors of this rank's modes, in their order in memory, kept row by row: along a row only
/// one component varies, which makes visiting them cheap in memory and easy on the compiler.
class ModeTable {
 public:
  explicit ModeTable(const SpectralTransform& transform);

  std::size_t size() const { return weights_.size(); }
  double weight(std::size_t mode) const { return weights_[mode]; }

  /// Calls visit(local index, wave vector) for every mode.
  template <class F>
  void for_each(F&& visit) const {
    for_each_part(row_length_, [&](const auto& modes) {
      modes.for_each([&](std::size_t, std::size_t i, const Wavevector& k) { visit(i, k); });
    });
  }

  /// Calls visit(block) for the modes in blocks that follow one another, for work that goes in
  /// several small loops; see Block.
  template <class F>
  void for_each_block(F&& visit) const {
    for_each_part(largest_block, visit);
  }
  static constexpr std::size_t largest_block = 256;

  std::size_t memory_bytes() const;

 private:
  struct Row {
    Wavevector base;     ///< with nothing from the varying axis
    std::size_t values;  ///< where the row's varying components begin in `along_`
  };

  struct Along {
    double k, k2;
    bool operator==(const Along&) const = default;
  };

  /// Modes of one row: `count` from local index `first` on.
  template <std::size_t axis>
  struct Block {
    std::size_t first, count;
    const Wavevector& base;
    const Along* along;

    /// Calls visit(index in the block, local index, wave vector).
    template <class F>
    void for_each(F&& visit) const {
      Wavevector k = base;
      for (std::size_t j = 0; j < count; ++j) visit(j, first + j, at(j, k));
    }

    /// The same for visits that read nothing another one writes, so that several go at once.
    template <class F>
    void for_each_alone(F&& visit) const {
      Wavevector k = base;
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
      for (std::size_t j = 0; j < count; ++j) visit(j, first + j, at(j, k));
    }

   private:
    const Wavevector& at(std::size_t j, Wavevector& k) const {
      k.k[axis] = along[j].k;
      k.k2 = base.k2 + along[j].k2;
      return k;
    }
  };

  template <class F>
  void for_each_part(std::size_t longest, F&& visit) const {
    switch (axis_) {
      case 0:
        return for_each_along<0>(longest, visit);
      case 1:
        return for_each_along<1>(longest, visit);
      default:
        return for_each_along<2>(longest, visit);
    }
  }

  template <std::size_t axis, class F>
  void for_each_along(std::size_t longest, F& visit) const {
    std::size_t mode = 0;
    for (const Row& row : rows_) {
      for (std::size_t start = 0; start < row_length_; start += longest) {
        const std::size_t count = std::min(longest, row_length_ - start);
        visit(Block<axis>{mode, count, row.base, along_.data() + row.values + start});
        mode += count;
      }
    }
  }

  std::size_t axis_ = 0;
  std::size_t row_length_ = 0;
  std::vector<Row> rows_;
  std::vector<Along> along_;
  std::vector<std::uint8_t> weights_;
};

}  // namespace parapet
