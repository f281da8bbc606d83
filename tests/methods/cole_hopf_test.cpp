#include "methods/cole_hopf.hpp"

#include "methods/solver_case.hpp"

namespace parapet {
namespace {

double largest_distance(const std::vector<double>& u, const std::function<double(double)>& exact) {
  double worst = 0.0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    const double x = static_cast<double>(i) / static_cast<double>(u.size());
    worst = std::max(worst, std::abs(u[i] - exact(x)));
  }
  return worst;
}

/// Modes of u₀ = c + v₀ where v solves Burgers from φ = 2 + a cos 2πx: v = 4πν a sin/(2 + a cos).
std::vector<Complex> modes_of_closed_form(double mean, double nu, double a) {
  SpectralTransform::Options options;
  options.dealiasing = Dealiasing::none;
  SpectralTransform transform(Communicator::self(), box_grid({512}), options);
  std::vector<double> points(512);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double angle = 2 * pi * static_cast<double>(i) / 512.0;
    points[i] = mean + 4 * pi * nu * a * std::sin(angle) / (2 + a * std::cos(angle));
  }
  std::vector<Complex> modes(transform.mode_count());
  const double* from = points.data();
  Complex* to = modes.data();
  transform.to_modes({&from, 1}, {&to, 1});
  return gather_line_modes(transform, modes.data());
}

TEST(ColeHopf, IsTheClosedFormWithAMeanFlow) {
  constexpr double nu = 0.07, mean = 0.6, t = 0.35;
  const ColeHopf exact(modes_of_closed_form(mean, nu, 1.5), 1.0, nu);
  const double a = 1.5 * std::exp(-4 * pi * pi * nu * t);
  const auto closed = [&](double x) {
    const double angle = 2 * pi * (x - mean * t);
    return mean + 4 * pi * nu * a * std::sin(angle) / (2 + a * std::cos(angle));
  };
  expect_below("closed form", largest_distance(exact.at(t, 100), closed), 1e-12);
}

TEST(ColeHopf, ScalesWithTheLength) {
  const std::vector<Complex> modes = {0.2, {0.0, -0.5}, {0.1, 0.1}};
  const auto one = ColeHopf(modes, 1.0, 0.05).at(0.3, 64);
  const auto four = ColeHopf(modes, 4.0, 0.2).at(1.2, 64);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_LE(std::abs(one[i] - four[i]), 1e-12);
}

/// Before the shock and far from it the inviscid solution u = u₀(x − ut) is close; at 1e-3
/// viscosity exp(−Φ) spans e^160 and only the quadrature can do it. The reference is the solver,
/// refined.
TEST(ColeHopf, SmallViscosityDoesNotOverflow) {
  constexpr double nu = 1e-3, t = 0.3;
  constexpr std::int64_t points = 4096;
  SpectralTransform transform(Communicator::self(), box_grid({points}), {});
  auto solver =
      make_spectral_solver(transform, "scalar", {burgers_member(nu)}, {std::nullopt, 1e-11});
  set_field(*solver, transform, 0, 0, [](const Point& x) { return std::sin(2 * pi * x[0]); });
  const ColeHopf exact(gather_line_modes(transform, solver->modes(0, 0).data()), 1.0, nu);
  EXPECT_GT(exact.span_of_exponent(), 100.0);
  run_to(*solver, t);
  const auto u = points_of(*solver, transform, 0);
  const auto reference = exact.at(t, 64);
  double worst = 0.0;
  for (std::size_t i = 0; i < 64; ++i) worst = std::max(worst, std::abs(u[64 * i] - reference[i]));
  expect_below("nu 1e-3, against the solver at tolerance 1e-11", worst, 1e-10);
}

TEST(ColeHopf, BothWaysAgreeWhereBothApply) {
  // Φ spans 5.7 and 6.4 on either side of the change of way.
  const auto at = [](double nu) { return ColeHopf({0.1, {0.0, -0.5}}, 1.0, nu).at(0.4, 32); };
  const auto below = at(0.02652), above = at(0.02653);
  EXPECT_NE(ColeHopf({0.1, {0.0, -0.5}}, 1.0, 0.02652).span_of_exponent() > 6.0,
            ColeHopf({0.1, {0.0, -0.5}}, 1.0, 0.02653).span_of_exponent() > 6.0);
  const auto further = at(0.02654);
  for (std::size_t i = 0; i < below.size(); ++i) {
    // A smooth function of ν: the second difference over 1e-5 is far below its parts.
    EXPECT_LE(std::abs(below[i] - 2 * above[i] + further[i]), 1e-6);
  }
}

}  // namespace
}  // namespace parapet
