#pragma once

#include <vector>

#include "methods/tile_sweep.hpp"

namespace parapet {

/// The Runge–Kutta–Chebyshev method of second order with s stages (Sommeijer, Shampine & Verwer
/// 1997, eqs. 2.3–2.8, damping ε = 2/13), explicit and stable for −β(s) ≤ λ dt ≤ 0 with β growing
/// as s²: what an implicit step does for diffusion, at the cost of √(Λ dt) differences.
namespace chebyshev {

/// β(s) = ⅔ (s² − 1)(1 − 2ε/15).
double real_interval(std::size_t stages);

/// The fewest stages, at least 2, whose interval holds `radius` = Λ dt.
std::size_t stages_for(double radius);

/// A step of length dt that begins with register 0.
std::vector<Stage> stages(std::size_t count, double dt);

}  // namespace chebyshev

}  // namespace parapet
