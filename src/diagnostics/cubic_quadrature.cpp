#include "diagnostics/cubic_quadrature.hpp"

#include <algorithm>
#include <cmath>

namespace parapet {
namespace {

/// The polynomial through all samples (Lagrange's form) at t.
double interpolate(std::span<const double> times, std::span<const double> values, double t) {
  double sum = 0.0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    double basis = values[i];
    for (std::size_t j = 0; j < times.size(); ++j) {
      if (j != i) basis *= (t - times[j]) / (times[i] - times[j]);
    }
    sum += basis;
  }
  return sum;
}

/// Its integral from a to b by Gauss's two points, exact up to cubics.
double integrate(std::span<const double> times, std::span<const double> values, double a,
                 double b) {
  const double middle = 0.5 * (a + b), away = 0.5 * (b - a) / std::sqrt(3.0);
  return 0.5 * (b - a) *
         (interpolate(times, values, middle - away) + interpolate(times, values, middle + away));
}

}  // namespace

void CubicQuadrature::add(double time, double value) {
  const auto held = static_cast<std::size_t>(std::min(count_, 3.0));
  if (held == 3) {
    const std::array<double, 4> times = {times_[0], times_[1], times_[2], time};
    const std::array<double, 4> values = {values_[0], values_[1], values_[2], value};
    settled_ += integrate(times, values, count_ > 3.0 ? times_[2] : times_[0], time);
    std::rotate(times_.begin(), times_.begin() + 1, times_.end());
    std::rotate(values_.begin(), values_.begin() + 1, values_.end());
  }
  const std::size_t at = std::min<std::size_t>(held, 2);
  times_[at] = time;
  values_[at] = value;
  count_ += 1.0;
}

double CubicQuadrature::integral() const {
  if (has_full_order()) return settled_;
  const auto held = static_cast<std::size_t>(count_);
  if (held < 2) return 0.0;
  return integrate({times_.data(), held}, {values_.data(), held}, times_[0], times_[held - 1]);
}

std::array<double, CubicQuadrature::number_count> CubicQuadrature::to_numbers() const {
  return {count_, settled_, times_[0], times_[1], times_[2], values_[0], values_[1], values_[2]};
}

CubicQuadrature CubicQuadrature::from_numbers(std::span<const double, number_count> n) {
  CubicQuadrature result;
  result.count_ = n[0];
  result.settled_ = n[1];
  result.times_ = {n[2], n[3], n[4]};
  result.values_ = {n[5], n[6], n[7]};
  return result;
}

}  // namespace parapet
