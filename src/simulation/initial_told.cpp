#include <cmath>

#include <fmt/format.h>

#include "base/formula.hpp"
#include "simulation/formula_probe.hpp"
#include "simulation/initial_fields.hpp"

namespace parapet {

namespace {

/// How many states meet: on either side of one cut, or in the quadrants of one cut an axis.
std::size_t regions(const InitialSettings& settings, std::size_t components) {
  return settings.states.size() / components;
}

double cut_of(const InitialSettings& settings, const Grid& grid, std::size_t axis) {
  if (settings.cuts.empty()) return grid.lower[axis] + 0.5 * grid.length[axis];
  return settings.cuts[settings.cuts.size() == 1 ? 0 : axis];
}

/// A cut that leaves nothing on one of its sides.
std::optional<std::string> cut_outside(const InitialSettings& settings, const Grid& grid) {
  for (std::size_t i = 0; i < settings.cuts.size(); ++i) {
    const double lower = grid.lower[i], upper = lower + grid.length[i];
    if (settings.cuts[i] > lower && settings.cuts[i] < upper) continue;
    return fmt::format("`cuts` has {}, which is not between {} and {}", settings.cuts[i], lower,
                       upper);
  }
  return std::nullopt;
}

/// What is wrong with a formula of as many variables as the grid has axes.
std::optional<std::string> fault_of_formula(const std::string& text, const Grid& grid) {
  const std::vector<std::string> all = {"x", "y", "z"};
  if (auto fault = Formula::fault(text, {all.begin(), all.begin() + grid.dimensions})) return fault;
  const auto found = first_unsound(Formula(text, all), grid, 0.0,
                                   [](double value) { return std::isfinite(value); });
  if (!found) return std::nullopt;
  return fmt::format("the formula \"{}\" is {:.6g} at {}", text, found->value, found->place);
}

double physical(const Grid& grid, const UnitPoint& x, std::size_t axis) {
  return grid.lower[axis] + grid.length[axis] * x[axis];
}

}  // namespace

void set_riemann(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const std::size_t components = make.component_count();
  const std::size_t axes = regions(s, components) == 2 ? 1 : make.dimensions();
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    std::size_t region = 0;
    for (std::size_t a = 0; a < axes; ++a) {
      const bool is_above = physical(make.grid(), x, a) >= cut_of(s, make.grid(), a);
      region = 2 * region + (is_above ? 1 : 0);
    }
    return s.states[region * components + c];
  });
}

void set_formulas(const InitialFieldMaker& make) {
  std::vector<Formula> formulas;
  for (const std::string& text : make.settings.formulas) {
    formulas.emplace_back(text, std::vector<std::string>{"x", "y", "z"});
  }
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    std::array<double, 3> place{};
    for (std::size_t a = 0; a < make.dimensions(); ++a) place[a] = physical(make.grid(), x, a);
    return formulas[c](place);
  });
}

void declare_told(InitialSettings& s, Section& section) {
  section
      .add(
          "states", s.states,
          "riemann: the field below and above a plane across x; or in the regions of planes across "
          "all axes, x slowest; of vectors all components, region after region")
      .unit("field")
      .entries(0, 48);
  section
      .add("cuts", s.cuts,
           "riemann: where the planes lie, one entry an axis or one for all; empty: in the middle")
      .unit("length")
      .entries(0, 3);
  section
      .add("formulas", s.formulas,
           "formula: of x, y and z, one a component; operators, ?: and functions as in "
           "\"x < 0.5 ? sin(2*pi*x)^2 : 0\"")
      .unit("field")
      .entries(0, 16);
}

void add_told_faults(const InitialSettings& settings, const Grid& grid, std::size_t components,
                     std::vector<std::string>& faults) {
  const auto axes = static_cast<std::size_t>(grid.dimensions);
  if (settings.kind == "riemann") {
    const std::size_t states = settings.states.size(), most = (std::size_t{1} << axes) * components;
    if (states != 2 * components && states != most) {
      faults.push_back(fmt::format(
          "`states` has {} entries: expected {} for two states{}", states, 2 * components,
          axes > 1 ? fmt::format(" or {} for one in every region", most) : std::string()));
    }
    const std::size_t cuts = settings.cuts.size();
    if (cuts > 1 && cuts != axes) {
      faults.push_back(fmt::format("`cuts` has {} entries: expected one, or {}", cuts, axes));
    } else if (const auto outside = cut_outside(settings, grid)) {
      faults.push_back(*outside);
    }
  }
  if (settings.kind != "formula") return;
  if (settings.formulas.size() != components) {
    faults.push_back(fmt::format("`formulas` has {} entries, the equation {} components",
                                 settings.formulas.size(), components));
  }
  for (const std::string& text : settings.formulas) {
    if (const auto fault = fault_of_formula(text, grid)) faults.push_back(*fault);
  }
}

}  // namespace parapet
