#include "simulation/option_faults.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

constexpr double smallest_spacing = 1e-11;  // relative to the coordinates

bool is_varied(const RunSettings& settings, std::string_view key) {
  return std::ranges::any_of(settings.varied,
                             [&](const VariedParameter& one) { return one.key == key; });
}

/// Whether all members are without the viscosity that is to be taken implicitly.
bool lacks_viscosity(const RunSettings& settings) {
  const auto is_none = [&](const Parameter& viscosity) {
    return viscosity == 0.0 && !is_varied(settings, viscosity.name);
  };
  return std::visit(
      [&]<class Equation>(const Equation& equation) {
        if constexpr (std::is_same_v<Equation, Burgers>) return is_none(equation.viscosity);
        if constexpr (std::is_same_v<Equation, Advection>) return is_none(equation.nu);
        if constexpr (std::is_same_v<Equation, Continuity>) return is_none(equation.D);
        return false;
      },
      settings.problem.equation);
}

}  // namespace

void check_spacing(InputFile& file, const Grid& grid) {
  for (int a = 0; a < grid.dimensions; ++a) {
    const double lower = grid.lower[static_cast<std::size_t>(a)], h = grid.spacing(a);
    if (h > smallest_spacing * std::abs(lower)) continue;
    file.fault(
        "grid", "lower",
        fmt::format("{} is so far from 0 that points {:.3g} apart are not told apart", lower, h));
    return;
  }
}

void check_unused(InputFile& file, const RunSettings& settings) {
  const auto refuse = [&](const char* key, bool is_given) {
    if (is_given) file.fault("grid", key, "is for the spectral method, this one is on cells");
  };
  refuse("dealiasing", settings.grid.dealiasing != "auto");
  refuse("plan", settings.grid.plan != "estimate");
  if (settings.method.viscosity == "implicit" && lacks_viscosity(settings)) {
    file.fault("method", "viscosity",
               "there is no viscosity to take implicitly: give [equation] one above 0");
  }
}

void check_derived(InputFile& file, const RunSettings& settings) {
  std::vector<std::string> names;
  if (!settings.is_spectral()) {
    for (const FieldName& field : settings.cell_form().optional_fields) {
      names.emplace_back(field.name);
    }
  }
  for (const std::string& wanted : settings.output.derived) {
    if (std::ranges::count(names, wanted) > 0) continue;
    const auto nearest = nearest_name(wanted, names);
    std::string hint = nearest ? fmt::format("did you mean \"{}\"?", *nearest)
                               : fmt::format("there is \"{}\"", join(names, "\", \""));
    if (names.empty()) hint = settings.method_name() + " of this equation makes no further fields";
    file.fault("output", "derived", fmt::format("\"{}\": {}", wanted, hint));
  }
}

void check_forced_waves(InputFile& file, const RunSettings& settings) {
  const ForcingSettings& forcing = settings.problem.forcing;
  if (forcing.waves == 0) return;
  const Dealiasing rule = settings.transform_options().dealiasing;
  const int points = rule == Dealiasing::none ? 2 : rule == Dealiasing::one_half ? 4 : 3;
  const std::int64_t least = *std::ranges::min_element(settings.grid.points);
  if (points * forcing.highest_wavenumber < least) return;
  file.fault("equation.forcing", "highest_wavenumber",
             fmt::format("{} needs more than {} points an axis", forcing.highest_wavenumber,
                         points * forcing.highest_wavenumber));
}

}  // namespace parapet
