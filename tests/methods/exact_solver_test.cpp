#include "methods/exact_solver.hpp"

#include <algorithm>

#include "diagnostics/field_diagnostics.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

struct Problem {
  SpectralTransform transform;
  std::unique_ptr<SpectralSolver> solver;

  Problem(const AnyEquation& equation, const Grid& grid)
      : transform(Communicator::world(), grid, {Dealiasing::none, Planning::estimate}),
        solver(make_exact_solver(transform, {{equation, {}}})) {}

  void start(const FieldFunction& u) {
    for (int c = 0; c < solver->components(); ++c) {
      set_field(*solver, transform, 0, c, [&](const Point& x) { return u(c, x); });
    }
  }
  double error(const FieldFunction& exact) { return relative_error(*solver, transform, exact); }
};

/// Starts from exact(0), goes to `end` at once and in `legs` uneven parts.
void expect_exact(const std::string& what, const AnyEquation& equation, const Grid& grid,
                  double end, const std::function<FieldFunction(double)>& exact, double bound) {
  for (const int legs : {1, 7}) {
    Problem problem(equation, grid);
    problem.start(exact(0.0));
    for (int i = 1; i <= legs; ++i) run_to(*problem.solver, end * i * i / (legs * legs));
    EXPECT_EQ(problem.solver->progress(0).time, end);
    EXPECT_EQ(problem.solver->progress(0).steps, legs);
    expect_below(what + ", in " + std::to_string(legs), problem.error(exact(end)), bound);
    expect_below("  its energy", problem.solver->progress(0).balance.largest_residual(), 5e-15);
  }
}

// ---- exact solutions ------------------------------------------------------------------------

TEST(ExactHeat, DecaysAtOnce) {
  Heat heat;
  heat.D.value = 0.1;
  const auto exact = [](double t) -> FieldFunction {
    return [t](int, const Point& x) {
      const double slow = 4 * pi * pi * 0.1, fast = 4 * slow + 9 * slow;
      return 0.5 + std::exp(-slow * t) * std::cos(2 * pi * x[1] + 0.3) +
             std::exp(-fast * t) * std::sin(2 * pi * (2 * x[0] - 3 * x[1]));
    };
  };
  expect_exact("heat", heat, box_grid({20, 24}), 0.1, exact, 2e-15);
}

Grid walled_grid(const std::vector<std::int64_t>& points) {
  Grid grid = box_grid(points);
  for (int a = 0; a < grid.dimensions; ++a) grid.is_periodic[static_cast<std::size_t>(a)] = false;
  return grid;
}

TEST(ExactHeat, DecaysBetweenWallsByCosines) {
  Heat heat;
  heat.D.value = 0.1;
  const auto exact = [](double t) -> FieldFunction {
    return [t](int, const Point& x) {
      const double slow = pi * pi * 0.1, fast = (4 + 25) * slow;
      return 0.5 + std::exp(-slow * t) * std::cos(pi * x[1]) +
             std::exp(-fast * t) * std::cos(2 * pi * x[0]) * std::cos(5 * pi * x[1]);
    };
  };
  expect_exact("heat between walls", heat, walled_grid({20, 24}), 0.1, exact, 2e-15);
}

// −∇²u = f by modes: u is what f was made of.
TEST(ExactPoisson, IsSolvedByModesOnPeriodicGridsAndBetweenWalls) {
  for (const bool is_periodic : {true, false}) {
    const double k = is_periodic ? 2 * pi : pi;
    const FieldFunction exact = [k](int component, const Point& x) {
      const double slow = std::cos(k * x[2]),
                   fast = std::cos(2 * k * x[0]) * std::cos(3 * k * x[1]);
      return component == 0 ? slow - fast : k * k * (slow - 13 * fast);
    };
    const std::vector<std::int64_t> points = {12, 16, 10};
    Problem problem(Poisson{}, is_periodic ? box_grid(points) : walled_grid(points));
    problem.start([&](int c, const Point& x) { return c == 0 ? 5.0 : exact(c, x); });
    problem.solver->settle(0);
    expect_below(is_periodic ? "periodic" : "between walls", problem.error(exact), 2e-15);
  }
}

