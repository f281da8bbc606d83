#pragma once

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
    switch (axis_) {
      case 0:
        return for_each_along<0>(visit);
      case 1:
        return for_each_along<1>(visit);
      default:
        return for_each_along<2>(visit);
    }
  }

  std::size_t memory_bytes() const;

 private:
  struct Row {
    Wavevector base;     ///< with nothing from the varying axis
    std::size_t values;  ///< where the row's varying components begin in `along_`
  };

  template <std::size_t axis, class F>
  void for_each_along(F& visit) const {
    std::size_t mode = 0;
    for (const Row& row : rows_) {
      const Along* const along = along_.data() + row.values;
      Wavevector k = row.base;
      for (std::size_t i = 0; i < row_length_; ++i) {
        k.k[axis] = along[i].k;
        k.k2 = row.base.k2 + along[i].k2;
        visit(mode++, k);
      }
    }
  }

  struct Along {
    double k, k2;
    bool operator==(const Along&) const = default;
  };

  std::size_t axis_ = 0;
  std::size_t row_length_ = 0;
  std::vector<Row> rows_;
  std::vector<Along> along_;
  std::vector<std::uint8_t> weights_;
};

}  // namespace parapet
