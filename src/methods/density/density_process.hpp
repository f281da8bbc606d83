#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "equations/all.hpp"
#include "equations/process.hpp"

namespace parapet {

/// A function at many points at once: the coordinates of the used axes in, its values out.
using PointFunction = std::function<void(const PointLine& line, double time)>;

/// A process as a density solver sees it that is not compiled for it, see Process.
struct DensityProcess {
  int dimensions = 1;
  PointFunction potential;           ///< V; empty: 0
  PointFunction drift;               ///< f, one output an axis; empty: 0
  PointFunction mirrored_diffusion;  ///< D as given below its diagonal; empty: not given
  PointFunction diffusion;           ///< D: xx, yy, zz, xy, xz, yz
  PointFunction log_steady;          ///< empty: unknown
  std::function<double(const double*)> interaction;  ///< W of a separation; empty: 0
  std::optional<Signal> signal;                      ///< in place of W
  PowerPressure pressure;                            ///< ∂ρ/∂t += ∇²(pressure)
  std::function<double(double)> elapsed;             ///< the process's own time; empty: time itself
  bool has_cross_diffusion = false;
  bool depends_on_time = false;  ///< beside its own time

  /// Whether rates depend on the density.
  bool is_nonlinear() const { return interaction || signal || pressure.scale > 0.0; }
  double elapsed_at(double time) const { return elapsed ? elapsed(time) : time; }
  /// How fast its own time goes by.
  double pace_at(double time) const {
    if (!elapsed) return 1.0;
    const double h = 1e-6 * std::max(1.0, std::abs(time));
    return (elapsed(time + h) - elapsed(time)) / h;
  }
};

/// Whether an equation describes a stochastic process, or the density of one.
bool is_process(const AnyEquation& equation);

/// Throws Failure(bad_input) where a formula cannot be read.
DensityProcess density_process(const AnyEquation& equation, int dimensions);

}  // namespace parapet
