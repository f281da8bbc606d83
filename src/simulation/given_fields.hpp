#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/settings.hpp"
#include "equations/all.hpp"
#include "simulation/initial_condition.hpp"

namespace parapet {

/// `[equation.NAME]`: what a given field of the equation is: of any kind that a field to start from
/// may be of, then its exponential or one of two levels.
struct GivenFieldSettings {
  GivenField what;
  Purpose purpose;  ///< of its random numbers
  InitialSettings field;
  bool exponential = false;
  std::vector<double> levels;

  GivenFieldSettings(const GivenField& given, Purpose of_numbers);

  std::string section_name() const;
  Section section();
  /// Faults as messages; empty when there is none.
  std::vector<std::string> faults(const Grid& grid, const AnyEquation& equation) const;
  /// Whether the field is one number everywhere.
  bool is_uniform() const { return field.kind == "uniform" && field.noise.empty() && !field.mass; }
  /// That number.
  double uniform_value(double mean) const;
  /// Its exponential, or one of its levels.
  double value_of(double drawn) const;
};

/// The given fields of an equation, none for most: 0 everywhere until the input says otherwise.
std::vector<GivenFieldSettings> given_fields_of(const AnyEquation& equation);

/// A member's given field at this rank's points of `transform`; with `are_averages` as in
/// initial_points(), of what the exponential or the levels are taken of. Collective.
std::vector<double> given_points(const GivenFieldSettings& given, std::uint64_t seed,
                                 std::uint64_t member, SpectralTransform& transform,
                                 bool are_averages);

}  // namespace parapet
