#include "methods/particles/particle_energy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/fixed_point_sum.hpp"
#include "diagnostics/stein_discrepancy.hpp"
#include "methods/particles/formula_slope.hpp"

namespace parapet {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t most_looked_at = 2000;

/// Some of all particles, one array an axis, on every rank.
struct Sample {
  std::vector<std::vector<double>> x;
  std::size_t count = 0;

  std::vector<const double*> pointers() const {
    std::vector<const double*> all;
    for (const auto& axis : x) all.push_back(axis.data());
    return all;
  }
};

/// Every so manyth particle that is there.
Sample sample_of(const WatchedParticles& watched) {
  const std::uint64_t stride = (watched.total + most_looked_at - 1) / most_looked_at;
  const std::size_t all = (watched.total + stride - 1) / stride, d = watched.particles.x.size();
  std::vector<double> found((d + 1) * all, 0.0);
  for (std::size_t i = 0; i < watched.particles.count; ++i) {
    if (watched.ids[i] % stride != 0) continue;
    const std::size_t at = watched.ids[i] / stride;
    const double* const there = watched.particles.is_there;
    found[at] = there == nullptr ? 1.0 : there[i];
    for (std::size_t a = 0; a < d; ++a) found[(a + 1) * all + at] = watched.particles.x[a][i];
  }
  watched.cells.communicator().all_reduce(std::span<double>(found), Reduction::sum);
  Sample sample;
  sample.x.resize(d);
  for (std::size_t at = 0; at < all; ++at) {
    if (found[at] == 0.0) continue;
    ++sample.count;
    for (std::size_t a = 0; a < d; ++a) sample.x[a].push_back(found[(a + 1) * all + at]);
  }
  return sample;
}

/// V at particles, or v²/2 + U; empty where neither is.
std::vector<double> energies(const WatchedParticles& watched) {
  const ParticleProcess& process = watched.process;
  const bool has_potential = static_cast<bool>(process.density.potential);
  if (!has_potential && !(process.friction && process.density.log_steady)) return {};
  std::vector<double> value(watched.particles.count);
  double* const out = value.data();
  const std::vector<const double*> x(watched.particles.x.begin(), watched.particles.x.end());
  const PointLine line{x, {&out, 1}, value.size()};
  if (has_potential) {
    process.density.potential(line, watched.time);
  } else {
    process.density.log_steady(line, watched.time);
    for (double& one : value) one *= -process.friction->temperature;
  }
  if (const double* const there = watched.particles.is_there) {
    for (std::size_t i = 0; i < value.size(); ++i) value[i] = there[i] == 0.0 ? 0.0 : value[i];
  }
  return value;
}

double energy(const WatchedParticles& watched) {
  const Communicator& ranks = watched.cells.communicator();
  const std::vector<double> value = energies(watched);
  if (!ranks.any(!value.empty())) return nan;
  double largest = 0.0;
  for (const double one : value) largest = std::max(largest, std::abs(one));
  FixedPointSum sum(ranks.all_reduce(largest, Reduction::maximum));
  sum.add(value);
  FixedPointSum::reduce(ranks, {&sum, 1});
  return sum.holds() ? watched.mass * sum.value() / static_cast<double>(watched.total) : nan;
}

/// x − y, the shorter way round periodic axes.
double separation(const Grid& grid, std::size_t axis, double x, double y) {
  const double r = x - y, length = grid.length[axis];
  return grid.is_periodic[axis] ? r - length * std::round(r / length) : r;
}

double interaction_energy(const WatchedParticles& watched, const Sample& sample) {
  const Communicator& ranks = watched.cells.communicator();
  if (!watched.process.density.interaction || sample.count < 2) return nan;
  const auto& W = watched.process.density.interaction;
  const std::array<double, 3> last{watched.cutoff, 0.0, 0.0};
  const double at_cutoff = std::isfinite(watched.cutoff) ? W(last.data()) : 0.0;
  std::vector<double> rows(sample.count, 0.0);
  const auto size = static_cast<std::size_t>(ranks.size());
  for (auto i = static_cast<std::size_t>(ranks.rank()); i < sample.count; i += size) {
    for (std::size_t j = i + 1; j < sample.count; ++j) {
      std::array<double, 3> r{};
      for (std::size_t a = 0; a < sample.x.size(); ++a) {
        r[a] = separation(watched.cells.grid(), a, sample.x[a][i], sample.x[a][j]);
      }
      const double square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
      if (square < watched.cutoff * watched.cutoff) rows[i] += W(r.data()) - at_cutoff;
    }
  }
  ranks.all_reduce(std::span<double>(rows), Reduction::sum);
  double sum = 0.0;
  for (const double row : rows) sum += row;
  const auto n = static_cast<double>(sample.count);
  return watched.mass * watched.mass * sum / (n * (n - 1.0));
}

/// D where it is one number and moves towards e^{−V/D}, else NaN.
double temperature(const ParticleProcess& process) {
  if (!process.density.potential || process.density.drift || process.density.depends_on_time ||
      process.density.has_cross_diffusion || !process.constant_diffusion) {
    return nan;
  }
  const std::array<double, 6>& D = *process.constant_diffusion;
  for (std::size_t a = 1; a < static_cast<std::size_t>(process.density.dimensions); ++a) {
    if (D[a] != D[0]) return nan;
  }
  return D[0] > 0.0 ? D[0] : nan;
}

double steins(const WatchedParticles& watched, const Sample& sample) {
  const ParticleProcess& process = watched.process;
  const double D = temperature(process);
  if (process.density.is_nonlinear() || (!process.density.log_steady && std::isnan(D))) return nan;
  std::vector<std::vector<double>> score(sample.x.size(), std::vector<double>(sample.count, 0.0));
  std::vector<double*> out;
  for (auto& axis : score) out.push_back(axis.data());
  const auto x = sample.pointers();
  if (process.density.log_steady) {
    const PointValues log_p = [&](std::span<const double* const> at, std::span<double> values) {
      double* const to = values.data();
      process.density.log_steady({at, {&to, 1}, values.size()}, watched.time);
    };
    add_slope(log_p, 1.0, x, out, sample.count);
  } else {
    process.drift({x, out, sample.count}, watched.time);
    for (auto& axis : score) {
      for (double& one : axis) one /= D;
    }
  }
  const std::vector<const double*> scores(out.begin(), out.end());
  return stein_discrepancy(watched.cells.communicator(), {x, scores, sample.count});
}

}  // namespace

std::vector<double> particle_energies(const WatchedParticles& watched) {
  const Sample sample = sample_of(watched);
  return {energy(watched), interaction_energy(watched, sample), steins(watched, sample)};
}

}  // namespace parapet
