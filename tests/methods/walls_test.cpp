// Reaction and diffusion between walls that nothing crosses.
#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "diagnostics/field_diagnostics.hpp"
#include "methods/linear_stability.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

/// `walls`: one letter an axis, w or p.
Grid with_walls(Grid grid, const std::string& walls) {
  for (std::size_t a = 0; a < walls.size(); ++a) grid.is_periodic[a] = walls[a] == 'p';
  return grid;
}

/// One member of an equation on a grid, dealiased as its products need.
template <class Equation>
struct Problem {
  SpectralTransform transform;
  std::unique_ptr<SpectralSolver> solver;

  Problem(const Equation& equation, const Grid& grid, const StepControl& control)
      : transform(Communicator::world(), grid, {dealiasing()}),
        solver(make_spectral_solver(transform, "", {{equation, {}}}, control)) {}

  static Dealiasing dealiasing() {
    if (Equation::degree < 2) return Dealiasing::none;
    return Equation::degree == 2 ? Dealiasing::two_thirds : Dealiasing::one_half;
  }
  void start(const FieldFunction& u) {
    for (int c = 0; c < solver->components(); ++c) {
      set_field(*solver, transform, 0, c, [&](const Point& x) { return u(c, x); });
    }
  }
  double error(const FieldFunction& exact) { return relative_error(*solver, transform, exact); }
  std::vector<const Complex*> pointers() {
    std::vector<const Complex*> result;
    for (int c = 0; c < solver->components(); ++c) result.push_back(solver->modes(0, c).data());
    return result;
  }
  FieldDiagnostics diagnosed() { return diagnose(transform, pointers()); }
};

// ---- exact solutions ------------------------------------------------------------------------

/// A wave along each axis of a box of this length, and how fast diffusion damps it.
struct Wave {
  std::array<int, 3> k;
  std::string walls;
  double length;

  double rate(double diffusivity) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < walls.size(); ++a) sum += std::pow(unit(a) * k[a], 2);
    return diffusivity * sum;
  }
  double operator()(const Point& x) const {
    double product = 1.0;
    for (std::size_t a = 0; a < walls.size(); ++a) product *= std::cos(unit(a) * k[a] * x[a]);
    return product;
  }
  double unit(std::size_t axis) const { return (walls[axis] == 'w' ? 1.0 : 2.0) * pi / length; }
};

void expect_exact_decay(const std::vector<std::int64_t>& points, const std::string& walls) {
  Heat heat;
  heat.D.value = 0.1;
  const double length = 1.5;
  const Wave slow{{1, 0, 0}, walls, length}, fast{{2, 3, 1}, walls, length};
  const auto exact = [&](double t) {
    return [&, t](int, const Point& x) {
      return 0.5 + std::exp(-slow.rate(0.1) * t) * slow(x) +
             std::exp(-fast.rate(0.1) * t) * fast(x);
    };
  };
  for (const double step : {1.0, 0.01}) {
    Problem problem(heat, with_walls(box_grid(points, length), walls), {step, 0.0});
    problem.start(exact(0.0));
    const double mass = problem.diagnosed().mean[0];
    run_to(*problem.solver, 0.1);
    expect_below(walls + ", step " + std::to_string(step), problem.error(exact(0.1)), 1e-14);
    EXPECT_EQ(problem.diagnosed().mean[0], mass) << "nothing passes the walls";
  }
}

TEST(HeatBetweenWalls, DecaysEachModeExactlyAndKeepsItsMass) {
  expect_exact_decay({24}, "w");
  expect_exact_decay({20, 15}, "ww");
  expect_exact_decay({20, 15}, "wp");
  expect_exact_decay({15, 20}, "pw");
  expect_exact_decay({9, 10, 8}, "www");
  expect_exact_decay({8, 9, 10}, "pwp");
}

// Behind the front u is 1 at the left wall, ahead of it 0 at the right one.
TEST(FisherKppBetweenWalls, MovesOneFront) {
  FisherKpp equation;
  Problem problem(equation, with_walls(box_grid({640}, 160.0), "w"), {0.01, 0.0});
  const auto exact = [&](double t) {
    return [&, t](int, const Point& x) { return equation.front(x[0] - 75.0, t); };
  };
  problem.start(exact(0.0));
  const double before = problem.diagnosed().mean[0];
  run_to(*problem.solver, 8.0);
  const double speed = (problem.diagnosed().mean[0] - before) * 160.0 / 8.0;
  expect_below("field", problem.error(exact(8.0)), 1e-9);
  expect_below("speed 5/sqrt(6)", std::abs(speed / equation.front_speed() - 1.0), 1e-8);
}

