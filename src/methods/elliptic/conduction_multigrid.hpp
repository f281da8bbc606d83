#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "methods/elliptic/conduction_level.hpp"

namespace parapet {

/// Geometric multigrid for −∇·(a ∇u): pairs of cells along the axes on which the grid is fine, down
/// to a grid that is solved directly. One cycle relaxes red, then black cells, corrects from the
/// coarser grid, and relaxes black, then red ones: a symmetric positive definite approximation of
/// A⁻¹ whose every value has the same bits on any number of ranks. Grids too small to be divided
/// are solved by every rank alone.
class ConductionMultigrid {
 public:
  static constexpr int ghosts = 2;  ///< of the finest grid, which needs GhostReach::corners

  /// Keeps a reference to `finest`. Collective.
  explicit ConductionMultigrid(CellGrid& finest);

  /// `coefficient` > 0, of the finest grid's layout. Collective.
  void set_coefficient(const double* coefficient);
  /// `mass` ≥ 0, likewise. Collective.
  void set_mass(const double* mass);

  ConductionLevel& finest() { return levels_.front()->network; }
  const ConductionLevel& finest() const { return levels_.front()->network; }

  /// u ≈ A⁻¹ f by one cycle from u = 0. Collective.
  void cycle(const double* f, double* u) { cycle(0, f, u); }

  std::size_t level_count() const { return levels_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct Level {
    std::unique_ptr<CellGrid> own_cells;  ///< empty for the finest
    ConductionLevel network;
    std::array<double, 3> spacing;
    std::array<bool, 3> axes{};          ///< joined in the next level
    std::optional<CellPairing> pairing;  ///< to the next level; without it that is a replica
    ConductionLevel::Field f, u, r;

    Level(CellGrid& cells, std::unique_ptr<CellGrid> owned, const std::array<double, 3>& h);
  };

  bool add_level();
  void invert_coarsest();
  void cycle(std::size_t level, const double* f, double* u);
  void solve_on_replica(std::size_t level, const double* f, double* u);
  void solve_coarsest(const Level& level, const double* f, double* u) const;

  Communicator self_ = Communicator::self();
  std::vector<std::unique_ptr<Level>> levels_;
  std::vector<double> inverse_;  ///< of the coarsest network, row after row
};

}  // namespace parapet
