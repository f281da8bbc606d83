#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"
#include "particles/space_division.hpp"

namespace parapet {

/// What a rank has of N particles divided by number: whole pairs, which share their noise.
class IndexDivision {
 public:
  IndexDivision(std::int64_t all, int ranks);
  std::int64_t begin(int rank) const { return begins_[static_cast<std::size_t>(rank)]; }
  std::int64_t count(int rank) const { return begin(rank + 1) - begin(rank); }
  int owner(std::int64_t id) const;

 private:
  std::vector<std::int64_t> begins_;
};

/// A rank's particles, an array for each of some columns, the first of them places along the grid's
/// axes, and their numbers. Divided by number each rank has its share of consecutive ones; divided
/// by space it has those in its box of cells, in any order.
class ParticleStore {
 public:
  /// Divided by number, all zero. Keeps a reference to `cells`.
  ParticleStore(CellGrid& cells, std::int64_t all, std::size_t columns);

  std::size_t count() const { return count_; }
  double* column(std::size_t c) { return columns_[c].data(); }
  const std::uint64_t* ids() const { return ids_.data(); }
  bool is_by_space() const { return is_by_space_; }
  const IndexDivision& by_index() const { return by_index_; }

  /// Sends all particles to whom the cells are that they are in, by a new division of space.
  /// Collective.
  void divide_by_space();
  /// Sends all particles to where their numbers belong. Collective.
  void divide_by_index();
  /// Divided by space: sends those that left the box to whom they came to. Collective.
  void migrate();
  /// The same in two parts: looks for those that left among some particles, then sends all that
  /// were found. The latter is collective.
  void find_leaving(std::size_t from, std::size_t count);
  void migrate_found();
  /// Whether the fullest rank has 1.2 times the mean, and a tenth more than after the last division
  /// of space: where that could not make it even, another one could not. Collective.
  bool is_uneven() const;
  /// Puts particles of the same cell next to each other.
  void sort();

  const Box& box() const { return box_; }
  /// The values of a column as ranks have them divided by number. Collective.
  std::vector<double> in_order(std::size_t c) const;

  std::size_t memory_bytes() const;

 private:
  struct Span;
  Span span_of(std::size_t axis) const;
  std::uint64_t mark_outside(std::size_t from, std::span<std::uint64_t> marks) const;
  bool is_outside(std::size_t particle) const;
  void resize(std::size_t count);
  std::array<std::int64_t, 3> cell_of(std::size_t particle) const;
  void send(const std::vector<std::size_t>& leaving, const std::vector<int>& to);
  void receive(const std::vector<std::uint64_t>& words);
  void take_order(const std::uint32_t* order);
  double fullness() const;

  CellGrid& cells_;
  IndexDivision by_index_;
  std::size_t axes_, count_ = 0;
  std::array<double, 3> lower_{}, per_length_{}, first_{};  ///< of the grid, see CloudBox
  std::vector<AlignedArray<double>> columns_;
  AlignedArray<std::uint64_t> ids_;
  bool is_by_space_ = false;
  std::vector<SpaceDivision> by_space_;  ///< the present one, if any
  Box box_;
  double fullness_ = 1.0;  ///< after the last division
  std::vector<std::size_t> leaving_;
};

}  // namespace parapet
