#include "methods/density/density_stepper.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/failure.hpp"
#include "methods/density/smallest_value.hpp"

namespace parapet {

namespace {

constexpr double tolerance = 1e-13;  // of the linear solver, over the norm of the density
const double gamma = 1.0 - std::sqrt(0.5);

}  // namespace

DensityStepper::DensityStepper(CellGrid& cells, DensityIntegrator integrator)
    : cells_(cells), integrator_(integrator) {
  for (Field* field : {&first_, &second_, &next_, &work_}) *field = make_field();
}

template <class F>
void DensityStepper::for_each_cell(F&& act) const {
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) act(x);
  });
}

DensityStepper::Field DensityStepper::make_field() const {
  Field made(cells_.layout().size);
  std::fill_n(made.data(), made.size(), 0.0);
  return made;
}

void DensityStepper::exchange(Field& field) {
  double* const array = field.data();
  cells_.halo().exchange({&array, 1});
}

double DensityStepper::largest(const Field& field) const {
  double most = 0.0;
  for_each_cell([&](std::ptrdiff_t x) { most = std::max(most, field.data()[x]); });
  return cells_.communicator().all_reduce(most, Reduction::maximum);
}

void DensityStepper::step(RateGenerator& generator, double tau, Field& u) {
  exchange(u);
  iterations_ = 0;
  switch (integrator_) {
    case DensityIntegrator::backward_euler:
      return one_stage(generator, tau, u);
    case DensityIntegrator::sdirk2:
      return two_stages(generator, tau, u);
    case DensityIntegrator::ssprk3:
      return explicit_step(generator, tau, u);
  }
}

/// Solves (1 − τ G) result = b by its difference from b; the ghosts of b are filled, those of the
/// result are after it.
void DensityStepper::solve(RateEquation& equation, const EdgeRates& rates, double tau,
                           const Field& b, Field& result) {
  rates.apply(b.data(), work_.data());
  std::array<double, 2> squares{0.0, 0.0};  // of b and of τ G b
  for_each_cell([&](std::ptrdiff_t x) {
    work_.data()[x] *= tau;
    squares[0] += b.data()[x] * b.data()[x];
    squares[1] += work_.data()[x] * work_.data()[x];
  });
  cells_.communicator().all_reduce(std::span<double>(squares), Reduction::sum);
  const double size = std::sqrt(squares[0]), change = std::sqrt(squares[1]);
  if (!std::isfinite(change)) {
    throw Failure(ExitCode::blew_up, "the density, or what drives it, is no longer finite", true);
  }
  // Near a steady state the change is to be right too, small as it is.
  const double wanted = std::min(tolerance * size, 0.01 * change);
  if (change != 0.0) {
    iterations_ = std::max(iterations_, equation.solve(tau, work_.data(), work_.data(), wanted));
  }
  for_each_cell([&](std::ptrdiff_t x) { result.data()[x] = b.data()[x] + work_.data()[x]; });
  exchange(result);
}

void DensityStepper::one_stage(RateGenerator& g, double tau, Field& u) {
  solve(g.equation(), g.rates(), tau, u, first_);
  if (g.is_monotone()) return finish_monotone(g, tau, u);
  const std::array stages{StageFlux{1.0, first_.data()}};
  finish(g, tau, u, stages, first_);
}

void DensityStepper::two_stages(RateGenerator& g, double tau, Field& u) {
  const double share = (1.0 - gamma) / gamma;
  solve(g.equation(), g.rates(), gamma * tau, u, first_);
  for_each_cell([&](std::ptrdiff_t x) {
    next_.data()[x] = u.data()[x] + share * (first_.data()[x] - u.data()[x]);
  });
  exchange(next_);
  solve(g.equation(), g.rates(), gamma * tau, next_, second_);
  const std::array stages{StageFlux{1.0 - gamma, first_.data()}, StageFlux{gamma, second_.data()}};
  finish(g, tau, u, stages, second_);
}

