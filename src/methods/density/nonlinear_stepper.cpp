#include "methods/density/nonlinear_stepper.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "methods/density/smallest_value.hpp"

namespace parapet {

namespace {

constexpr double tolerance = 1e-12;      // of a stage, over the norm of the density
constexpr double worst_accepted = 1e-9;  // where rounding lets it come no closer
constexpr int most_iterations = 60;
const double gamma = 1.0 - std::sqrt(0.5);

}  // namespace

NonlinearStepper::NonlinearStepper(CellGrid& cells, DensityIntegrator integrator)
    : cells_(cells),
      integrator_(integrator),
      flows_(cells, /*has_cross=*/false),
      slopes_(cells, /*has_cross=*/false) {
  for (Field* field : {&first_, &second_, &next_, &work_}) *field = flows_.make_field();
}

template <class F>
void NonlinearStepper::for_each_cell(F&& act) const {
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) act(x);
  });
}

void NonlinearStepper::exchange(Field& field) {
  double* const array = field.data();
  cells_.halo().exchange({&array, 1});
}

double NonlinearStepper::norm(const Field& field) const {
  double sum = 0.0;
  for_each_cell([&](std::ptrdiff_t x) { sum += field.data()[x] * field.data()[x]; });
  return std::sqrt(cells_.communicator().all_reduce(sum, Reduction::sum));
}

/// flows_ are those at u from now on.
void NonlinearStepper::look_at(NonlinearRates& law, Field& u) {
  exchange(u);
  law.interact(u.data());
  law.set_flows(u.data(), flows_);
}

double NonlinearStepper::longest_step(NonlinearRates& law, Field& u) {
  look_at(law, u);
  law.set_slopes(u.data(), slopes_);
  return std::min(flows_.longest_positive_step(), slopes_.longest_positive_step());
}

const EdgeRates& NonlinearStepper::flows_at(NonlinearRates& law, Field& u) {
  look_at(law, u);
  return flows_;
}

void NonlinearStepper::step(NonlinearRates& law, double tau, Field& u) {
  exchange(u);
  if (integrator_ == DensityIntegrator::ssprk3) return explicit_step(law, tau, u);
  if (integrator_ == DensityIntegrator::sdirk2) return two_stages(law, tau, u);
  backward_euler(law, tau, u);
}

/// Y = b + τ F(Y), from Y as it is; W∗ρ is that of Y, or of the mean of Y and `other`. On return
/// flows_ are those at Y, whose ghosts are filled.
void NonlinearStepper::solve_stage(NonlinearRates& law, double tau, const Field& b,
                                   const Field* other, Field& Y) {
  const double size = norm(b);
  // Where b is negative Y may be, too: the second stage of two, far out.
  const double least =
      smallest_value(cells_, b.data()) < 0.0 ? -std::numeric_limits<double>::infinity() : 0.0;
  double before = std::numeric_limits<double>::infinity();
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    exchange(Y);
    for_each_cell([&](std::ptrdiff_t x) {
      work_.data()[x] = other ? 0.5 * (Y.data()[x] + other->data()[x]) : Y.data()[x];
    });
    law.interact(work_.data());
    law.set_flows(Y.data(), flows_);
    const std::array stage{StageFlux{1.0, Y.data()}};
    add_fluxes(flows_, b.data(), tau, stage, work_.data());
    for_each_cell([&](std::ptrdiff_t x) { work_.data()[x] -= Y.data()[x]; });
    const double residual = norm(work_);
    if (residual <= tolerance * size) return;
    const bool is_stuck = residual > 0.5 * before && residual <= worst_accepted * size;
    if (is_stuck) return;
    if (!(residual < 1e3 * size)) break;
    before = residual;
    law.set_slopes(Y.data(), slopes_);
    if (!equation_) equation_.emplace(cells_);
    equation_->set_rates(slopes_, slopes_, /*keeps_preconditioner=*/iteration > 0);
    equation_->solve(tau, work_.data(), work_.data(), 1e-3 * residual);
    for_each_cell(
        [&](std::ptrdiff_t x) { Y.data()[x] = std::max(Y.data()[x] + work_.data()[x], least); });
  }
  throw Failure(
      ExitCode::blew_up,
      fmt::format("an implicit step of length {} does not converge; is it too long, or does "
                  "the density concentrate?",
                  tau),
      true);
}

