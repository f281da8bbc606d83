#include "methods/system_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

CellCase oscillators(const Kuramoto& e, const std::string& form, std::int64_t particles, double dt,
                     const std::string& integrator, double slope = 0.4) {
  return begun(world(), {e, form, circle(64), particles, dt, integrator},
               [=](const Point& x) { return 1.0 + slope * std::cos(x[0]); });
}

double order(CellCase& run) {
  return quantity_of(run, "order_parameter");
}

// From phases of Poisson's density that know nothing of the frequencies dr/dt = −γ r + ½ K r (1 −
// r²), whose solution is that of a logistic equation for r².
TEST(Kuramoto, FollowsOttAndAntonsen) {
  Kuramoto e;
  e.K.value = 3.0, e.gamma.value = 0.5;
  constexpr double a = 0.2;
  CellCase run =
      begun(world(), {e, "lorentzian", circle(256), 400'000, 0.02, "heun"},
            [](const Point& x) { return 1.0 / (1.0 - 2.0 * a * std::cos(x[0]) + a * a); });
  const double growth = 2.0 * (0.5 * e.K - e.gamma), limit = 1.0 - 2.0 * e.gamma / e.K;
  double square = std::pow(order(run), 2), before = 0.0;
  for (const double t : {0.5, 1.0, 2.0, 6.0}) {
    run_to(*run.solver, t);
    square = limit / (1.0 + (limit / square - 1.0) * std::exp(-growth * (t - before)));
    before = t;
    // A sample's own order parameter wanders by about 1/√N about the limit's.
    expect_below("r off at t = " + std::to_string(t), std::abs(order(run) - std::sqrt(square)),
                 1.5 / std::sqrt(400'000.0));
    square = std::pow(order(run), 2);
  }
}

/// Order of the steady density of oscillators with Lorentzian frequencies and noise. Its harmonics
/// z_n = ⟨e^{inθ}⟩ at a frequency ω obey 0 = (inω − n²D) z_n + ½ n K r (z_{n−1} − z_{n+1})
/// (Sakaguchi 1988); they are analytic in the upper half plane, so that their mean over g is what
/// they are at ω = iγ: z_n/z_{n−1} is a continued fraction, and r = z_1(r).
double lorentzian_order(const Kuramoto& e) {
  const auto excess = [&](double r) {
    double ratio = 0.0;
    for (int n = 400; n >= 1; --n) {
      const double half = 0.5 * e.K * r;
      ratio = half / (e.gamma + n * e.D + half * ratio);
    }
    return ratio - r;
  };
  double low = 1e-3, high = 1.0;
  for (int i = 0; i < 60; ++i) (excess(0.5 * (low + high)) > 0.0 ? low : high) = 0.5 * (low + high);
  return low;
}

TEST(Kuramoto, HasOrderAboveTheCriticalCouplingOnly) {
  constexpr double scatter = 1.0 / std::numbers::sqrt2 / 316.2;  // of 100 000 independent phases
  for (const double share : {0.7, 1.4, 2.5}) {
    Kuramoto e;
    e.gamma.value = 0.3, e.D.value = 0.2;  // K_c = 1
    e.K.value = share * 2.0 * (e.gamma + e.D);
    CellCase run = oscillators(e, "lorentzian", 100'000, 0.05, "heun");
    run_to(*run.solver, 40.0);
    if (share < 1.0) {
      expect_below("order below the threshold", order(run), 5.0 / std::sqrt(100'000.0));
    } else {
      expect_below("order above it off, in scatters of phases",
                   std::abs(order(run) - lorentzian_order(e)) / scatter, 4.0);
    }
  }
}

// Identical oscillators with noise come to a density e^{(K r/D) cos θ}: r = I₁(K r/D)/I₀(K r/D).
TEST(Kuramoto, OfOneFrequencyComesToVonMisesDensity) {
  Kuramoto e;
  e.K.value = 2.0, e.D.value = 0.5;
  CellCase run = oscillators(e, "identical", 200'000, 0.05, "heun");
  run_to(*run.solver, 15.0);
  double r = 0.8;
  for (int i = 0; i < 200; ++i) {
    const double k = e.K * r / e.D;
    r = std::cyl_bessel_i(1.0, k) / std::cyl_bessel_i(0.0, k);
  }
  expect_below("order off in errors",
               std::abs(order(run) - r) / quantity_of(run, "order_parameter_error"), 4.0);
}

// Locked and drifting oscillators of other distributions: 1 = K ∫ cos²φ g(K r sin φ) dφ.
TEST(Kuramoto, HasTheOrderOfItsDistribution) {
  for (const std::string form : {"gaussian", "uniform"}) {
    Kuramoto e;
    e.K.value = 2.0, e.gamma.value = form == "gaussian" ? 0.6 : 1.0;
    const auto g = [&](double w) {
      if (form == "uniform") return std::abs(w) < e.gamma ? 0.5 / e.gamma : 0.0;
      return std::exp(-0.5 * w * w / (e.gamma * e.gamma)) / (e.gamma * std::sqrt(2.0 * pi));
    };
    const auto excess = [&](double r) {
      double sum = 0.0;
      constexpr int n = 20'000;
      for (int i = 0; i < n; ++i) {
        const double phi = -0.5 * pi + pi * (i + 0.5) / n;
        sum += std::pow(std::cos(phi), 2) * g(e.K * r * std::sin(phi)) * pi / n;
      }
      return e.K * sum - 1.0;
    };
    double low = 0.3, high = 1.0;
    for (int i = 0; i < 60; ++i)
      (excess(0.5 * (low + high)) > 0.0 ? low : high) = 0.5 * (low + high);
    CellCase run = oscillators(e, form, 100'000, 0.05, "heun", 0.9);
    run_to(*run.solver, 60.0);
    expect_below("order of " + form + " off", std::abs(order(run) - low), 1.5e-3);
  }
}

/// How far mean phase and order of few oscillators without noise are off at t = 2.
double error_of(const std::string& integrator, double dt) {
  const auto at_end = [](const std::string& name, double step) {
    Kuramoto e;
    CellCase run = oscillators(e, "gaussian", 500, step, name);
    run_to(*run.solver, 2.0);
    return std::array{order(run), quantity_of(run, "mean_phase")};
  };
  const auto exact = at_end("heun", 0.001), found = at_end(integrator, dt);
  return std::hypot(found[0] - exact[0], found[1] - exact[1]);
}

TEST(Kuramoto, ConvergesInTheStep) {
  const std::vector<double> steps{0.2, 0.1, 0.05};
  for (const auto& [name, expected] : {std::pair{"euler-maruyama", 1.0}, {"heun", 2.0}}) {
    std::vector<double> errors;
    for (const double dt : steps) errors.push_back(error_of(name, dt));
    const double fitted = fitted_slope(steps, errors);
    report(std::string("order of ") + name, fitted, expected);
    EXPECT_NEAR(fitted, expected, 0.2);
  }
}

}  // namespace
}  // namespace parapet
