#include "simulation/bench_scaling.hpp"

#include <array>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "base/processors.hpp"

namespace parapet {

namespace {

/// Multiplications and additions a second of all ranks together, in registers.
double arithmetic_rate(const Communicator& ranks, bool is_short) {
  constexpr std::size_t lanes = 64;  // more than the latency of the widest registers hides
  const std::int64_t rounds = is_short ? 200'000 : 4'000'000;
  std::array<double, lanes> x;
  for (std::size_t i = 0; i < lanes; ++i) x[i] = 1.0 + 1e-3 * static_cast<double>(i);
  const StepTime time = best_of(ranks, 5, [&] {
    auto* const values = &x;
    run_compiled_for(
        this_processor(), [=]() __attribute__((always_inline)) {
          std::array<double, lanes> y = *values;
          for (std::int64_t round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < lanes; ++i) y[i] = 0.999999 * y[i] + 1e-6;
          }
          *values = y;
        });
  });
  return 2.0 * lanes * static_cast<double>(rounds) * ranks.size() / time.seconds;
}

/// What one number of ranks reaches.
struct Reached {
  int ranks = 0;
  double memory = 0.0, arithmetic = 0.0;
  std::vector<StepTime> steps;  // of each case
};

std::vector<int> rank_counts(int all) {
  std::vector<int> counts;
  for (int count = 1; count < all; count *= 2) counts.push_back(count);
  counts.push_back(all);
  return counts;
}

/// All ranks wait for those that work.
Reached measure(const Communicator& world, std::span<const ScalingCase> cases, int ranks,
                bool is_short) {
  Reached reached{ranks, 0.0, 0.0, std::vector<StepTime>(cases.size())};
  const bool works = world.rank() < ranks;
  const Communicator group = world.split(works ? 0 : 1);
  if (works) {
    reached.memory = memory_bandwidth(group, is_short);
    reached.arithmetic = arithmetic_rate(group, is_short);
    for (std::size_t c = 0; c < cases.size(); ++c) reached.steps[c] = cases[c].step(group);
  }
  world.barrier();
  return reached;
}

std::string line(const std::vector<Reached>& all, std::size_t number) {
  std::string text = "[";
  for (const Reached& one : all) {
    const double gain = all[0].steps[number].seconds / one.steps[number].seconds;
    text += fmt::format(
        "{}{{\"ranks\": {}, \"step_ms\": {:.4g}, \"speed_up\": {:.3g}, "
        "\"over_memory_gain\": {:.3g}, \"over_arithmetic_gain\": {:.3g}, \"waiting\": {:.2g}}}",
        one.ranks == 1 ? "" : ", ", one.ranks, one.steps[number].seconds * 1e3, gain,
        gain / (one.memory / all[0].memory), gain / (one.arithmetic / all[0].arithmetic),
        one.steps[number].waiting);
  }
  return text + "]";
}

std::string limits(const std::vector<Reached>& all) {
  std::string text = "[";
  for (const Reached& one : all) {
    text += fmt::format(
        "{}{{\"ranks\": {}, \"memory_triad_gb_per_s\": {:.4g}, \"arithmetic_gigaflops\": {:.4g}}}",
        one.ranks == 1 ? "" : ", ", one.ranks, one.memory / 1e9, one.arithmetic / 1e9);
  }
  return text + "]";
}

}  // namespace

double memory_bandwidth(const Communicator& ranks, bool is_short) {
  const std::size_t count = (is_short ? std::size_t{1} << 20 : std::size_t{1} << 24);
  std::vector<double> a(count, 0.0), b(count, 1.0), c(count, 2.0);
  double scale = 3.0;
  const StepTime time = best_of(ranks, 5, [&] {
    for (std::size_t i = 0; i < count; ++i) a[i] = b[i] + scale * c[i];
    scale += a[count / 2] * 1e-300;
  });
  return 3.0 * sizeof(double) * static_cast<double>(count) * ranks.size() / time.seconds;
}

std::string bench_scaling(const Communicator& world, std::span<const ScalingCase> cases,
                          bool is_short) {
  std::vector<Reached> all;
  for (const int ranks : rank_counts(world.size())) {
    all.push_back(measure(world, cases, ranks, is_short));
  }
  std::string text = "  \"scaling\": {\"limits\": " + limits(all);
  for (std::size_t c = 0; c < cases.size(); ++c) {
    text += fmt::format(",\n    \"{}\": {}", cases[c].name, line(all, c));
  }
  return text + "},\n";
}

}  // namespace parapet
