#include "diagnostics/energy_balance.hpp"

#include <algorithm>
#include <cmath>

namespace parapet {

double EnergyBalance::relative_defect(double energy) const {
  const double defect = energy - start_energy_ + dissipated_ - power_.integral();
  return defect == 0.0 ? 0.0 : std::abs(defect) / largest_energy_;
}

void EnergyBalance::complete(double time, const EnergyTerms& state) {
  if (step_ == 0.0) start_energy_ = state.energy;
  dissipated_ += 0.5 * step_ * state.dissipation - state.slope_before;
  add_power(time, state.power);
  largest_energy_ = std::max(largest_energy_, state.energy);
}

void EnergyBalance::add_power(double time, double power) {
  power_.add(time, power);
  if (power != 0.0) has_power_ = 1.0;
}

double EnergyBalance::residual(double time, const EnergyTerms& state) const {
  EnergyBalance completed = *this;
  completed.complete(time, state);
  return completed.relative_defect(state.energy);
}

void EnergyBalance::pass(double time, const EnergyTerms& state, double step) {
  if (step == step_) {
    dissipated_ += step * state.dissipation;
    add_power(time, state.power);
    return;
  }
  complete(time, state);
  const double residual = relative_defect(state.energy);
  const bool is_judged = has_power_ == 0.0 || power_.has_full_order();
  if (is_judged && !(residual <= largest_residual_)) largest_residual_ = residual;  // NaN stays
  dissipated_ += 0.5 * step * state.dissipation + state.slope_after;
  step_ = step;
}

void EnergyBalance::follow(double energy, double lost) {
  if (step_ == 0.0) start_energy_ = energy;
  step_ = 1.0;
  dissipated_ += lost;
  largest_energy_ = std::max(largest_energy_, energy);
  const double residual = relative_defect(energy);
  if (!(residual <= largest_residual_)) largest_residual_ = residual;  // NaN stays
}

double EnergyBalance::followed_residual(double energy, double lost) const {
  if (step_ == 0.0) return 0.0;
  EnergyBalance followed = *this;
  followed.follow(energy, lost);
  return followed.relative_defect(energy);
}

std::array<double, EnergyBalance::number_count> EnergyBalance::to_numbers() const {
  std::array<double, number_count> numbers = {start_energy_, largest_energy_, dissipated_,
                                              step_,         has_power_,      largest_residual_};
  std::ranges::copy(power_.to_numbers(), numbers.begin() + 6);
  return numbers;
}

EnergyBalance EnergyBalance::from_numbers(std::span<const double, number_count> n) {
  EnergyBalance result;
  result.start_energy_ = n[0];
  result.largest_energy_ = n[1];
  result.dissipated_ = n[2];
  result.step_ = n[3];
  result.has_power_ = n[4];
  result.largest_residual_ = n[5];
  result.power_ = CubicQuadrature::from_numbers(n.last<CubicQuadrature::number_count>());
  return result;
}

}  // namespace parapet
