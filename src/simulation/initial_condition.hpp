#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/settings.hpp"
#include "equations/all.hpp"
#include "grid/spectral_transform.hpp"

namespace parapet {

/// `[initial]`: which field a member starts from. Each kind reads the parameters its meaning names.
struct InitialSettings {
  std::string place = "initial";  ///< the section it stands in
  std::string kind = "gaussian-random-field";
  double mean = 0.0;
  std::vector<double> base;           ///< added to each component; empty: nothing
  std::vector<double> scale;          ///< each component is multiplied with; empty: by 1
  std::vector<double> noise;          ///< standard deviation added to each component; empty: none
  std::int64_t noise_wavenumber = 0;  ///< up to which; 0: the grid's
  // gaussian-random-field
  double sigma = 25.0;
  double tau = 5.0;
  double gamma = 2.0;
  bool random_mean = false;
  bool irrotational = false;
  // random-sines
  std::int64_t picks = 2;
  std::int64_t highest_wavenumber = 4;
  bool normalise = false;
  // modes, wave-packet
  std::vector<std::int64_t> wavenumbers = {1};
  std::vector<double> amplitudes = {1.0};
  std::vector<double> phases = {0.0};
  // kinks, breather, wave-packet
  std::vector<double> centres;
  std::vector<double> speeds;
  double frequency = 0.6;
  // sine, fronts, taylor-green, gaussian-vortices, random-sines, spots, slab, patch, wave-packet
  double amplitude = 1.0;
  double width = 0.05;
  std::int64_t vortices = 4;
  std::int64_t spots = 20;
  double extent = 0.5;
  std::int64_t power = 1;
  std::int64_t bumps = 0;
  // gaussian
  std::vector<double> means = {0.0};
  std::vector<double> deviations = {1.0};
  std::vector<double> weights;
  std::optional<double> mass;  ///< the integral each component is scaled to
  // riemann
  std::vector<double> states;
  std::vector<double> cuts;
  // formula
  std::vector<std::string> formulas;
  // file
  std::string file;
  std::string field;
  std::int64_t frame = 0;

  void declare(Section& section);
  /// Faults that concern several parameters at once, as messages; empty when there is none.
  std::vector<std::string> faults(const Grid& grid, const std::vector<FieldName>& fields,
                                  const AnyEquation& equation) const;
};

/// Whose initial condition is wanted: of which member of a run, drawn from which seed.
struct InitialRequest {
  InitialSettings settings;
  std::uint64_t seed = 1;
  std::uint64_t member = 0;
  std::vector<FieldName> fields;
  AnyEquation equation{};                        ///< for the kinds that are exact solutions of it
  Purpose purpose = Purpose::initial_condition;  ///< of its random numbers
};

/// Writes the modes of a member into `components` (one pointer to mode_count() coefficients each; a
/// scalar field has one, a vector field one a dimension; those of all fields in order). Drawn from
/// counter-based streams keyed by seed, member and wavenumber: the same field on any number of
/// ranks, and its large scales the same on any resolution. Collective.
void set_initial_condition(const InitialRequest& request, SpectralTransform& transform,
                           std::span<Complex* const> components);

/// The same fields at this rank's points of `transform`, one array a component, as they are: what
/// is told point by point does not pass through modes. With `are_averages` each value is the mean
/// over the cell around the point, by three Gauss points an axis. Collective.
std::vector<std::vector<double>> initial_points(const InitialRequest& request,
                                                SpectralTransform& transform,
                                                std::size_t components, bool are_averages = false);

}  // namespace parapet
