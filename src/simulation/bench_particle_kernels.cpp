#include "simulation/bench_particle_kernels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/elementary.hpp"
#include "equations/morse_swarm.hpp"
#include "grid/aligned_array.hpp"
#include "particles/moment_means.hpp"
#include "particles/moments.hpp"
#include "particles/pair_sum.hpp"

namespace parapet {

namespace {

constexpr int trials = 3;
constexpr std::size_t in_cache = 512;

/// What of `all` a rank has.
std::size_t share_of(const Communicator& ranks, std::int64_t all) {
  return static_cast<std::size_t>(all / ranks.size());
}

/// Phases and frequencies of a rank's oscillators.
struct Oscillators {
  AlignedArray<double> theta, omega;

  explicit Oscillators(std::size_t count) : theta(count), omega(count) {
    for (std::size_t i = 0; i < count; ++i) {
      const double at = static_cast<double>(i % 1000) / 1000.0;
      theta.data()[i] = 6.0 * at, omega.data()[i] = at - 0.5;
    }
  }
};

/// A rate of all ranks together of a loop over a few numbers in the first cache.
template <class F>
double rate_in_cache(const Communicator& ranks, bool is_short, F&& work) {
  const int rounds = is_short ? 2'000 : 40'000;
  const StepTime time = best_of(ranks, trials, [&] {
    for (int round = 0; round < rounds; ++round) work();
  });
  return static_cast<double>(in_cache) * rounds * ranks.size() / time.seconds;
}

/// Sines, with the cosines that come with them, a second.
double sine_rate(const Communicator& ranks, bool is_short) {
  alignas(64) std::array<double, in_cache> x, sine;
  for (std::size_t i = 0; i < in_cache; ++i) x[i] = 0.01 * static_cast<double>(i);
  double *const at = x.data(), *const to = sine.data();
  return rate_in_cache(ranks, is_short, [=] {
    run_compiled_for(
        this_processor(), [=]() __attribute__((always_inline)) {
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < in_cache; ++i) {
            const auto [s, c] = elementary::sine_cosine(at[i]);
            to[i] = s + c;
          }
        });
    at[0] += 1e-9 * to[0];
  });
}

double normal_rate(const Communicator& ranks, bool is_short) {
  alignas(64) std::array<double, in_cache> xi;
  double* const to = xi.data();
  const NormalNoise noise(1, 0, 1);
  std::uint32_t step = 0;
  return rate_in_cache(ranks, is_short, [&] { noise.fill(0, in_cache, {step++, 0}, {&to, 1}); });
}

/// Particles a second of which memory alone moves what a step of oscillators touches: phases read
/// and written, frequencies read.
double memory_rate(const Communicator& ranks, std::int64_t particles) {
  const std::size_t count = share_of(ranks, particles);
  Oscillators all(count);
  double *const theta = all.theta.data(), *const omega = all.omega.data();
  const StepTime time = best_of(ranks, trials, [=] {
    PARAPET_INDEPENDENT
    for (std::size_t i = 0; i < count; ++i) theta[i] += 1e-3 * omega[i];
  });
  return static_cast<double>(count) * ranks.size() / time.seconds;
}

std::string costs_text(const Communicator& world, std::int64_t most) {
  std::string text = "  \"particles_kuramoto_cost\": [";
  for (std::int64_t particles = 100'000; particles <= most; particles *= 10) {
    const int steps = static_cast<int>(std::max<std::int64_t>(1, 4'000'000 / particles));
    const double seconds = time_oscillators(world, particles, true, steps).seconds;
    text += fmt::format("{}{{\"particles\": {}, \"ns_a_particle_step\": {:.4g}}}",
                        particles == 100'000 ? "" : ", ", particles,
                        seconds * 1e9 / static_cast<double>(particles));
  }
  return text + "],\n";
}

/// Particles of a rank, evenly over a disk.
std::array<std::vector<double>, 2> disk(const Communicator& ranks, std::size_t count) {
  const double all = static_cast<double>(count) * ranks.size();
  std::array<std::vector<double>, 2> x{std::vector<double>(count), std::vector<double>(count)};
  for (std::size_t i = 0; i < count; ++i) {
    const double number = static_cast<double>(i) + static_cast<double>(count) * ranks.rank();
    const double radius = 3.0 * std::sqrt((number + 0.5) / all), angle = 2.399963 * number;
    x[0][i] = radius * std::cos(angle), x[1][i] = radius * std::sin(angle);
  }
  return x;
}

double time_pairs(const Communicator& ranks, std::size_t count, bool is_reproducible) {
  using Law = InteractionLaw<MorseSwarm, 2>;
  PairSum<2, Law> sum(ranks, Law{MorseSwarm{}, 0.0}, is_reproducible);
  const auto x = disk(ranks, count);
  std::array<std::vector<double>, 2> force{std::vector<double>(count), std::vector<double>(count)};
  const auto compute = [&] {
    sum.compute({x[0].data(), x[1].data()}, count, {force[0].data(), force[1].data()});
  };
  compute();  // finds what forces are rounded to
  return best_of(ranks, trials, compute).seconds;
}

}  // namespace