/// A smooth periodic field.
double hills(const Point& x) {
  return std::exp(std::sin(2 * pi * x[0]) - 0.5 * std::cos(2 * pi * (x[1] - x[2]) + 1.0));
}

TEST(ExactAdvection, TranslatesByAnyDistance) {
  Advection equation;
  equation.c_x.value = 0.37;
  equation.c_y.value = -1.21;
  equation.c_z.value = 0.113;
  for (const auto& points : {std::vector<std::int64_t>{48}, {48, 45}, {40, 36, 42}}) {
    const auto dimensions = points.size();
    const auto exact = [&](double t) -> FieldFunction {
      return [&, t](int, const Point& x) {
        const Point moved = {x[0] - equation.c_x * t,
                             dimensions > 1 ? x[1] - equation.c_y * t : 0.0,
                             dimensions > 2 ? x[2] - equation.c_z * t : 0.0};
        return hills(moved);
      };
    };
    expect_exact(std::to_string(dimensions) + " D", equation, box_grid(points), 17.3, exact, 3e-14);
  }
}

TEST(ExactAdvection, DiffusesOnItsWay) {
  Advection equation;
  equation.c_x.value = 2.0;
  equation.nu.value = 0.01;
  const auto exact = [](double t) -> FieldFunction {
    return [t](int, const Point& x) {
      const double k2 = 4 * pi * pi * 10;
      return 0.2 + std::exp(-0.01 * k2 * t) *
                       std::sin(2 * pi * (3 * (x[0] - 2.0 * t) + (x[1] + 0.5 * t)));
    };
  };
  equation.c_y.value = -0.5;
  expect_exact("advection with diffusion", equation, box_grid({24, 20}), 0.7, exact, 5e-15);
}

/// Standing and travelling waves, and a uniform motion.
FieldFunction waves(const FreeWave& free, double t) {
  const auto omega = [&](double k2) { return std::sqrt(free.c2 * k2 + free.m2); };
  const double standing = omega(4 * pi * pi * (1 + 4)), travelling = omega(4 * pi * pi * 9);
  const double m = std::sqrt(free.m2);
  return [=](int component, const Point& x) {
    const double shape = std::cos(2 * pi * (x[0] + 2 * x[1])), angle = 6 * pi * x[0];
    if (component == 0) {
      return shape * std::sin(standing * t + 0.4) + std::cos(angle - travelling * t) +
             (m > 0.0 ? std::cos(m * t) : 1.0 - 0.1 * t);
    }
    return standing * shape * std::cos(standing * t + 0.4) +
           travelling * std::sin(angle - travelling * t) - (m > 0.0 ? m * std::sin(m * t) : 0.1);
  };
}

TEST(ExactWave, KeepsTheDispersionRelation) {
  Wave wave;
  wave.c.value = 1.7;
  KleinGordon massive;
  massive.c.value = 0.6;
  massive.m.value = 5.0;
  const Grid grid = box_grid({20, 18});
  expect_exact(
      "wave", wave, grid, 50.0, [&](double t) { return waves(free_wave(wave), t); }, 1e-12);
  expect_exact(
      "Klein-Gordon", massive, grid, 50.0, [&](double t) { return waves(free_wave(massive), t); },
      1e-12);
}

