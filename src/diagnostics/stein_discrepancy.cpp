#include "diagnostics/stein_discrepancy.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace parapet {

namespace {

/// Σ over j ≥ i of k₀(x_i, x_j), those beside the diagonal twice.
double row_sum(const ScoredPoints& points, std::size_t i) {
  const std::size_t d = points.x.size();
  double sum = 0.0;
  for (std::size_t j = i; j < points.count; ++j) {
    double square = 0.0, scores = 0.0, along = 0.0;
    for (std::size_t a = 0; a < d; ++a) {
      const double r = points.x[a][i] - points.x[a][j];
      const double s = points.score[a][i], t = points.score[a][j];
      square += r * r, scores += s * t, along += (s - t) * r;
    }
    const double inverse = 1.0 / (1.0 + square);
    const double bracket =
        scores + inverse * (along + static_cast<double>(d) - 3.0 * square * inverse);
    sum += (j == i ? 1.0 : 2.0) * std::sqrt(inverse) * bracket;
  }
  return sum;
}

}  // namespace

double stein_discrepancy(const Communicator& communicator, const ScoredPoints& points) {
  if (points.count == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto ranks = static_cast<std::size_t>(communicator.size());
  // Rows get shorter: turn by turn every rank has about as many pairs.
  std::vector<double> rows(points.count, 0.0);
  for (auto i = static_cast<std::size_t>(communicator.rank()); i < points.count; i += ranks) {
    rows[i] = row_sum(points, i);
  }
  communicator.all_reduce(std::span<double>(rows), Reduction::sum);
  double sum = 0.0;
  for (const double row : rows) sum += row;
  const auto n = static_cast<double>(points.count);
  // Rounding aside it is not negative; NaN stays NaN.
  return sum < 0.0 ? 0.0 : std::sqrt(sum) / n;
}

}  // namespace parapet
