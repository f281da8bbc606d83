#include "methods/chebyshev_stages.hpp"

#include <algorithm>
#include <cmath>

namespace parapet::chebyshev {

namespace {

constexpr double damping = 2.0 / 13.0;

/// Chebyshev polynomials of degrees 0 to `degree` with two derivatives, at x.
struct Polynomials {
  std::vector<double> T, dT, d2T;

  Polynomials(std::size_t degree, double x) : T{1.0, x}, dT{0.0, 1.0}, d2T{0.0, 0.0} {
    for (std::size_t j = 2; j <= degree; ++j) {
      T.push_back(2.0 * x * T[j - 1] - T[j - 2]);
      dT.push_back(2.0 * T[j - 1] + 2.0 * x * dT[j - 1] - dT[j - 2]);
      d2T.push_back(4.0 * dT[j - 1] + 2.0 * x * d2T[j - 1] - d2T[j - 2]);
    }
  }
};

}  // namespace

double real_interval(std::size_t stages) {
  const auto s = static_cast<double>(stages);
  return 2.0 / 3.0 * (s * s - 1.0) * (1.0 - 2.0 / 15.0 * damping);
}

std::size_t stages_for(double radius) {
  const double s = std::ceil(std::sqrt(1.0 + radius / real_interval(2) * 3.0));
  auto count = static_cast<std::size_t>(std::max(2.0, s));
  while (real_interval(count) < radius) ++count;
  return count;
}

// With F(Y₀) = (Y₁ − Y₀)/(μ̃₁ dt) no register has to keep it.
std::vector<Stage> stages(std::size_t count, double dt) {
  const double w0 = 1.0 + damping / static_cast<double>(count * count);
  const Polynomials P(count, w0);
  const double w1 = P.dT[count] / P.d2T[count];
  std::vector<double> b(count + 1);
  for (std::size_t j = 2; j <= count; ++j) b[j] = P.d2T[j] / (P.dT[j] * P.dT[j]);
  b[0] = b[1] = b[2];
  const double first = b[1] * w1;
  std::vector<Stage> chain = {{1.0, first * dt}};
  for (std::size_t j = 2; j <= count; ++j) {
    const double mu = 2.0 * b[j] * w0 / b[j - 1], nu = -b[j] / b[j - 2];
    const double mu_tilde = 2.0 * b[j] * w1 / b[j - 1];
    const double gamma = -(1.0 - b[j - 1] * P.T[j - 1]) * mu_tilde, of_first = gamma / first;
    Stage stage{mu, mu_tilde * dt};
    if (j == 2) {
      stage.weight += of_first;
      stage.terms = {{0, 1.0 - mu - of_first}};  // Y₀ twice, as Y₀ and as Y_{j−2}
    } else if (j == 3) {
      stage.terms = {{0, 1.0 - mu - nu - of_first}, {1, nu + of_first}};
    } else {
      stage.terms = {{j - 2, nu}, {0, 1.0 - mu - nu - of_first}, {1, of_first}};
    }
    chain.push_back(stage);
  }
  return chain;
}

}  // namespace parapet::chebyshev
