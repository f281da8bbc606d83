#include "methods/step_controller.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {
namespace {

constexpr double rungs_per_octave = 4.0;
constexpr double safety = 0.9;
constexpr double integral_share = 0.7, proportional_share = 0.4;  // over the estimate's order
constexpr double smallest_factor = 0.1, largest_factor = 4.0;
constexpr double smallest_error = 1e-4;  // below it the estimate is rounding, not information

double rung_length(double rung) {
  return std::exp2(rung / rungs_per_octave);
}
double rung_below(double length) {
  return std::floor(rungs_per_octave * std::log2(length));
}

}  // namespace

double StepController::error_made(double embedded) {
  return 0.5 * std::pow(embedded, 1.25);
}

void StepController::aim(MemberProgress& progress, double target) const {
  if (progress.leg_end == target && progress.time >= progress.leg_start) return;
  progress.leg_start = progress.time;
  progress.leg_end = target;
  progress.leg_steps = 0.0;
}

void StepController::choose_first_rung(MemberProgress& progress, double relative_rate) const {
  if (!is_adaptive() || progress.has_rung != 0.0) return;
  const double leg = progress.leg_end - progress.leg_start;
  double length = leg;
  if (relative_rate > 0.0) {
    length = std::min(leg, std::pow(control_.tolerance, 1.0 / order_) / relative_rate);
  }
  progress.rung = rung_below(std::max(length, 1e-9 * leg));
  progress.has_rung = 1.0;
}

double StepController::leg_step_count(const MemberProgress& progress) const {
  const double exact = (progress.leg_end - progress.leg_start) / *control_.step;
  return std::max(1.0, std::ceil(exact * (1.0 - 1e-9)));
}

double StepController::step_length(const MemberProgress& progress) const {
  if (!is_adaptive()) {
    return (progress.leg_end - progress.leg_start) / leg_step_count(progress);
  }
  const double remaining = progress.leg_end - progress.time;
  const double length = rung_length(progress.rung);
  return length * (1.0 + 1e-9) >= remaining ? remaining : length;
}

void StepController::move_to(MemberProgress& progress, double time) const {
  progress.time = time;
  progress.leg_steps += 1.0;
  progress.steps += 1.0;
}

bool StepController::is_last(const MemberProgress& progress) const {
  return progress.leg_steps + 1.0 >= leg_step_count(progress);
}

bool StepController::is_check_due(const MemberProgress& progress) const {
  const double step = progress.leg_steps + 1.0;
  const bool is_early = progress.steps == progress.leg_steps && step < check_interval &&
                        std::has_single_bit(static_cast<unsigned>(step));
  return std::fmod(step, check_interval) == 0.0 || is_last(progress) || is_early;
}

double StepController::steps_since_check(const MemberProgress& progress) {
  const double regular = std::floor(progress.leg_steps / check_interval) * check_interval;
  const bool is_early = progress.steps == progress.leg_steps && regular == 0.0;
  const double early = std::bit_floor(static_cast<unsigned>(progress.leg_steps));
  return progress.leg_steps + 1.0 - (is_early ? early : regular);
}

void StepController::advance(MemberProgress& progress) const {
  const double walked = (progress.leg_steps + 1.0) * step_length(progress);
  move_to(progress, is_last(progress) ? progress.leg_end : progress.leg_start + walked);
}

bool StepController::judge(MemberProgress& progress, double dt, double error, double made) const {
  const double scaled = error / control_.tolerance;
  const bool is_accepted = scaled <= 1.0;
  const double judged = std::isfinite(scaled) ? std::max(scaled, smallest_error) : 1e9;
  double factor = safety * std::pow(judged, -integral_share / order_);
  if (is_accepted) factor *= std::pow(progress.last_error, proportional_share / order_);
  const double next = dt * std::clamp(factor, smallest_factor, is_accepted ? largest_factor : 0.8);
  if (!is_accepted) {
    progress.rejected += 1.0;
    progress.rung = rung_below(next);
    const double leg = progress.leg_end - progress.leg_start;
    if (progress.time + next > progress.time && next > 1e-12 * leg) return false;
    throw Failure(
        ExitCode::blew_up,
        fmt::format("the step size fell to {:.3g} at time {:.9g}: the solution is not finite or "
                    "the tolerance {:.3g} cannot be met",
                    next, progress.time, control_.tolerance),
        true);
  }
  const bool is_shortened = dt < rung_length(progress.rung);
  progress.rung = is_shortened ? std::max(progress.rung, rung_below(next)) : rung_below(next);
  progress.last_error = judged;
  progress.error_estimate += made;
  const double reached = progress.time + dt;
  move_to(progress, is_shortened || reached >= progress.leg_end ? progress.leg_end : reached);
  return true;
}

}  // namespace parapet
