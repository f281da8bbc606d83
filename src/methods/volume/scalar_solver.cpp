#include "methods/volume/scalar_solver.hpp"

#include <algorithm>
#include <cmath>

namespace parapet {

namespace {

/// Half the largest eigenvalue of −∂² by sixth-order differences, times h².
constexpr double half_of_largest = 49.0 / 18.0 + 5.0 / 18.0 + 1.0 / 45.0;

double viscous_rate(const Grid& grid, double viscosity) {
  double sum = 0.0;
  for (int a = 0; a < grid.dimensions; ++a) {
    sum += viscosity * half_of_largest / (grid.spacing(a) * grid.spacing(a));
  }
  return sum;
}

/// The face above a cell at the ends of a step of the method: its three fluxes have the weights
/// 1/6, 1/6 and 2/3.
template <class Law, int n>
BoundLimiter::Passage passage(const std::array<ScalarStage<Law>, 3>& stages, const SweepAxes& axes,
                              const Extrema& bounds, double dt, std::ptrdiff_t cell) {
  constexpr std::array<double, 3> weights = {1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0};
  const double step = dt * axes.all[n].inverse_spacing;
  double high = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    high += weights[i] * ScalarFaces<double, Law>{stages[i], axes}.template flux_above<n>(cell);
  }
  const ScalarFaces<double, Law> first{stages[0], axes};
  return {step * first.template monotone_flux_above<n>(cell, bounds.lowest, bounds.highest),
          step * high};
}

}  // namespace

template <class Law>
GhostRule ScalarVolumeSolver<Law>::ghost_rule(int component, int axis, int side) const {
  const auto kind =
      cells().boundaries()[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)];
  const auto is_viscous = [](const VolumeMember<Law>& m) { return m.law.viscosity > 0.0; };
  if (kind == BoundaryKind::dirichlet && std::ranges::none_of(members_, is_viscous)) {
    return {0.0, 0.0, options().boundary_value(axis, side, component, 1)};
  }
  return CellSolver::ghost_rule(component, axis, side);
}

template <class Law>
void ScalarVolumeSolver<Law>::make_velocities(std::size_t member) {
  if constexpr (Law::is_carried) {
    velocities_.emplace_back(cells(), members_[member].velocity);
    const std::size_t stages = limiter_ && !velocities_[0].is_steady() ? 3 : 1;
    while (velocities_.size() < stages) {
      velocities_.emplace_back(cells(), members_[member].velocity);
    }
  }
}

/// What a member's steps depend on beside its state.
template <class Law>
void ScalarVolumeSolver<Law>::begin(std::size_t member) {
  if (velocities_.empty()) make_velocities(member);
  if (own_progress(member).range.scale == 0.0) find_range(member);
}

template <class Law>
void ScalarVolumeSolver<Law>::find_range(std::size_t member) {
  const auto u = pointers(member);
  fill_ghosts(u);
  Extrema around = range_between_cells(cells(), u[0]);
  const double lowest = extrema_of(cells(), u[0]).lowest;
  for (const double value : options().boundary_values) {
    around = {std::min(around.lowest, value), std::max(around.highest, value)};
  }
  const double size = std::max(std::abs(around.lowest), std::abs(around.highest));
  FieldRange& range = own_progress(member).range;
  if constexpr (Law::keeps_range) {
    range = {around.lowest, around.highest, around.highest - around.lowest};
  } else {
    range.scale = size;
    if (lowest >= 0.0) range.lowest = 0.0;
  }
  if (!(range.scale > 0.0)) range.scale = size > 0.0 ? size : 1.0;
}

template <class Law>
double ScalarVolumeSolver<Law>::advective_rate(std::size_t member) {
  const Grid& grid = cells().grid();
  if constexpr (Law::is_carried) {
    velocities_[0].set_time(progress(member).time);
    const double rate =
        cells().communicator().all_reduce(velocities_[0].rate(), Reduction::maximum);
    require(std::isfinite(rate), ExitCode::bad_input, "the velocity is not finite everywhere");
    return rate;
  } else {
    const Extrema u = extrema_of(cells(), field(member, 0).data());
    double sum = 0.0;
    for (int a = 0; a < grid.dimensions; ++a) {
      const double fastest = std::max(std::abs(law(member).speed(a, u.lowest, 0.0)),
                                      std::abs(law(member).speed(a, u.highest, 0.0)));
      sum += fastest / grid.spacing(a);
    }
    return sum;
  }
}

template <class Law>
double ScalarVolumeSolver<Law>::longest_step(std::size_t member) {
  begin(member);
  return 1.0 / (advective_rate(member) + viscous_rate(cells().grid(), law(member).viscosity));
}

template <class Law>
ScalarStage<Law> ScalarVolumeSolver<Law>::stage_of(std::size_t member, double* u, int number) {
  const std::ptrdiff_t origin = cells().layout().origin;
  const double scale = own_progress(member).range.scale;
  ScalarStage<Law> stage{.law = law(member),
                         .u = u + origin,
                         .start = field(member, 0).data() + origin,
                         .out = nullptr,
                         .velocity = {},
                         .viscosity = law(member).viscosity,
                         .inverse_square = 1.0 / (scale * scale),
                         .is_godunov = options().flux == "godunov",
                         .weights = {}};
  if (velocities_.empty()) return stage;
  const auto& velocity =
      velocities_[std::min(static_cast<std::size_t>(number), velocities_.size() - 1)];
  for (std::size_t n = 0; n < 3; ++n) {
    if (axes_.all[n].is_used) stage.velocity[n] = velocity.at_origin(axes_.all[n].axis);
  }
  return stage;
}

