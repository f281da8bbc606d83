#include "methods/particles/formula_slope.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parapet {

namespace {

std::vector<std::string> coordinates(int dimensions) {
  const std::array<std::string, 3> all{"x", "y", "z"};
  return {all.begin(), all.begin() + dimensions};
}

}  // namespace

void add_slope(const PointValues& V, double scale, std::span<const double* const> x,
               std::span<double* const> slope, std::size_t count) {
  constexpr std::array steps = {-2.0, -1.0, 1.0, 2.0};
  constexpr double h = 1e-3;
  std::vector<std::vector<double>> moved(x.size()), values(4, std::vector<double>(count));
  for (std::size_t a = 0; a < x.size(); ++a) moved[a].assign(x[a], x[a] + count);
  std::vector<const double*> in;
  for (const auto& axis : moved) in.push_back(axis.data());
  for (std::size_t a = 0; a < x.size(); ++a) {
    const auto width = [&](std::size_t i) { return h * std::max(1.0, std::abs(x[a][i])); };
    for (std::size_t s = 0; s < 4; ++s) {
      for (std::size_t i = 0; i < count; ++i) moved[a][i] = x[a][i] + steps[s] * width(i);
      V(in, values[s]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const double near = values[2][i] - values[1][i], far = values[3][i] - values[0][i];
      slope[a][i] += scale * (8.0 * near - far) / (12.0 * width(i));
      moved[a][i] = x[a][i];
    }
  }
}

FormulaSlope::FormulaSlope(const std::string& text, int dimensions)
    : formula_(text, coordinates(dimensions)) {}

void FormulaSlope::values(std::span<const double* const> x, std::span<double> out) const {
  formula_.evaluate(x, out);
}

void FormulaSlope::slope(std::span<const double* const> x, std::span<double* const> out,
                         std::size_t count) const {
  for (double* const axis : out) std::fill_n(axis, count, 0.0);
  const PointValues V = [this](std::span<const double* const> at, std::span<double> to) {
    values(at, to);
  };
  add_slope(V, 1.0, x, out, count);
}

}  // namespace parapet
