#include "methods/flux_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

CellCase started(const Rotation& process, std::int64_t points, const MethodOptions& options) {
  CellCase run(world(), process.equation(), square(points, 5.0), all_ends(BoundaryKind::no_flux),
               with_flux(options), {0.01});
  run.set([&](int, const Point& x) { return process.density(x); });
  return run;
}

TEST(Flux, OfADensityIsExactToSecondOrder) {
  for (const Rotation& process : {Rotation{1.5}, Rotation{1.5, 0.7}, Rotation{1.5, 0.7, 0.4}}) {
    std::vector<double> steps, errors;
    for (const std::int64_t n : {25, 50, 100}) {
      CellCase run = started(process, n, density_method("sdirk2"));
      steps.push_back(10.0 / static_cast<double>(n));
      errors.push_back(distance(run, flux_of(run), process.flux(run)));
    }
    const double order = fitted_slope(steps, errors);
    report("order of a density's flux", order, 2.0);
    EXPECT_NEAR(order, 2.0, 0.1);
    expect_below("its error on 100²", errors.back(), 1.5e-4);
  }
}

/// What N independent particles' flux is off by: of each the variance of what it adds to a cell,
/// (b/4 ± D/2h) in its neighbours along the axis and b/2 in the cell itself, over N and the volume.
double expected_error(const Rotation& process, const CellCase& run, double count) {
  const double h = run.cells.grid().spacing(0), volume = h * h;
  double sum = 0.0;
  run.for_each_cell([&](std::size_t, const Point& x) {
    for (const std::size_t a : {0, 1}) {
      double square = 0.0, mean = 0.0;
      for (const int side : {-1, 0, 1}) {
        Point at = x;
        at[a] += side * h;
        const double b = process.drift(at)[a], share = side == 0 ? 0.5 : 0.25;
        const double weight = share * b - side / (2.0 * h);
        square += process.density(at) * weight * weight, mean += process.density(at) * weight;
      }
      sum += (square / volume - mean * mean) / count;
    }
  });
  const auto cells = static_cast<double>(run.cells.grid().point_count());
  return std::sqrt(world().all_reduce(sum, Reduction::sum) / (2.0 * cells));
}

TEST(Flux, OfParticlesIsThatOfIndependentDraws) {
  for (const Rotation& process : {Rotation{1.5}, Rotation{1.5, 0.7}}) {
    std::vector<double> counts, errors;
    for (const std::int64_t N : {10'000, 40'000, 160'000, 640'000}) {
      CellCase run = started(process, 40, particle_method(N, "heun"));
      counts.push_back(static_cast<double>(N));
      errors.push_back(distance(run, flux_of(run), process.flux(run)));
      const double ratio = errors.back() / expected_error(process, run, counts.back());
      report("error of a flux over that expected", ratio, 1.0);
      EXPECT_NEAR(ratio, 1.0, 0.15);
    }
    const double slope = fitted_slope(counts, errors);
    report("slope in N", slope, -0.5);
    EXPECT_NEAR(slope, -0.5, 0.03);
  }
}

struct Pair {
  std::string name;
  AnyEquation equation;
  Grid grid;
  std::string integrator = "heun", interaction = "auto";
  BoundaryKind ends = BoundaryKind::no_flux;
};

CellVectors flux_after(const Pair& pair, const MethodOptions& options) {
  CellCase run(world(), pair.equation, pair.grid, all_ends(pair.ends), with_flux(options), {0.02});
  run.set([&](int, const Point& x) {
    return pair.grid.dimensions == 2 ? normal_density(x, {0.4, -0.3}, {0.25, 0.16})
                                     : normal_density(x, {0.4}, {0.25});
  });
  run_to(*run.solver, 0.2);
  return flux_of(run);
}

std::vector<Pair> pairs() {
  const Grid line = interval_grid({48}, {-3.0}, {3.0}), plane = square(32, 3.0);
  FokkerPlanck spread;
  spread.V.texts = {"0.5*(x^2 + y^2)"};
  spread.D.texts = {"0.2 + 0.1*y^2", "0.1 + 0.1*x^2"};
  FokkerPlanck leaking;
  leaking.D.texts = {"0.3"};
  MorseSwarm swarm;
  swarm.T.value = 0.1;
  const AnyEquation slanted = Rotation{1.5, 0.0, 0.5}.equation();
  return {{"slanted diffusion", slanted, plane, "euler-maruyama"},
          {"diffusion of place", spread, plane, "platen"},
          {"own time", VariancePreserving{}, line},
          {"inertia", UnderdampedLangevin{}, plane, "baoab"},
          {"springs", DesaiZwanzig{}, line, "heun", "moments"},
          {"pairs", swarm, square(24, 3.0), "heun", "direct"},
          {"mesh", swarm, plane, "heun", "mesh"},
          {"mesh round", KellerSegel{}, square(32, 3.0, true), "euler-maruyama", "mesh",
           BoundaryKind::periodic},
          {"absorbing ends", leaking, square(24, 1.0), "heun", "auto", BoundaryKind::absorbing}};
}

// Of 16 times as many particles the flux is 4 times as near to the density's.
TEST(Flux, OfParticlesComesToThatOfTheirDensity) {
  for (const Pair& pair : pairs()) {
    const CellVectors exact = flux_after(pair, density_method("sdirk2"));
    CellCase run(world(), pair.equation, pair.grid, all_ends(pair.ends),
                 particle_method(1, pair.integrator, pair.interaction), {0.02});
    std::vector<double> off;
    for (const std::int64_t N : {500, 8000}) {
      const MethodOptions options = particle_method(N, pair.integrator, pair.interaction);
      off.push_back(distance(run, flux_after(pair, options), exact));
    }
    report(pair.name + ": how much nearer 16 times as many are", off[0] / off[1], 4.0);
    EXPECT_NEAR(off[0] / off[1], 4.0, 1.3) << pair.name;
  }
}

}  // namespace
}  // namespace parapet
