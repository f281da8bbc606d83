#include "methods/density/indirect_signal.hpp"

#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

StepControl steps_of(double step) {
  StepControl control;
  if (step > 0.0) control.step = step;
  return control;
}

KellerSegelIndirect law_of(double epsilon, double D_w) {
  KellerSegelIndirect law;
  law.D.value = 0.7, law.chi.value = 1.3, law.epsilon.value = epsilon, law.D_v.value = 0.8;
  law.a.value = 0.9, law.D_w.value = D_w, law.b.value = 1.2;
  return law;
}

using Fields = std::function<double(int, const Point&)>;

/// All three fields on their way, with what has to hold after every step.
class Cells {
 public:
  Cells(const Communicator& ranks, const KellerSegelIndirect& law, const Grid& grid,
        const std::string& integrator, double step, BoundaryKind ends = BoundaryKind::no_flux)
      : case_(ranks, law, grid, all_ends(ends), density_method(integrator), steps_of(step)) {}

  CellCase& solution() { return case_; }
  Solver& solver() { return *case_.solver; }

  void start(const Fields& fields) {
    case_.set(fields);
    solver().settle(0);
    mass_ = quantity("mass"), energy_ = quantity("free_energy");
  }
  void run(double end) {
    for (bool is_short = true; is_short && !::testing::Test::HasFatalFailure();) {
      is_short = solver().step(end);
      check();
    }
  }
  double quantity(const std::string& name) {
    const auto& names = case_.traits.quantities;
    const auto at = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
    return solver().quantities(0).at(at);
  }
  /// Σ over the cells of all ranks of a component times a function of the place.
  double sum(int component, const std::function<double(const Point&)>& weight) {
    const auto values = case_.values(component);
    std::vector<double> terms(values.size());
    case_.for_each_cell([&](std::size_t i, const Point& x) { terms[i] = values[i] * weight(x); });
    return exact_sum(case_.cells.communicator(), terms);
  }
  double largest(int component) {
    double most = 0.0;
    for (const double value : case_.values(component)) most = std::max(most, value);
    return case_.cells.communicator().all_reduce(most, Reduction::maximum);
  }

 private:
  void check() {
    double least = 0.0;
    for (int c = 0; c < 3; ++c) {
      for (const double value : case_.values(c)) least = value >= least ? least : -1.0;
    }
    ASSERT_EQ(case_.cells.communicator().all_reduce(least, Reduction::minimum), 0.0);
    ASSERT_LE(std::abs(quantity("mass") / mass_ - 1.0), 1e-13);
    const double energy = quantity("free_energy");
    ASSERT_LE(energy, energy_ + 1e-12 * std::max(1.0, std::abs(energy)));
    energy_ = energy;
  }

  CellCase case_;
  double mass_ = 0.0, energy_ = 0.0;
};

TEST(ChainStep, SolvesItsTwoEquations) {
  for (const double alpha : {0.0, 1e-9, 1e-3, 0.3, 2.0, 400.0}) {
    for (const double beta : {0.0, 1e-9, 1.1e-3, 0.3, 0.300001, 2.5, 1e5}) {
      // Many short steps of their series make a long one.
      const double t = 0.7;
      const int parts = 1 << 22;
      const double h = t / parts, w = 0.6, v = 0.4, u = 1.5;
      const ChainStep once = chain_step(alpha, beta, t), part = chain_step(alpha, beta, h);
      // One part is exact to fourth order in h.
      if (std::max(alpha, beta) * h < 1e-3) {
        EXPECT_NEAR(part.v_of_u, h * h * (0.5 - (alpha + beta) * h / 6.0), 1e-7 * h * h);
      }
      double at_v = v, at_w = w;
      ChainStep doubled = part;
      for (int n = parts; n > 1; n /= 2) {  // a step after itself
        const ChainStep s = doubled;
        doubled = {s.keep_w * s.keep_w, s.w_of_u * (1.0 + s.keep_w), s.keep_v * s.keep_v,
                   s.v_of_w * (s.keep_v + s.keep_w),
                   s.v_of_u * (1.0 + s.keep_v) + s.v_of_w * s.w_of_u};
      }
      at_w = doubled.keep_w * w + doubled.w_of_u * u;
      at_v = doubled.keep_v * v + doubled.v_of_w * w + doubled.v_of_u * u;
      EXPECT_NEAR(once.keep_w * w + once.w_of_u * u, at_w, 1e-8 * at_w) << alpha << ' ' << beta;
      EXPECT_NEAR(once.keep_v * v + once.v_of_w * w + once.v_of_u * u, at_v, 1e-8 * at_v)
          << alpha << ' ' << beta;
    }
  }
}

