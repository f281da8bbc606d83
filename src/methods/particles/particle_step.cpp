#include "methods/particles/particle_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

constexpr std::size_t chunk = 512;  // whose noise and drift stay in the first cache
constexpr std::size_t most_axes = 3;

/// A few numbers for each of some particles, one row after another.
template <std::size_t rows>
struct Rows {
  alignas(64) std::array<std::array<double, chunk>, rows> row;

  std::array<double*, rows> pointers() {
    std::array<double*, rows> all;
    for (std::size_t r = 0; r < rows; ++r) all[r] = row[r].data();
    return all;
  }
};

/// Drift and displacements by noise, √τ σ ξ, of some particles.
struct Moves {
  Rows<most_axes> drift, noise;
};

std::array<const double*, most_axes> places(std::span<double* const> x, std::size_t begin) {
  std::array<const double*, most_axes> in{};
  for (std::size_t a = 0; a < x.size(); ++a) in[a] = x[a] + begin;
  return in;
}

void find_drift(const StepFrame& frame, std::span<double* const> x, std::size_t begin,
                std::size_t count, double time, Moves& moves) {
  const std::size_t d = x.size();
  const auto in = places(x, begin);
  const auto out = moves.drift.pointers();
  frame.process.drift({std::span(in).first(d), std::span(out).first(d), count}, time);
  for (std::size_t a = 0; a < frame.force.size(); ++a) {
    for (std::size_t i = 0; i < count; ++i) out[a][i] += frame.force[a][begin + i];
  }
}

/// ξ ← σ ξ by the lower triangle σ of 2 D = σ σᵀ (Cholesky).
void correlate(const Rows<6>& D, std::size_t axes, std::size_t count, Rows<most_axes>& noise) {
  for (std::size_t i = 0; i < count; ++i) {
    const double xx = std::sqrt(2.0 * D.row[0][i]);
    const double xi = noise.row[0][i];
    noise.row[0][i] = xx * xi;
    if (axes < 2) continue;
    const double xy = xx > 0.0 ? 2.0 * D.row[3][i] / xx : 0.0;
    const double yy = std::sqrt(std::max(0.0, 2.0 * D.row[1][i] - xy * xy));
    const double eta = noise.row[1][i];
    noise.row[1][i] = xy * xi + yy * eta;
    if (axes < 3) continue;
    const double xz = xx > 0.0 ? 2.0 * D.row[4][i] / xx : 0.0;
    const double yz = yy > 0.0 ? (2.0 * D.row[5][i] - xz * xy) / yy : 0.0;
    const double zz = std::sqrt(std::max(0.0, 2.0 * D.row[2][i] - xz * xz - yz * yz));
    noise.row[2][i] = xz * xi + yz * eta + zz * noise.row[2][i];
  }
}

void find_noise(const StepFrame& frame, std::span<double* const> x, std::size_t begin,
                std::size_t count, Moves& moves) {
  const std::size_t d = x.size();
  const auto xi = moves.noise.pointers();
  const std::uint64_t first = frame.first + begin;
  frame.noise.fill(first, count, {frame.step, 0}, std::span(xi).first(d));
  if (frame.integrator == "leimkuhler-matthews") {
    Rows<most_axes> next;
    const auto eta = next.pointers();
    frame.noise.fill(first, count, {frame.step + 1, 0}, std::span(eta).first(d));
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t i = 0; i < count; ++i) xi[a][i] = 0.5 * (xi[a][i] + eta[a][i]);
    }
  }
  Rows<6> D;
  const auto in = places(x, begin);
  const auto out = D.pointers();
  frame.process.density.diffusion({std::span(in).first(d), out, count}, frame.time);
  correlate(D, d, count, moves.noise);
  const double root = std::sqrt(frame.tau);
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t i = 0; i < count; ++i) xi[a][i] *= root;
  }
}

/// b ← b / (1 + τ |b|).
void tame(double tau, std::size_t axes, std::size_t count, Rows<most_axes>& drift) {
  for (std::size_t i = 0; i < count; ++i) {
    double square = 0.0;
    for (std::size_t a = 0; a < axes; ++a) square += drift.row[a][i] * drift.row[a][i];
    const double share = 1.0 / (1.0 + tau * std::sqrt(square));
    for (std::size_t a = 0; a < axes; ++a) drift.row[a][i] *= share;
  }
}

ParticleRow part_of(const ParticleRow& all, std::array<double*, most_axes>& x, std::size_t begin,
                    std::size_t count) {
  for (std::size_t a = 0; a < all.x.size(); ++a) x[a] = all.x[a] + begin;
  return {std::span<double* const>(x).first(all.x.size()),
          all.is_there == nullptr ? nullptr : all.is_there + begin, count};
}

