#include "methods/graph/explicit_graph_solver.hpp"

#include <limits>
#include <utility>

#include "methods/runge_kutta_stages.hpp"

namespace parapet {

namespace {

class ExplicitGraphSolver final : public GraphReaction {
 public:
  ExplicitGraphSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                      const StepControl& control, const MethodOptions& options)
      : GraphReaction(cells, std::move(reactions), control, options),
        method_(runge_kutta_named(options.integrator)),
        change_(make_state()) {
    for (std::size_t r = 0; r <= method_.stages; ++r) registers_.push_back(make_state());
  }

  std::size_t memory_bytes() const override {
    const std::size_t states = registers_.size() + 1;
    return GraphReaction::memory_bytes() +
           states * change_.size() * change_[0].size() * sizeof(double);
  }

 protected:
  /// Of the reaction nothing is assumed.
  double longest_step(std::size_t member) override {
    const double rate = diffusion_rate(member);
    return rate > 0.0 ? method_.real_interval / rate : std::numeric_limits<double>::infinity();
  }
  void advance(std::size_t member, std::span<const double> steps) override {
    load(member, registers_[0]);
    const auto stages = method_.over(steps);
    for (std::size_t s = 0; s < stages.size(); ++s) {
      compute_rate(member, registers_[s], change_);
      combine(stages[s], s);
    }
    store(member, registers_[stages.size()]);
  }

 private:
  void combine(const Stage& stage, std::size_t s) {
    for (std::size_t c = 0; c < change_.size(); ++c) {
      double* const to = registers_[s + 1][c].data();
      const double *const u = registers_[s][c].data(), *const change = change_[c].data();
      for (std::size_t i = 0; i < node_count(); ++i) {
        to[i] = stage.weight * u[i] + stage.rate * change[i];
      }
      for (const Stage::Term& term : stage.terms) {
        const double* const base = registers_[term.source][c].data();
        for (std::size_t i = 0; i < node_count(); ++i) to[i] += term.weight * base[i];
      }
    }
  }

  const RungeKutta& method_;
  std::vector<State> registers_;  ///< see Stage
  State change_;
};

}  // namespace

std::unique_ptr<Solver> make_explicit_graph_solver(CellGrid& cells,
                                                   std::vector<PointReaction> reactions,
                                                   const StepControl& control,
                                                   const MethodOptions& options) {
  return std::make_unique<ExplicitGraphSolver>(cells, std::move(reactions), control, options);
}

}  // namespace parapet