double exponential_rate(const Communicator& ranks, bool is_short) {
  alignas(64) std::array<double, in_cache> x, value;
  for (std::size_t i = 0; i < in_cache; ++i) x[i] = -0.01 * static_cast<double>(i);
  double *const at = x.data(), *const to = value.data();
  return rate_in_cache(ranks, is_short, [=] {
    run_compiled_for(
        this_processor(), [=]() __attribute__((always_inline)) {
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < in_cache; ++i) to[i] = elementary::exp_in_range(at[i]);
        });
    at[0] -= 1e-9 * to[0];
  });
}

StepTime time_oscillators(const Communicator& ranks, std::int64_t particles, bool is_noisy,
                          int steps) {
  const std::size_t count = share_of(ranks, particles);
  Oscillators all(count);
  PhaseOscillators system;
  const ParticleArrays<PhaseOscillators> arrays{{all.theta.data()},
                                                {all.omega.data()},
                                                count,
                                                count * static_cast<std::size_t>(ranks.rank())};
  MomentMeans<PhaseOscillators> means(ranks, system,
                                      count * static_cast<std::size_t>(ranks.size()));
  means.measure(arrays);
  const NormalNoise noise(1, 0, 1);
  const EulerMaruyama<1> step{0.01, {0.1}};
  std::uint32_t number = 0;
  const auto take = [&](int n) {
    for (int i = 0; i < n; ++i)
      means.step(step, arrays, is_noisy ? &noise : nullptr, {number++, 0});
  };
  take(1);
  StepTime time = best_of(ranks, trials, [&] { take(steps); });
  time.seconds /= steps;
  return time;
}

std::string bench_oscillators(const Communicator& world, std::int64_t most, bool is_short) {
  const std::int64_t particles = is_short ? 200'000 : 10'000'000;
  const double memory = memory_rate(world, particles), sines = sine_rate(world, is_short),
               normals = normal_rate(world, is_short);
  std::string text = fmt::format(
      "  \"particles_limits\": {{\"memory_of_a_step_per_s\": {:.4g}, \"sines_per_s\": {:.4g}, "
      "\"normals_per_s\": {:.4g}}},\n",
      memory, sines, normals);
  for (const bool is_noisy : {true, false}) {
    const double seconds = time_oscillators(world, particles, is_noisy, 3).seconds;
    const double rate = static_cast<double>(particles) / seconds;
    // Two sines a particle: of where it is, and of where it comes to.
    const double least = 2.0 / sines + (is_noisy ? 1.0 / normals : 0.0);
    text += fmt::format(
        "  \"particles_kuramoto_{}\": {{\"particles\": {}, \"step_ms\": {:.4g}, "
        "\"particle_steps_per_s\": {:.4g}, \"over_memory\": {:.3g}, "
        "\"over_its_functions\": {:.3g}}},\n",
        is_noisy ? "noise" : "quiet", particles, seconds * 1e3, rate, rate / memory, rate * least);
  }
  return text + costs_text(world, is_short ? 1'000'000 : most);
}

std::string bench_pairs(const Communicator& world, bool is_short) {
  const std::size_t count = share_of(world, is_short ? 2'000 : 20'000);
  const double all = static_cast<double>(count) * world.size(), pairs = 0.5 * all * (all - 1.0);
  const double exponentials = exponential_rate(world, is_short);
  std::string text;
  for (const bool is_reproducible : {true, false}) {
    const double rate = pairs / time_pairs(world, count, is_reproducible);
    text += fmt::format(
        "  \"particles_pairs_{}\": {{\"particles\": {:.0f}, \"pairs_per_s\": {:.4g}, "
        "\"exponentials_per_s\": {:.4g}, \"over_its_exponentials\": {:.3g}}},\n",
        is_reproducible ? "reproducible" : "plain", all, rate, exponentials,
        2.0 * rate / exponentials);
  }
  return text;
}

}  // namespace parapet
