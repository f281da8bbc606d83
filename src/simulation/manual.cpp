#include "simulation/manual.hpp"

#include <vector>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

namespace {

template <class... Equations, class F>
void for_each_equation(List<Equations...>, F&& use) {
  (use(Equations{}), ...);
}

template <class Equation>
std::string forms_text(const Equation&) {
  if constexpr (HasForms<Equation>) {
    const std::vector<std::string> forms(Equation::forms.begin(), Equation::forms.end());
    return "  forms: " + join(forms) + "\n";
  }
  return {};
}

/// The pages of the sections that concern an equation.
std::string equation_page(std::string_view name, std::string_view summary) {
  RunSettings settings;
  settings.problem.choose(name);
  std::string text = fmt::format("{}: {}\n\n", name, summary);
  for (const Section& section : settings.problem.sections()) {
    if (section.name.starts_with("equation")) text += describe(section) + "\n";
  }
  return text;
}

}  // namespace

std::string equation_list() {
  std::string text;
  for_each_equation(AllEquations{}, [&](const auto& equation) {
    text += fmt::format("{}: {}\n{}", equation.name, equation.summary, forms_text(equation));
  });
  std::vector<std::string> sections;
  RunSettings settings;
  for (const Section& section : settings.sections()) sections.push_back(section.name);
  return text + "sections of an input file: " + join(sections) +
         ", ensemble.vary.KEY, petsc\n`parapet describe NAME` tells about each.\n";
}

std::string manual_page(const Communicator&, const std::string& name) {
  std::string text;
  std::vector<std::string> names;
  RunSettings settings;
  VarySettings vary;
  auto sections = settings.sections();
  sections.emplace_back("ensemble.vary.KEY",
                        "the distribution a number is drawn from, anew for "
                        "each member; KEY is one of [equation], "
                        "[equation.forcing] or [initial]");
  vary.declare(sections.back());
  sections.emplace_back(
      "petsc",
      "options of PETSc for implicit integrators, without their dash: any that its "
      "TS, SNES and KSP read, e.g. snes_rtol = 1e-8 or ksp_monitor = true");
  for_each_equation(AllEquations{}, [&](const auto& equation) {
    names.emplace_back(equation.name);
    if (name == equation.name) text += equation_page(equation.name, equation.summary);
  });
  for (const Section& section : sections) {
    names.push_back(section.name);
    if (name == section.name) text += describe(section);
  }
  if (!text.empty()) return text;
  const auto nearest = nearest_name(name, names);
  throw Failure(
      ExitCode::bad_input,
      fmt::format("there is nothing called \"{}\"{}; there are: {}", name,
                  nearest ? fmt::format(" (did you mean \"{}\"?)", *nearest) : std::string(),
                  join(names)),
      true);
}

}  // namespace parapet
