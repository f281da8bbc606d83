#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "grid/cell_grid.hpp"

namespace parapet {

/// Between particles, of which a rank has any, and cells, of which it has a block. Sums are of
/// whole numbers: no order of particles and no division among ranks changes a bit. Every rank holds
/// the whole grid for a while.
class ParticleCells {
 public:
  explicit ParticleCells(CellGrid& cells);

  /// The share of `total` particles in each cell over its volume, times `mass`, into an array of
  /// the layout. A particle counts where `is_there` is not 0; null: all do. Collective.
  void count(std::span<const double* const> x, const double* is_there, std::size_t particles,
             double total, double mass, double* density) const;

  /// The same by clouds of a cell's size (cloud in cell, Hockney & Eastwood 1981, § 5), parts
  /// beyond ends falling to the cells there. Collective.
  void spread(std::span<const double* const> x, const double* is_there, std::size_t particles,
              double total, double mass, double* density) const;

  /// −∇Φ at particles: central differences of Φ at the cells, one-sided at ends, weighted as clouds
  /// are. Collective.
  void slope_at(const double* potential, std::span<const double* const> x, std::size_t particles,
                std::span<double* const> force);

  /// All cells' values of an array of the layout, x slowest, on every rank. Collective.
  std::vector<double> whole(const double* field) const;

 private:
  struct Cloud;
  Cloud cloud_at(std::size_t axis, double x) const;
  std::int64_t inside(std::size_t axis, std::int64_t cell) const;
  std::int64_t cell_at(std::size_t axis, double x) const;
  void put(std::vector<std::uint64_t>& sums, double unit, double* density) const;

  CellGrid& cells_;
  std::size_t axes_;
  std::array<double, 3> lower_{}, first_{}, spacing_{1.0, 1.0, 1.0};
  std::array<std::int64_t, 3> points_{1, 1, 1};
  std::vector<std::vector<double>> slopes_;
};

}  // namespace parapet
