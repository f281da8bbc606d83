#pragma once

#include <span>
#include <vector>

#include "grid/aligned_array.hpp"
#include "methods/particles/box_exchange.hpp"

namespace parapet {

/// What ParticleCells does between particles and cells, bit for bit, where a rank's particles are
/// all in a box of cells: no rank holds more than its box and its block.
class BoxMesh {
 public:
  /// Keeps a reference to `cells`. Collective.
  BoxMesh(CellGrid& cells, const Box& box);

  /// See ParticleCells::spread. Collective.
  void spread(std::span<const double* const> x, const double* is_there, std::size_t particles,
              double total, double mass, double* density);
  /// See ParticleCells::count. Collective.
  void count(std::span<const double* const> x, const double* is_there, std::size_t particles,
             double total, double mass, double* density);
  /// See ParticleCells::set_potential; ghosts of `potential` are filled but those beyond ends.
  /// Collective.
  void set_potential(const double* potential);
  /// See ParticleCells::add_slopes.
  void add_slopes(std::span<const double* const> x, std::size_t particles,
                  std::span<double* const> force) const;

  std::size_t memory_bytes() const;

 private:
  void put(double all, double mass, double* density);

  CellGrid& cells_;
  Box box_;
  BoxExchange exchange_;
  std::vector<std::uint64_t> block_parts_;
  std::vector<double> block_slopes_;
  AlignedArray<std::uint64_t> parts_;  ///< of clouds, over the box and its layer
  AlignedArray<double> slopes_;        ///< −∇Φ there, see cloud_vector
};

}  // namespace parapet
