#pragma once

#include "methods/particles/particle_step.hpp"

namespace parapet {

/// A step of particles with inertia (ParticleProcess::friction), x[0] their places and x[1] their
/// velocities, by the splitting BAOAB (Leimkuhler & Matthews 2013, eq. 7): half a kick, half a
/// drift, friction and noise exactly, v ← e^{−γτ} v + √(T (1 − e^{−2γτ})) ξ, half a drift, half a
/// kick. Weak order 2; of springs the steady ⟨x²⟩ is exact at any stable step.
void step_inertial(const StepFrame& frame, const ParticleRow& particles);

}  // namespace parapet
