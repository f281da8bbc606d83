#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/settings.hpp"
#include "equations/all.hpp"
#include "methods/random_forcing.hpp"
#include "simulation/given_fields.hpp"
#include "simulation/initial_condition.hpp"
#include "simulation/settings.hpp"

namespace parapet {

/// `[equation]`, then `[equation.forcing]` and `[initial]` or, in a problem without time, the given
/// fields: what may differ from member to member.
struct ProblemSettings {
  std::string name{Burgers::name};
  std::string form;  ///< empty where the equation has but one
  AnyEquation equation;
  ForcingSettings forcing;
  CarrierSettings carrier;
  InitialSettings initial;
  std::vector<GivenFieldSettings> given;

  /// `[equation] name` alone: it decides what else there is to be read.
  Section name_section();
  /// Makes the equation of this name, with its defaults; false when there is none.
  bool choose(std::string_view name);
  /// Whether the equation has no time.
  bool is_steady() const;
  /// The sections, bound to this object.
  std::vector<Section> sections();
};

/// A section bound to `settings`, which declare its keys.
template <class Settings>
Section section_of(const std::string& name, const std::string& meaning, Settings& settings) {
  Section section(name, meaning);
  settings.declare(section);
  return section;
}

}  // namespace parapet
