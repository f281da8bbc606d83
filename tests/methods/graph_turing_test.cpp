#include "methods/graph_case.hpp"
#include "methods/linear_stability.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

Schnakenberg schnakenberg() {
  Schnakenberg equation;
  for (auto* parameter : equation.parameters()) {
    if (parameter->name == "diffusivity_u") parameter->value = 0.05;
    if (parameter->name == "diffusivity_v") parameter->value = 2.0;
  }
  return equation;
}

/// The eigenvalue that grows fastest, and one that decays.
std::array<std::size_t, 2> telling_modes(const GraphModes& modes, const LinearStability& about) {
  std::array<std::size_t, 2> found{0, 0};
  for (std::size_t m = 1; m < modes.eigenvalues.size(); ++m) {
    const auto growth = about.growth(std::sqrt(-modes.eigenvalues[m]));
    const auto fastest = about.growth(std::sqrt(-modes.eigenvalues[found[0]]));
    if (growth.imag() != 0.0) continue;
    if (found[0] == 0 || growth.real() > fastest.real()) found[0] = m;
    if (growth.real() < 0.0) found[1] = m;
  }
  return found;
}

/// (J + Λ D) w = λ w for two components.
std::array<double, 2> polarisation(const LinearStability& about, double eigenvalue, double growth) {
  return {about.jacobian[1], growth - about.jacobian[0] - eigenvalue * about.diffusivity[0]};
}

double measured_rate(const Graph& graph, const std::vector<double>& vector,
                     const LinearStability& about, const std::array<double, 2>& w,
                     const char* integrator) {
  constexpr double size = 1e-7, end = 1.0;
  GraphCase run(world(), schnakenberg(), graph, integrator, {5e-3});
  run.set_nodes([&](int c, std::size_t node) {
    const auto component = static_cast<std::size_t>(c);
    return about.state[component] + size * w[component] * vector[node];
  });
  run_to(*run.solver, end);
  double share = 0.0;
  const auto u = all_values(run, 0);
  for (std::size_t i = 0; i < u.size(); ++i) share += (u[i] - about.state[0]) * vector[i];
  return std::log(share / (size * w[0])) / end;
}

// Nakao & Mikhailov 2010, eq. 4: an eigenvector of the network takes the place of a wave.
TEST(GraphTuring, EigenvectorsGrowAsTheDispersionRelationSays) {
  const Graph graph = small_network(60);
  const GraphModes modes = graph_modes(graph);
  const auto about = linear_stability(schnakenberg(), {1.0, 0.9});
  ASSERT_TRUE(about);
  const auto [growing, decaying] = telling_modes(modes, *about);
  ASSERT_GT(about->growth(std::sqrt(-modes.eigenvalues[growing])).real(), 0.0);
  ASSERT_LT(about->growth(std::sqrt(-modes.eigenvalues[decaying])).real(), 0.0);
  for (const std::size_t m : {growing, decaying}) {
    const double theory = about->growth(std::sqrt(-modes.eigenvalues[m])).real();
    const auto w = polarisation(*about, modes.eigenvalues[m], theory);
    for (const auto& [integrator, bound] : {std::pair{"rk4", 5e-7}, std::pair{"ssprk3", 5e-7}}) {
      const double rate = measured_rate(graph, modes.vectors[m], *about, w, integrator);
      report("rate", rate, theory);
      expect_below(std::string(integrator) + ": relative error of the rate",
                   std::abs(rate / theory - 1.0), bound);
    }
  }
}

TEST(GraphSpectrum, IsThatOfTheRing) {
  constexpr std::int64_t nodes = 9;
  const auto spectrum = graph_spectrum(ring_graph(nodes, 2));
  ASSERT_EQ(spectrum.size(), static_cast<std::size_t>(nodes));
  double largest = 0.0;
  for (std::int64_t m = 0; m < nodes; ++m) {  // both of a pair of waves
    const double exact =
        -4.0 * std::pow(std::sin(pi * static_cast<double>((m + 1) / 2) / nodes), 2);
    const double error = std::abs(spectrum[static_cast<std::size_t>(m)] - exact);
    largest = error <= largest ? largest : error;
  }
  expect_below("eigenvalues of a ring of nine", largest, 1e-14);
}

}  // namespace
}  // namespace parapet
