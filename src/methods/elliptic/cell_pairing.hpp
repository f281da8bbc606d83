#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "grid/cell_layout.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// How the cells of a grid are joined by two along some axes into those of a coarse one. A last
/// cell without a partner is a coarse cell by itself.
class CellPairing {
 public:
  using Index = std::array<std::int64_t, 3>;

  /// Keeps references to the layouts of this rank's blocks.
  CellPairing(const Grid& fine_grid, const CellLayout& fine, const CellLayout& coarse,
              const std::array<bool, 3>& axes)
      : points_(fine_grid.points), fine_(fine), coarse_(coarse), is_joined_(axes) {}

  bool is_joined(std::size_t axis) const { return is_joined_[axis]; }

  /// The coarse cell along an axis that a fine one belongs to; indices in the grids.
  std::int64_t pair_of(std::size_t axis, std::int64_t fine) const {
    return is_joined_[axis] ? fine / 2 : fine;
  }
  /// The place of the pair of a fine cell of the block; perhaps a ghost.
  std::ptrdiff_t place_of_pair(const Index& fine) const {
    Index at{};
    for (std::size_t a = 0; a < 3; ++a) at[a] = pair_of(a, fine[a]) - coarse_.block.offset[a];
    return coarse_.at(at[0], at[1], at[2]);
  }
  std::ptrdiff_t coarse_stride(std::size_t axis) const { return coarse_.stride[axis]; }
  /// How many fine cells along an axis a coarse one has; indices wrap round.
  std::int64_t count(std::size_t axis, std::int64_t pair) const {
    if (!is_joined_[axis]) return 1;
    const std::int64_t pairs = (points_[axis] + 1) / 2;
    return 2 * ((pair + pairs) % pairs) + 1 < points_[axis] ? 2 : 1;
  }

  /// Calls act(place, pair, first) for the block's coarse cells: place in an array, index in the
  /// coarse grid, and the place of its first fine cell.
  template <class F>
  void for_each_pair(F&& act) const {
    const auto row_axis = static_cast<std::size_t>(coarse_.row_axis);
    coarse_.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      Index pair{coarse_.block.offset[0] + i, coarse_.block.offset[1] + j,
                 coarse_.block.offset[2] + k};
      for (std::int64_t n = 0; n < coarse_.row_length(); ++n, ++pair[row_axis]) {
        Index first{};
        for (std::size_t a = 0; a < 3; ++a) {
          first[a] = pair[a] * (is_joined_[a] ? 2 : 1) - fine_.block.offset[a];
        }
        act(row + n, pair, fine_.at(first[0], first[1], first[2]));
      }
    });
  }

  /// Calls act(place, index, first, count) for the block's rows of coarse cells: place of the first
  /// in an array, index of it in the coarse grid, the place of its first fine cell, and how many
  /// there are.
  template <class F>
  void for_each_pair_row(F&& act) const {
    coarse_.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      const Index pair{coarse_.block.offset[0] + i, coarse_.block.offset[1] + j,
                       coarse_.block.offset[2] + k};
      Index first{};
      for (std::size_t a = 0; a < 3; ++a) {
        first[a] = pair[a] * (is_joined_[a] ? 2 : 1) - fine_.block.offset[a];
      }
      act(row, pair, fine_.at(first[0], first[1], first[2]),
          static_cast<std::ptrdiff_t>(coarse_.row_length()));
    });
  }

  /// Calls act(place, index) for the rows of fine cells that a row of coarse ones consists of: the
  /// first fine cell of each; index in the fine grid.
  template <class F>
  void for_each_member_row(const Index& pair, std::ptrdiff_t first, F&& act) const {
    Index counts{}, begin{};
    for (std::size_t a = 0; a < 3; ++a) {
      const bool is_row_axis = a == static_cast<std::size_t>(fine_.row_axis);
      counts[a] = is_row_axis ? 1 : count(a, pair[a]);
      begin[a] = is_joined_[a] ? 2 * pair[a] : pair[a];
    }
    for (std::int64_t i = 0; i < counts[0]; ++i) {
      for (std::int64_t j = 0; j < counts[1]; ++j) {
        for (std::int64_t k = 0; k < counts[2]; ++k) {
          act(first + i * fine_.stride[0] + j * fine_.stride[1] + k * fine_.stride[2],
              Index{begin[0] + i, begin[1] + j, begin[2] + k});
        }
      }
    }
  }

  /// Calls act(place) for the fine cells of a coarse one, those with the lowest index along
  /// `only_first_along`, if that is an axis, alone.
  template <class F>
  void for_each_member(const Index& pair, std::ptrdiff_t first, std::size_t only_first_along,
                       F&& act) const {
    Index counts{};
    for (std::size_t a = 0; a < 3; ++a) counts[a] = a == only_first_along ? 1 : count(a, pair[a]);
    for (std::int64_t i = 0; i < counts[0]; ++i) {
      for (std::int64_t j = 0; j < counts[1]; ++j) {
        for (std::int64_t k = 0; k < counts[2]; ++k) {
          act(first + i * fine_.stride[0] + j * fine_.stride[1] + k * fine_.stride[2]);
        }
      }
    }
  }
  static constexpr std::size_t no_axis = 3;

 private:
  std::array<std::int64_t, 3> points_;
  const CellLayout &fine_, &coarse_;
  std::array<bool, 3> is_joined_;
};

}  // namespace parapet
