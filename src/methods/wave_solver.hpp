#pragma once

#include <memory>
#include <vector>

#include "equations/second_order_wave.hpp"
#include "methods/spectral_solver.hpp"

namespace parapet {

/// A solver of second-order waves by SymplecticStepper, for members of one equation. Its steps are
/// equal, which is what keeps the error of the Hamiltonian bounded: `control` has a `step`.
/// progress().courant is the largest dt ω/π of the fastest mode: beyond 1 the kicks can come into
/// resonance with waves and feed them. Quantities: the Hamiltonian, and the momentum −⟨∂u/∂t ∇u⟩
/// along each axis, which stays as it is where products do not alias.
std::unique_ptr<SpectralSolver> make_wave_solver(SpectralTransform& transform,
                                                 std::vector<WaveForm> members,
                                                 const StepControl& control);
SpectralFormTraits wave_traits(const WaveForm& form, int dimensions);

}  // namespace parapet
