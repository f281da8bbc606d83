#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "base/fixed_point_sum.hpp"
#include "base/vector_number.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {

/// Particles that act on each other through means over all of them,
///   dX = b(X, a, M) dt + σ dW,   M = 1/N Σ m(X),
/// each with `constants` numbers a of its own (Kuramoto's frequencies). Stated, templated on the
/// value type as equations are:
///   terms(x, m)                the `moments` numbers m of a particle in x, `components` numbers
///   drift(x, a, M, b)          b
template <class S>
concept MeanFieldSystem = requires(const S s, const VectorNumber* x, const double* a,
                                   const double* M, VectorNumber* b) {
  { S::components } -> std::convertible_to<std::size_t>;
  { S::constants } -> std::convertible_to<std::size_t>;
  { S::moments } -> std::convertible_to<std::size_t>;
  s.terms(x, b);
  s.drift(x, a, M, b);
};

/// Systems of so many moments that terms and drifts are made moment by moment, each for a few
/// particles at once: then vector code is made of the loop over these. Without constants.
///   terms_together(x, count, m)      rows of m, one a moment, from rows of x, one a component
///   drift_together(x, M, count, b)   rows of b
template <class S>
concept MakesTermsTogether = MeanFieldSystem<S> && S::constants == 0 &&
                             requires(const S s, const std::array<const double*, S::components>& x,
                                      const double* M,
                                      std::array<std::array<double, 1>, S::moments>& m,
                                      std::array<std::array<double, 1>, S::components>& b) {
  s.terms_together(x, std::size_t{1}, m);
  s.drift_together(x, M, std::size_t{1}, b);
};

/// The particles of a rank: one array a component, one a constant. They are either consecutive,
/// from the `first`, or numbered by `ids`.
template <MeanFieldSystem S>
struct ParticleArrays {
  std::array<double*, S::components> x;
  std::array<const double*, S::constants> constants;
  std::size_t count = 0;
  std::uint64_t first = 0;
  const std::uint64_t* ids = nullptr;
};

template <MeanFieldSystem S>
using MomentSums = std::array<FixedPointSum, S::moments>;

/// X ← X + dt b + noise ξ, with noise = σ √dt for each component (Maruyama 1955).
template <std::size_t components>
struct EulerMaruyama {
  double dt;
  std::array<double, components> noise{};

  PARAPET_INLINE void apply(double* x, const VectorNumber* b, const double* xi) const {
    for (std::size_t c = 0; c < components; ++c) {
      x[c] += dt * b[c].value;
      if (xi != nullptr) x[c] += noise[c] * xi[c];
    }
  }
};

/// The same with dt b / (1 + dt |b|), for drifts that grow faster than linearly (Hutzenthaler,
/// Jentzen & Kloeden 2012).
template <std::size_t components>
struct TamedEuler {
  double dt;
  std::array<double, components> noise{};

  PARAPET_INLINE void apply(double* x, const VectorNumber* b, const double* xi) const {
    double square = 0.0;
    for (std::size_t c = 0; c < components; ++c) square += b[c].value * b[c].value;
    const double tamed = dt / (1.0 + dt * std::sqrt(square));
    for (std::size_t c = 0; c < components; ++c) {
      x[c] += tamed * b[c].value;
      if (xi != nullptr) x[c] += noise[c] * xi[c];
    }
  }
};

namespace mean_field_detail {

/// A few particles whose noise and terms stay in the first cache.
inline constexpr std::size_t chunk = 512;

template <std::size_t rows>
struct Rows {
  alignas(64) std::array<std::array<double, chunk>, rows> row;
};

template <MeanFieldSystem S>
PARAPET_INLINE std::array<const double*, S::components> from(const ParticleArrays<S>& particles,
                                                             std::size_t begin) {
  std::array<const double*, S::components> x;
  for (std::size_t c = 0; c < S::components; ++c) x[c] = particles.x[c] + begin;
  return x;
}

/// Of particles where they stand, added to `sums`.
template <MakesTermsTogether S>
PARAPET_INLINE void add_terms(const S& system, const ParticleArrays<S>& particles,
                              std::size_t begin, std::size_t count, MomentSums<S>& sums) {
  Rows<S::moments> terms;
  system.terms_together(from(particles, begin), count, terms.row);
  for (std::size_t k = 0; k < S::moments; ++k) sums[k].add({terms.row[k].data(), count});
}

template <MeanFieldSystem S>
PARAPET_INLINE void add_terms(const S& system, const ParticleArrays<S>& particles,
                              std::size_t begin, std::size_t count, MomentSums<S>& sums) {
  const ParticleArrays<S> p = particles;
  Rows<S::moments> terms;
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < count; ++i) {
    std::array<VectorNumber, S::components> x;
    std::array<VectorNumber, S::moments> m;
    for (std::size_t c = 0; c < S::components; ++c) x[c] = p.x[c][begin + i];
    system.terms(x.data(), m.data());
    for (std::size_t k = 0; k < S::moments; ++k) terms.row[k][i] = m[k].value;
  }
  for (std::size_t k = 0; k < S::moments; ++k) sums[k].add({terms.row[k].data(), count});
}

