#include "methods/graph/graph_reaction.hpp"

#include <algorithm>
#include <utility>

#include "base/exact_sum.hpp"
#include "diagnostics/cell_diagnostics.hpp"

namespace parapet {

GraphReaction::GraphReaction(CellGrid& cells, std::vector<PointReaction> reactions,
                             const StepControl& control, const MethodOptions& options,
                             double estimated_order)
    : CellSolver(cells, reactions.size(), reactions.at(0).components(), control, options,
                 estimated_order),
      reactions_(std::move(reactions)),
      laplacian_(*options.graph, cells),
      diffused_(laplacian_.own_count()) {}

CellTraits GraphReaction::traits_of(const PointReaction& reaction) {
  CellTraits traits;
  traits.components = reaction.components();
  traits.conserves_mean = reaction.conserves_mean;
  traits.ends = {BoundaryKind::no_flux};
  if (reaction.potential) traits.quantities = {"free_energy"};
  return traits;
}

GraphReaction::State GraphReaction::make_state() const {
  return State(static_cast<std::size_t>(components()), std::vector<double>(laplacian_.size()));
}

void GraphReaction::load(std::size_t member, State& state) {
  for (std::size_t c = 0; c < state.size(); ++c) {
    copy_cells(cells().layout(), field(member, static_cast<int>(c)).data(), state[c].data());
  }
}

void GraphReaction::store(std::size_t member, const State& state) {
  for (std::size_t c = 0; c < state.size(); ++c) {
    set_cells(cells().layout(), state[c].data(), field(member, static_cast<int>(c)).data());
  }
}

void GraphReaction::compute_rate(std::size_t member, State& u, State& rate) {
  std::vector<double*> arrays, out;
  for (auto& one : u) arrays.push_back(one.data());
  for (auto& one : rate) out.push_back(one.data());
  laplacian_.exchange(arrays);
  const std::vector<const double*> in(arrays.begin(), arrays.end());
  reactions_[member].reaction({in, out, node_count()});
  for (std::size_t c = 0; c < u.size(); ++c) {
    const double diffusivity = reactions_[member].diffusivity[c];
    if (diffusivity == 0.0) continue;
    laplacian_.apply(in[c], diffused_.data());
    for (std::size_t i = 0; i < node_count(); ++i) out[c][i] += diffusivity * diffused_[i];
  }
}

void GraphReaction::evaluate_rate(std::size_t member, std::span<double* const> rate) {
  State u = make_state(), change = make_state();
  load(member, u);
  compute_rate(member, u, change);
  for (std::size_t c = 0; c < change.size(); ++c) {
    set_cells(cells().layout(), change[c].data(), rate[c]);
  }
}

double GraphReaction::diffusion_rate(std::size_t member) const {
  const auto& all = reactions_[member].diffusivity;
  return 2.0 * laplacian_.largest_strength() * *std::max_element(all.begin(), all.end());
}

double GraphReaction::gradient_square(std::size_t component, const State& u) const {
  const auto& values = u[component];
  ExactSum sum;
  for (std::size_t i = 0; i < node_count(); ++i) {
    laplacian_.for_each_neighbour(i, [&](std::size_t j, double weight) {
      const double difference = values[j] - values[i];
      sum.add(0.5 * weight * difference * difference);  // every edge is seen from both ends
    });
  }
  sum.reduce(cells().communicator());
  return sum.round() / static_cast<double>(cells().grid().point_count());
}

FieldDiagnostics GraphReaction::diagnose(std::size_t member) {
  FieldDiagnostics result = CellSolver::diagnose(member);
  State u = make_state();
  load(member, u);
  std::vector<double*> arrays;
  for (auto& one : u) arrays.push_back(one.data());
  laplacian_.exchange(arrays);
  result.gradient_square = 0.0;
  for (std::size_t c = 0; c < u.size(); ++c) result.gradient_square += gradient_square(c, u);
  return result;
}

std::vector<double> GraphReaction::quantities(std::size_t member) {
  const PointReaction& own = reactions_[member];
  if (!own.potential) return {};
  State u = make_state();
  load(member, u);
  std::vector<double*> arrays;
  for (auto& one : u) arrays.push_back(one.data());
  laplacian_.exchange(arrays);
  std::vector<double> potential(node_count());
  double* const out = potential.data();
  own.potential(
      {std::vector<const double*>(arrays.begin(), arrays.end()), {&out, 1}, node_count()});
  ExactSum sum;
  sum.add(potential);
  sum.reduce(cells().communicator());
  double energy = sum.round() / static_cast<double>(cells().grid().point_count());
  for (std::size_t c = 0; c < u.size(); ++c) {
    energy += 0.5 * own.diffusivity[c] * gradient_square(c, u);
  }
  return {energy};
}

std::size_t GraphReaction::memory_bytes() const {
  return CellSolver::memory_bytes() + laplacian_.memory_bytes() + diffused_.size() * sizeof(double);
}

}  // namespace parapet
