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

/// NaN, of what a process has not, included.
inline void expect_same_bits(const std::vector<double>& one, const std::vector<double>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (std::isnan(one[i]) && std::isnan(other[i])) continue;
    EXPECT_EQ(one[i], other[i]) << "quantity " << i;
  }
}

/// Expects the same bits from one particle case on all ranks and on each alone; `start` makes it on
/// some ranks.
template <class Start>
void expect_same_path(const Communicator& world, Start&& start) {
  const Communicator alone = world.split(world.rank());
  CellCase together = start(world), apart = start(alone);
  for (CellCase* const run : {&together, &apart}) run_to(*run->solver, 1.0);
  EXPECT_EQ(together.solver->digest(0), apart.solver->digest(0));
  expect_same_bits(together.solver->quantities(0), apart.solver->quantities(0));
}

/// Expects a case that goes on at t = 0.5 from what a checkpoint holds to come to the same.
template <class Start>
void expect_to_go_on(Start&& start) {
  CellCase whole = start(), first = start(), second = start();
  run_to(*whole.solver, 0.5);
  run_to(*whole.solver, 1.0);
  run_to(*first.solver, 0.5);
  std::vector<double> scratch;
  for (int array = 0; array < first.solver->state_arrays(); ++array) {
    const auto values = first.solver->state(0, array, scratch);
    second.solver->set_state(0, array, std::vector<double>(values.begin(), values.end()));
  }
  second.solver->set_progress(0,
                              MemberProgress::from_numbers(first.solver->progress(0).to_numbers()));
  run_to(*second.solver, 1.0);
  EXPECT_EQ(whole.solver->digest(0), second.solver->digest(0));
  EXPECT_EQ(whole.values(), second.values());
  expect_same_bits(whole.solver->quantities(0), second.solver->quantities(0));
}

}  // namespace parapet
