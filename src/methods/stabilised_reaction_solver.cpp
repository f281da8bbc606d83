#include "methods/stabilised_reaction_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/exact_sum.hpp"
#include "base/failure.hpp"
#include "methods/chebyshev_stages.hpp"
#include "methods/reaction_cells.hpp"

namespace parapet {

namespace {

/// Longer chains pass through memory stage by stage. In three dimensions their margins would cost
/// more than they save.
std::size_t most_stages_fused(int dimensions, int radius) {
  return dimensions == 3 ? 1 : 16U / static_cast<std::size_t>(radius);
}

class StabilisedReactionSolver final : public ReactionCells {
 public:
  StabilisedReactionSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                           const StepControl& control, const MethodOptions& options,
                           std::size_t fused)
      : ReactionCells(cells, std::move(reactions), control, options, fused, estimated_order),
        most_fused_(fused),
        next_(make_state()),
        first_(make_state()),
        other_(make_state()) {}

  std::size_t memory_bytes() const override {
    return ReactionCells::memory_bytes() + 3 * next_.size() * next_[0].bytes();
  }

 protected:
  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }
  void advance(std::size_t member, std::span<const double> steps) override {
    compute_step(member, steps[0]);
    swap_state(member, next_);
  }
  void step_member(std::size_t member, double target) override {
    is_fixed() ? ReactionCells::step_member(member, target) : adapted_step(member, target);
  }

 private:
  static constexpr double estimated_order = 3.0;

  void compute_step(std::size_t member, double dt);
  void compute_stage_by_stage(std::size_t member, const std::vector<Stage>& chain);
  void adapted_step(std::size_t member, double target);
  double relative_error(std::size_t member, double dt);
  double relative_rate(std::size_t member);
  double relative_norm(const std::vector<Field>& of, const std::vector<double*>& to);

  std::size_t most_fused_;
  std::vector<Field> next_, first_, other_;
};

/// Puts the state after a step into next_.
void StabilisedReactionSolver::compute_step(std::size_t member, double dt) {
  const double radius = dt * (diffusion_rate(member) + reaction_rate(member));
  if (!std::isfinite(radius)) {
    require_finite(member, member);
    throw Failure(ExitCode::blew_up, "the reaction's rates are no longer finite", true);
  }
  const auto chain = chebyshev::stages(chebyshev::stages_for(radius), dt);
  if (chain.size() > most_fused_) return compute_stage_by_stage(member, chain);
  sweep(member, chain, pointers(member), pointers_of(next_));
}

/// Stages 0 and 1 stay where they are until the end; of the others the last two alternate.
void StabilisedReactionSolver::compute_stage_by_stage(std::size_t member,
                                                      const std::vector<Stage>& chain) {
  sweep(member, {chain.data(), 1}, pointers(member), pointers_of(first_));
  for (std::size_t j = 2; j <= chain.size(); ++j) {
    // The last stage goes to next_.
    const bool is_own_turn = (chain.size() - j) % 2 == 0;
    auto& to = is_own_turn ? next_ : other_;
    const auto in = pointers_of(j == 2 ? first_ : is_own_turn ? other_ : next_);
    std::vector<double*> arrays = pointers(member);
    for (std::vector<Field>* state : {&first_, &to}) {
      const auto more = pointers_of(*state);
      arrays.insert(arrays.end(), more.begin(), more.end());
    }
    Stage stage = chain[j - 1];
    for (Stage::Term& term : stage.terms) {
      term = {std::min<std::size_t>(term.source, 2), term.weight, /*is_array=*/true};
    }
    sweep(member, {&stage, 1}, in, pointers_of(to), arrays);
  }
}

void StabilisedReactionSolver::adapted_step(std::size_t member, double target) {
  MemberProgress& p = own_progress(member);
  if (p.error_estimate == not_measured) p.error_estimate = 0.0;
  controller().aim(p, target);
  controller().choose_first_rung(p, p.has_rung != 0.0 ? 0.0 : relative_rate(member));
  const double dt = controller().step_length(p);
  compute_step(member, dt);
  const double error = relative_error(member, dt);
  if (controller().judge(p, dt, error, error)) swap_state(member, next_);
}

double StabilisedReactionSolver::relative_error(std::size_t member, double dt) {
  const auto to = pointers_of(other_), after = pointers_of(next_);
  const Stage before_step{0.8, 0.4 * dt}, after_step{-0.8, 0.4 * dt, {{0, 1.0, true}}};
  sweep(member, {&before_step, 1}, pointers(member), to);
  sweep(member, {&after_step, 1}, after, to, to);
  return relative_norm(other_, after);
}

double StabilisedReactionSolver::relative_rate(std::size_t member) {
  evaluate_rate(member, pointers_of(other_));
  return relative_norm(other_, pointers(member));
}

/// ‖of‖ / ‖to‖ in L2, the same on any number of ranks.
double StabilisedReactionSolver::relative_norm(const std::vector<Field>& of,
                                               const std::vector<double*>& to) {
  ExactSum above, below;
  const CellLayout& layout = cells().layout();
  for (std::size_t c = 0; c < to.size(); ++c) {
    const double *const a = of[c].data(), *const b = to[c];
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::ptrdiff_t i = row; i < row + layout.row_length(); ++i) {
        above.add(a[i] * a[i]);
        below.add(b[i] * b[i]);
      }
    });
  }
  above.reduce(cells().communicator());
  below.reduce(cells().communicator());
  const double size = below.round(), change = above.round();
  return size > 0.0 ? std::sqrt(change / size) : std::sqrt(change);
}

}  // namespace

CellTraits stabilised_traits(const PointReaction& reaction, int dimensions,
                             const MethodOptions& options) {
  const auto fused = most_stages_fused(dimensions, ReactionCells::radius_of(options));
  CellTraits traits = ReactionCells::traits_of(reaction, options, fused);
  traits.shared_arrays = 3.0 * traits.components;
  traits.takes_tolerance = true;
  traits.takes_courant = false;
  return traits;
}

std::unique_ptr<Solver> make_stabilised_solver(CellGrid& cells,
                                               std::vector<PointReaction> reactions,
                                               const StepControl& control,
                                               const MethodOptions& options) {
  const auto fused = most_stages_fused(cells.grid().dimensions, ReactionCells::radius_of(options));
  return std::make_unique<StabilisedReactionSolver>(cells, std::move(reactions), control, options,
                                                    fused);
}

}  // namespace parapet
