#include <cmath>
#include <numbers>

#include "simulation/initial_fields.hpp"

namespace parapet {

namespace {

/// One entry stands for all Gaussians and axes, or there is one a Gaussian, or one an axis of each.
double entry(const std::vector<double>& values, std::size_t gaussian, std::size_t axis,
             std::size_t dimensions) {
  if (values.size() == 1) return values[0];
  return values[gaussian * dimensions + axis];
}

}  // namespace

void set_gaussian(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const std::size_t d = make.dimensions();
  const std::size_t count = std::max(s.means.size(), s.deviations.size()) <= 1
                                ? 1
                                : std::max(s.means.size(), s.deviations.size()) / d;
  double total = 0.0;
  for (const double weight : s.weights) total += weight;
  set_pointwise(make, [&](std::size_t, const UnitPoint& unit) {
    double sum = s.mean;
    for (std::size_t g = 0; g < count; ++g) {
      double exponent = 0.0;
      double value = s.weights.empty() ? 1.0 / static_cast<double>(count) : s.weights[g] / total;
      for (std::size_t a = 0; a < d; ++a) {
        const double x = make.grid().lower[a] + unit[a] * make.grid().length[a];
        const double deviation = entry(s.deviations, g, a, d);
        const double r = (x - entry(s.means, g, a, d)) / deviation;
        exponent += 0.5 * r * r;
        value /= std::sqrt(2.0 * std::numbers::pi) * deviation;
      }
      sum += value * std::exp(-exponent);
    }
    return sum;
  });
}

}  // namespace parapet
