#include "methods/particles/particle_moments.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/fixed_point_sum.hpp"

namespace parapet {

namespace {

constexpr std::size_t powers = 4;

/// Means of 1, y, y², y³ and y⁴, y from −1 to 1 across the domain.
using Moments = std::array<double, powers + 1>;

/// Sums over this rank's particles: how many there are, then four powers an axis.
std::vector<FixedPointSum> sums_of(const StepDomain& domain, const ParticleRow& particles) {
  std::vector<double> terms(particles.count, 1.0);
  const auto weighted = [&](std::size_t i, double value) {
    return particles.is_there == nullptr ? value : particles.is_there[i] * value;
  };
  for (std::size_t i = 0; i < particles.count; ++i) terms[i] = weighted(i, 1.0);
  std::vector<FixedPointSum> sums;
  sums.emplace_back(1.0).add(terms);
  for (std::size_t a = 0; a < domain.axes; ++a) {
    const double half = 0.5 * domain.length[a], middle = domain.lower[a] + half;
    for (std::size_t k = 1; k <= powers; ++k) {
      for (std::size_t i = 0; i < particles.count; ++i) {
        const double y = (particles.x[a][i] - middle) / half, square = y * y;
        const double even = k < 2 ? 1.0 : k < 4 ? square : square * square;
        terms[i] = weighted(i, k % 2 == 1 ? y * even : even);
      }
      sums.emplace_back(1.0).add(terms);
    }
  }
  return sums;
}

}  // namespace

std::vector<std::string> particle_moment_names(int dimensions) {
  std::vector<std::string> names{"particles", "mass"};
  for (const char* const what : {"mean", "mean_error", "variance", "variance_error"}) {
    for (int a = 0; a < dimensions; ++a) names.push_back(fmt::format("{}_{}", what, "xyz"[a]));
  }
  return names;
}

std::vector<double> particle_moments(const CellGrid& cells, const ParticleRow& particles,
                                     double total, double mass) {
  const StepDomain domain(cells);
  std::vector<FixedPointSum> sums = sums_of(domain, particles);
  FixedPointSum::reduce(cells.communicator(), sums);
  const double there = sums[0].value();
  std::array<std::vector<double>, 4> columns;
  for (std::size_t a = 0; a < domain.axes; ++a) {
    const double half = 0.5 * domain.length[a], middle = domain.lower[a] + half;
    Moments m{1.0};
    for (std::size_t k = 1; k <= powers; ++k) m[k] = sums[1 + a * powers + k - 1].value() / there;
    const double mu = m[1], variance = m[2] - mu * mu;
    const double fourth = m[4] - 4.0 * mu * m[3] + 6.0 * mu * mu * m[2] - 3.0 * mu * mu * mu * mu;
    const double spread = std::max(0.0, fourth - variance * variance);
    columns[0].push_back(middle + half * mu);
    columns[1].push_back(half * std::sqrt(variance / there));
    columns[2].push_back(half * half * variance);
    columns[3].push_back(half * half * std::sqrt(spread / there));
  }
  std::vector<double> all{there, mass * there / total};
  for (const auto& column : columns) all.insert(all.end(), column.begin(), column.end());
  return all;
}

}  // namespace parapet
