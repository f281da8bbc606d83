#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "grid/aligned_array.hpp"
#include "methods/method_options.hpp"
#include "methods/volume/diffusion_solver.hpp"
#include "methods/volume/sweep.hpp"

namespace parapet {

/// Steps of u_t = F(u) + ν ∇²u that viscosity does not limit, by the scheme IMEX-SSP3(4,3,3) of
/// Pareschi & Russo (2005, table 6): of third order, F by the method of Shu & Osher as in explicit
/// steps, ν ∇²u by an L-stable diagonally implicit one. The last stage puts the fluxes of all
/// stages together, so that sums over cells are conserved however well systems are solved.
/// Nothing viscous passes outflow ends: beyond them the field is its own mirror image.
class ImplicitViscosity {
 public:
  /// The rules of the ends of each component. Keeps a reference to `cells`.
  ImplicitViscosity(CellGrid& cells, std::vector<EndRules> ends, const MethodOptions& options,
                    bool has_fixed_steps);

  /// A member's state and what would limit its explicit steps.
  struct Limits {
    double viscosity;
    double advective, viscous;  ///< rates: 1 / (their sum) is the longest explicit step
    double scale;               ///< size of the field at the start
  };
  /// What is to be added to the advective rate, and whether the coming step is implicit: by
  /// `options.viscosity`, for "auto" where that takes so many fewer steps that it is faster.
  /// An implicit step is at most such that viscosity alone would change the field by a tenth of its
  /// range. Equal steps are implicit where viscosity takes more than half of what is stable.
  /// Collective.
  double rate_beside(const Limits& limits, std::span<double* const> u);
  bool is_implicit(const Limits& limits, double dt) const;

  /// One of the sweeps of a step: out = keep · start + take · u + step · rate(u), the rate with
  /// viscosity.
  struct Pass {
    int number;
    std::span<double*const> u, start, out;
    StageWeights weights;
  };
  using Sweep = std::function<void(const Pass&)>;
  /// Takes u a step further, into `out`. Collective.
  void advance(double viscosity, double dt, std::span<double* const> u,
               std::span<double* const> out, const Sweep& sweep);
  /// The states whose rates the last step took, with times 0, 1 and 1/2 of it.
  double* stage(int number, int component) {
    return fields(Role::first_stage + number)[static_cast<std::size_t>(component)];
  }

  /// Fills the ghosts beyond the ends of the domain.
  void fill_ends(std::span<double* const> u) const;
  std::size_t memory_bytes() const;

 private:
  using Field = AlignedArray<double>;
  enum Role { first_stage, second_stage, third_stage, first_rate, second_rate, first_change };
  static constexpr int roles = first_change + 3;

  void prepare();
  std::span<double* const> fields(int role) const;
  void solve(double c, std::span<double* const> v);
  void solve_for_change(double c, std::span<double* const> v, std::span<double* const> change);
  double smoothing_rate(const Limits& limits, std::span<double* const> u);

  CellGrid& cells_;
  std::vector<EndRules> ends_;
  std::string choice_;
  double tolerance_;
  bool has_fixed_steps_, is_next_implicit_ = false;
  double price_ = 0.0;
  std::vector<std::unique_ptr<DiffusionSolver>> solvers_;
  std::vector<DiffusionSolver*> solver_of_;  ///< each component
  std::vector<Field> storage_;
  std::vector<double*> pointers_;  ///< role by role
};

}  // namespace parapet
