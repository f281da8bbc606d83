#include "methods/system_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

std::vector<SystemCase> systems() {
  const Grid line = interval_grid({16}, {-2.0}, {2.0}),
             plane = interval_grid({12, 10}, {-2.0}, {2.0});
  Kuramoto noisy;
  noisy.D.value = 0.2;
  CuckerSmale flock;
  flock.D.value = 0.1;
  ConsensusOptimisation search;
  search.n.value = 3.0;
  return {{noisy, "lorentzian", circle(16), 1001, 0.05, "heun"},
          {Kuramoto{}, "gaussian", circle(16), 5, 0.05, "euler-maruyama"},
          {flock, "", plane, 101, 0.05, "heun"},
          {InertialLangevin{}, "", line, 1001, 0.05, "baoab"},
          {search, "ackley", plane, 301, 0.05, "auto"}};
}

CellCase started(const Communicator& ranks, const SystemCase& one) {
  return begun(ranks, one, [](const Point& x) { return std::exp(-x[0] * x[0] - x[1]); });
}

TEST(SystemRanks, TakeTheSamePathOnAnyNumber) {
  const Communicator alone = world().split(world().rank());
  for (const SystemCase& one : systems()) {
    CellCase together = started(world(), one), apart = started(alone, one);
    for (CellCase* const run : {&together, &apart}) run_to(*run->solver, 1.0);
    EXPECT_EQ(together.solver->digest(0), apart.solver->digest(0));
    EXPECT_EQ(together.solver->quantities(0), apart.solver->quantities(0));
  }
}

TEST(SystemRanks, GoOnFromWhatACheckpointHolds) {
  for (const SystemCase& one : systems()) {
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
    EXPECT_EQ(whole.solver->quantities(0), second.solver->quantities(0));
  }
}

}  // namespace
}  // namespace parapet
