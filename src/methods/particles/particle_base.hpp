#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/failure.hpp"
#include "methods/cell_solver.hpp"
#include "methods/particles/particle_store.hpp"

namespace parapet {

/// What solvers have in common whose state is N particles, of which a checkpoint keeps an array for
/// each number that particles have, divided among ranks by number, and which show the particles'
/// density on the cells. MemberProgress::own[2] is the mass that all of them have.
class ParticleBase : public CellSolver {
 public:
  ParticleBase(CellGrid& cells, std::size_t members, const StepControl& control,
               const MethodOptions& options)
      : CellSolver(cells, members, 1, control, options),
        by_index_(options.particles.count, cells.communicator().size()) {}

  StateArray state_array() const override {
    const int rank = cells().communicator().rank();
    return {{options().particles.count, 1, 1},
            {{by_index_.begin(rank), 0, 0}, {by_index_.count(rank), 1, 1}}};
  }
  void set_points(std::size_t member, int, std::span<const double> values) override {
    CellSolver::set_state(member, 0, values);
    draw_positions(member);
  }
  FieldDiagnostics diagnose(std::size_t member) override {
    count(member);
    return CellSolver::diagnose(member);
  }
  RateOfChange rate_of_change(std::size_t) override {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  std::uint64_t digest(std::size_t member) override;
  void require_finite(std::size_t member, std::size_t member_in_run) override;

 protected:
  /// The particles of a member on this rank: an array for each of the state's, and their numbers,
  /// consecutive from this rank's first where `ids` is null.
  struct Columns {
    std::vector<const double*> column;
    const std::uint64_t* ids = nullptr;
    std::size_t count = 0;
  };

  virtual Columns columns(std::size_t member) = 0;
  /// Starts the particles from the density in the member's field. Collective.
  virtual void draw_positions(std::size_t member) = 0;
  /// Brings the density in the member's field up to date. Collective.
  virtual void count(std::size_t member) = 0;
  /// What has happened to a particle that is no longer finite, behind its number.
  virtual std::string_view loss() const = 0;

  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }
  void evaluate_rate(std::size_t, std::span<double* const>) override {
    throw Failure(ExitCode::internal_error, "the density of particles has no rate of change");
  }

  std::int64_t first_id() const { return by_index_.begin(cells().communicator().rank()); }
  double total() const { return static_cast<double>(options().particles.count); }
  double mass(std::size_t member) { return own_progress(member).own[2]; }
  std::uint32_t member_in_run(std::size_t member) const {
    return static_cast<std::uint32_t>(options().particles.first_member +
                                      static_cast<std::int64_t>(member));
  }

 private:
  IndexDivision by_index_;
};

}  // namespace parapet