// A Gaussian packet of width σ that moves with ħ k/m and spreads:
//   ψ = (1 + iτ)^(−1/2) exp(−(x − v t)²/(4 σ² (1 + iτ)) + i k (x − v t/2)),  τ = ħ t/(2 m σ²).
TEST(ExactSchrodinger, SpreadsAGaussianPacket) {
  Schrodinger equation;
  equation.hbar.value = 1.3;
  equation.m.value = 0.9;
  constexpr double length = 120.0, sigma = 1.5, k = 2 * pi * 24 / length, end = 8.0;
  const double v = equation.hbar * k / equation.m;
  const auto exact = [&](double t) -> FieldFunction {
    const Complex spread(1.0, 0.5 * equation.hbar * t / (equation.m * sigma * sigma));
    return [=](int component, const Point& x) {
      const double moved = x[0] - 40.0 - v * t;
      const Complex exponent = -moved * moved / (4.0 * sigma * sigma * spread) +
                               Complex(0.0, k * (x[0] - 40.0 - 0.5 * v * t));
      const Complex psi = std::exp(exponent) / std::sqrt(spread);
      return component == 0 ? psi.real() : psi.imag();
    };
  };
  expect_exact("packet", equation, box_grid({512}, length), end, exact, 2e-14);
}

TEST(ExactSchrodinger, TurnsPlaneWaves) {
  const Schrodinger equation;
  const auto exact = [](double t) -> FieldFunction {
    const double omega = 0.5 * 4 * pi * pi * (1 + 4 + 9);
    return [=](int component, const Point& x) {
      const double angle = 2 * pi * (x[0] - 2 * x[1] + 3 * x[2]) - omega * t;
      return component == 0 ? std::cos(angle) : std::sin(angle);
    };
  };
  expect_exact("plane wave", equation, box_grid({8, 10, 12}), 3.0, exact, 2e-13);
}

// ---- every equation with a closed form --------------------------------------------------------

Complex scaled(double x) {
  return {std::cos(3.0 * x + 1.0), std::sin(7.0 * x - 0.5)};
}

/// The closed form against the equation: its derivative in time by central differences of sixth
/// order, that it may be taken in two parts, and what becomes of the energy.
template <LinearSpectral E>
void expect_solution(const E& equation, const std::string& name) {
  using Mode = std::array<Complex, E::components.size()>;
  for (const Wavevector& k :
       {Wavevector{}, Wavevector{{1.0, 0.0, 0.0}, 1.0}, Wavevector{{0.5, -2.0, 1.5}, 6.5}}) {
    Mode start;
    for (std::size_t f = 0; f < start.size(); ++f) start[f] = scaled(static_cast<double>(f));
    const auto at = [&](double t) {
      Mode mode = start;
      equation.propagate(k, t, mode.data());
      return mode;
    };
    constexpr double h = 0.004;
    Mode rate, whole = at(0.9), parts = at(0.35);
    equation.rate(k, start.data(), rate.data());
    equation.propagate(k, 0.55, parts.data());
    double worst = 0.0, split = 0.0;
    for (std::size_t f = 0; f < start.size(); ++f) {
      const Complex slope = (45.0 * (at(h)[f] - at(-h)[f]) - 9.0 * (at(2 * h)[f] - at(-2 * h)[f]) +
                             (at(3 * h)[f] - at(-3 * h)[f])) /
                            (60.0 * h);
      worst = std::max(worst, std::abs(slope - rate[f]));
      split = std::max(split, std::abs(whole[f] - parts[f]));
    }
    const double left = equation.energy(k, start.data()) * std::exp(-1.8 * equation.damping(k));
    expect_below(name + ": derivative in time", worst, 1e-9);
    expect_below("  in two parts", split, 1e-14);
    expect_below("  energy", std::abs(equation.energy(k, whole.data()) - left), 2e-14);
  }
}

template <class... Equations>
int check_all(List<Equations...>) {
  int count = 0;
  const auto check = [&]<class Equation>(Equation equation) {
    if constexpr (HasLinearForm<Equation>) {
      ++count;
      for (Parameter* parameter : equation.parameters()) parameter->value += 0.3;
      expect_solution(linear_form(equation), std::string(Equation::name));
    }
  };
  (check(Equations{}), ...);
  return count;
}

TEST(ClosedForm, SolvesItsEquation) {
  EXPECT_EQ(check_all(AllEquations{}), 6);
}

}  // namespace
}  // namespace parapet
