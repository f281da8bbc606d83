#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "methods/cell_case.hpp"
#include "methods/density_case.hpp"
#include "methods/particles/particle_solver.hpp"

namespace parapet {

inline MethodOptions particle_method(std::int64_t count, const std::string& integrator = "auto",
                                     const std::string& interaction = "auto") {
  MethodOptions options{"particles", integrator, 0, {}};
  options.particles.count = count;
  options.particles.interaction = interaction;
  options.particles.seed = 5;
  return options;
}

/// A column of diagnostics.csv by its name.
inline double quantity_of(CellCase& run, const std::string& name) {
  const auto& names = run.traits.quantities;
  const auto all = run.solver->quantities(0);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return all[i];
  }
  ADD_FAILURE() << "there is no quantity " << name;
  return std::nan("");
}

/// In how many standard errors a mean or variance of N particles is off; fails beyond 4.
inline void expect_within_errors(CellCase& run, const std::string& name, double exact) {
  const auto axis = name.find('_');
  const std::string error_name = name.substr(0, axis) + "_error" + name.substr(axis);
  const double off = std::abs(quantity_of(run, name) - exact) / quantity_of(run, error_name);
  expect_below(name + " in standard errors", off, 4.0);
}

}  // namespace parapet
