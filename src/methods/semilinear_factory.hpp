#pragma once

#include <memory>
#include <vector>

#include "methods/pseudospectral_system.hpp"
#include "methods/spectral_solver.hpp"

namespace parapet {

/// The SpectralSolver of one semilinear spectral form. Instantiated in burgers_solver.cpp,
/// reaction_solver.cpp and further_solvers.cpp, which compile side by side; defined in
/// semilinear_instance.hpp.
template <SemilinearSpectral E>
std::unique_ptr<SpectralSolver> make_semilinear_solver(SpectralTransform& transform,
                                                       std::vector<SystemMember<E>> members,
                                                       const StepControl& control);

}  // namespace parapet
