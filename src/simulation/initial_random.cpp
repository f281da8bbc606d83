#include <cmath>
#include <numbers>
#include <vector>

#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

constexpr double pi = std::numbers::pi;

/// First of the draws at a wavenumber that are the noise's.
constexpr std::uint32_t noise_step = 1U << 16;

using Wavenumber = std::array<std::int64_t, 3>;

bool has_nyquist(const Grid& grid, const Wavenumber& k) {
  for (std::size_t a = 0; a < 3; ++a) {
    if (grid.is_periodic[a] && k[a] != 0 && 2 * std::abs(k[a]) == grid.points[a]) return true;
  }
  return false;
}

/// Modes of which one draw makes the coefficients: of a pair (k, −k), reversed along the periodic
/// axes, one leads. Where both are the same the coefficient is real.
struct Drawn {
  Wavenumber leader;
  bool is_leader = true, is_real = true;

  Drawn(const Grid& grid, const Wavenumber& k) : leader(k) {
    for (std::size_t a = 0; a < 3; ++a) {
      if (!grid.is_periodic[a] || k[a] == 0) continue;
      if (is_real) is_leader = k[a] > 0;
      is_real = false;
    }
    for (std::size_t a = 0; a < 3 && !is_leader; ++a) {
      if (grid.is_periodic[a]) leader[a] = -k[a];
    }
  }

  /// A coefficient of this standard deviation from two normal numbers.
  Complex coefficient(double deviation, const std::array<double, 2>& normal) const {
    if (is_real) return deviation * normal[0];
    const double half = deviation * std::sqrt(0.5);
    return {half * normal[0], is_leader ? half * normal[1] : -half * normal[1]};
  }
};

/// How many images of a wavenumber, its own included, walls make: its cosine is that of a
/// coefficient √images times as large.
double images(const Grid& grid, const Wavenumber& k) {
  double count = 1.0;
  for (std::size_t a = 0; a < 3; ++a) {
    if (!grid.is_periodic[a] && k[a] > 0) count *= 2.0;
  }
  return count;
}

/// A number for a wavenumber that does not depend on the grid's size.
std::uint64_t place_of(const Wavenumber& k) {
  const auto part = [](std::int64_t entry, unsigned bits) {
    return static_cast<std::uint64_t>(entry + (std::int64_t{1} << (bits - 1))) &
           ((std::uint64_t{1} << bits) - 1);
  };
  return (part(k[0], 28) << 36) | (part(k[1], 18) << 18) | part(k[2], 18);
}

/// û ← k (k·û)/|k|²: the part of a vector field that has no vorticity.
void make_irrotational(const InitialFieldMaker& make) {
  make.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    std::array<double, 3> k{0.0, 0.0, 0.0};
    double k2 = 0.0;
    Complex along = 0.0;
    for (std::size_t c = 0; c < make.component_count(); ++c) {
      k[c] = 2.0 * pi * static_cast<double>(mode.wavenumber[c]) / make.grid().length[c];
      k2 += k[c] * k[c];
      along += k[c] * make.components[c][i];
    }
    if (k2 == 0.0) return;
    for (std::size_t c = 0; c < make.component_count(); ++c) {
      make.components[c][i] = k[c] / k2 * along;
    }
  });
}

struct RandomSines {
  struct Wave {
    std::array<double, 3> wavenumber{0.0, 0.0, 0.0};
    double amplitude = 0.0, phase = 0.0;
  };
  std::vector<Wave> waves;
  double scale = 1.0;
  bool is_absolute = false, is_windowed = false;
  std::array<std::array<double, 2>, 3> window{};

  RandomSines(const InitialFieldMaker& make, std::size_t component) {
    const InitialSettings& s = make.settings;
    std::uint64_t draw = 0;
    const auto uniform = [&] {
      return make.stream.uniform(draw++, static_cast<std::uint32_t>(component));
    };
    waves.resize(static_cast<std::size_t>(s.highest_wavenumber));
    for (std::size_t a = 0; a < make.dimensions(); ++a) {
      for (std::int64_t pick = 0; pick < s.picks; ++pick) {
        const auto n = static_cast<std::size_t>(uniform() * static_cast<double>(waves.size()));
        waves[n].wavenumber[a] += static_cast<double>(n + 1);
      }
    }
    for (Wave& wave : waves) {
      wave.amplitude = uniform();
      wave.phase = 2.0 * pi * uniform();
    }
    is_absolute = uniform() < 0.1;
    scale = uniform() < 0.5 ? -s.amplitude : s.amplitude;
    is_windowed = uniform() < 0.1;
    for (std::size_t a = 0; a < make.dimensions(); ++a) {
      window[a] = {0.1 + 0.35 * uniform(), 0.55 + 0.35 * uniform()};
    }
  }

