#include "methods/particles/particle_move.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/processors.hpp"

namespace parapet {

NoiseFactor NoiseFactor::of(const std::array<double, 6>& D, std::size_t axes, double tau) {
  NoiseFactor s;
  s.xx = std::sqrt(2.0 * D[0]);
  if (axes > 1) {
    s.xy = s.xx > 0.0 ? 2.0 * D[3] / s.xx : 0.0;
    s.yy = std::sqrt(std::max(0.0, 2.0 * D[1] - s.xy * s.xy));
  }
  if (axes > 2) {
    s.xz = s.xx > 0.0 ? 2.0 * D[4] / s.xx : 0.0;
    s.yz = s.yy > 0.0 ? (2.0 * D[5] - s.xz * s.xy) / s.yy : 0.0;
    s.zz = std::sqrt(std::max(0.0, 2.0 * D[2] - s.xz * s.xz - s.yz * s.yz));
  }
  const double root = std::sqrt(tau);
  for (double* const entry : {&s.xx, &s.xy, &s.yy, &s.xz, &s.yz, &s.zz}) *entry *= root;
  return s;
}

void NoiseFactor::apply(std::span<double* const> xi, std::size_t count) const {
  const NoiseFactor s = *this;
  double *const x = xi[0], *const y = xi.size() > 1 ? xi[1] : nullptr,
                *const z = xi.size() > 2 ? xi[2] : nullptr;
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        if (z != nullptr) {
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < count; ++i) z[i] = s.xz * x[i] + s.yz * y[i] + s.zz * z[i];
        }
        if (y != nullptr) {
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < count; ++i) y[i] = s.xy * x[i] + s.yy * y[i];
        }
        PARAPET_INDEPENDENT
        for (std::size_t i = 0; i < count; ++i) x[i] *= s.xx;
      });
}

void move_particles(std::span<double* const> x, const double* is_there, std::size_t count,
                    double tau, std::span<const double* const> b,
                    std::span<const double* const> xi) {
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        for (std::size_t a = 0; a < x.size(); ++a) {
          double* const at = x[a];
          const double *const drift = b[a], *const noise = xi[a];
          if (is_there == nullptr) {
            PARAPET_INDEPENDENT
            for (std::size_t i = 0; i < count; ++i) at[i] += tau * drift[i] + noise[i];
          } else {
            PARAPET_INDEPENDENT
            for (std::size_t i = 0; i < count; ++i) {
              at[i] += is_there[i] * (tau * drift[i] + noise[i]);
            }
          }
        }
      });
}

bool are_all_between(const double* x, std::size_t count, double lower, double upper) {
  std::uint64_t outside = 0;
  std::uint64_t* const sum = &outside;
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        std::uint64_t beyond = 0;
        for (std::size_t i = 0; i < count; ++i) {
          beyond += x[i] >= lower && x[i] < upper ? 0 : 1;
        }
        *sum = beyond;
      });
  return outside == 0;
}

}  // namespace parapet