template <class F>
void in_chunks(std::size_t count, F&& act) {
  for (std::size_t begin = 0; begin < count; begin += chunk) {
    act(begin, std::min(chunk, count - begin));
  }
}

/// Where a particle between an end and its mirror image is.
double inside(double x, double lower, double length, bool is_periodic) {
  const double at = (x - lower) / length;
  if (at >= 0.0 && at < 1.0) return x;
  if (!(std::abs(at) < 2.0)) return std::numeric_limits<double>::quiet_NaN();
  if (is_periodic) return x - length * std::floor(at);
  if (at < 0.0) return lower + (lower - x);
  return lower + length - (x - (lower + length));
}

}  // namespace

StepDomain::StepDomain(const CellGrid& cells)
    : axes(static_cast<std::size_t>(cells.grid().dimensions)) {
  const Grid& grid = cells.grid();
  for (std::size_t a = 0; a < axes; ++a) {
    lower[a] = grid.lower[a], length[a] = grid.length[a], is_periodic[a] = grid.is_periodic[a];
    for (const std::size_t side : {0, 1}) {
      is_absorbing[a][side] = cells.boundaries()[a][side] == BoundaryKind::absorbing;
    }
  }
}

void keep_inside(const StepDomain& domain, const ParticleRow& particles) {
  for (std::size_t a = 0; a < domain.axes; ++a) {
    const double lower = domain.lower[a], length = domain.length[a];
    double* const x = particles.x[a];
    for (std::size_t i = 0; i < particles.count; ++i) {
      const bool is_beyond_upper = x[i] >= lower + length, is_below = x[i] < lower;
      if ((is_below && domain.is_absorbing[a][0]) ||
          (is_beyond_upper && domain.is_absorbing[a][1])) {
        particles.is_there[i] = 0.0;
        x[i] = is_below ? lower : std::nextafter(lower + length, lower);
        continue;
      }
      x[i] = inside(x[i], lower, length, domain.is_periodic[a]);
    }
  }
}

void step_particles(const StepFrame& frame, const ParticleRow& particles) {
  const std::size_t d = particles.x.size();
  Moves moves;
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, particles.x, begin, count, frame.time, moves);
    find_noise(frame, particles.x, begin, count, moves);
    if (frame.integrator == "tamed-euler") tame(frame.tau, d, count, moves.drift);
    std::array<double*, most_axes> x;
    const ParticleRow part = part_of(particles, x, begin, count);
    for (std::size_t a = 0; a < d; ++a) {
      const double *b = moves.drift.row[a].data(), *xi = moves.noise.row[a].data();
      for (std::size_t i = 0; i < count; ++i) {
        const double share = part.is_there == nullptr ? 1.0 : part.is_there[i];
        x[a][i] += share * (frame.tau * b[i] + xi[i]);
      }
    }
    keep_inside(frame.domain, part);
  });
}

void predict_particles(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift) {
  const std::size_t d = particles.x.size();
  Moves moves;
  std::vector<double> gone(particles.is_there == nullptr ? 0 : chunk);
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, particles.x, begin, count, frame.time, moves);
    find_noise(frame, particles.x, begin, count, moves);
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t i = 0; i < count; ++i) {
        drift[a][begin + i] = moves.drift.row[a][i];
        ahead[a][begin + i] =
            particles.x[a][begin + i] + frame.tau * moves.drift.row[a][i] + moves.noise.row[a][i];
      }
    }
    std::array<double*, most_axes> x;
    ParticleRow part = part_of({ahead, nullptr, particles.count}, x, begin, count);
    part.is_there = gone.empty() ? nullptr : gone.data();  // the prediction takes nobody away
    keep_inside(frame.domain, part);
  });
}

void correct_particles(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift) {
  const std::size_t d = particles.x.size();
  Moves moves;
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, ahead, begin, count, frame.time + frame.tau, moves);
    find_noise(frame, particles.x, begin, count, moves);
    std::array<double*, most_axes> x;
    const ParticleRow part = part_of(particles, x, begin, count);
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t i = 0; i < count; ++i) {
        const double share = part.is_there == nullptr ? 1.0 : part.is_there[i];
        const double b = 0.5 * (drift[a][begin + i] + moves.drift.row[a][i]);
        x[a][i] += share * (frame.tau * b + moves.noise.row[a][i]);
      }
    }
    keep_inside(frame.domain, part);
  });
}

}  // namespace parapet
