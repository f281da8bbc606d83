#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/failure.hpp"
#include "methods/cell_solver.hpp"
#include "methods/volume/bound_limiter.hpp"
#include "methods/volume/implicit_viscosity.hpp"
#include "methods/volume/scalar_laws.hpp"
#include "methods/volume/velocity_field.hpp"

namespace parapet {

/// Solves a scalar conservation law: WENO5-Z fluxes, the third-order strong-stability-preserving
/// Runge–Kutta method of Shu & Osher (1988), with ImplicitViscosity where that is chosen, and where
/// asked for the bounds of BoundLimiter.
template <class Law>
class ScalarVolumeSolver final : public CellSolver {
 public:
  /// One law a member; `velocity` holds the formulas of the velocity that carries the field, if one
  /// does.
  ScalarVolumeSolver(CellGrid& cells, std::vector<Law> laws, std::vector<std::string> velocity,
                     const StepControl& control, const MethodOptions& its_options)
      : CellSolver(cells, laws.size(), 1, control, its_options),
        laws_(std::move(laws)),
        velocity_(std::move(velocity)),
        axes_(cells),
        boxes_(cells, reach, cached),
        scratch_(boxes_.longest_row(), boxes_.largest_layer()),
        first_(make_field()),
        second_(make_field()),
        viscosity_(cells, end_rules(), its_options, control.step.has_value()) {
    if (its_options.limiter != "none") {
      limiter_.emplace(cells);
      after_ = make_field();
    }
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = CellSolver::memory_bytes() + scratch_.bytes() + first_.bytes() +
                        second_.bytes() + after_.bytes() + viscosity_.memory_bytes();
    if (limiter_) bytes += limiter_->bytes();
    if (carrier_) bytes += carrier_->bytes();
    return bytes;
  }

 protected:
  void step_member(std::size_t member, double target) override {
    begin(member);
    CellSolver::step_member(member, target);
  }
  double longest_step(std::size_t member) override;
  void advance(std::size_t member, std::span<const double> steps) override;
  void evaluate_rate(std::size_t member, std::span<double* const> rate) override;
  GhostRule ghost_rule(int component, int axis, int side) const override;
  bool is_normal_velocity(int, int) const override { return !Law::is_carried; }

 private:
  static constexpr std::ptrdiff_t reach = 3, cached = 3;

  void begin(std::size_t member);
  void find_range(std::size_t member);
  bool has_mirrored_sign() const;
  double advective_rate(std::size_t member);
  double not_outrun(std::size_t member, double rate_beside, double longest);
  ImplicitViscosity::Limits limits_of(std::size_t member) const;
  ScalarStage<Law> stage_of(std::size_t member, double* u, int number);
  void make_carrier();
  void run(const ScalarStage<Law>& stage, double* u, bool is_implicit);
  void advance_explicitly(std::size_t member, double dt, double* out);
  void advance_implicitly(std::size_t member, double dt, double* out);
  /// Of the step that led to after_.
  void keep_bounds(std::size_t member, double dt, bool is_implicit);

  std::vector<Law> laws_;
  std::vector<std::string> velocity_;
  SweepAxes axes_;
  SweepBoxes boxes_;
  ScalarScratch scratch_;
  Field first_, second_, after_;
  ImplicitViscosity viscosity_;
  std::optional<BoundLimiter> limiter_;
  std::optional<VelocityField> carrier_;  ///< of a carried law, at the times of the stages
};

}  // namespace parapet
