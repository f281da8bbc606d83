#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "methods/particles/systems/system_dynamics.hpp"
#include "methods/solver.hpp"

namespace parapet {

class CellGrid;
struct StepControl;

bool is_particle_system(const AnyEquation& equation);

/// What each particle of a system has.
ParticleNumbers particle_numbers(const AnyEquation& equation, int dimensions);

/// Why the input is not one of the system's: (section.key, text).
SystemFaults particle_system_faults(const AnyEquation& equation, const Grid& grid,
                                    const MethodOptions& options);

/// How its particles act on each other, for people.
std::string system_interaction(const AnyEquation& equation, int dimensions);

CellTraits particle_system_traits(const AnyEquation& equation, int dimensions);

/// Particles of a system, divided among ranks by number, which start as independent draws from the
/// density given on the cells. What is written is their density on the cells, the mean momentum
/// beside it where they have velocities. The same bits on any number of ranks.
///
/// A member's state is one array of N values for each of ParticleNumbers.
std::unique_ptr<Solver> make_system_solver(CellGrid& cells, std::string_view form,
                                           const std::vector<AnyEquation>& equations,
                                           const StepControl& control,
                                           const MethodOptions& options);

}  // namespace parapet
