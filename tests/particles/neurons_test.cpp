#include "particles/neurons.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "particles/mean_field.hpp"

namespace parapet {
namespace {

static_assert(MakesTermsTogether<Neurons>);

using Weights = std::array<double, 3>;

std::vector<Weights> drawn(std::size_t count) {
  std::mt19937 generator(7);
  std::normal_distribution<double> normal(0.0, 2.0);
  std::vector<Weights> all(count);
  for (auto& neuron : all) {
    for (double& weight : neuron) weight = normal(generator);
  }
  return all;
}

std::array<double, Neurons::moments> means_of(const Neurons& network,
                                              const std::vector<Weights>& neurons) {
  std::array<double, Neurons::moments> mean{}, m{};
  for (const Weights& theta : neurons) {
    network.terms(theta.data(), m.data());
    for (std::size_t j = 0; j < m.size(); ++j) {
      mean[j] += m[j] / static_cast<double>(neurons.size());
    }
  }
  return mean;
}

// By its definition, with the library's tanh.
double loss_of(const Neurons& network, const std::vector<Weights>& neurons) {
  double loss = 0.0;
  for (std::size_t j = 0; j < Neurons::moments; ++j) {
    double f = 0.0;
    for (const auto& [a, w, b] : neurons) f += a * std::tanh(w * network.x[j] + b);
    f *= network.s / static_cast<double>(neurons.size());
    loss += (f - network.y[j]) * (f - network.y[j]) / (2.0 * Neurons::moments);
  }
  return loss;
}

TEST(Neurons, DescendTheSlopeOfTheLoss) {
  constexpr double lambda = 0.3, h = 1e-4;
  for (const double s : {1.0, 3.0}) {
    const Neurons network(s, lambda);
    auto neurons = drawn(9);
    const auto mean = means_of(network, neurons);
    for (Weights& theta : neurons) {
      Weights drift;
      network.drift(theta.data(), nullptr, mean.data(), drift.data());
      for (std::size_t c = 0; c < 3; ++c) {
        const double before = theta[c];
        theta[c] = before + h;
        const double above = loss_of(network, neurons);
        theta[c] = before - h;
        const double below = loss_of(network, neurons);
        theta[c] = before;
        const double slope = (above - below) / (2.0 * h);
        EXPECT_NEAR(drift[c], -9.0 / (s * s) * slope - lambda * before, 2e-8);
      }
    }
  }
}

TEST(Neurons, MakeTheSameBitsTogether) {
  const Neurons network(2.0, 0.1);
  const auto neurons = drawn(37);
  const auto mean = means_of(network, neurons);
  std::array<std::vector<double>, 3> columns;
  for (const Weights& theta : neurons) {
    for (std::size_t c = 0; c < 3; ++c) columns[c].push_back(theta[c]);
  }
  const std::array<const double*, 3> x{columns[0].data(), columns[1].data(), columns[2].data()};
  std::array<std::array<double, 37>, Neurons::moments> terms;
  std::array<std::array<double, 37>, 3> drifts;
  run_compiled_for(
      this_processor(), [&]() __attribute__((always_inline)) {
        network.terms_together(x, neurons.size(), terms);
        network.drift_together(x, mean.data(), neurons.size(), drifts);
      });
  for (std::size_t i = 0; i < neurons.size(); ++i) {
    const VectorNumber theta[] = {columns[0][i], columns[1][i], columns[2][i]};
    std::array<VectorNumber, Neurons::moments> m;
    std::array<VectorNumber, 3> d;
    network.terms(theta, m.data());
    network.drift(theta, nullptr, mean.data(), d.data());
    for (std::size_t j = 0; j < m.size(); ++j) EXPECT_EQ(terms[j][i], m[j].value);
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(drifts[c][i], d[c].value);
  }
}

TEST(Neurons, HaveTheHyperbolicTangent) {
  double off = 0.0;
  for (double z = -30.0; z <= 30.0; z += 0.0137) {
    off = std::max(off, std::abs(Neurons::tanh_of<VectorNumber>(z).value - std::tanh(z)));
  }
  EXPECT_LE(off, 1.5 * 0x1p-52);
  EXPECT_EQ(Neurons::tanh_of<VectorNumber>(1e4).value, 1.0);
  EXPECT_EQ(Neurons::tanh_of<VectorNumber>(-1e4).value, -1.0);
}

}  // namespace
}  // namespace parapet
