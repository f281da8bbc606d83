#include "methods/volume/scalar_solver.hpp"

#include <algorithm>
#include <cmath>

namespace parapet {

namespace {

/// Parts of a step at which its stages are.
constexpr std::array<double, 3> stage_times = {0.0, 1.0, 0.5};

double viscous_rate(const Grid& grid, double viscosity) {
  double sum = 0.0;
  for (int a = 0; a < grid.dimensions; ++a) {
    sum += viscosity * half_of_largest_viscous_rate / (grid.spacing(a) * grid.spacing(a));
  }
  return sum;
}

/// The fluxes that a step put together, and the one whose step keeps the bounds.
template <class Law>
struct StepFluxes {
  ScalarStage<Law> monotone;
  std::array<ScalarStage<Law>, 3> stages;  ///< with the weights 1/6, 1/6 and 2/3
  Extrema bounds;
  double dt;
};

/// What passes the face above a cell in a step.
template <class Law, int n>
BoundLimiter::Passage passage(const StepFluxes<Law>& of, const SweepAxes& axes,
                              std::ptrdiff_t cell) {
  constexpr std::array<double, 3> weights = {1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0};
  const double step = of.dt * axes.all[n].inverse_spacing;
  double high = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    high += weights[i] * ScalarFaces<double, Law>{of.stages[i], axes}.template flux_above<n>(cell);
  }
  const ScalarFaces<double, Law> low{of.monotone, axes};
  return {step * low.template monotone_flux_above<n>(cell, of.bounds.lowest, of.bounds.highest),
          step * high};
}

}  // namespace

template <class Law>
GhostRule ScalarVolumeSolver<Law>::ghost_rule(int component, int axis, int side) const {
  const auto kind =
      cells().boundaries()[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)];
  const auto is_viscous = [](const Law& law) { return law.viscosity > 0.0; };
  if (kind == BoundaryKind::dirichlet && std::ranges::none_of(laws_, is_viscous)) {
    return {0.0, 0.0, options().boundary_value(axis, side, component, 1)};
  }
  return CellSolver::ghost_rule(component, axis, side);
}

// Only the limiter looks at the velocities of earlier stages again.
template <class Law>
void ScalarVolumeSolver<Law>::make_carrier() {
  if (options().velocity != nullptr) {
    carrier_.emplace(cells(), *options().velocity);
  } else {
    carrier_.emplace(cells(), velocity_, limiter_ ? stage_times.size() : 1);
  }
}

/// What a member's steps depend on beside its state.
template <class Law>
void ScalarVolumeSolver<Law>::begin(std::size_t member) {
  if (Law::is_carried && !carrier_) make_carrier();
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
    if (has_mirrored_sign()) around = {-size, size};
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
    carrier_->set_time(0, progress(member).time);
    const double rate = cells().communicator().all_reduce(carrier_->rate(), Reduction::maximum);
    if (!std::isfinite(rate)) {
      throw Failure(ExitCode::bad_input, "[equation] velocity: is not finite everywhere", true);
    }
    return rate;
  } else {
    const Extrema u = extrema_of(cells(), field(member, 0).data());
    double sum = 0.0;
    for (int a = 0; a < grid.dimensions; ++a) {
      const double fastest = std::max(std::abs(laws_[member].speed(a, u.lowest, 0.0)),
                                      std::abs(laws_[member].speed(a, u.highest, 0.0)));
      sum += fastest / grid.spacing(a);
    }
    return sum;
  }
}

template <class Law>
bool ScalarVolumeSolver<Law>::has_mirrored_sign() const {
  const auto is_wall = [](BoundaryKind kind) { return kind == BoundaryKind::reflecting; };
  return !Law::is_carried && std::ranges::any_of(cells().boundaries(), [&](const auto& ends) {
    return std::ranges::any_of(ends, is_wall);
  });
}

template <class Law>
ImplicitViscosity::Limits ScalarVolumeSolver<Law>::limits_of(std::size_t member) const {
  const double viscosity = laws_[member].viscosity;
  return {viscosity, 0.0, viscous_rate(cells().grid(), viscosity), progress(member).range.scale};
}

template <class Law>
double ScalarVolumeSolver<Law>::longest_step(std::size_t member) {
  begin(member);
  auto limits = limits_of(member);
  limits.advective = advective_rate(member);
  const double beside = viscosity_.rate_beside(limits, pointers(member));
  const double longest = 1.0 / (limits.advective + beside);
  if (!carrier_ || carrier_->is_steady()) return longest;
  return not_outrun(member, beside, longest);
}

/// A velocity may grow within a step, from nothing too.
template <class Law>
double ScalarVolumeSolver<Law>::not_outrun(std::size_t member, double rate_beside, double longest) {
  const MemberProgress& now = progress(member);
  double step = std::min(longest, now.leg_end - now.time);
  if (!(step > 0.0)) return longest;
  for (;;) {
    const double ahead = 1.0 / (carrier_->largest_rate(now.time, step) + rate_beside);
    if (!(ahead < step)) return std::min(longest, ahead);
    step = std::max(ahead, 0.5 * step);
  }
}

