#include "simulation/problem_settings.hpp"

#include <limits>
#include <optional>

#include <fmt/format.h>

namespace parapet {

namespace {

void bound(Setting& setting, const Range& range) {
  if (range.low > -std::numeric_limits<double>::infinity()) {
    range.is_low_open ? setting.above(range.low) : setting.at_least(range.low);
  }
  if (range.high < std::numeric_limits<double>::infinity()) setting.at_most(range.high);
}

template <class... Equations>
std::vector<std::string> names_of(List<Equations...>) {
  return {std::string(Equations::name)...};
}

template <class... Equations>
std::optional<AnyEquation> equation_named(std::string_view name, List<Equations...>) {
  std::optional<AnyEquation> found;
  ((Equations::name == name ? void(found = Equations{}) : void()), ...);
  return found;
}

void add_parameter(Section& section, Parameter& parameter) {
  auto& setting =
      section.add(std::string(parameter.name), parameter.value, std::string(parameter.meaning));
  setting.unit(std::string(parameter.unit)).source(std::string(parameter.source));
  setting.symbol(std::string(parameter.symbol));
  bound(setting, parameter.range);
}

void add_formulas(Section& section, FormulaParameter& formula) {
  section
      .add(std::string(formula.name), formula.texts,
           fmt::format("{}; of x, y, z and t", formula.meaning))
      .entries(0, formula.most_texts)
      .unit(std::string(formula.unit))
      .source(std::string(formula.source));
}

template <class Equation>
void add_equation(Section& section, Equation& equation, std::string& form) {
  if constexpr (HasForms<Equation>) {
    section.add("form", form, std::string(Equation::forms_meaning))
        .one_of({Equation::forms.begin(), Equation::forms.end()});
  }
  for (Parameter* parameter : equation.parameters()) add_parameter(section, *parameter);
  if constexpr (HasFormulas<Equation>) {
    for (FormulaParameter* formula : equation.formulas()) add_formulas(section, *formula);
  }
}

Section equation_section(ProblemSettings& problem) {
  return std::visit(
      [&](auto& equation) {
        Section section("equation", std::string(equation.summary));
        const Section name = problem.name_section();
        section.settings = name.settings;
        add_equation(section, equation, problem.form);
        return section;
      },
      problem.equation);
}

}  // namespace

Section ProblemSettings::name_section() {
  Section section("equation", "what is solved");
  section.add("name", name, "of the equation, see `parapet list`").one_of(names_of(AllEquations{}));
  return section;
}

bool ProblemSettings::choose(std::string_view wanted) {
  const auto found = equation_named(wanted, AllEquations{});
  if (!found) return false;
  equation = *found;
  given = given_fields_of(equation);
  name = wanted;
  form = std::visit(
      []<class Equation>(const Equation&) {
        if constexpr (HasForms<Equation>) return std::string(Equation::forms[0]);
        return std::string();
      },
      equation);
  return true;
}

std::vector<Section> ProblemSettings::sections() {
  std::vector<Section> all;
  all.push_back(equation_section(*this));
  for (GivenFieldSettings& field : given) all.push_back(field.section());
  if (is_steady()) return all;
  if (std::holds_alternative<Continuity>(equation)) {
    all.push_back(section_of("equation.carrier",
                             "a steady velocity from a file, in place of formulas", carrier));
  }
  all.push_back(section_of("equation.forcing", "random forcing in time and space", forcing));
  all.push_back(section_of("initial", "the field a member starts from", initial));
  return all;
}

bool ProblemSettings::is_steady() const {
  return std::visit([]<class Equation>(const Equation&) { return Elliptic<Equation>; }, equation);
}

}  // namespace parapet
