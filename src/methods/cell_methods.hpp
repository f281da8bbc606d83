#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "equations/all.hpp"
#include "methods/cell_solver.hpp"

namespace parapet {

/// What a method on cells needs for an equation.
struct CellTraits {
  int components = 1;
  int ghosts = 1;  ///< layers of ghost cells
  GhostReach reach = GhostReach::faces;
  double arrays = 1.0;             ///< of a field's size that a member keeps for each component
  double shared_arrays = 0.0;      ///< that all members of a group share
  double particle_bytes = 0.0;     ///< for each of a member's particles
  double whole_grids = 0.0;        ///< arrays of all cells that every rank has for a while
  int earlier_states = 0;          ///< that the next step needs, and checkpoints keep
  bool conserves_mean = false;     ///< on a periodic grid or one without flux through its ends
  bool holds_averages = false;     ///< values are means over cells, not values at their centres
  bool takes_tolerance = false;    ///< whether steps can be chosen by error control
  bool takes_courant = true;       ///< whether it has a longest stable step
  bool holds_density = false;      ///< values are not negative
  std::vector<BoundaryKind> ends;  ///< kinds of ends it can treat, periodic aside
  std::vector<std::string> quantities{};     ///< names of Solver::quantities
  std::vector<FieldName> derived_fields{};   ///< made for the output, no part of the state
  std::vector<FieldName> optional_fields{};  ///< more of these, behind them where they are wanted
  std::vector<std::string> integrators{};    ///< names of [method] integrator, the default first
  std::vector<std::int64_t> orders{};        ///< values of [method] order, the default first
  std::vector<std::string> fluxes{};         ///< names of [method] flux, the default first
  std::vector<std::string> limiters{};       ///< names of [method] limiter, the default first
  std::vector<std::string> viscosities{};    ///< names of [method] viscosity beside auto
};

/// Names of the methods by which an equation can be solved, the default first.
std::vector<std::string> methods_of(const AnyEquation& equation);

/// Whether an equation has no viscosity where its spectral form needs one: shocks will form.
bool needs_cells(const AnyEquation& equation);

/// `options.name` is one of methods_of() other than "spectral".
CellTraits cell_traits(const AnyEquation& equation, std::string_view form, int dimensions,
                       const MethodOptions& options);

/// A solver for members of one equation that share form, grid and step control, by the method that
/// `options` name; `cells` has the ghosts that cell_traits() tells. Collective.
std::unique_ptr<Solver> make_cell_solver(CellGrid& cells, const MethodOptions& options,
                                         std::string_view form,
                                         const std::vector<AnyEquation>& members,
                                         const StepControl& control);

}  // namespace parapet