/// One stage; cells that need no ghosts from other ranks while those are on their way.
template <class Law>
void ScalarVolumeSolver<Law>::run(const ScalarStage<Law>& stage, double* u) {
  cells().halo().begin({&u, 1});
  fill_ends({&u, 1});
  sweep({stage, axes_, scratch_, boxes_.interior});
  cells().halo().end();
  sweep({stage, axes_, scratch_, boxes_.rim});
}

template <class Law>
void ScalarVolumeSolver<Law>::advance(std::size_t member, double dt) {
  begin(member);
  const double time = progress(member).time;
  const std::ptrdiff_t origin = cells().layout().origin;
  const std::array<double*, 3> from = {field(member, 0).data(), first_.data(), second_.data()};
  const std::array<double*, 3> to = {first_.data(), second_.data(),
                                     limiter_ ? after_.data() : field(member, 0).data()};
  constexpr std::array<double, 3> parts = {0.0, 1.0, 0.5};
  const std::array<StageWeights, 3> weights = {
      {{0.0, 1.0, dt}, {0.75, 0.25, 0.25 * dt}, {1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0 * dt}}};
  for (std::size_t i = 0; i < 3; ++i) {
    if (!velocities_.empty()) {
      velocities_[std::min(i, velocities_.size() - 1)].set_time(time + parts[i] * dt);
    }
    auto stage = stage_of(member, from[i], static_cast<int>(i));
    stage.out = to[i] + origin;
    stage.weights = weights[i];
    run(stage, from[i]);
  }
  if (limiter_) keep_bounds(member, dt);
}

template <class Law>
void ScalarVolumeSolver<Law>::keep_bounds(std::size_t member, double dt) {
  const FieldRange& range = own_progress(member).range;
  const Extrema bounds{range.lowest, range.highest};
  Field& before = field(member, 0);
  const Extrema reached = extrema_of(cells(), after_.data());
  if (reached.lowest < bounds.lowest || reached.highest > bounds.highest) {
    const std::array<ScalarStage<Law>, 3> stages = {stage_of(member, before.data(), 0),
                                                    stage_of(member, first_.data(), 1),
                                                    stage_of(member, second_.data(), 2)};
    const int unused = 3 - cells().grid().dimensions;
    limiter_->apply(before.data(), after_.data(), bounds, [&](int axis, std::ptrdiff_t cell) {
      const auto of_axis = std::array{passage<Law, 0>, passage<Law, 1>, passage<Law, 2>};
      return of_axis[static_cast<std::size_t>(unused + axis)](stages, axes_, bounds, dt, cell);
    });
  }
  std::swap(before, after_);
}

template <class Law>
void ScalarVolumeSolver<Law>::evaluate_rate(std::size_t member, std::span<double* const> rate) {
  begin(member);
  if (!velocities_.empty()) velocities_[0].set_time(progress(member).time);
  double* const u = field(member, 0).data();
  auto stage = stage_of(member, u, 0);
  stage.out = rate[0] + cells().layout().origin;
  stage.weights = {0.0, 0.0, 1.0};
  run(stage, u);
}

template <class Law>
CellTraits volume_traits(const Law&, int dimensions, const MethodOptions& options) {
  CellTraits traits;
  traits.ghosts = 3;
  const bool is_limited = options.limiter != "none";
  traits.shared_arrays = (is_limited ? 4.0 : 2.0) + (Law::is_carried ? 3.0 * dimensions : 0.0);
  traits.conserves_mean = true;
  traits.ends = {BoundaryKind::dirichlet, BoundaryKind::outflow};
  if (Law::is_carried || dimensions == 1) traits.ends.push_back(BoundaryKind::reflecting);
  traits.integrators = {"ssprk3"};
  traits.orders = {5};
  traits.fluxes = {"lax-friedrichs", "godunov"};
  traits.limiters = {"bounds", "none"};
  return traits;
}

template CellTraits volume_traits(const BurgersLaw&, int, const MethodOptions&);
template CellTraits volume_traits(const ContinuityLaw&, int, const MethodOptions&);

template <class Law>
std::unique_ptr<Solver> make_volume_solver(CellGrid& cells, std::vector<VolumeMember<Law>> members,
                                           const StepControl& control,
                                           const MethodOptions& options) {
  return std::make_unique<ScalarVolumeSolver<Law>>(cells, std::move(members), control, options);
}

template std::unique_ptr<Solver> make_volume_solver(CellGrid&,
                                                    std::vector<VolumeMember<BurgersLaw>>,
                                                    const StepControl&, const MethodOptions&);
template std::unique_ptr<Solver> make_volume_solver(CellGrid&,
                                                    std::vector<VolumeMember<ContinuityLaw>>,
                                                    const StepControl&, const MethodOptions&);

}  // namespace parapet