void DensityStepper::explicit_step(RateGenerator& g, double tau, Field& u) {
  const EdgeRates& rates = g.rates();
  std::array stages{StageFlux{1.0, u.data()}, StageFlux{0.0, first_.data()},
                    StageFlux{0.0, second_.data()}};
  const std::span all(stages);
  add_fluxes(rates, u.data(), tau, all.first(1), first_.data());
  exchange(first_);
  stages[0].weight = stages[1].weight = 0.25;
  add_fluxes(rates, u.data(), tau, all.first(2), second_.data());
  exchange(second_);
  stages[0].weight = stages[1].weight = 1.0 / 6.0, stages[2].weight = 2.0 / 3.0;
  add_fluxes(rates, u.data(), tau, all, next_.data());
  if (!g.is_monotone() && smallest_value(cells_, next_.data()) < 0.0) {
    const std::array low{StageFlux{1.0, u.data()}};
    add_fluxes(g.monotone(), u.data(), tau, low, next_.data());
    correct_fluxes(rates, stages, g.monotone(), low, tau, next_.data(), work_.data());
    // What rounding leaves of a cell that gives all it has.
    for_each_cell([&](std::ptrdiff_t x) { next_.data()[x] = std::max(next_.data()[x], 0.0); });
  }
  std::swap(u, next_);
}

/// Replaces what the fluxes of `stages` make of u, which is negative somewhere, by what they do
/// when limited.
void DensityStepper::limit(RateGenerator& g, double tau, Field& u,
                           std::span<const StageFlux> stages) {
  Field low = make_field();
  solve(g.monotone_equation(), g.monotone(), tau, u, low);
  const std::array low_stages{StageFlux{1.0, low.data()}};
  add_fluxes(g.monotone(), u.data(), tau, low_stages, next_.data());
  correct_fluxes(g.rates(), stages, g.monotone(), low_stages, tau, next_.data(), work_.data());
}

/// The new density from the fluxes of `stages`, the last of which was solved for. What the solver
/// has left negative, within its tolerance, becomes what was solved for, or nothing.
void DensityStepper::finish(RateGenerator& g, double tau, Field& u,
                            std::span<const StageFlux> stages, const Field& last) {
  add_fluxes(g.rates(), u.data(), tau, stages, next_.data());
  if (smallest_value(cells_, next_.data()) < -10.0 * tolerance * largest(u))
    limit(g, tau, u, stages);
  double defect = 0.0, mass = 0.0;
  for_each_cell([&](std::ptrdiff_t x) {
    double& value = next_.data()[x];
    if (value < 0.0) {
      const double instead = std::clamp(last.data()[x], 0.0, -value);
      defect += value - instead;
      value = instead;
    }
    mass += value;
  });
  keep_mass(defect, mass);
  std::swap(u, next_);
}

/// As finish(), for rates none of which is negative: where the solver's residual is not small
/// against the density, a sweep of Jacobi's takes the place of the fluxes.
void DensityStepper::finish_monotone(RateGenerator& g, double tau, Field& u) {
  double* const solved = first_.data();
  for (std::size_t x = 0; x < first_.size(); ++x) solved[x] = std::max(solved[x], 0.0);
  const std::array stages{StageFlux{1.0, solved}};
  add_fluxes(g.monotone(), u.data(), tau, stages, next_.data());
  const double* const leaving = g.monotone().leaving().data();
  double defect = 0.0, mass = 0.0;
  for_each_cell([&](std::ptrdiff_t x) {
    double& value = next_.data()[x];
    if (!(std::abs(value - solved[x]) <= 0.5 * solved[x])) {
      const double stays = tau * leaving[x];
      const double instead = std::max(value + stays * solved[x], 0.0) / (1.0 + stays);
      defect += value - instead;
      value = instead;
    }
    mass += value;
  });
  keep_mass(defect, mass);
  std::swap(u, next_);
}

void DensityStepper::keep_mass(double defect, double mass) {
  std::array sums{defect, mass};
  cells_.communicator().all_reduce(std::span<double>(sums), Reduction::sum);
  if (sums[0] == 0.0 || !(sums[1] > 0.0)) return;
  const double factor = 1.0 + sums[0] / sums[1];
  for_each_cell([&](std::ptrdiff_t x) { next_.data()[x] *= factor; });
}

}  // namespace parapet