TEST(AllenCahnBetweenWalls, KeepsOnePhaseBoundary) {
  AllenCahn equation;
  equation.D.value = 1e-3;
  equation.r.value = 2.0;
  Problem problem(equation, with_walls(box_grid({512}, 2.0), "w"), {0.05, 0.0});
  const auto exact = [&](int, const Point& x) {
    return std::tanh((x[0] - 1.0) / equation.wall_width());
  };
  problem.start(exact);
  run_to(*problem.solver, 10.0);
  expect_below("after t = 10", problem.error(exact), 1e-9);
}

// ---- against the periodic solver --------------------------------------------------------------

/// One component at all points of the grid, on every rank.
template <class Equation>
std::vector<double> whole_field(Problem<Equation>& problem, int component) {
  const Grid& grid = problem.transform.grid();
  const Box box = problem.transform.physical_box();
  const auto own = points_of(*problem.solver, problem.transform, 0, component);
  std::vector<double> all(static_cast<std::size_t>(grid.point_count()), 0.0);
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t x = box.offset[0] + at / (box.count[1] * box.count[2]);
    const std::int64_t y = box.offset[1] + at / box.count[2] % box.count[1];
    const std::int64_t z = box.offset[2] + at % box.count[2];
    all[static_cast<std::size_t>((x * grid.points[1] + y) * grid.points[2] + z)] = own[i];
  }
  problem.transform.communicator().all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

/// Largest distance of a field between walls from the part of a mirrored one that has its points.
template <class Equation>
double largest_distance(Problem<Equation>& half, Problem<Equation>& whole) {
  double largest = 0.0;
  const auto &n = half.transform.grid().points, &m = whole.transform.grid().points;
  for (int c = 0; c < half.solver->components(); ++c) {
    const auto a = whole_field(half, c), b = whole_field(whole, c);
    std::size_t i = 0;
    for (std::int64_t x = 0; x < n[0]; ++x) {
      for (std::int64_t y = 0; y < n[1]; ++y) {
        for (std::int64_t z = 0; z < n[2]; ++z) {
          const double distance =
              std::abs(a[i++] - b[static_cast<std::size_t>((x * m[1] + y) * m[2] + z)]);
          if (!(distance <= largest)) largest = distance;
        }
      }
    }
  }
  return largest;
}

/// Each axis between walls against a periodic one twice as long, whose points are the same and
/// their mirror images: the numbers are the same to rounding.
template <class Equation>
void expect_half_of_mirrored(const Equation& equation, const std::vector<std::int64_t>& points,
                             const std::string& walls, const StepControl& control, double end) {
  const double length = 0.7;
  const Grid half = with_walls(box_grid(points, length), walls);
  Grid whole = half;
  for (std::size_t a = 0; a < walls.size(); ++a) {
    if (walls[a] == 'p') continue;
    whole.is_periodic[a] = true;
    whole.points[a] *= 2;
    whole.length[a] *= 2.0;
    whole.lower[a] += 0.5 * half.spacing(static_cast<int>(a));
  }
  const Wave first{{1, 2, 1}, walls, length}, second{{3, 1, 0}, walls, length};
  const auto start = [&](int c, const Point& x) {
    return c == 0 ? 0.8 + 0.1 * first(x) - 0.1 * second(x) : 0.2 + 0.1 * second(x);
  };
  Problem own(equation, half, control), mirrored(equation, whole, control);
  own.start(start);
  mirrored.start(start);
  run_to(*own.solver, end);
  run_to(*mirrored.solver, end);
  const std::string name = std::string(Equation::name) + " " + walls;
  expect_below(name, largest_distance(own, mirrored), 1e-13);
  const auto a = own.diagnosed(), b = mirrored.diagnosed();
  expect_below(name + ", mean", std::abs(a.mean[0] - b.mean[0]), 1e-14);
  expect_below(name + ", energy", std::abs(a.energy - b.energy), 1e-14);
  expect_below(name + ", gradient", std::abs(a.gradient_square / b.gradient_square - 1.0), 1e-12);
  EXPECT_EQ(own.solver->progress(0).steps, mirrored.solver->progress(0).steps);
}

TEST(BetweenWalls, IsHalfOfTheMirroredPeriodicSolution) {
  const StepControl fixed{0.1, 0.0}, controlled{std::nullopt, 1e-6};
  FisherKpp slow;
  slow.D.value = 0.01;
  expect_half_of_mirrored(slow, {48}, "w", fixed, 1.0);
  expect_half_of_mirrored(GrayScott{}, {32, 27}, "ww", fixed, 1.0);
  expect_half_of_mirrored(GrayScott{}, {32, 27}, "wp", controlled, 1.0);
  expect_half_of_mirrored(FitzHughNagumo{}, {25, 32}, "pw", fixed, 1.0);
  expect_half_of_mirrored(AllenCahn{}, {12, 10, 11}, "www", fixed, 0.5);
  expect_half_of_mirrored(GrayScott{}, {12, 10, 11}, "wwp", fixed, 0.5);
  expect_half_of_mirrored(GrayScott{}, {12, 10, 11}, "wpw", controlled, 0.5);
  expect_half_of_mirrored(GrayScott{}, {12, 10, 11}, "pww", fixed, 0.5);
}

