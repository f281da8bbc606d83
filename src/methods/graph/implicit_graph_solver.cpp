#include "methods/graph/implicit_graph_solver.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/failure.hpp"
#include "methods/graph/graph_preconditioner.hpp"
#include "methods/implicit/implicit_cells.hpp"

namespace parapet {

namespace {

class ImplicitGraphSolver final : public ImplicitCells<GraphReaction> {
 public:
  ImplicitGraphSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                      const StepControl& control, const MethodOptions& options)
      : ImplicitCells(cells, std::move(reactions), control, options),
        count_(count()),
        at_(make_state()),
        change_(make_state()),
        slopes_(count_ * count_, std::vector<double>(node_count())),
        mass_(node_count()) {}

  std::size_t memory_bytes() const override {
    const std::size_t values = 2 * count_ * at_[0].size() + (count_ * count_ + 1) * mass_.size();
    return ImplicitCells::memory_bytes() + values * sizeof(double);
  }

 private:
  void evaluate(const double* u, double* f) override;
  void linearise(const double* u, double shift) override;
  void apply(const double* x, double* y) override;
  void precondition(const double* y, double* x) override;

  void use_member(std::size_t member) override;
  void begin_step() override { prepared_shift_.reset(); }
  void fill_mass(std::size_t component);

  void to_state(const double* u, State& state) const {
    for (std::size_t c = 0; c < count_; ++c) {
      std::copy_n(u + c * node_count(), node_count(), state[c].data());
    }
  }
  void from_state(const State& state, double* u) const {
    for (std::size_t c = 0; c < count_; ++c) {
      std::copy_n(state[c].data(), node_count(), u + c * node_count());
    }
  }

  std::size_t count_;
  double shift_ = 0.0;
  std::optional<double> prepared_shift_;  ///< of the factors in this step
  State at_, change_;
  State slopes_;  ///< ∂R/∂u, row after row, own nodes
  std::vector<double> mass_;
  std::vector<std::optional<GraphPreconditioner>> preconditioners_;  ///< of components that diffuse
};

void ImplicitGraphSolver::use_member(std::size_t member) {
  preconditioners_.clear();
  for (const double diffusivity : reaction(member).diffusivity) {
    auto& made = preconditioners_.emplace_back();
    if (diffusivity > 0.0) made.emplace(cells().communicator(), laplacian(), diffusivity);
  }
}

void ImplicitGraphSolver::evaluate(const double* u, double* f) {
  to_state(u, at_);
  compute_rate(member(), at_, change_);
  from_state(change_, f);
}

/// Where a component's own slope makes a perturbation grow it is left out: factors need a mass.
void ImplicitGraphSolver::fill_mass(std::size_t component) {
  const auto& slope = slopes_[component * count_ + component];
  for (std::size_t i = 0; i < node_count(); ++i) mass_[i] = shift_ - std::min(slope[i], 0.0);
}

/// The factors of a step's first linearisation serve all of it: others would be as good. The next
/// step, which may follow a restart, has its own.
void ImplicitGraphSolver::linearise(const double* u, double shift) {
  shift_ = shift;
  std::vector<const double*> in;
  std::vector<double*> out;
  for (std::size_t c = 0; c < count_; ++c) in.push_back(u + c * node_count());
  for (auto& slope : slopes_) out.push_back(slope.data());
  reaction(member()).jacobian({in, out, node_count()});
  if (prepared_shift_ == shift) return;
  prepared_shift_ = shift;
  for (std::size_t c = 0; c < count_; ++c) {
    if (!preconditioners_[c]) continue;
    fill_mass(c);
    preconditioners_[c]->set_mass(mass_.data());
  }
}

void ImplicitGraphSolver::apply(const double* x, double* y) {
  to_state(x, at_);
  std::vector<double*> arrays;
  for (auto& one : at_) arrays.push_back(one.data());
  laplacian().exchange(arrays);
  for (std::size_t c = 0; c < count_; ++c) {
    const double diffusivity = reaction(member()).diffusivity[c];
    double* const to = y + c * node_count();
    laplacian().apply(at_[c].data(), to);
    for (std::size_t i = 0; i < node_count(); ++i) {
      to[i] = shift_ * at_[c][i] - diffusivity * to[i];
    }
    for (std::size_t d = 0; d < count_; ++d) {
      const auto &slope = slopes_[c * count_ + d], &other = at_[d];
      for (std::size_t i = 0; i < node_count(); ++i) to[i] -= slope[i] * other[i];
    }
  }
}

void ImplicitGraphSolver::precondition(const double* y, double* x) {
  for (std::size_t c = 0; c < count_; ++c) {
    const double* const from = y + c * node_count();
    double* const to = x + c * node_count();
    if (preconditioners_[c]) {
      preconditioners_[c]->apply(from, to);
      continue;
    }
    fill_mass(c);
    for (std::size_t i = 0; i < node_count(); ++i) to[i] = from[i] / mass_[i];
  }
}

}  // namespace

std::unique_ptr<Solver> make_implicit_graph_solver(CellGrid& cells,
                                                   std::vector<PointReaction> reactions,
                                                   const StepControl& control,
                                                   const MethodOptions& options) {
  return std::make_unique<ImplicitGraphSolver>(cells, std::move(reactions), control, options);
}

}  // namespace parapet
