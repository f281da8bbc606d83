#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "methods/solver.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// How a group of ranks solves its members: what their solvers share, and how they start.
class Method {
 public:
  virtual ~Method() = default;

  /// A solver for the members `first`, `first` + 1, … of the run; keeps references to what the
  /// method owns. Collective.
  virtual std::unique_ptr<Solver> make_solver(std::int64_t first, std::int64_t count) = 0;
  /// Gives the solver's member `slot` the initial condition of the run's member `member`, at time
  /// 0. Collective.
  virtual void start(Solver& solver, std::size_t slot, std::int64_t member) = 0;

  /// One line that says how the grid is divided.
  virtual std::string description() const = 0;
  /// Where the shells of Solver::spectrum begin; empty where there are no spectra.
  virtual std::vector<std::int64_t> shells() const { return {}; }
  /// FFTW's wisdom, to keep for the rest of the run; empty when nothing was timed.
  virtual std::string wisdom() const { return {}; }
};

/// The method that `settings` ask for; keeps references to both arguments. `wisdom` is that of an
/// earlier part of the run. Collective over `group`.
std::unique_ptr<Method> make_method(const Communicator& group, const RunSettings& settings,
                                    std::string wisdom);

/// The `description` of a method that is not there, among so many ranks.
std::string describe_division(const RunSettings& settings, int ranks);

}  // namespace parapet
