#include "methods/difference_reaction_solver.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "methods/reaction_cells.hpp"
#include "methods/runge_kutta_stages.hpp"

namespace parapet {

namespace {

/// Steps that pass through memory together. What is gained in traffic is lost in margins that are
/// computed twice; planes of three dimensions have larger ones.
std::size_t steps_fused(const RungeKutta& method, int dimensions, int radius) {
  const std::size_t stages = (dimensions == 3 ? 4U : 8U) / static_cast<std::size_t>(radius);
  return std::max<std::size_t>(1, stages / method.stages);
}

class DifferenceReactionSolver final : public ReactionCells {
 public:
  DifferenceReactionSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                           const StepControl& control, const MethodOptions& options,
                           const RungeKutta& method, std::size_t fused)
      : ReactionCells(cells, std::move(reactions), control, options, fused * method.stages),
        method_(method),
        steps_fused_(fused),
        next_(make_state()) {}

  std::size_t memory_bytes() const override {
    return ReactionCells::memory_bytes() + next_.size() * next_[0].bytes();
  }

 protected:
  /// Of the reaction nothing is assumed.
  double longest_step(std::size_t member) override {
    const double rate = diffusion_rate(member);
    return rate > 0.0 ? method_.real_interval / rate : std::numeric_limits<double>::infinity();
  }
  std::size_t steps_at_once() const override { return steps_fused_; }
  void advance(std::size_t member, std::span<const double> steps) override {
    sweep(member, method_.over(steps), pointers(member), pointers_of(next_));
    swap_state(member, next_);
  }

 private:
  const RungeKutta& method_;
  std::size_t steps_fused_;
  std::vector<Field> next_;
};

}  // namespace

CellTraits difference_traits(const PointReaction& reaction, int dimensions,
                             const MethodOptions& options) {
  const RungeKutta& method = runge_kutta_named(options.integrator);
  const int radius = ReactionCells::radius_of(options);
  const std::size_t fused = steps_fused(method, dimensions, radius);
  CellTraits traits = ReactionCells::traits_of(reaction, options, fused * method.stages);
  traits.shared_arrays = traits.components;
  return traits;
}

std::unique_ptr<Solver> make_difference_solver(CellGrid& cells,
                                               std::vector<PointReaction> reactions,
                                               const StepControl& control,
                                               const MethodOptions& options) {
  const RungeKutta& method = runge_kutta_named(options.integrator);
  const std::size_t fused =
      steps_fused(method, cells.grid().dimensions, ReactionCells::radius_of(options));
  return std::make_unique<DifferenceReactionSolver>(cells, std::move(reactions), control, options,
                                                    method, fused);
}

}  // namespace parapet
