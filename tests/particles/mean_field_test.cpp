#include "particles/mean_field.hpp"

#include <cmath>
#include <complex>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "grid/partition.hpp"
#include "particles/moment_means.hpp"
#include "particles/moments.hpp"

namespace parapet {
namespace {

// Two components, three powers: dx = (x − x³ − κ(x − ⟨x⟩)) dt with κ = 0.5 in each, and a constant
// pull along the second by ⟨x₀³⟩.
struct TwoWells : PolynomialMoments<2, 3> {
  static constexpr std::size_t constants = 0;

  template <class X>
  PARAPET_INLINE void drift(const X* x, const double*, const double* mean, X* b) const {
    for (std::size_t c = 0; c < 2; ++c) {
      b[c] = x[c] - x[c] * x[c] * x[c] - 0.5 * (x[c] - mean[place(c, 1)]);
    }
    b[1] = b[1] + 0.1 * mean[place(0, 3)];
  }
};

template <std::size_t rows>
struct Columns {
  std::array<std::vector<double>, rows> column;

  explicit Columns(std::size_t count) {
    for (auto& c : column) c.resize(count);
  }
  std::array<double*, rows> pointers() {
    std::array<double*, rows> result;
    for (std::size_t c = 0; c < rows; ++c) result[c] = column[c].data();
    return result;
  }
};

constexpr std::uint64_t total = 3001;

double start_of(std::uint64_t id, std::uint32_t component) {
  return RandomStream(9, Purpose::test).normal(id, component);
}

// The particles of this rank of a run over `world`, consecutive or, where `is_dealt`, like cards.
struct Share {
  Columns<2> x{0};
  std::vector<double> omega;
  std::vector<std::uint64_t> ids;

  Share(const Communicator& world, bool is_dealt) {
    const Partition part{static_cast<std::int64_t>(total), world.size()};
    for (std::uint64_t id = 0; id < total; ++id) {
      const auto index = static_cast<std::int64_t>(id);
      const bool is_mine =
          is_dealt ? index % world.size() == world.rank()
                   : index >= part.begin(world.rank()) && index < part.end(world.rank());
      if (is_mine) ids.push_back(id);
    }
    for (const std::uint64_t id : ids) {
      for (std::uint32_t c = 0; c < 2; ++c) x.column[c].push_back(start_of(id, c));
      omega.push_back(start_of(id, 2));
    }
  }

