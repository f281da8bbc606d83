#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace parapet {

struct Graph;
struct LabelledTable;

/// `[particles]`, and which of them these are.
struct ParticleOptions {
  std::int64_t count = 0;            ///< N of a member
  std::string interaction = "auto";  ///< one of particle_interactions
  std::string division = "auto";     ///< one of particle_divisions
  double softening = 0.0;            ///< ε of pairs: W is taken at √(r² + ε²)
  double cutoff = 0.0;               ///< of "cells"; 0: the range that the equation states
  std::int64_t batch = 2;            ///< p of "random-batch", 2 to N
  std::uint64_t seed = 1;
  std::int64_t first_member = 0;         ///< of the run, that the solver's first one is
  const LabelledTable* table = nullptr;  ///< of logistic regression; not owned
};

/// How an equation is to be discretised: `[method]` and the boundary values of an input file.
struct MethodOptions {
  std::string name;  ///< "spectral", "finite-difference", …: one of methods_of()
  std::string integrator = "auto";
  std::int64_t order = 0;  ///< in space; 0: the method's own choice
  /// What Dirichlet boundaries hold, one entry a component, or one a component for each side of
  /// each used axis in turn (x lower, x upper, y lower, …); empty: 0.
  std::vector<double> boundary_values;
  std::string flux = "auto";       ///< of conservation laws, one of CellTraits::fluxes
  std::string limiter = "auto";    ///< one of CellTraits::limiters
  double solve_tolerance = 1e-10;  ///< of systems, not a density's: last residual over the first
  /// Options of PETSc for implicit steps, without their dash, and values.
  std::vector<std::pair<std::string, std::string>> petsc{};
  std::string viscosity = "auto";  ///< of laws with shocks, one of CellTraits::viscosities
  /// Of a carried law, in place of the equation's formulas: an array of this rank's cells an axis.
  const std::vector<std::vector<double>>* velocity = nullptr;
  ParticleOptions particles{};         ///< of "particles"
  const Graph* graph = nullptr;        ///< whose nodes the cells are, of a line; not owned
  std::vector<std::string> derived{};  ///< those of CellTraits::optional_fields that are wanted

  double boundary_value(int axis, int side, int component, int components) const {
    if (boundary_values.empty()) return 0.0;
    const auto count = static_cast<std::size_t>(components);
    const auto block = static_cast<std::size_t>(2 * axis + side) * count;
    const std::size_t first = boundary_values.size() == count ? 0 : block;
    return boundary_values[first + static_cast<std::size_t>(component)];
  }
};

}  // namespace parapet
