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
};

std::vector<Process> processes() {
  FokkerPlanck leaking;
  leaking.D.texts = {"0.3"};
  FokkerPlanck spread;
  spread.D.texts = {"0.2 + 0.1*y^2", "0.1 + 0.1*x^2"};
  return {{OrnsteinUhlenbeck{}, "auto", "leimkuhler-matthews", 1001, true},
          {DesaiZwanzig{}, "moments", "heun", 1001, false},
          {MorseSwarm{}, "direct", "euler-maruyama", 301, true},
          {MorseSwarm{}, "random-batch", "heun", 301, true},
          {KellerSegel{}, "mesh", "euler-maruyama", 1001, true},
          {DoubleWell{}, "auto", "tamed-euler", 5, false},
          {leaking, "auto", "euler-maruyama", 2000, true, BoundaryKind::absorbing},
          {UnderdampedLangevin{}, "auto", "baoab", 1001, true, BoundaryKind::absorbing},
          {spread, "auto", "platen", 1001, true, BoundaryKind::absorbing}};
}

CellCase started(const Communicator& ranks, const Process& one) {
  const Grid grid =
      one.is_plane ? interval_grid({24, 20}, {-2.0}, {2.0}) : interval_grid({40}, {-2.0}, {2.0});
  CellCase run(ranks, one.equation, grid, all_ends(one.ends),
               particle_method(one.particles, one.integrator, one.interaction), {0.01});
  run.set([&](int, const Point& x) {
    return one.is_plane ? normal_density(x, {0.3, 0.1}, {0.25, 0.16})
                        : normal_density(x, {0.3}, {0.25});
  });
  return run;
}

/// NaN, of what a process has not, included.
void expect_same_bits(const std::vector<double>& one, const std::vector<double>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (std::isnan(one[i]) && std::isnan(other[i])) continue;
    EXPECT_EQ(one[i], other[i]) << "quantity " << i;
  }
}

TEST(ParticleRanks, TakeTheSamePathOnAnyNumber) {
  const Communicator alone = world().split(world().rank());
  for (const Process& one : processes()) {
    CellCase together = started(world(), one), apart = started(alone, one);
    for (CellCase* const run : {&together, &apart}) run_to(*run->solver, 1.0);
    EXPECT_EQ(together.solver->digest(0), apart.solver->digest(0));
    expect_same_bits(together.solver->quantities(0), apart.solver->quantities(0));
  }
}

TEST(ParticleRanks, GoOnFromWhatACheckpointHolds) {
  for (const Process& one : processes()) {
    CellCase whole = started(world(), one), first = started(world(), one);
    CellCase second = started(world(), one);
    run_to(*whole.solver, 0.5);
    run_to(*whole.solver, 1.0);
    run_to(*first.solver, 0.5);
    std::vector<double> scratch;
    for (int array = 0; array < first.solver->state_arrays(); ++array) {
      const auto values = first.solver->state(0, array, scratch);
      second.solver->set_state(0, array, std::vector<double>(values.begin(), values.end()));
    }
    second.solver->set_progress(
        0, MemberProgress::from_numbers(first.solver->progress(0).to_numbers()));
    run_to(*second.solver, 1.0);
    EXPECT_EQ(whole.solver->digest(0), second.solver->digest(0));
    EXPECT_EQ(whole.values(), second.values());
  }
}

}  // namespace
}  // namespace parapet
