#pragma once

#include "methods/particles/particle_step.hpp"

namespace parapet {

/// The second half of a step of weak order 2 where D is diagonal and may depend on place and time:
/// Platen's explicit scheme (Kloeden & Platen 1992, eq. 15.1.1; with several axes 15.1.3), time
/// being a component of its own that only drifts. With b_j = √(2 D_jj) along axis j, Δ = τ, and
/// R±_j = Y + aΔ ± b_j√Δ, U±_r = Y ± b_r√Δ (those moved along their axis only),
///   Y₊ = Y + ½ (a(Ῡ) + a) Δ
///      + ¼ Σ_j [(b_j(R⁺_j) + b_j(R⁻_j) + 2b_j) ΔW_j + (b_j(R⁺_j) − b_j(R⁻_j)) (ΔW_j² − Δ)/√Δ]
///      + ¼ Σ_{r≠j} [(b_j(U⁺_r) + b_j(U⁻_r) − 2b_j) ΔW_j
///                   + (b_j(U⁺_r) − b_j(U⁻_r)) (ΔW_j ΔW_r + V_rj)/√Δ],
/// V_rj = −V_jr = ±Δ with equal chances: the terms of 15.1.3 as the method PL1WM of SciML's
/// StochasticDiffEq has them too, and one step's moments are off by O(Δ³) (tests/methods,
/// particle_platen: fitted 2.9 to 3.1). The first half, Ῡ = Y + aΔ + Σ b_j ΔW_j and a, is
/// predict_particles(). Supporting points are mirrored at ends as particles are.
void correct_by_platen(const StepFrame& frame, const ParticleRow& particles,
                       std::span<double* const> ahead, std::span<double* const> drift);

}  // namespace parapet
