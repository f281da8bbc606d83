#include <algorithm>

#include "methods/particle_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Process {
  AnyEquation equation;
  std::string interaction, integrator;
  std::int64_t particles;
  bool is_plane;
  BoundaryKind ends = BoundaryKind::no_flux;
  std::string division = "index";
  double cutoff = 0.0;
};

std::vector<Process> processes() {
  FokkerPlanck leaking;
  leaking.D.texts = {"0.3"};
  FokkerPlanck spread;
  spread.D.texts = {"0.2 + 0.1*y^2", "0.1 + 0.1*x^2"};
  return {
      {OrnsteinUhlenbeck{}, "auto", "leimkuhler-matthews", 1001, true},
      {DesaiZwanzig{}, "moments", "heun", 1001, false},
      {MorseSwarm{}, "direct", "euler-maruyama", 301, true},
      {MorseSwarm{}, "direct", "heun", 301, true},
      {MorseSwarm{}, "random-batch", "heun", 301, true},
      {KellerSegel{}, "mesh", "euler-maruyama", 1001, true},
      {DoubleWell{}, "auto", "tamed-euler", 5, false},
      {leaking, "auto", "euler-maruyama", 2000, true, BoundaryKind::absorbing},
      {UnderdampedLangevin{}, "auto", "baoab", 1001, true, BoundaryKind::absorbing},
      {spread, "auto", "platen", 1001, true, BoundaryKind::absorbing},
      {KellerSegel{}, "mesh", "euler-maruyama", 1001, true, BoundaryKind::no_flux, "space"},
      {KellerSegel{}, "mesh", "tamed-euler", 2000, true, BoundaryKind::periodic, "space"},
      {MorseSwarm{}, "mesh", "euler-maruyama", 501, false, BoundaryKind::no_flux, "space"},
      {leaking, "auto", "leimkuhler-matthews", 2000, true, BoundaryKind::absorbing, "space"},
      {UnderdampedLangevin{}, "auto", "baoab", 1001, true, BoundaryKind::absorbing, "space"},
      {spread, "auto", "platen", 1001, true, BoundaryKind::absorbing, "space"},
      {BoundedConfidence{}, "cells", "euler-maruyama", 501, true, BoundaryKind::periodic},
      {BoundedConfidence{}, "cells", "heun", 501, true, BoundaryKind::periodic, "space"},
      {MorseSwarm{}, "cells", "heun", 501, true, BoundaryKind::no_flux, "space", 0.7},
      {MorseSwarm{}, "cells", "euler-maruyama", 5, false, BoundaryKind::periodic, "space", 2.0}};
}

CellCase started(const Communicator& ranks, const Process& one) {
  const Grid grid =
      one.is_plane ? interval_grid({24, 20}, {-2.0}, {2.0}) : interval_grid({40}, {-2.0}, {2.0});
  MethodOptions options = particle_method(one.particles, one.integrator, one.interaction);
  options.particles.division = one.division;
  options.particles.cutoff = one.cutoff;
  CellCase run(ranks, one.equation, grid, all_ends(one.ends), options, {0.02});
  run.set([&](int, const Point& x) {
    return one.is_plane ? normal_density(x, {0.3, 0.1}, {0.25, 0.16})
                        : normal_density(x, {0.3}, {0.25});
  });
  return run;
}

TEST(ParticleRanks, TakeTheSamePathOnAnyNumber) {
  for (const Process& one : processes()) {
    SCOPED_TRACE(one.interaction + " " + one.integrator + " " + one.division);
    expect_same_path(world(), [&](const Communicator& ranks) { return started(ranks, one); });
  }
}

TEST(ParticleRanks, GoOnFromWhatACheckpointHolds) {
  for (const Process& one : processes()) {
    SCOPED_TRACE(one.interaction + " " + one.integrator + " " + one.division);
    expect_to_go_on([&] { return started(world(), one); });
  }
}

// A cloud that drifts through the domain: ranks get other boxes on the way.
TEST(ParticleRanks, AreDividedBySpaceWithoutChangingABit) {
  for (const Process& one : processes()) {
    if (one.division != "space") continue;
    Process by_index = one;
    by_index.division = "index";
    CellCase space = started(world(), one), index = started(world(), by_index);
    for (int half = 1; half <= 2; ++half) {
      for (CellCase* const run : {&space, &index}) run_to(*run->solver, 0.5 * half);
      EXPECT_EQ(space.solver->digest(0), index.solver->digest(0));
      EXPECT_EQ(space.values(), index.values());
      std::vector<double> of_space, of_index;
      for (int array = 0; array < space.solver->state_arrays(); ++array) {
        const auto a = space.solver->state(0, array, of_space);
        const auto b = index.solver->state(0, array, of_index);
        EXPECT_TRUE(std::ranges::equal(a, b));
      }
    }
  }
}

}  // namespace
}  // namespace parapet