/// The largest σ of what waves with −∇² = k² on an even density do, and its v and w over u.
struct Growth {
  double rate, v, w;
};
Growth growth_of(const KellerSegelIndirect& law, double even, double k2) {
  const double alpha = law.D_w * k2 + law.b, beta = law.D_v * k2 + law.a;
  const double gain = law.chi * even * k2;
  const auto excess = [&](double rate) {
    return (rate + law.D * k2) * (rate + alpha) * (law.epsilon * rate + beta) - gain;
  };
  double low = -std::min(law.D * k2, alpha), high = 1e3;
  if (law.epsilon > 0.0) low = std::max(low, -beta / law.epsilon);
  for (int i = 0; i < 200; ++i)
    (excess(0.5 * (low + high)) < 0.0 ? low : high) = 0.5 * (low + high);
  return {low, 1.0 / ((low + alpha) * (law.epsilon * low + beta)), 1.0 / (low + alpha)};
}

double found_rate(const KellerSegelIndirect& law, double even, std::int64_t points, double k2,
                  const std::string& integrator, double step, double time) {
  const double k = pi;
  const Growth exact = growth_of(law, even, k2);
  Cells cells(world(), law, interval_grid({points, 5}, {0.0}, {1.0}), integrator, step);
  const double w = even / law.b, v = w / law.a;
  cells.start([&](int c, const Point& x) {
    const double wave = 1e-6 * even * std::cos(k * x[0]);
    return c == 0 ? even + wave : c == 1 ? v + exact.v * wave : w + exact.w * wave;
  });
  const auto wave = [&] {
    return cells.sum(0, [&](const Point& x) { return std::cos(k * x[0]); });
  };
  const double before = wave();
  cells.run(time);
  return std::log(wave() / before) / time;
}

TEST(KellerSegelIndirect, LetsWavesGrowAtTheirRates) {
  for (const auto& [epsilon, D_w, even] :
       {std::tuple{1.0, 0.0, 30.0}, std::tuple{0.5, 0.4, 90.0}, std::tuple{0.0, 0.3, 4.0}}) {
    const KellerSegelIndirect law = law_of(epsilon, D_w);
    const std::string name = "eps = " + std::to_string(epsilon) + ", D_w = " + std::to_string(D_w);
    std::vector<double> widths, in_space, steps, in_time;
    const double exact = growth_of(law, even, pi * pi).rate;
    for (const std::int64_t n : {8, 16, 32}) {
      widths.push_back(1.0 / static_cast<double>(n));
      in_space.push_back(
          std::abs(found_rate(law, even, n, pi * pi, "sdirk2", 0.002, 0.02) / exact - 1.0));
    }
    const double half = std::sin(0.5 * pi / 8.0), discrete = 4.0 * 64.0 * half * half;
    const double on_cells = growth_of(law, even, discrete).rate;
    for (const double step : {0.1, 0.05, 0.025}) {
      steps.push_back(step);
      in_time.push_back(
          std::abs(found_rate(law, even, 8, discrete, "sdirk2", step, 0.2) / on_cells - 1.0));
    }
    report(name + ": rate", exact, exact);
    report(name + ": order in space", fitted_slope(widths, in_space), 2.0);
    EXPECT_NEAR(fitted_slope(widths, in_space), 2.0, 0.15) << name;
    expect_below(name + ": error on 32 cells", in_space.back(), 3e-3);
    report(name + ": order in time", fitted_slope(steps, in_time), 2.0);
    EXPECT_NEAR(fitted_slope(steps, in_time), 2.0, 0.3) << name;
    expect_below(name + ": error of steps of 0.025", in_time.back(), 2e-2);
  }
}

Fields bump(double mass) {
  return [=](int c, const Point& x) {
    return c == 0 ? mass * normal_density(x, {0.7, 0.5}, {0.1, 0.1}) : c == 1 ? 0.3 : x[0];
  };
}

