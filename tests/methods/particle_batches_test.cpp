#include "methods/particle_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

MorseSwarm swarm(double temperature) {
  MorseSwarm equation;
  equation.T.value = temperature;
  return equation;
}

using Places = std::vector<std::vector<double>>;

/// Where particles are at 1; p = 0: by all pairs.
Places places_at_one(const AnyEquation& equation, std::int64_t particles, std::int64_t p,
                     double dt) {
  MethodOptions method =
      particle_method(particles, "euler-maruyama", p == 0 ? "direct" : "random-batch");
  method.particles.batch = p;
  CellCase run(world(), equation, interval_grid({32, 32}, {-8.0}, {8.0}),
               all_ends(BoundaryKind::no_flux), method, {dt});
  run.set([](int, const Point& x) { return normal_density(x, {0.3, -0.2}, {1.0, 0.5}); });
  run_to(*run.solver, 1.0);
  Places places;
  std::vector<double> scratch;
  for (int axis = 0; axis < 2; ++axis) {
    const auto x = run.solver->state(0, axis, scratch);
    places.emplace_back(x.begin(), x.end());
  }
  return places;
}

/// The root of the mean square of how far particles of two runs are apart.
double apart(const Places& one, const Places& other) {
  std::array<double, 2> sums{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    for (std::size_t i = 0; i < one[axis].size(); ++i) {
      sums[0] += std::pow(one[axis][i] - other[axis][i], 2);
      sums[1] += 0.5;
    }
  }
  world().all_reduce(std::span<double>(sums), Reduction::sum);
  return std::sqrt(sums[0] / sums[1]);
}

// With the same noise, particles of random batches are √dt away from those of all pairs (Jin, Li &
// Liu 2020, theorem 3.1).
TEST(RandomBatches, ComeToAllPairsAsStepsGetShorter) {
  const std::vector<double> steps{0.1, 0.05, 0.025, 0.0125};
  for (const std::int64_t p : {2, 5}) {
    std::vector<double> errors;
    for (const double dt : steps) {
      errors.push_back(
          apart(places_at_one(swarm(0.1), 500, p, dt), places_at_one(swarm(0.1), 500, 0, dt)));
    }
    report("error with the shortest steps", errors.back(), 1.0);
    expect_below("order off 1/2, batches of " + std::to_string(p),
                 std::abs(fitted_slope(steps, errors) - 0.5), 0.06);
  }
}

TEST(RandomBatches, OfAllAreAllPairs) {
  for (const std::int64_t all : {2, 3, 40}) {
    expect_below(
        "distance from all pairs",
        apart(places_at_one(swarm(0.1), all, all, 0.05), places_at_one(swarm(0.1), all, 0, 0.05)),
        1e-14);
  }
}

// 102 in batches of 4 leave two over, 101 one, whose batch is one of five.
TEST(RandomBatches, KeepTheCentreOfMassWithoutNoise) {
  for (const std::int64_t particles : {100, 101, 102, 103}) {
    MethodOptions method = particle_method(particles, "heun", "random-batch");
    method.particles.batch = 4;
    CellCase run(world(), swarm(0.0), interval_grid({32, 32}, {-8.0}, {8.0}),
                 all_ends(BoundaryKind::no_flux), method, {0.05});
    run.set([](int, const Point& x) { return normal_density(x, {0.3, -0.2}, {1.0, 0.5}); });
    const std::array before{quantity_of(run, "mean_x"), quantity_of(run, "mean_y")};
    const double spread = quantity_of(run, "variance_x");
    run_to(*run.solver, 5.0);
    expect_below(
        "way of the centre",
        std::hypot(quantity_of(run, "mean_x") - before[0], quantity_of(run, "mean_y") - before[1]),
        1e-14);
    EXPECT_GT(std::abs(quantity_of(run, "variance_x") - spread), 0.01);  // they have moved
  }
}

}  // namespace
}  // namespace parapet
