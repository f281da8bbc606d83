#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "grid/grid.hpp"

namespace parapet {

/// Which other ranks have particles that could be within a reach of one of this rank's. Each axis
/// is cut into slots, and what a rank has is told by those that its particles are in: boxes of any
/// division, around periodic axes too, and no more than all ranks where particles lie anywhere.
class NearRanks {
 public:
  static constexpr int slots = 512;  ///< of an axis

  /// `reach`: a length, at least 0, at most half of a periodic axis.
  NearRanks(const Communicator& communicator, const Grid& grid, double reach)
      : communicator_(communicator), grid_(grid), reach_(reach) {}

  /// For `count` particles of this rank, one array an axis. Collective.
  void look_at(std::span<const double* const> x, std::size_t count);

  /// Calls act(rank) for each rank near the i-th particle of those looked at.
  template <class Act>
  void for_each(std::span<const double* const> x, std::size_t i, Act&& act) const {
    for (std::size_t block = 0; block < blocks(); ++block) {
      std::uint64_t near = ~std::uint64_t{0};
      for (std::size_t a = 0; a < x.size(); ++a) {
        near &= tables_[a][slot_of(a, x[a][i]) * blocks() + block];
      }
      for (; near != 0; near &= near - 1) {
        act(ranks_[block * 64 + static_cast<std::size_t>(std::countr_zero(near))]);
      }
    }
  }

 private:
  /// Whether each slot is taken, as bits.
  using Slots = std::array<std::uint64_t, slots / 64>;

  std::size_t blocks() const { return (ranks_.size() + 63) / 64; }
  std::size_t slot_of(std::size_t axis, double x) const;
  Slots widened(std::size_t axis, std::span<const std::uint64_t> taken) const;

  const Communicator& communicator_;
  Grid grid_;
  double reach_;
  std::vector<int> ranks_;                            ///< those with anybody near
  std::array<std::vector<std::uint64_t>, 3> tables_;  ///< by slot: a bit for each of them
};

}  // namespace parapet
