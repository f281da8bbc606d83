#include "methods/particles/platen_step.hpp"

#include <cmath>

#include "methods/particles/step_chunks.hpp"

namespace parapet {

namespace {

using namespace step_chunks;

/// b_j of each axis, or a point of each particle.
using Vectors = Rows<most_axes>;

/// What a step of some particles knows of where it begins.
struct Begin {
  const StepFrame& frame;
  std::size_t axes, count;
  Vectors Y, a, b, xi, eta;
  std::vector<double> gone;  ///< for supporting points, which take nobody away
  double root;               ///< √Δ
};

/// b_j at points, which are taken inside first.
void find_b(const StepFrame& frame, std::size_t axes, std::size_t count, double time,
            std::span<double> gone, Vectors& points, Vectors& b) {
  const auto x = points.pointers();
  const std::span<double* const> at(x.data(), axes);
  keep_inside(frame.domain, {at, gone.data(), count});
  Rows<6> D;
  const auto in = places(at, 0);
  const auto out = D.pointers();
  frame.process.density.diffusion({std::span(in).first(axes), out, count}, time);
  for (std::size_t j = 0; j < axes; ++j) {
    for (std::size_t i = 0; i < count; ++i) b.row[j][i] = std::sqrt(2.0 * D.row[j][i]);
  }
}

/// b at Y ± b_r√Δ, with `drifts` at Y + aΔ ± b_r√Δ and a step later.
void find_supports(Begin& at, std::size_t r, bool drifts, Vectors& plus, Vectors& minus) {
  const StepFrame& frame = at.frame;
  const double time = frame.time + (drifts ? frame.tau : 0.0);
  const double delta = drifts ? frame.tau : 0.0;
  for (const double sign : {1.0, -1.0}) {
    Vectors points;
    for (std::size_t j = 0; j < at.axes; ++j) {
      const double along = j == r ? sign * at.root : 0.0;
      for (std::size_t i = 0; i < at.count; ++i) {
        points.row[j][i] = at.Y.row[j][i] + delta * at.a.row[j][i] + along * at.b.row[j][i];
      }
    }
    find_b(frame, at.axes, at.count, time, at.gone, points, sign > 0.0 ? plus : minus);
  }
}

/// The terms of b_j at R±_j, with ΔW = ξ√Δ.
void add_own(Begin& at, std::size_t j, Vectors& move) {
  Vectors plus, minus;
  find_supports(at, j, true, plus, minus);
  for (std::size_t i = 0; i < at.count; ++i) {
    const double xi = at.xi.row[j][i], high = plus.row[j][i], low = minus.row[j][i];
    move.row[j][i] += 0.25 * at.root *
                      ((high + low + 2.0 * at.b.row[j][i]) * xi + (high - low) * (xi * xi - 1.0));
  }
}

/// The terms of all other b_j at U±_r.
void add_others(Begin& at, std::size_t r, Vectors& move) {
  Vectors plus, minus;
  find_supports(at, r, false, plus, minus);
  for (std::size_t j = 0; j < at.axes; ++j) {
    if (j == r) continue;
    // A number a pair of axes: V_rj = −V_jr.
    const double sign = r < j ? 1.0 : -1.0;
    const std::size_t pair = (j + r) % most_axes;
    for (std::size_t i = 0; i < at.count; ++i) {
      const double xi = at.xi.row[j][i], V = at.eta.row[pair][i] < 0.0 ? -sign : sign;
      const double high = plus.row[j][i], low = minus.row[j][i];
      move.row[j][i] +=
          0.25 * at.root *
          ((high + low - 2.0 * at.b.row[j][i]) * xi + (high - low) * (xi * at.xi.row[r][i] + V));
    }
  }
}

/// What is known where the step of the particles from the first-th on begins.
void load(Begin& at, const ParticleRow& part, std::span<double* const> drift, std::size_t first) {
  const StepFrame& frame = at.frame;
  const std::size_t d = at.axes, count = at.count = part.count;
  for (std::size_t j = 0; j < d; ++j) {
    std::copy_n(part.x[j], count, at.Y.row[j].data());
    std::copy_n(drift[j] + first, count, at.a.row[j].data());
  }
  const auto xi = at.xi.pointers(), eta = at.eta.pointers();
  draw(frame, first, count, {frame.step, 0}, std::span(xi).first(d));
  if (d > 1) draw(frame, first, count, {frame.step, 1}, std::span(eta).first(d));
  find_b(frame, d, count, frame.time, at.gone, at.Y, at.b);
}

}  // namespace

void correct_by_platen(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift) {
  const std::size_t d = particles.x.size();
  Begin at{frame, d, 0, {}, {}, {}, {}, {}, std::vector<double>(chunk), std::sqrt(frame.tau)};
  Vectors move;
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    std::array<double*, most_axes> x{};
    const ParticleRow part = part_of(particles, x, begin, count);
    load(at, part, drift, begin);
    find_drift(frame, ahead, begin, count, frame.time + frame.tau, move);
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t i = 0; i < count; ++i) {
        move.row[j][i] = 0.5 * frame.tau * (move.row[j][i] + at.a.row[j][i]);
      }
    }
    for (std::size_t j = 0; j < d; ++j) add_own(at, j, move);
    for (std::size_t r = 0; d > 1 && r < d; ++r) add_others(at, r, move);
    for (std::size_t j = 0; j < d; ++j) {
      for (std::size_t i = 0; i < count; ++i) {
        x[j][i] += (part.is_there == nullptr ? 1.0 : part.is_there[i]) * move.row[j][i];
      }
    }
    keep_inside(frame.domain, part);
  });
}

}  // namespace parapet
