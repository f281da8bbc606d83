#include <array>
#include <functional>

#include "methods/particle_case.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {
namespace {

const Communicator& alone() {
  static const Communicator self = Communicator::self();
  return self;
}

/// What a particle's step has for noise: normal numbers and the sign that axes share.
struct Draw {
  double first = 0.0, second = 0.0, sign = 1.0;
};

/// Steps of the solver's are polynomials of the noise where drifts are linear: of
///   1, ξ, η, ξ², ξη, η², sign.
constexpr std::size_t terms = 7;
using Terms = std::array<double, terms>;

Terms terms_of(const Draw& draw) {
  const auto [xi, eta, sign] = draw;
  return {1.0, xi, eta, xi * xi, xi * eta, eta * eta, sign};
}

/// Those of one axis, found from as many particles by elimination with pivots.
Terms solved(std::array<std::array<double, terms + 1>, terms> rows) {
  for (std::size_t k = 0; k < terms; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k; i < terms; ++i) {
      if (std::abs(rows[i][k]) > std::abs(rows[pivot][k])) pivot = i;
    }
    std::swap(rows[k], rows[pivot]);
    for (std::size_t i = 0; i < terms; ++i) {
      if (i == k) continue;
      const double share = rows[i][k] / rows[k][k];
      for (std::size_t c = k; c <= terms; ++c) rows[i][c] -= share * rows[k][c];
    }
  }
  Terms result;
  for (std::size_t k = 0; k < terms; ++k) result[k] = rows[k][terms] / rows[k][k];
  return result;
}

constexpr std::int64_t particles = 64;

/// A step from x at `time`, one polynomial an axis. Fails if particles do not all follow them.
std::vector<Terms> step_polynomials(const AnyEquation& equation, const std::vector<double>& x,
                                    double time, double dt) {
  const bool is_plane = x.size() == 2;
  const Grid grid =
      is_plane ? interval_grid({16, 16}, {-90.0}, {90.0}) : interval_grid({16}, {-90.0}, {90.0});
  CellCase run(alone(), equation, grid, all_ends(BoundaryKind::no_flux),
               particle_method(particles, "platen"), {dt});
  for (std::size_t a = 0; a < x.size(); ++a) {
    run.solver->set_state(0, static_cast<int>(a), std::vector<double>(particles, x[a]));
  }
  MemberProgress progress;
  progress.time = time;
  run.solver->set_progress(0, progress);
  run.solver->step(time + dt);
  std::array<std::array<double, particles>, 4> noise;
  const NormalNoise source(5, 0, static_cast<int>(x.size()));
  source.fill(0, particles, {0, 0}, std::array{noise[0].data(), noise[1].data()});
  if (is_plane) source.fill(0, particles, {0, 1}, std::array{noise[2].data(), noise[3].data()});
  const auto draw = [&](std::size_t i) {
    return is_plane
               ? Draw{noise[0][i], noise[1][i], noise[3][i] < 0.0 ? -1.0 : 1.0}
               : Draw{noise[0][i], noise[0][i + 1 < particles ? i + 1 : 0], i % 2 ? -1.0 : 1.0};
  };
  std::vector<Terms> found;
  std::vector<double> scratch;
  for (std::size_t a = 0; a < x.size(); ++a) {
    const auto moved = run.solver->state(0, static_cast<int>(a), scratch);
    std::array<std::array<double, terms + 1>, terms> rows;
    for (std::size_t i = 0; i < terms; ++i) {
      std::ranges::copy(terms_of(draw(i)), rows[i].begin());
      rows[i][terms] = moved[i];
    }
    found.push_back(solved(rows));
    for (std::size_t i = 0; i < particles; ++i) {
      double sum = 0.0;
      const Terms at = terms_of(draw(i));
      for (std::size_t k = 0; k < terms; ++k) sum += found.back()[k] * at[k];
      EXPECT_NEAR(moved[i], sum, 1e-11);
    }
  }
  return found;
}

/// The expectation of a function of where a step leads, exact for polynomials up to degree 4 of
/// quadratic ones: Gauss and Hermite's five points an axis.
double expectation(const std::vector<Terms>& step,
                   const std::function<double(const std::vector<double>&)>& of) {
  const double inner = std::sqrt(5.0 - std::sqrt(10.0)), outer = std::sqrt(5.0 + std::sqrt(10.0));
  const double more = (7.0 + 2.0 * std::sqrt(10.0)) / 60.0, less = 7.0 / 30.0 - more;
  const std::array nodes{-outer, -inner, 0.0, inner, outer};
  const std::array weights{less, more, 8.0 / 15.0, more, less};
  double sum = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = 0; j < 5; ++j) {
      for (const double sign : {-1.0, 1.0}) {
        const Terms at = terms_of({nodes[i], nodes[j], sign});
        std::vector<double> x;
        for (const Terms& axis : step) {
          double value = 0.0;
          for (std::size_t k = 0; k < terms; ++k) value += axis[k] * at[k];
          x.push_back(value);
        }
        sum += 0.5 * weights[i] * weights[j] * of(x);
      }
    }
  }
  return sum;
}

