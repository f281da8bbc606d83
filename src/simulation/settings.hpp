#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "grid/boundary.hpp"
#include "grid/grid.hpp"
#include "grid/spectral_transform.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

/// `[grid]`: a uniform grid, what happens at its ends, and how its Fourier modes are treated.
struct GridSettings {
  std::vector<std::int64_t> points;
  std::vector<double> lower{0.0};
  std::vector<double> length{1.0};
  std::vector<std::string> boundary{"periodic"};
  std::vector<double> boundary_values;
  std::string dealiasing = "auto";
  std::string plan = "estimate";

  void declare(Section& section);
  /// One entry of `lower` or `length` stands for all axes.
  Grid grid() const;
  /// What `boundary` says of each end: one entry stands for all ends, or one an axis for both.
  Boundaries boundaries() const;
  /// What `dealiasing` means for products of so many fields.
  Dealiasing dealiasing_rule(int degree) const;
  SpectralTransform::Options transform_options(int degree) const;
};

/// `[method]`: how the equation is discretised.
struct MethodSettings {
  std::string name = "auto";
  std::string integrator = "auto";
  std::int64_t order = 0;
  std::string flux = "auto";
  std::string limiter = "auto";
  std::string viscosity = "auto";
  double solve_tolerance = 1e-10;

  void declare(Section& section);
};

/// `[particles]`: of [method] name = "particles".
struct ParticleSettings {
  std::int64_t count = 0;
  std::string interaction = "auto", division = "auto";
  double softening = 0.0;
  double cutoff = 0.0;
  std::int64_t batch = 2;
  std::int64_t every = 0;
  std::string table;

  void declare(Section& section);
};

/// `[equation.carrier]`: the velocity that carries a density, as a field of another run.
struct CarrierSettings {
  std::string file;  ///< empty: formulas tell the velocity
  std::string field;
  std::int64_t frame = 0;
  std::int64_t member = 0;

  void declare(Section& section);
};

/// `[time]`: how far, and with which steps: `step` for equal ones, `tolerance` for error control,
/// `courant` for a share of the longest stable one.
struct TimeSettings {
  double end = 1.0;
  std::optional<double> step;
  std::optional<double> tolerance;
  std::optional<double> courant;

  void declare(Section& section);
};

/// `[output]`: the run folder and what the trajectory holds.
struct OutputSettings {
  std::string folder;
  std::string title;
  std::optional<std::int64_t> frames;
  std::optional<double> interval;
  std::string precision = "float32";
  std::string layout = "well";
  std::vector<std::string> derived;

  void declare(Section& section);
  /// Frames from 0 to `end`, both included; 2 when neither `frames` nor `interval` was given.
  std::int64_t frame_count(double end) const;
  std::vector<double> frame_times(double end) const;
  Precision value_precision() const;
  FileLayout file_layout() const;
};

/// `[diagnostics]`: when the lines of diagnostics.csv are computed.
struct DiagnosticsSettings {
  std::optional<double> interval;
  std::int64_t spectra = 1;

  void declare(Section& section);
};

/// `[checkpoint]`: how often the state is saved.
struct CheckpointSettings {
  std::string every = "10min";
  std::optional<std::int64_t> steps;
  std::int64_t kept = 2;
  bool keep_final = false;

  void declare(Section& section);
  bool is_on() const { return every != "never" || steps; }
  double every_seconds() const;
};

/// `[ensemble]`: how many members, from which seed, and how ranks share them.
struct EnsembleSettings {
  std::int64_t members = 1;
  std::int64_t seed = 1;
  std::int64_t ranks_per_member = 0;
  std::int64_t batch = 0;
  std::string on_failure = "record";

  void declare(Section& section);
};

/// `[ensemble.vary.KEY]`: the distribution a parameter is drawn from, for each member anew.
struct VarySettings {
  std::string distribution;
  std::optional<double> low, high;
  std::optional<double> mean, deviation;
  std::vector<double> values;

  void declare(Section& section);
};

}  // namespace parapet
