#pragma once

#include <cstddef>

namespace parapet {

/// Computes the slopes of u from below and from above at `count` points that follow one another in
/// memory, along an axis on which the next point lies `step` values further; `scale` is one over
/// the spacing.
using OneSidedSlopes = void (*)(const double* u, std::ptrdiff_t step, double scale,
                                std::size_t count, double* below, double* above);

/// Difference quotients, of first order; read one point on either side.
void plain_slopes(const double* u, std::ptrdiff_t step, double scale, std::size_t count,
                  double* below, double* above);

/// Of fifth order where u is smooth, from the smooth side of a kink (Jiang & Peng 2000): weno5_z of
/// difference quotients; read three points on either side.
void weno_slopes(const double* u, std::ptrdiff_t step, double scale, std::size_t count,
                 double* below, double* above);

}  // namespace parapet
