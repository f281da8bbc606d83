#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "grid/grid.hpp"

namespace parapet {

/// Boxes of cells, one a rank, that have about as many particles each: recursive bisection of the
/// grid across its longest axis (Berger & Bokhari 1987) by how many particles are in each cell. The
/// same on every rank. No plane lies within a cell: where a few cells have most particles, the
/// boxes are as even as planes between cells make them, and where cells are fewer than ranks some
/// are empty.
class SpaceDivision {
 public:
  /// `counts` of particles, one a cell, the last axis contiguous.
  SpaceDivision(const std::array<std::int64_t, 3>& points, std::span<const std::uint64_t> counts,
                int ranks);

  const Box& box(int rank) const { return boxes_[static_cast<std::size_t>(rank)]; }
  /// Whose box a cell of the grid is in.
  int owner(const std::array<std::int64_t, 3>& cell) const;

 private:
  /// A plane, with what lies below and from it on: a node, or −1 − rank.
  struct Node {
    std::size_t axis;
    std::int64_t plane;
    std::array<int, 2> next;
  };

  int divide(const Box& box, int first, int ranks, std::span<const std::uint64_t> counts);
  std::int64_t plane_of(const Box& box, std::size_t axis, double share,
                        std::span<const std::uint64_t> counts) const;

  std::array<std::int64_t, 3> points_;
  std::vector<Node> nodes_;
  std::vector<Box> boxes_;
  int root_;
};

}  // namespace parapet