struct TwoMoments {
  double mean = 1.0, square = 1.0;
};

/// ⟨X⟩ and ⟨X²⟩ at 1 from X = 1 by steps that multiply X.
TwoMoments moments_at_one(const AnyEquation& equation, int steps) {
  TwoMoments result;
  for (int n = 0; n < steps; ++n) {
    const auto step =
        step_polynomials(equation, {1.0}, static_cast<double>(n) / steps, 1.0 / steps);
    result.mean *= expectation(step, [](const auto& x) { return x[0]; });
    result.square *= expectation(step, [](const auto& x) { return x[0] * x[0]; });
  }
  return result;
}

void expect_order_two(const std::string& name, const AnyEquation& equation,
                      const TwoMoments& exact) {
  std::vector<double> steps, of_mean, of_square;
  for (const int count : {8, 16, 32, 64}) {
    const TwoMoments found = moments_at_one(equation, count);
    steps.push_back(1.0 / count);
    of_mean.push_back(std::abs(found.mean / exact.mean - 1.0));
    of_square.push_back(std::abs(found.square / exact.square - 1.0));
  }
  expect_below(name + ": weak order of <X> off 2", std::abs(fitted_slope(steps, of_mean) - 2.0),
               0.12);
  expect_below(name + ": weak order of <X^2> off 2", std::abs(fitted_slope(steps, of_square) - 2.0),
               0.12);
  report(name + ": error of <X^2> in 64 steps", of_square.back(), 1.0);
}

TEST(Platen, IsOfWeakOrderTwoOnGeometricBrownianMotion) {
  GeometricBrownianMotion equation;
  equation.mu.value = 0.8, equation.sigma.value = 0.6;
  expect_order_two("geometric Brownian motion", equation,
                   {std::exp(0.8), std::exp(2.0 * 0.8 + 0.36)});
}

// dX = (1 − t) X dt + (0.3 + t/2) X dW: ∫ of the drift 1/2, of the square of the noise
// 0.09 + 0.15 + 1/12.
TEST(Platen, IsOfWeakOrderTwoWhereDriftAndNoiseDependOnTime) {
  FokkerPlanck equation;
  equation.f.texts = {"(1 - t)*x"};
  equation.D.texts = {"0.5*(0.3 + t/2)^2*x^2"};
  expect_order_two("noise that grows", equation,
                   {std::exp(0.5), std::exp(1.0 + 0.24 + 1.0 / 12.0)});
}

using Six = std::array<double, 6>;

/// ⟨1, x, y, x², xy, y²⟩ after a time, from a point, of
///   a = (0.5 y − x, −0.3 y), b² = (1 + y² + 0.3 x², 0.5 + x²), by the series of e^{At}.
Six exact_moments(double x, double y, double time) {
  Six sum{1.0, x, y, x * x, x * y, y * y}, term = sum;
  for (int n = 1; n < 30; ++n) {
    const Six m = term;
    term = {0.0,
            0.5 * m[2] - m[1],
            -0.3 * m[2],
            2.0 * (0.5 * m[4] - m[3]) + m[0] + m[5] + 0.3 * m[3],
            0.5 * m[5] - 1.3 * m[4],
            -0.6 * m[5] + 0.5 * m[0] + m[3]};
    for (double& one : term) one *= time / n;
    for (std::size_t k = 0; k < 6; ++k) sum[k] += term[k];
  }
  return sum;
}

// One step errs by O(dt³) in every moment up to the second: each axis has noise that depends on
// the other.
TEST(Platen, IsOfWeakOrderTwoInThePlane) {
  FokkerPlanck equation;
  equation.f.texts = {"0.5*y - x", "-0.3*y"};
  equation.D.texts = {"0.5*(1 + y^2 + 0.3*x^2)", "0.5*(0.5 + x^2)"};
  const double x = 0.8, y = -0.5;
  const std::array<std::string, 6> names{"1", "x", "y", "x^2", "xy", "y^2"};
  const std::vector<double> steps{0.04, 0.02, 0.01, 0.005};
  for (std::size_t k = 1; k < 6; ++k) {
    std::vector<double> errors;
    for (const double dt : steps) {
      const auto step = step_polynomials(equation, {x, y}, 0.0, dt);
      const double found = expectation(step, [k](const auto& at) {
        return Six{1.0, at[0], at[1], at[0] * at[0], at[0] * at[1], at[1] * at[1]}[k];
      });
      errors.push_back(std::abs(found - exact_moments(x, y, dt)[k]));
    }
    expect_below("order of a step's error in <" + names[k] + "> off 3",
                 std::abs(fitted_slope(steps, errors) - 3.0), 0.12);
  }
}

}  // namespace
}  // namespace parapet