template <bool is_noisy, MakesTermsTogether S, class Step>
PARAPET_INLINE void move(const S& system, const Step& step, const ParticleArrays<S>& particles,
                         std::size_t begin, std::size_t count,
                         const std::array<double, S::moments>& mean,
                         const Rows<S::components>& noise) {
  const ParticleArrays<S> p = particles;
  Rows<S::components> drift;
  system.drift_together(from(particles, begin), mean.data(), count, drift.row);
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < count; ++i) {
    std::array<double, S::components> x, xi;
    std::array<VectorNumber, S::components> b;
    for (std::size_t c = 0; c < S::components; ++c) {
      x[c] = p.x[c][begin + i];
      b[c] = drift.row[c][i];
      if constexpr (is_noisy) xi[c] = noise.row[c][i];
    }
    step.apply(x.data(), b.data(), is_noisy ? xi.data() : nullptr);
    for (std::size_t c = 0; c < S::components; ++c) p.x[c][begin + i] = x[c];
  }
}

template <bool is_noisy, MeanFieldSystem S, class Step>
PARAPET_INLINE void move(const S& system, const Step& step, const ParticleArrays<S>& particles,
                         std::size_t begin, std::size_t count,
                         const std::array<double, S::moments>& mean,
                         const Rows<S::components>& noise) {
  const ParticleArrays<S> p = particles;
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < count; ++i) {
    std::array<double, S::components> x, xi;
    std::array<double, S::constants + 1> a;  // one more: an array of none has no address
    std::array<VectorNumber, S::components> at, b;
    for (std::size_t c = 0; c < S::components; ++c) at[c] = x[c] = p.x[c][begin + i];
    for (std::size_t k = 0; k < S::constants; ++k) a[k] = p.constants[k][begin + i];
    if constexpr (is_noisy) {
      for (std::size_t c = 0; c < S::components; ++c) xi[c] = noise.row[c][i];
    }
    system.drift(at.data(), a.data(), mean.data(), b.data());
    step.apply(x.data(), b.data(), is_noisy ? xi.data() : nullptr);
    for (std::size_t c = 0; c < S::components; ++c) p.x[c][begin + i] = x[c];
  }
}

template <MeanFieldSystem S>
void draw(const NormalNoise& noise, NoiseTime time, const ParticleArrays<S>& particles,
          std::size_t begin, std::size_t count, Rows<S::components>& to) {
  std::array<double*, S::components> out;
  for (std::size_t c = 0; c < S::components; ++c) out[c] = to.row[c].data();
  if (particles.ids != nullptr) return noise.fill({particles.ids + begin, count}, time, out);
  noise.fill(particles.first + begin, count, time, out);
}

}  // namespace mean_field_detail

/// Adds the terms of the particles as they stand.
template <MeanFieldSystem S>
void add_moments(const S& system, const ParticleArrays<S>& particles, MomentSums<S>& sums,
                 Processor processor = this_processor()) {
  namespace detail = mean_field_detail;
  run_compiled_for(
      processor, [&]() __attribute__((always_inline)) {
        for (std::size_t begin = 0; begin < particles.count; begin += detail::chunk) {
          const std::size_t count = std::min(detail::chunk, particles.count - begin);
          detail::add_terms(system, particles, begin, count, sums);
        }
      });
}

/// One step of all particles under the means, and the terms of where they come to added to `next`,
/// in one pass over the arrays. `noise` may be null: none then. Its dimensions are S::components.
template <MeanFieldSystem S, class Step>
void move_and_add_moments(const S& system, const Step& step, const ParticleArrays<S>& particles,
                          const std::array<double, S::moments>& mean, const NormalNoise* noise,
                          NoiseTime time, MomentSums<S>& next,
                          Processor processor = this_processor()) {
  namespace detail = mean_field_detail;
  detail::Rows<S::components> xi;
  for (std::size_t begin = 0; begin < particles.count; begin += detail::chunk) {
    const std::size_t count = std::min(detail::chunk, particles.count - begin);
    if (noise != nullptr) detail::draw(*noise, time, particles, begin, count, xi);
    run_compiled_for(
        processor, [&]() __attribute__((always_inline)) {
          if (noise != nullptr) {
            detail::move<true>(system, step, particles, begin, count, mean, xi);
          } else {
            detail::move<false>(system, step, particles, begin, count, mean, xi);
          }
          // A loop of its own: with the step's it is more than a core looks ahead.
          detail::add_terms(system, particles, begin, count, next);
        });
  }
}

}  // namespace parapet
