#include "methods/particles/particle_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "methods/particles/particle_move.hpp"
#include "methods/particles/step_chunks.hpp"

namespace parapet {

namespace {

using namespace step_chunks;

/// Drift and displacements by noise, √τ σ ξ, of some particles.
struct Moves {
  Rows<most_axes> drift, noise;
};

/// ξ ← σ √τ ξ, 2 D = σ σᵀ, of some particles.
void correlate(const StepFrame& frame, std::span<double* const> x, std::size_t begin,
               std::size_t count, std::span<double* const> xi) {
  const std::size_t d = x.size();
  if (frame.process.constant_diffusion) {
    return NoiseFactor::of(*frame.process.constant_diffusion, d, frame.tau).apply(xi, count);
  }
  Rows<6> D;
  const auto in = places(x, begin);
  frame.process.density.diffusion({std::span(in).first(d), D.pointers(), count}, frame.time);
  std::array<double*, most_axes> one{};
  for (std::size_t i = 0; i < count; ++i) {
    std::array<double, 6> at;
    for (std::size_t r = 0; r < at.size(); ++r) at[r] = D.row[r][i];
    for (std::size_t a = 0; a < d; ++a) one[a] = xi[a] + i;
    NoiseFactor::of(at, d, frame.tau).apply(std::span(one).first(d), 1);
  }
}

void find_noise(const StepFrame& frame, std::span<double* const> x, std::size_t begin,
                std::size_t count, Moves& moves) {
  const std::size_t d = x.size();
  const auto xi = moves.noise.pointers();
  draw(frame, begin, count, {frame.step, 0}, std::span(xi).first(d));
  if (frame.integrator == "leimkuhler-matthews") {
    Rows<most_axes> next;
    const auto eta = next.pointers();
    draw(frame, begin, count, {frame.step + 1, 0}, std::span(eta).first(d));
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t i = 0; i < count; ++i) xi[a][i] = 0.5 * (xi[a][i] + eta[a][i]);
    }
  }
  correlate(frame, x, begin, count, std::span(xi).first(d));
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

void move(const StepFrame& frame, const ParticleRow& particles, Moves& moves) {
  const auto b = moves.drift.pointers(), xi = moves.noise.pointers();
  const std::size_t d = particles.x.size();
  const std::array<const double*, most_axes> drift{b[0], b[1], b[2]}, noise{xi[0], xi[1], xi[2]};
  move_particles(particles.x, particles.is_there, particles.count, frame.tau,
                 std::span(drift).first(d), std::span(noise).first(d));
}

/// Where a particle beyond an end and its mirror image is.
double inside(double x, double lower, double length, bool is_periodic) {
  const double at = (x - lower) / length;
  if (!(std::abs(at) < 2.0)) return std::numeric_limits<double>::quiet_NaN();
  if (is_periodic) return x - length * std::floor(at);
  if (at < 0.0) return lower + (lower - x);
  return lower + length - (x - (lower + length));
}

void keep_few_inside(const StepDomain& domain, const ParticleRow& particles) {
  for (std::size_t a = 0; a < domain.axes; ++a) {
    const double lower = domain.lower[a], upper = lower + domain.length[a];
    double* const x = particles.x[a];
    if (are_all_between(x, particles.count, lower, upper)) continue;
    for (std::size_t i = 0; i < particles.count; ++i) {
      if (x[i] >= lower && x[i] < upper) continue;
      const std::size_t side = x[i] < lower ? 0 : 1;
      if (!std::isnan(x[i]) && domain.is_absorbing[a][side]) {
        particles.is_there[i] = 0.0;
        x[i] = side == 0 ? lower : std::nextafter(upper, lower);
      } else {
        x[i] = inside(x[i], lower, domain.length[a], domain.is_periodic[a]);
      }
    }
  }
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
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    std::array<double*, most_axes> x;
    keep_few_inside(domain, part_of(particles, x, begin, count));
  });
}

void step_particles(const StepFrame& frame, const ParticleRow& particles) {
  const std::size_t d = particles.x.size();
  Moves moves;
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, particles.x, begin, count, frame.time, moves.drift);
    find_noise(frame, particles.x, begin, count, moves);
    if (frame.integrator == "tamed-euler") tame(frame.tau, d, count, moves.drift);
    std::array<double*, most_axes> x;
    const ParticleRow part = part_of(particles, x, begin, count);
    move(frame, part, moves);
    keep_few_inside(frame.domain, part);
    if (frame.have_moved) frame.have_moved(begin, count);
  });
}

void predict_particles(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift) {
  const std::size_t d = particles.x.size();
  Moves moves;
  std::vector<double> gone(particles.is_there == nullptr ? 0 : chunk);
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, particles.x, begin, count, frame.time, moves.drift);
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
    keep_few_inside(frame.domain, part);
  });
}

void correct_particles(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift) {
  const std::size_t d = particles.x.size();
  Moves moves;
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, ahead, begin, count, frame.time + frame.tau, moves.drift);
    find_noise(frame, particles.x, begin, count, moves);
    std::array<double*, most_axes> x;
    const ParticleRow part = part_of(particles, x, begin, count);
    for (std::size_t a = 0; a < d; ++a) {
      double *const b = moves.drift.row[a].data(), *const before = drift[a] + begin;
      for (std::size_t i = 0; i < count; ++i) b[i] = 0.5 * (before[i] + b[i]);
    }
    move(frame, part, moves);
    keep_few_inside(frame.domain, part);
  });
}

}  // namespace parapet
