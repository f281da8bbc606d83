#pragma once

#include <memory>
#include <vector>

#include "methods/cell_solver.hpp"
#include "methods/elliptic/linear_result.hpp"

namespace parapet {

/// A Solver for −∇·(a ∇u) = f on cells: a state without time. A step solves for one member that is
/// not solved for yet, whatever its target. Of a member's progress `steps` counts the iterations,
/// `error_estimate` is the relative residual, and `leg_steps` 1 when it is solved.
class EllipticSolver : public CellSolver {
 public:
  /// Keeps a reference to `cells`. a, where it is given, is the first of the given fields.
  EllipticSolver(CellGrid& cells, std::size_t members, bool has_permeability,
                 const MethodOptions& options);

  void set_given(std::size_t member, std::size_t which, std::span<const double> values) override;

  /// Throws a collective Failure(blew_up) that names the member, counted in this batch, when the
  /// iteration does not converge or there is no solution. Collective.
  bool step(double target) override;
  void to_points(std::size_t member, int first, std::span<double* const> fields) override;
  RateOfChange rate_of_change(std::size_t member) override;

  std::size_t memory_bytes() const override;

 protected:
  /// Solves for one member, u and its given fields. Collective.
  virtual LinearResult solve(std::size_t member) = 0;

  /// u is fixed by no end: f must have zero mean, and u has.
  bool is_fixed_by_no_end() const;
  bool has_permeability() const { return has_permeability_; }
  Field& source(std::size_t member) { return given(member, has_permeability_ ? 1 : 0); }
  Field& permeability(std::size_t member) { return given(member, 0); }

 private:
  std::size_t given_count() const { return has_permeability_ ? 2 : 1; }
  Field& given(std::size_t member, std::size_t which) {
    return given_[member * given_count() + which];
  }
  void require_compatible(std::size_t member);

  double longest_step(std::size_t) override;
  void advance(std::size_t, double) override {}
  void evaluate_rate(std::size_t, std::span<double* const>) override {}

  bool has_permeability_;
  std::vector<Field> given_;
};

}  // namespace parapet
