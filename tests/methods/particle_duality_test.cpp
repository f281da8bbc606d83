#include "methods/particle_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Pair {
  std::string name;
  AnyEquation equation;
  Grid grid;
  double dt, end;
  std::int64_t particles;
  std::string interaction;
};

double start(const Pair& pair, const Point& x) {
  const bool is_plane = pair.grid.dimensions == 2;
  return is_plane ? normal_density(x, {0.4, -0.3}, {0.25, 0.16}) : normal_density(x, {0.4}, {0.25});
}

/// The particles in each cell are counts whose expectation the density tells: Pearson's χ² over the
/// cells with more than 20 expected, from its mean in standard deviations.
double pearson(const Pair& pair, const std::vector<double>& counted,
               const std::vector<double>& density) {
  double volume = 1.0, sum = 0.0, cells = 0.0;
  for (int a = 0; a < pair.grid.dimensions; ++a) volume *= pair.grid.spacing(a);
  const double unit = static_cast<double>(pair.particles) * volume;
  for (std::size_t i = 0; i < density.size(); ++i) {
    const double expected = density[i] * unit;
    if (!(expected > 20.0)) continue;
    const double off = counted[i] * unit - expected;
    sum += off * off / expected, cells += 1.0;
  }
  sum = world().all_reduce(sum, Reduction::sum), cells = world().all_reduce(cells, Reduction::sum);
  return (sum - cells) / std::sqrt(2.0 * cells);
}

class Duality : public testing::TestWithParam<Pair> {};

TEST_P(Duality, OfParticlesAndDensity) {
  const Pair& pair = GetParam();
  CellCase particles(world(), pair.equation, pair.grid, all_ends(BoundaryKind::no_flux),
                     particle_method(pair.particles, "heun", pair.interaction), {pair.dt});
  CellCase density(world(), pair.equation, pair.grid, all_ends(BoundaryKind::no_flux),
                   density_method("sdirk2"), {pair.dt});
  for (CellCase* const one : {&particles, &density}) {
    one->set([&](int, const Point& x) { return start(pair, x); });
    run_to(*one->solver, pair.end);
  }
  expect_below(pair.name + ": χ² from its mean, in deviations",
               std::abs(pearson(pair, particles.values(), density.values())), 4.0);
}

std::vector<Pair> pairs() {
  const Grid line = interval_grid({96}, {-3.0}, {3.0});
  const Grid plane = interval_grid({48, 48}, {-3.0}, {3.0});
  McKeanVlasov springs;
  springs.kappa.value = 1.5;
  DesaiZwanzig magnet;
  MorseSwarm swarm;
  swarm.T.value = 0.1;
  BoundedConfidence opinions;
  opinions.kappa.value = 4.0, opinions.R.value = 0.4;
  OrnsteinUhlenbeck pulled;
  return {{"Ornstein-Uhlenbeck", pulled, plane, 0.02, 0.6, 200'000, "auto"},
          {"double well", DoubleWell{}, line, 0.01, 1.0, 200'000, "auto"},
          {"McKean-Vlasov", springs, plane, 0.02, 0.6, 200'000, "moments"},
          {"Desai-Zwanzig", magnet, line, 0.01, 1.0, 200'000, "moments"},
          {"Morse swarm", swarm, plane, 0.02, 0.6, 100'000, "mesh"},
          {"bounded confidence", opinions, plane, 0.02, 0.6, 20'000, "cells"},
          {"variance preserving", VariancePreserving{}, line, 0.01, 0.6, 200'000, "auto"}};
}

INSTANTIATE_TEST_SUITE_P(Processes, Duality, testing::ValuesIn(pairs()), [](const auto& one) {
  std::string name;
  for (const char c : one.param.name) {
    if (std::isalnum(static_cast<unsigned char>(c))) name += c;
  }
  return name;
});

}  // namespace
}  // namespace parapet
