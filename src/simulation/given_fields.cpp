#include "simulation/given_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace parapet {

namespace {

constexpr std::array purposes = {Purpose::first_given_field, Purpose::second_given_field};

}  // namespace

GivenFieldSettings::GivenFieldSettings(const GivenField& given, Purpose of_numbers)
    : what(given), purpose(of_numbers) {
  field.place = section_name();
  field.kind = "uniform";
}

std::string GivenFieldSettings::section_name() const {
  return fmt::format("equation.{}", what.name);
}

Section GivenFieldSettings::section() {
  Section section(section_name(), fmt::format("{} ({})", what.meaning, what.unit));
  field.declare(section);
  section.add("exponential", exponential, "take the exponential of the field");
  section
      .add("levels", levels,
           "two values instead of a field's own: the first where it is below 0, the second "
           "elsewhere; empty: its own")
      .unit(std::string(what.unit))
      .source("Li et al. 2021 (FNO): permeabilities 3 and 12")
      .entries(0, 2);
  return section;
}

std::vector<std::string> GivenFieldSettings::faults(const Grid& grid,
                                                    const AnyEquation& equation) const {
  auto found = field.faults(grid, {FieldName(what.name)}, equation);
  if (levels.size() == 1) found.emplace_back("`levels` needs two entries, or none");
  if (exponential && !levels.empty()) {
    found.emplace_back("of `exponential` and `levels` only one is to be given");
  }
  if (what.range != positive || exponential) return found;
  const bool has_levels = !levels.empty();
  const double least = has_levels ? *std::ranges::min_element(levels) : uniform_value(field.mean);
  if ((has_levels || is_uniform()) && !(least > 0.0)) {
    found.push_back(fmt::format("is {} somewhere: expected values above 0", least));
  }
  const bool is_signed = field.kind == "gaussian-random-field" || field.kind == "random-sines";
  if (is_signed && !has_levels) {
    found.push_back(
        fmt::format("\"{}\" has values of both signs, {} only positive ones: give "
                    "`levels` or `exponential`",
                    field.kind, what.name));
  }
  return found;
}

double GivenFieldSettings::value_of(double drawn) const {
  if (exponential) return std::exp(drawn);
  return levels.empty() ? drawn : levels[drawn < 0.0 ? 0 : 1];
}

double GivenFieldSettings::uniform_value(double mean) const {
  const double scale = field.scale.empty() ? 1.0 : field.scale[0];
  return value_of(scale * mean + (field.base.empty() ? 0.0 : field.base[0]));
}

std::vector<GivenFieldSettings> given_fields_of(const AnyEquation& equation) {
  return std::visit(
      []<class Equation>(const Equation&) {
        std::vector<GivenFieldSettings> all;
        if constexpr (HasGivenFields<Equation>) {
          static_assert(Equation::given.size() <= purposes.size());
          for (std::size_t i = 0; i < Equation::given.size(); ++i) {
            all.emplace_back(Equation::given[i], purposes[i]);
          }
        }
        return all;
      },
      equation);
}

std::vector<double> given_points(const GivenFieldSettings& given, std::uint64_t seed,
                                 std::uint64_t member, SpectralTransform& transform,
                                 bool are_averages) {
  const InitialRequest request{given.field, seed,         member, {FieldName(given.what.name)},
                               {},          given.purpose};
  auto values = std::move(initial_points(request, transform, 1, are_averages).front());
  for (double& value : values) value = given.value_of(value);
  return values;
}

}  // namespace parapet
