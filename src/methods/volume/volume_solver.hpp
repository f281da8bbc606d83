#pragma once

#include <memory>
#include <vector>

#include "equations/burgers.hpp"
#include "equations/continuity.hpp"
#include "methods/cell_methods.hpp"

namespace parapet {

/// One member's conservation law, and the formulas of its velocity where it is carried.
template <class Law>
struct VolumeMember {
  Law law;
  std::vector<std::string> velocity{};
};

template <class Law>
CellTraits volume_traits(const Law& law, int dimensions, const MethodOptions& options);

/// A conservation law by fluxes through the faces of cells, see README.md.
template <class Law>
std::unique_ptr<Solver> make_volume_solver(CellGrid& cells, std::vector<VolumeMember<Law>> members,
                                           const StepControl& control,
                                           const MethodOptions& options);

}  // namespace parapet