// ---- growth of small waves --------------------------------------------------------------------

/// λ of the cosine with k half waves: how the solver's mode grows from a small one along the
/// eigenvector of J − k² D.
Complex measured_growth(const Schnakenberg& equation, const LinearStability& about, int k,
                        double length, Complex exact) {
  Problem problem(equation, with_walls(box_grid({32}, length), "w"), {0.005, 0.0});
  const double k2 = std::pow(pi * k / length, 2), end = 1.0;
  const std::array<Complex, 2> vector = {about.jacobian[1],
                                         exact - (about.jacobian[0] - about.diffusivity[0] * k2)};
  const auto mode = [&] {
    double value = 0.0;
    problem.transform.for_each_mode([&](std::size_t i, const Mode& m) {
      if (m.wavenumber[0] == k) value = problem.solver->modes(0, 0)[i].real();
    });
    return problem.transform.communicator().all_reduce(value, Reduction::sum);
  };
  problem.transform.for_each_mode([&](std::size_t i, const Mode& m) {
    for (const std::size_t c : {0, 1}) {
      Complex& value = problem.solver->modes(0, static_cast<int>(c))[i];
      if (m.wavenumber[0] == 0) value = about.state[c];
      if (m.wavenumber[0] == k) value = 1e-8 * vector[c];
    }
  });
  const double start = mode();
  run_to(*problem.solver, end);
  return std::log(mode() / start) / end;
}

TEST(GrowthBetweenWalls, IsThatOfTheDispersionRelation) {
  Schnakenberg equation;
  equation.D_v.value = 40.0;
  equation.gamma.value = 2.0;
  const auto about = linear_stability(equation, {1.0, 0.9}).value();
  const double length = 15.0;
  for (const int k : {3, 5, 7}) {
    const Complex exact = about.growth(pi * k / length);
    ASSERT_EQ(exact.imag(), 0.0);
    expect_below(std::to_string(k) + " half waves: lambda " + std::to_string(exact.real()),
                 std::abs(measured_growth(equation, about, k, length, exact) / exact - 1.0), 1e-6);
  }
}

// ---- accuracy in time, refusals ---------------------------------------------------------------

TEST(GrayScottBetweenWalls, IsOfFourthOrderInTime) {
  constexpr double end = 64.0;
  const auto solved = [&](double step) {
    auto problem = std::make_unique<Problem<GrayScott>>(
        GrayScott{}, with_walls(box_grid({32, 32}, 0.25), "ww"), StepControl{step, 0.0});
    problem->start([](int c, const Point& x) {
      const double bump = std::exp(4 * (std::cos(4 * pi * x[0]) + std::cos(8 * pi * x[1]) - 2));
      return c == 0 ? 1.0 - 0.6 * bump : 0.35 * bump;
    });
    run_to(*problem->solver, end);
    return problem;
  };
  const auto reference = solved(0.0625);
  const std::vector<double> steps = {2.0, 1.0, 0.5};
  std::vector<double> errors;
  for (const double step : steps) {
    const auto problem = solved(step);
    errors.push_back(
        relative_distance(problem->transform, problem->pointers(), reference->pointers()));
    report("dt " + std::to_string(step), errors.back(), 1.0);
  }
  const double slope = fitted_slope(steps, errors);
  report("fitted slope, within 3.7 .. 4.6", slope, 4.6);
  EXPECT_GE(slope, 3.7);
  EXPECT_LE(slope, 4.6);
}

TEST(Walls, AreRefusedToWhatHasOddDerivativesOrForcing) {
  SpectralTransform transform(Communicator::world(), with_walls(box_grid({8, 8}), "pw"), {});
  const StepControl control{0.1, 0.0};
  EXPECT_THROW(make_spectral_solver(transform, "scalar", {burgers_member(0.1)}, control), Failure);
  EXPECT_THROW(make_spectral_solver(transform, "", {{NavierStokes{}, {}}}, control), Failure);
  EXPECT_THROW(make_spectral_solver(transform, "", {{KuramotoSivashinsky{}, {}}}, control),
               Failure);
  const ForcingWave wave{1.0, 0.0, 0.0, {1, 0, 0}, 0};
  EXPECT_THROW(make_spectral_solver(transform, "", {{Heat{}, {wave}}}, control), Failure);
  EXPECT_TRUE(spectral_form_traits(Heat{}, "", 2).keeps_mirror_images);
  EXPECT_FALSE(spectral_form_traits(Burgers{}, "scalar", 2).keeps_mirror_images);
}

}  // namespace
}  // namespace parapet
