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
  TwoLayerNetwork training;
  training.T.value = 0.1;
  return {{noisy, "lorentzian", circle(16), 1001, 0.05, "heun"},
          {Kuramoto{}, "gaussian", circle(16), 5, 0.05, "euler-maruyama"},
          {flock, "", plane, 101, 0.05, "heun"},
          {InertialLangevin{}, "", line, 1001, 0.05, "baoab"},
          {search, "ackley", plane, 301, 0.05, "auto"},
          {Landau{}, "", plane, 120, 0.05, "heun"},
          {Landau{}, "", interval_grid({4, 5, 3}, {-2.0}, {2.0}), 60, 0.05, "euler"},
          {training, "mean-field", line, 601, 0.05, "heun"},
          {training, "neural-tangent", plane, 5, 0.05, "euler-maruyama"},
          {TargetSampling{}, "formula", plane, 101, 0.05, "stein-descent"},
          {TargetSampling{}, "formula", line, 2101, 0.05, "langevin"}};
}

CellCase started(const Communicator& ranks, const SystemCase& one) {
  return begun(ranks, one, [](const Point& x) { return std::exp(-x[0] * x[0] - x[1]); });
}

TEST(SystemRanks, TakeTheSamePathOnAnyNumber) {
  for (const SystemCase& one : systems()) {
    expect_same_path(world(), [&](const Communicator& ranks) { return started(ranks, one); });
  }
}

TEST(SystemRanks, GoOnFromWhatACheckpointHolds) {
  for (const SystemCase& one : systems()) {
    expect_to_go_on([&] { return started(world(), one); });
  }
}

}  // namespace
}  // namespace parapet