  double operator()(const UnitPoint& x, std::size_t dimensions) const {
    constexpr double edge = 0.01;
    double sum = 0.0;
    for (const Wave& wave : waves) {
      double angle = wave.phase;
      for (std::size_t a = 0; a < 3; ++a) angle += 2.0 * pi * wave.wavenumber[a] * x[a];
      sum += wave.amplitude * std::sin(angle);
    }
    if (is_absolute) sum = std::abs(sum);
    for (std::size_t a = 0; is_windowed && a < dimensions; ++a) {
      sum *=
          0.5 * (std::tanh((x[a] - window[a][0]) / edge) - std::tanh((x[a] - window[a][1]) / edge));
    }
    return scale * sum;
  }
};

}  // namespace

void set_gaussian_random_field(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const Grid& grid = make.grid();
  double volume = 1.0;
  for (std::size_t a = 0; a < make.dimensions(); ++a) volume *= grid.length[a];
  const auto draw = [&](const Mode& mode, std::size_t component) -> Complex {
    const Wavenumber& k = mode.wavenumber;
    const bool is_mean = k == Wavenumber{0, 0, 0};
    if (is_mean && !s.random_mean) return s.mean;
    if (has_nyquist(grid, k)) return 0.0;
    double k2 = 0.0;
    for (int a = 0; a < 3; ++a) {
      const double part = grid.wave_unit(a) * static_cast<double>(k[static_cast<std::size_t>(a)]);
      k2 += part * part;
    }
    const double deviation = s.sigma * std::pow(k2 + s.tau * s.tau, -0.5 * s.gamma) /
                             std::sqrt(volume * images(grid, k));
    const Drawn drawn(grid, k);
    const auto normal =
        make.stream.normal_pair(place_of(drawn.leader), static_cast<std::uint32_t>(component));
    return (is_mean ? s.mean : 0.0) + drawn.coefficient(deviation, normal);
  };
  make.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    for (std::size_t c = 0; c < make.component_count(); ++c) make.components[c][i] = draw(mode, c);
  });
  if (s.irrotational) make_irrotational(make);
}

void set_random_sines(const InitialFieldMaker& make) {
  std::vector<RandomSines> sines;
  for (std::size_t c = 0; c < make.component_count(); ++c) sines.emplace_back(make, c);
  const auto field = [&](std::size_t c, const UnitPoint& x) {
    const double value = sines[c](x, make.dimensions());
    return make.settings.normalise ? std::abs(value) : value;
  };
  std::vector<std::array<double, 2>> onto;  // lowest value and factor
  for (std::size_t c = 0; c < sines.size(); ++c) {
    onto.push_back({0.0, 1.0});
    if (!make.settings.normalise) continue;
    const auto [low, high] = extremes_of(make, c, field);
    onto.back() = {low, high > low ? make.settings.amplitude / (high - low) : 0.0};
  }
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    return make.settings.mean + onto[c][1] * (field(c, x) - onto[c][0]);
  });
}

void add_noise(const InitialFieldMaker& make) {
  const Grid& grid = make.grid();
  const std::int64_t highest = 2 * make.settings.noise_wavenumber;  // in half waves
  const auto is_noisy = [&](const Wavenumber& k) {
    if (k == Wavenumber{0, 0, 0} || has_nyquist(grid, k)) return false;
    std::int64_t square = 0;
    for (std::size_t a = 0; a < 3; ++a) square += k[a] * k[a] * (grid.is_periodic[a] ? 4 : 1);
    return highest == 0 || square <= highest * highest;
  };
  double count = 0.0;  // whole numbers: the sum is exact in any order
  make.transform.for_each_mode([&](std::size_t, const Mode& mode) {
    if (is_noisy(mode.wavenumber)) count += mode.weight / images(grid, mode.wavenumber);
  });
  count = make.transform.communicator().all_reduce(count, Reduction::sum);
  if (count == 0.0) return;
  make.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (!is_noisy(mode.wavenumber)) return;
    const Drawn drawn(grid, mode.wavenumber);
    const double share = std::sqrt(1.0 / (count * images(grid, mode.wavenumber)));
    for (std::size_t c = 0; c < make.component_count(); ++c) {
      const auto normal =
          make.stream.normal_pair(place_of(drawn.leader), noise_step + std::uint32_t(c));
      make.components[c][i] += drawn.coefficient(make.settings.noise[c] * share, normal);
    }
  });
}

}  // namespace parapet