template <class Law>
ScalarStage<Law> ScalarVolumeSolver<Law>::stage_of(std::size_t member, double* u, int number) {
  const std::ptrdiff_t origin = cells().layout().origin;
  const double scale = own_progress(member).range.scale;
  ScalarStage<Law> stage{.law = laws_[member],
                         .u = u + origin,
                         .start = field(member, 0).data() + origin,
                         .out = nullptr,
                         .velocity = {},
                         .viscosity = laws_[member].viscosity,
                         .inverse_square = 1.0 / (scale * scale),
                         .is_godunov = options().flux == "godunov",
                         .weights = {}};
  for (std::size_t n = 0; n < 3 && carrier_; ++n) {
    if (!axes_.all[n].is_used) continue;
    stage.velocity[n] = carrier_->at_origin(static_cast<std::size_t>(number), axes_.all[n].axis);
  }
  return stage;
}

/// One stage; cells that need no ghosts from other ranks while those are on their way.
template <class Law>
void ScalarVolumeSolver<Law>::run(const ScalarStage<Law>& stage, double* u, bool is_implicit) {
  cells().halo().begin({&u, 1});
  is_implicit ? viscosity_.fill_ends({&u, 1}) : fill_ends({&u, 1});
  sweep({stage, axes_, scratch_, boxes_.interior});
  cells().halo().end();
  sweep({stage, axes_, scratch_, boxes_.rim});
}

template <class Law>
void ScalarVolumeSolver<Law>::advance(std::size_t member, std::span<const double> steps) {
  begin(member);
  const double dt = steps.front();  // steps_at_once() is 1
  const bool is_implicit = viscosity_.is_implicit(limits_of(member), dt);
  double* const out = limiter_ ? after_.data() : field(member, 0).data();
  is_implicit ? advance_implicitly(member, dt, out) : advance_explicitly(member, dt, out);
  if (limiter_) keep_bounds(member, dt, is_implicit);
  if (carrier_) carrier_->go_on();
}

template <class Law>
void ScalarVolumeSolver<Law>::advance_explicitly(std::size_t member, double dt, double* out) {
  const double time = progress(member).time;
  const std::array<double*, 3> from = {field(member, 0).data(), first_.data(), second_.data()};
  const std::array<double*, 3> to = {first_.data(), second_.data(), out};
  const std::array<StageWeights, 3> weights = {
      {{0.0, 1.0, dt}, {0.75, 0.25, 0.25 * dt}, {1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0 * dt}}};
  for (std::size_t i = 0; i < 3; ++i) {
    if (carrier_) carrier_->set_time(i, time + stage_times[i] * dt);
    auto stage = stage_of(member, from[i], static_cast<int>(i));
    stage.out = to[i] + cells().layout().origin;
    stage.weights = weights[i];
    run(stage, from[i], false);
  }
}

template <class Law>
void ScalarVolumeSolver<Law>::advance_implicitly(std::size_t member, double dt, double* out) {
  const double time = progress(member).time;
  const auto u = pointers(member);
  viscosity_.advance(laws_[member].viscosity, dt, u, {&out, 1}, [&](const auto& pass) {
    const auto i = static_cast<std::size_t>(pass.number);
    if (carrier_) carrier_->set_time(i, time + stage_times[i] * dt);
    auto stage = stage_of(member, pass.u[0], pass.number);
    stage.start = pass.start[0] + cells().layout().origin;
    stage.out = pass.out[0] + cells().layout().origin;
    stage.weights = pass.weights;
    run(stage, pass.u[0], true);
  });
}

// An implicit step's viscosity may carry much further than a cell, which no explicit monotone flux
// does: the one that keeps the bounds is that of a step without viscosity.
template <class Law>
void ScalarVolumeSolver<Law>::keep_bounds(std::size_t member, double dt, bool is_implicit) {
  const FieldRange& range = own_progress(member).range;
  const Extrema bounds{range.lowest, range.highest};
  Field& before = field(member, 0);
  const Extrema reached = extrema_of(cells(), after_.data());
  if (reached.lowest < bounds.lowest || reached.highest > bounds.highest) {
    std::array<double*, 3> states = {before.data(), first_.data(), second_.data()};
    if (is_implicit) {
      for (int i = 0; i < 3; ++i) states[static_cast<std::size_t>(i)] = viscosity_.stage(i, 0);
      cells().halo().exchange(pointers(member));
      viscosity_.fill_ends(pointers(member));
    }
    StepFluxes<Law> fluxes{stage_of(member, before.data(), 0),
                           {stage_of(member, states[0], 0), stage_of(member, states[1], 1),
                            stage_of(member, states[2], 2)},
                           bounds,
                           dt};
    if (is_implicit) fluxes.monotone.viscosity = 0.0;
    const int unused = 3 - cells().grid().dimensions;
    limiter_->apply(before.data(), after_.data(), bounds, [&](int axis, std::ptrdiff_t cell) {
      const auto of_axis = std::array{passage<Law, 0>, passage<Law, 1>, passage<Law, 2>};
      return of_axis[static_cast<std::size_t>(unused + axis)](fluxes, axes_, cell);
    });
  }
  std::swap(before, after_);
}

template <class Law>
void ScalarVolumeSolver<Law>::evaluate_rate(std::size_t member, std::span<double* const> rate) {
  begin(member);
  if (carrier_) carrier_->set_time(0, progress(member).time);
  double* const u = field(member, 0).data();
  auto stage = stage_of(member, u, 0);
  stage.out = rate[0] + cells().layout().origin;
  stage.weights = {0.0, 0.0, 1.0};
  run(stage, u, false);
}

template class ScalarVolumeSolver<AdvectionLaw>;
template class ScalarVolumeSolver<BurgersLaw>;
template class ScalarVolumeSolver<ContinuityLaw>;

}  // namespace parapet
