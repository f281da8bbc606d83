#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/cell_grid.hpp"

namespace parapet {

/// Between particles, of which a rank has any, and cells, of which it has a block. Sums are of
/// whole numbers: no order of particles and no division among ranks changes a bit. Every rank holds
/// the whole grid.
class ParticleCells {
 public:
  explicit ParticleCells(CellGrid& cells);

  /// The share of `total` particles in each cell over its volume, times `mass`, into an array of
  /// the layout. A particle counts where `is_there` is not 0; null: all do. Collective.
  void count(std::span<const double* const> x, const double* is_there, std::size_t particles,
             double total, double mass, double* density) const;

  /// The sum of a value over the particles in each cell, over its volume, times `scale`: of all
  /// cells, x slowest, on every rank. Values are rounded to 2⁻³⁴ of the largest; where one is not
  /// finite, all is NaN; exact for up to 2²⁸ particles a cell. Collective.
  std::vector<double> sum(std::span<const double* const> x, const double* is_there,
                          std::span<const double> values, double scale) const;

  /// The same by clouds of a cell's size (cloud in cell, Hockney & Eastwood 1981, § 5), parts
  /// beyond ends falling to the cells there. Collective.
  void spread(std::span<const double* const> x, const double* is_there, std::size_t particles,
              double total, double mass, double* density);

  /// Takes a potential Φ at the cells: its slopes are central differences, one-sided at ends.
  /// Collective.
  void set_potential(const double* potential);
  /// Adds −∇Φ at particles, weighted as clouds are.
  void add_slopes(std::span<const double* const> x, std::size_t particles,
                  std::span<double* const> force) const;

  /// All cells' values of an array of the layout, x slowest, on every rank. Collective.
  std::vector<double> whole(const double* field) const;

  std::size_t memory_bytes() const;

 private:
  std::int64_t inside(std::size_t axis, std::int64_t cell) const;
  std::int64_t cell_at(std::size_t axis, double x) const;
  std::size_t cell_of(std::span<const double* const> x, std::size_t particle) const;
  double volume() const;
  struct Line;
  Line line_of(std::size_t axis) const;
  template <class F>
  void for_each_around(F&& act) const;
  void put(std::vector<std::uint64_t>& sums, double unit, double* density) const;

  CellGrid& cells_;
  std::size_t axes_;
  std::array<double, 3> lower_{}, first_{}, spacing_{1.0, 1.0, 1.0};
  std::array<std::int64_t, 3> points_{1, 1, 1};
  AlignedArray<std::uint64_t> parts_;  ///< of clouds, over a CloudBox of all cells
  AlignedArray<double> slopes_;  ///< −∇Φ, a vector, see cloud_vector, for each of its cells
};

}  // namespace parapet
