#include "methods/volume/vector_solver.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "methods/volume/field_range.hpp"

namespace parapet {

namespace {

double largest_size(const CellGrid& cells, const double* field) {
  const Extrema range = extrema_of(cells, field);
  return std::max(std::abs(range.lowest), std::abs(range.highest));
}

}  // namespace

VectorVolumeSolver::VectorVolumeSolver(CellGrid& cells, std::vector<double> viscosities,
                                       const StepControl& control, const MethodOptions& its_options)
    : CellSolver(cells, viscosities.size(), cells.grid().dimensions, control, its_options),
      viscosities_(std::move(viscosities)),
      axes_(cells),
      boxes_(cells, reach, 2 * cells.grid().dimensions),
      scratch_(cells.grid().dimensions, boxes_.longest_row(), boxes_.largest_layer()),
      viscosity_(cells, end_rules(), its_options, control.step.has_value()) {
  for (int c = 0; c < dimensions(); ++c) {
    first_.push_back(make_field());
    second_.push_back(make_field());
  }
}

std::size_t VectorVolumeSolver::memory_bytes() const {
  std::size_t bytes = CellSolver::memory_bytes() + scratch_.bytes() + viscosity_.memory_bytes();
  for (const auto* fields : {&first_, &second_}) {
    for (const Field& field : *fields) bytes += field.bytes();
  }
  return bytes;
}

GhostRule VectorVolumeSolver::ghost_rule(int component, int axis, int side) const {
  const auto kind =
      cells().boundaries()[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)];
  const bool is_viscous = std::ranges::any_of(viscosities_, [](double nu) { return nu > 0.0; });
  if (kind == BoundaryKind::dirichlet && !is_viscous) {
    return {0.0, 0.0, options().boundary_value(axis, side, component, dimensions())};
  }
  return CellSolver::ghost_rule(component, axis, side);
}

/// The size of the field, below which differences do not count, is that of the start.
void VectorVolumeSolver::begin(std::size_t member) {
  FieldRange& range = own_progress(member).range;
  if (range.scale > 0.0) return;
  for (const double value : options().boundary_values) {
    range.scale = std::max(range.scale, std::abs(value));
  }
  for (const double* u : pointers(member)) {
    range.scale = std::max(range.scale, largest_size(cells(), u));
  }
  if (!(range.scale > 0.0)) range.scale = 1.0;
}

ImplicitViscosity::Limits VectorVolumeSolver::limits_of(std::size_t member) const {
  ImplicitViscosity::Limits limits{viscosities_[member], 0.0, 0.0, progress(member).range.scale};
  for (int a = 0; a < dimensions(); ++a) {
    const double h = cells().grid().spacing(a);
    limits.viscous += viscosities_[member] * half_of_largest_viscous_rate / (h * h);
  }
  return limits;
}

double VectorVolumeSolver::longest_step(std::size_t member) {
  auto limits = limits_of(member);
  for (int a = 0; a < dimensions(); ++a) {
    limits.advective += largest_size(cells(), field(member, a).data()) / cells().grid().spacing(a);
  }
  return 1.0 / (limits.advective + viscosity_.rate_beside(limits, pointers(member)));
}

VectorStage VectorVolumeSolver::stage_of(std::size_t member, std::span<double* const> u,
                                         std::span<double* const> out) const {
  const double scale = progress(member).range.scale;
  VectorStage stage{};
  for (std::size_t c = 0; c < u.size(); ++c) {
    stage.u[c] = u[c] + cells().layout().origin;
    stage.out[c] = out[c] + cells().layout().origin;
    stage.start[c] = stage.u[c];
  }
  stage.viscosity = viscosities_[member];
  stage.inverse_square = 1.0 / (scale * scale);
  stage.is_godunov = options().flux == "godunov";
  return stage;
}

/// One stage; cells that need no ghosts from other ranks while those are on their way.
void VectorVolumeSolver::run(const VectorStage& stage, std::span<double* const> u,
                             bool is_implicit) {
  cells().halo().begin(u);
  is_implicit ? viscosity_.fill_ends(u) : fill_ends(u);
  sweep({stage, axes_, scratch_, boxes_.interior}, dimensions());
  cells().halo().end();
  sweep({stage, axes_, scratch_, boxes_.rim}, dimensions());
}

void VectorVolumeSolver::advance(std::size_t member, std::span<const double> steps) {
  const double dt = steps.front();  // steps_at_once() is 1
  const bool is_implicit = viscosity_.is_implicit(limits_of(member), dt);
  is_implicit ? advance_implicitly(member, dt) : advance_explicitly(member, dt);
}

void VectorVolumeSolver::advance_explicitly(std::size_t member, double dt) {
  const auto u = pointers(member), v = pointers_of(first_), w = pointers_of(second_);
  const std::array<StageWeights, 3> weights = {
      {{0.0, 1.0, dt}, {0.75, 0.25, 0.25 * dt}, {1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0 * dt}}};
  const std::array from{u, v, w}, to{v, w, u};
  for (std::size_t i = 0; i < 3; ++i) {
    VectorStage stage = stage_of(member, from[i], to[i]);
    for (std::size_t c = 0; c < u.size(); ++c) stage.start[c] = u[c] + cells().layout().origin;
    stage.weights = weights[i];
    run(stage, from[i], false);
  }
}

void VectorVolumeSolver::advance_implicitly(std::size_t member, double dt) {
  const auto u = pointers(member);
  viscosity_.advance(viscosities_[member], dt, u, u, [&](const auto& pass) {
    VectorStage stage = stage_of(member, pass.u, pass.out);
    for (std::size_t c = 0; c < u.size(); ++c) {
      stage.start[c] = pass.start[c] + cells().layout().origin;
    }
    stage.weights = pass.weights;
    run(stage, pass.u, true);
  });
}

void VectorVolumeSolver::evaluate_rate(std::size_t member, std::span<double* const> rate) {
  begin(member);
  const auto u = pointers(member);
  VectorStage stage = stage_of(member, u, rate);
  stage.weights = {0.0, 0.0, 1.0};
  run(stage, u, false);
}

}  // namespace parapet
