#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/communicator.hpp"
#include "base/failure.hpp"
#include "base/input_file.hpp"
#include "base/labelled_table.hpp"
#include "methods/cell_methods.hpp"
#include "methods/random_forcing.hpp"
#include "methods/spectral_solver.hpp"
#include "simulation/graph_settings.hpp"
#include "simulation/problem_settings.hpp"
#include "simulation/settings.hpp"

namespace parapet {

struct Machine;

/// A parameter with a value of its own in every member.
struct VariedParameter {
  std::string section;  ///< of those of ProblemSettings
  std::string key;
  std::vector<double> values;  ///< one per member
};

/// Everything an input file says about a run.
struct RunSettings {
  ProblemSettings problem;
  GridSettings grid;  ///< on a graph the line whose points are its nodes
  GraphSettings graph;
  std::optional<Graph> network;  ///< what `[graph]` says, where it stands in the place of `[grid]`
  MethodSettings method;
  ParticleSettings particles;          ///< of [method] name = "particles" only
  std::optional<LabelledTable> table;  ///< what `[particles] table` holds
  TimeSettings time;
  OutputSettings output;
  DiagnosticsSettings diagnostics;
  CheckpointSettings checkpoint;
  EnsembleSettings ensemble;
  std::vector<VariedParameter> varied;
  std::vector<std::pair<std::string, std::string>> petsc;  ///< `[petsc]`

  std::string resolved;  ///< the input as TOML, every default included
  std::string name;      ///< of the input file
  std::vector<std::pair<std::string, std::string>> places;  ///< sections, where they begin
  std::vector<std::string> notes;  ///< what the user should know although it is no fault

  /// Reads and checks `path` with the `overrides` of `--set`, for a run on `machine`. Throws one
  /// collective Failure(bad_input) that lists every fault. Collective.
  static RunSettings read(const Communicator& world, const std::string& path,
                          const std::vector<std::string>& overrides, const Machine& machine);

  /// Reads `[equation] name` and makes that equation; false when there is none.
  bool choose_equation(InputFile& file);

  /// Makes the run one of a single frame at time 0, and what the file says about time a fault.
  void leave_time_out(InputFile& file);

  /// Reads or draws the graph and lays out its nodes; adds its faults to the file. Collective.
  /// Takes files that are not where they are said to be from the folder of the input file, if they
  /// are there. Collective.
  void find_files(const Communicator& world, const std::string& input);
  void make_network(const Communicator& world, InputFile& file, const Machine& machine);

  /// Reads what `[particles] table` names, of which the equation learns how many coordinates its
  /// particles have; adds its faults to the file. Collective.
  void read_particle_table(const Communicator& world, InputFile& file);

  /// A failure whose message begins with the name of a section, "[initial] …", with the place of
  /// that section before it.
  Failure placed(const Failure& failure) const;

  /// The sections of an input file and what stands in them, for the manual.
  std::vector<Section> sections();

  bool is_ensemble() const { return ensemble.members > 1; }
  int dimensions() const { return static_cast<int>(grid.points.size()); }
  /// Whether the problem has no time: one frame, and no steps to it.
  bool is_steady() const;
  /// In how many dimensions the equation exists, where that is not 1, 2 and 3.
  std::optional<int> only_dimensions() const;
  std::vector<FieldName> fields() const;
  int components() const;
  /// The method that `[method] name` means: for "auto" the first one that allows the boundary.
  std::string method_name() const;
  bool is_spectral() const { return method_name() == "spectral"; }
  bool has_particles() const { return method_name() == "particles"; }
  /// Whether their places are written.
  bool shows_particles() const { return has_particles() && particles.every > 0; }
  /// Why the spectral method of the equation cannot have this boundary; empty if it can.
  std::string boundary_beyond_spectral() const;
  MethodOptions method_options() const;
  /// Of a spectral method, what `[method] integrator` means: for "auto" the exact one where the
  /// equation has it and no steps are asked for, else the equation's first.
  std::string spectral_integrator() const;
  /// Whether a step goes to the next frame, however far it is.
  bool is_exact() const { return is_spectral() && spectral_integrator() == "exact"; }
  /// Of a spectral method.
  SpectralFormTraits spectral_form() const;
  /// Of a method on cells.
  CellTraits cell_form() const;
  /// Whether the equation has a given velocity, and it comes from a file.
  bool has_carrier_file() const;
  bool conserves_mean() const;
  /// Whether particles can be gone.
  bool has_absorbing_ends() const;
  /// Columns of diagnostics.csv that the method adds.
  std::vector<std::string> quantities() const;
  /// The fields of the trajectory: those of the equation but for given ones that are one number
  /// everywhere, and what the method derives from them.
  std::vector<FieldName> output_fields() const;
  /// The first component of one of them, as Solver::to_points counts.
  int component_of(std::string_view field) const;
  SpectralTransform::Options transform_options() const;
  StepControl step_control() const;

  /// The problem of one member: the values drawn for it in place of the common ones.
  ProblemSettings problem_of(std::int64_t member) const;
  SpectralMember equation_of(std::int64_t member) const;

  /// The equation's parameters for the trajectory, given fields that are one number everywhere
  /// among them: one value, or one per member.
  std::vector<ScalarParameter> equation_parameters() const;

  /// Hash of every setting that a restart may not change.
  std::uint64_t state_hash() const;
};

/// The sections of the same input file that are parapet-learn's.
const std::vector<std::string>& learning_sections();

}  // namespace parapet