  template <class S>
  ParticleArrays<S> arrays(bool is_dealt) {
    ParticleArrays<S> result;
    for (std::size_t c = 0; c < S::components; ++c) result.x[c] = x.column[c].data();
    if constexpr (S::constants == 1) result.constants[0] = omega.data();
    result.count = ids.size();
    result.first = ids.empty() ? 0 : ids[0];
    if (is_dealt) result.ids = ids.data();
    return result;
  }
};

template <class S>
std::vector<double> state_after(const Communicator& world, const S& system, int steps,
                                bool is_dealt) {
  Share share(world, is_dealt);
  const auto particles = share.arrays<S>(is_dealt);
  const NormalNoise noise(3, 0, static_cast<int>(S::components));
  MomentMeans<S> means(world, system, total);
  means.measure(particles);
  EulerMaruyama<S::components> step{0.01, {}};
  step.noise.fill(0.05);
  for (int k = 0; k < steps; ++k) {
    means.step(step, particles, &noise, {static_cast<std::uint32_t>(k), 0});
  }
  std::vector<double> all(total * S::components + S::moments);
  for (std::size_t i = 0; i < share.ids.size(); ++i) {
    for (std::size_t c = 0; c < S::components; ++c) {
      all[share.ids[i] * S::components + c] = share.x.column[c][i];
    }
  }
  world.all_reduce(std::span<double>(all), Reduction::sum);
  for (std::size_t k = 0; k < S::moments; ++k) all[total * S::components + k] = means.mean()[k];
  return all;
}

template <class S>
void expect_same_bits_on_any_division(const S& system) {
  const auto alone = Communicator::self();
  const auto world = Communicator::world();
  const auto expected = state_after(alone, system, 100, false);
  EXPECT_EQ(state_after(world, system, 100, false), expected);
  EXPECT_EQ(state_after(world, system, 100, true), expected);
}

TEST(MeanField, HasTheSameBitsOnAnyNumberOfRanksAndInAnyOrder) {
  PhaseOscillators oscillators;
  oscillators.K = 3.0;
  expect_same_bits_on_any_division(oscillators);
  expect_same_bits_on_any_division(TwoWells());
}

// Against the formula as the paper has it, in libm's functions and an ordinary sum.
TEST(MeanField, StepsAsKuramotosFormula) {
  const auto alone = Communicator::self();
  Share share(alone, false);
  std::vector<double> theta = share.x.column[0];
  const std::vector<double> omega = share.omega;
  PhaseOscillators system;
  system.K = 2.5;
  const auto particles = share.arrays<PhaseOscillators>(false);
  const NormalNoise noise(1, 0, 1);
  MomentMeans<PhaseOscillators> means(alone, system, total);
  means.measure(particles);
  const EulerMaruyama<1> step{0.02, {0.1}};
  for (std::uint32_t k = 0; k < 50; ++k) {
    std::complex<double> sum = 0.0;
    for (const double t : theta) sum += std::polar(1.0, t);
    const double r = std::abs(sum) / total, psi = std::arg(sum);
    std::vector<double> xi(total);
    noise.fill(0, total, {k, 0}, std::vector<double*>{xi.data()});
    for (std::size_t i = 0; i < total; ++i) {
      theta[i] += 0.02 * (omega[i] + 2.5 * r * std::sin(psi - theta[i])) + 0.1 * xi[i];
    }
    means.step(step, particles, &noise, {k, 0});
  }
  for (std::size_t i = 0; i < total; ++i) {
    ASSERT_LE(std::abs(share.x.column[0][i] - theta[i]), 2e-13) << i;
  }
}

TEST(MeanField, MeasuresPolynomialMoments) {
  const auto world = Communicator::world();
  Share share(world, false);
  MomentMeans<TwoWells> means(world, TwoWells(), total);
  means.measure(share.arrays<TwoWells>(false));
  for (std::uint32_t c = 0; c < 2; ++c) {
    for (int power = 1; power <= 3; ++power) {
      long double sum = 0.0L;
      for (std::uint64_t id = 0; id < total; ++id) {
        sum += std::pow(static_cast<long double>(start_of(id, c)), power);
      }
      const double mean = means.mean()[TwoWells::place(c, static_cast<std::size_t>(power))];
      EXPECT_LE(std::abs(mean - static_cast<double>(sum / total)), 2e-14) << c << ' ' << power;
    }
  }
}

TEST(MeanField, MeasuresTrigonometricMoments) {
  const TrigonometricMoments<4> moments;
  for (const double theta : {0.3, -2.0, 40.0}) {
    double m[8];
    moments.terms(&theta, m);
    for (std::size_t k = 1; k <= 4; ++k) {
      const double angle = static_cast<double>(k) * theta;
      EXPECT_LE(std::abs(m[2 * k - 2] - std::cos(angle)), 3e-15);
      EXPECT_LE(std::abs(m[2 * k - 1] - std::sin(angle)), 3e-15);
    }
  }
}

struct Scaled : PolynomialMoments<1, 1> {
  static constexpr std::size_t constants = 0;
  double rate = 0.0;
  template <class X>
  PARAPET_INLINE void drift(const X* x, const double*, const double*, X* b) const {
    b[0] = rate * x[0];
  }
};

// The bound of a term follows where particles go: out by a factor of e^20 and back.
TEST(MeanField, FollowsTermsThatGrowAndShrink) {
  const auto world = Communicator::world();
  std::vector<double> x = {3.0, -1.0};
  for (const double rate : {63.0, -63.0 / 64}) {  // times 64, then divided by it
    Scaled system;
    system.rate = rate;
    ParticleArrays<Scaled> particles{{x.data()}, {}, world.is_root() ? x.size() : 0};
    MomentMeans<Scaled> means(world, system, x.size());
    means.measure(particles);
    for (std::uint32_t k = 0; k < 20; ++k) {
      means.step(EulerMaruyama<1>{1.0, {}}, particles, nullptr, {k, 0});
      if (world.is_root()) {
        EXPECT_EQ(means.mean()[0], (x[0] + x[1]) / 2);
      }
    }
  }
  EXPECT_EQ(x[0], 3.0);
  x[1] = std::nan("");
  MomentMeans<Scaled> means(world, Scaled(), x.size());
  means.measure({{x.data()}, {}, x.size()});
  EXPECT_TRUE(std::isnan(means.mean()[0]));
}

TEST(MeanField, TamedStepsStayBounded) {
  const TwoWells system;
  const std::array<double, 6> mean{};
  std::array<std::vector<double>, 2> x = {std::vector<double>{1e6}, std::vector<double>{0.5}};
  const ParticleArrays<TwoWells> particles{{x[0].data(), x[1].data()}, {}, 1};
  MomentSums<TwoWells> sums;
  move_and_add_moments(system, TamedEuler<2>{0.01, {}}, particles, mean, nullptr, {}, sums);
  const double b0 = 1e6 - 1e18 - 0.5e6, b1 = 0.5 - 0.125 - 0.25;
  const double tamed = 0.01 / (1.0 + 0.01 * std::hypot(b0, b1));
  EXPECT_LE(std::abs(x[0][0] - (1e6 + tamed * b0)), 1e-9);
  EXPECT_LE(std::abs(x[1][0] - (0.5 + tamed * b1)), 1e-15);
}

TEST(MeanField, HasTheSameBitsOnAllProcessors) {
  const auto alone = Communicator::self();
  std::vector<std::vector<double>> results;
  for (const Processor processor : {Processor::any, Processor::avx2, Processor::avx512}) {
    if (processor > this_processor()) continue;
    Share share(alone, false);
    const auto particles = share.arrays<PhaseOscillators>(false);
    MomentSums<PhaseOscillators> sums;
    move_and_add_moments(PhaseOscillators(), EulerMaruyama<1>{0.1, {}}, particles, {0.3, 0.4},
                         nullptr, {}, sums, processor);
    results.push_back(share.x.column[0]);
    results.back().push_back(sums[0].value());
    results.back().push_back(sums[1].value());
    EXPECT_EQ(results.back(), results.front());
  }
}

}  // namespace
}  // namespace parapet