void NonlinearStepper::backward_euler(NonlinearRates& law, double tau, Field& u) {
  for_each_cell([&](std::ptrdiff_t x) { first_.data()[x] = u.data()[x]; });
  solve_stage(law, tau, u, &u, first_);
  const std::array stage{StageFlux{1.0, first_.data()}};
  add_fluxes(flows_, u.data(), tau, stage, next_.data());
  finish(tau, u, first_);
}

/// Adds the fluxes of a stage, whose flows_ these are, to gathered_.
void NonlinearStepper::gather(double weight, const Field& stage, bool is_first) {
  const double* const Y = stage.data();
  gathered_->fill([&](std::size_t e, std::ptrdiff_t x, std::ptrdiff_t stride, double) {
    const EdgeRates::Direction& edge = flows_.directions()[e];
    const double flow = edge.out.data()[x] * Y[x] - edge.in.data()[x] * Y[x + stride];
    const double before = is_first ? 0.0 : gathered_->directions()[e].out.data()[x];
    return RatePair{before + weight * flow, 0.0};
  });
}

void NonlinearStepper::two_stages(NonlinearRates& law, double tau, Field& u) {
  if (!gathered_) {
    gathered_.emplace(law.make_rates());
    ones_ = flows_.make_field();
    std::fill_n(ones_.data(), ones_.size(), 1.0);
  }
  const double share = (1.0 - gamma) / gamma;
  for_each_cell([&](std::ptrdiff_t x) { first_.data()[x] = u.data()[x]; });
  solve_stage(law, gamma * tau, u, nullptr, first_);
  gather(1.0 - gamma, first_, true);
  for_each_cell([&](std::ptrdiff_t x) {
    next_.data()[x] = u.data()[x] + share * (first_.data()[x] - u.data()[x]);
    second_.data()[x] = first_.data()[x];
  });
  solve_stage(law, gamma * tau, next_, nullptr, second_);
  gather(gamma, second_, false);
  const std::array high{StageFlux{1.0, ones_.data()}};
  add_fluxes(*gathered_, u.data(), tau, high, next_.data());
  if (smallest_value(cells_, next_.data()) < -10.0 * tolerance * norm(u)) {
    solve_stage(law, tau, u, &u, second_);
    const std::array low{StageFlux{1.0, second_.data()}};
    add_fluxes(flows_, u.data(), tau, low, next_.data());
    correct_fluxes(*gathered_, high, flows_, low, tau, next_.data(), work_.data());
  }
  finish(tau, u, second_);
}

void NonlinearStepper::explicit_step(NonlinearRates& law, double tau, Field& u) {
  const auto euler = [&](Field& from, double share, Field& to) {
    look_at(law, from);
    const std::array stage{StageFlux{1.0, from.data()}};
    add_fluxes(flows_, from.data(), tau, stage, work_.data());
    for_each_cell([&](std::ptrdiff_t x) {
      to.data()[x] = (1.0 - share) * u.data()[x] + share * work_.data()[x];
    });
  };
  euler(u, 1.0, first_);
  euler(first_, 0.25, second_);
  euler(second_, 2.0 / 3.0, next_);
  std::swap(u, next_);
}

/// What the stages' tolerance has left negative becomes what was solved for, or nothing.
void NonlinearStepper::finish(double tau, Field& u, const Field& solved) {
  std::array sums{0.0, 0.0};  // of what that adds, and of the mass
  const double* const leaving = flows_.leaving().data();
  for_each_cell([&](std::ptrdiff_t x) {
    double& value = next_.data()[x];
    if (value < 0.0) {
      const double stays = tau * leaving[x];
      const double instead = std::max(value + stays * solved.data()[x], 0.0) / (1.0 + stays);
      sums[0] += value - instead;
      value = instead;
    }
    sums[1] += value;
  });
  cells_.communicator().all_reduce(std::span<double>(sums), Reduction::sum);
  if (sums[0] != 0.0 && sums[1] > 0.0) {
    const double factor = 1.0 + sums[0] / sums[1];
    for_each_cell([&](std::ptrdiff_t x) { next_.data()[x] *= factor; });
  }
  std::swap(u, next_);
}

std::size_t NonlinearStepper::memory_bytes() const {
  return 4 * first_.bytes() + ones_.bytes() + flows_.memory_bytes() + slopes_.memory_bytes() +
         (gathered_ ? gathered_->memory_bytes() : 0) + (equation_ ? equation_->memory_bytes() : 0);
}

}  // namespace parapet
