#pragma once

#include <cstdint>
#include <vector>

#include "grid/cell_grid.hpp"

namespace parapet {

/// Particles as a window shows them.
struct WindowParticles {
  std::vector<const double*> x;  ///< one array an axis of the grid
  std::size_t count = 0;
  double scale = 1.0;              ///< mass of one
  const double* weight = nullptr;  ///< mass of each, where they differ
};

/// The grid as a window on particles that may be anywhere: along periodic axes they are seen where
/// they are modulo the length, others not beyond the ends. Sums are of whole numbers: no order of
/// particles and no division among ranks changes a bit. Every rank holds the whole grid for a
/// while.
class Window {
 public:
  explicit Window(CellGrid& cells);

  /// How many are seen. Collective.
  double particles(const WindowParticles& particles) const;
  /// Their mass. Collective.
  double mass(const WindowParticles& particles) const;
  /// Their mass in each cell over its volume, into an array of the layout. Collective.
  void density(const WindowParticles& particles, double* density) const;
  /// The sum of mass times velocity likewise; the velocity, one component, is rounded to 2⁻³⁴ of
  /// the largest. Collective.
  void momentum(const WindowParticles& particles, const double* velocity, double* momentum) const;

 private:
  static constexpr std::int64_t nowhere = -1;

  std::int64_t cell_of(const WindowParticles& particles, std::size_t i) const;
  void put(std::vector<std::int64_t>& sums, double unit, double* field) const;

  CellGrid& cells_;
  std::size_t axes_;
};

}  // namespace parapet