TEST(KellerSegelIndirect, StepsConvergeWithTheOrderOfTheirMethod) {
  const auto at_end = [](const std::string& integrator, double step) {
    Cells cells(world(), law_of(0.5, 0.1), interval_grid({12, 10}, {0.0}, {2.0}), integrator, step);
    cells.start(bump(8.0));
    cells.run(0.4);
    return cells.sum(0, [](const Point& x) { return x[0] * x[1]; });
  };
  const double reference = at_end("sdirk2", 0.00125);
  for (const auto& [integrator, order] :
       {std::pair{"backward-euler", 1.0}, std::pair{"sdirk2", 2.0}}) {
    std::vector<double> steps = {0.1, 0.05, 0.025}, errors;
    for (const double step : steps) {
      errors.push_back(std::abs(at_end(integrator, step) - reference));
    }
    report(std::string(integrator) + ": order", fitted_slope(steps, errors), order);
    EXPECT_NEAR(fitted_slope(steps, errors), order, 0.3) << integrator;
  }
}

// Mass stays, so that ∫w' = −b ∫w + M and ε ∫v' = −a ∫v + ∫w have exact solutions.
TEST(KellerSegelIndirect, KeepsItsIntegralsExactly) {
  for (const std::string integrator : {"backward-euler", "sdirk2", "ssprk3"}) {
    for (const auto ends : {BoundaryKind::no_flux, BoundaryKind::periodic}) {
      const KellerSegelIndirect law = law_of(0.5, 0.2);
      const Grid grid = interval_grid({6, 5, 7}, {0.0}, {2.0}, ends == BoundaryKind::periodic);
      Cells cells(world(), law, grid, integrator, integrator == "ssprk3" ? 0.0 : 0.05, ends);
      cells.start([](int c, const Point& x) { return c == 1 ? 0.2 : x[0] < 1.0 ? 3.0 + c : 0.0; });
      const double M = cells.quantity("mass"), v = cells.quantity("signal_mass"),
                   w = cells.quantity("mediator_mass");
      cells.run(0.3);
      const ChainStep exact = chain_step(law.b, law.a / law.epsilon, 0.3);
      const double to_w = exact.keep_w * w + exact.w_of_u * M;
      const double to_v = exact.keep_v * v + (exact.v_of_w * w + exact.v_of_u * M) / law.epsilon;
      expect_below(integrator + ": integral of w",
                   std::abs(cells.quantity("mediator_mass") / to_w - 1.0), 1e-13);
      expect_below(integrator + ": integral of v",
                   std::abs(cells.quantity("signal_mass") / to_v - 1.0), 1e-13);
    }
  }
}

/// The largest density at a time, from a peak of mass 24π in a box.
double peak(const AnyEquation& equation, const std::string& integrator, std::int64_t points,
            double time) {
  CellCase made(world(), equation, interval_grid({points, points}, {-1.0}, {1.0}),
                all_ends(BoundaryKind::no_flux), density_method(integrator),
                steps_of(integrator == "ssprk3" ? 0.0 : 0.02));
  made.set([](int c, const Point& x) {
    return c == 0 ? 24.0 * pi * normal_density(x, {0.0, 0.0}, {0.1, 0.1}) : 0.0;
  });
  run_to(*made.solver, time);
  double most = 0.0;
  for (const double u : made.values(0)) most = std::max(most, u);
  return world().all_reduce(most, Reduction::maximum);
}

// Above the mass of the plane: the direct signal's peak is as high as cells let it be, that of the
// indirect one has a height of its own at every time, and rises.
TEST(KellerSegelIndirect, GrowsWithoutCollapseWhereTheDirectSignalCollapses) {
  const KellerSegelBox direct;
  const double coarse = peak(direct, "ssprk3", 16, 0.1), fine = peak(direct, "ssprk3", 32, 0.1);
  report("direct: height on cells half as wide", fine / coarse, 4.0);
  EXPECT_GE(fine / coarse, 3.0);
  KellerSegelIndirect indirect;
  const double low = peak(indirect, "sdirk2", 32, 1.5), high = peak(indirect, "sdirk2", 32, 2.5);
  const double finer = peak(indirect, "sdirk2", 48, 2.5);
  report("indirect: height at 2.5 over that at 1.5", high / low, 1.5);
  EXPECT_GE(high / low, 1.5);
  report("indirect: height on cells two thirds as wide", finer / high, 1.0);
  EXPECT_NEAR(finer / high, 1.0, 0.1);
}

}  // namespace
}  // namespace parapet
