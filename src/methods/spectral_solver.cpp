#include "methods/spectral_solver.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "base/failure.hpp"
#include "methods/exact_solver.hpp"
#include "methods/finite_check.hpp"
#include "methods/semilinear_factory.hpp"
#include "methods/wave_solver.hpp"

namespace parapet {

namespace {

// A complex coefficient is two neighbouring doubles: the last axis is twice as long.
constexpr std::size_t doubled_axis = 2;

std::span<const double> as_numbers(std::span<const Complex> modes) {
  return {reinterpret_cast<const double*>(modes.data()), modes.size() * 2};
}

}  // namespace

StateArray SpectralSolver::state_array() const {
  StateArray array{transform_.mode_shape(), transform_.mode_box()};
  array.shape[doubled_axis] *= 2;
  array.block.offset[doubled_axis] *= 2;
  array.block.count[doubled_axis] *= 2;
  return array;
}

std::span<const double> SpectralSolver::state(std::size_t member, int component,
                                              std::vector<double>&) {
  return as_numbers(modes(member, component));
}

void SpectralSolver::set_state(std::size_t member, int component, std::span<const double> values) {
  const auto own = modes(member, component);
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = {values[2 * i], values[2 * i + 1]};
}

std::vector<const Complex*> SpectralSolver::component_pointers(std::size_t member) {
  std::vector<const Complex*> pointers;
  for (int c = 0; c < components(); ++c) pointers.push_back(modes(member, c).data());
  return pointers;
}

void SpectralSolver::to_points(std::size_t member, int first, std::span<double* const> fields) {
  const auto all = component_pointers(member);
  const std::span<const Complex* const> wanted(all);
  transform_.to_points(wanted.subspan(static_cast<std::size_t>(first), fields.size()), fields);
}

FieldDiagnostics SpectralSolver::diagnose(std::size_t member) {
  return parapet::diagnose(transform_, component_pointers(member));
}

std::vector<double> SpectralSolver::spectrum(std::size_t member) {
  return shell_spectrum(transform_, component_pointers(member));
}

std::uint64_t SpectralSolver::digest(std::size_t member) {
  return modes_digest(transform_, component_pointers(member));
}

void SpectralSolver::require_finite(std::size_t member, std::size_t member_in_run) {
  throw_unless_finite(transform_, component_pointers(member), member_in_run, progress(member).time);
}

namespace {

template <class Equation>
std::vector<std::string> integrators_of_equation() {
  std::vector<std::string> names;
  if constexpr (HasSpectralForm<Equation>) names.emplace_back("etdrk4");
  if constexpr (SecondOrderWave<Equation>) names.emplace_back("symplectic");
  if constexpr (HasLinearForm<Equation>) names.emplace_back("exact");
  return names;
}

/// Calls etdrk4(), symplectic() or exact() with the equation, whichever `integrator` names; those
/// that the equation has not are not compiled.
template <class Result, class Equation, class Etdrk, class Symplectic, class Exact>
Result by_integrator(std::string_view integrator, const Equation& equation, Etdrk&& etdrk4,
                     Symplectic&& symplectic, Exact&& exact) {
  const auto names = integrators_of_equation<Equation>();
  const bool is_first = integrator.empty() && !names.empty();
  const std::string name = is_first ? names.front() : std::string(integrator);
  if constexpr (HasSpectralForm<Equation>) {
    if (name == "etdrk4") return etdrk4(equation);
  }
  if constexpr (SecondOrderWave<Equation>) {
    if (name == "symplectic") return symplectic(equation);
  }
  if constexpr (HasLinearForm<Equation>) {
    if (name == "exact") return exact(equation);
  }
  throw Failure(ExitCode::internal_error, "this equation has no spectral integrator " + name);
}

SpectralFormTraits etdrk4_traits(const auto& equation, std::string_view form, int dimensions) {
  return with_spectral_form(equation, form, dimensions, []<class E>(const E& made) {
    SpectralFormTraits traits;
    traits.transformed = E::field_count + E::derived_count + E::product_count;
    traits.arrays = 3 * (E::field_count + E::product_count) + E::derived_count;
    traits.coefficients = 7 * E::symbol_count;
    traits.degree = made.degree;
    traits.conserves_mean = made.conserves_mean;
    traits.keeps_mirror_images = KeepsMirrorImages<E>;
    return traits;
  });
}

/// An equation's spectral form, which the caller knows to be an E.
template <class E, class Equation>
E spectral_form(const Equation& equation, std::string_view form, int dimensions) {
  std::optional<E> found;
  with_spectral_form(equation, form, dimensions, [&]<class F>(const F& made) {
    if constexpr (std::is_same_v<E, F>) found = made;
  });
  return found.value();
}

/// What make_spectral_solver() was called with.
struct Request {
  SpectralTransform& transform;
  std::string_view form;
  const std::vector<SpectralMember>& members;
  const StepControl& control;
};

template <class Equation>
std::unique_ptr<SpectralSolver> etdrk4_solver(const Request& ask, const Equation& first) {
  const int dimensions = ask.transform.grid().dimensions;
  return with_spectral_form(
      first, ask.form, dimensions, [&]<class E>(const E&) -> std::unique_ptr<SpectralSolver> {
        require(KeepsMirrorImages<E> || ask.transform.grid().is_periodic_everywhere(),
                ExitCode::bad_input,
                std::string(Equation::name) + " has odd derivatives: it needs a periodic grid");
        std::vector<SystemMember<E>> parts;
        for (const SpectralMember& member : ask.members) {
          const auto& equation = std::get<Equation>(member.equation);
          parts.push_back({spectral_form<E>(equation, ask.form, dimensions),
                           forced_modes(ask.transform, member.forcing)});
        }
        return make_semilinear_solver<E>(ask.transform, std::move(parts), ask.control);
      });
}

template <class Equation>
std::unique_ptr<SpectralSolver> symplectic_solver(const Request& ask) {
  std::vector<WaveForm> forms;
  for (const SpectralMember& member : ask.members) {
    forms.push_back(wave_form(std::get<Equation>(member.equation)));
  }
  return make_wave_solver(ask.transform, std::move(forms), ask.control);
}

}  // namespace

std::vector<std::string> integrators_of(const AnyEquation& equation) {
  return std::visit([]<class E>(const E&) { return integrators_of_equation<E>(); }, equation);
}

SpectralFormTraits spectral_form_traits(const AnyEquation& equation, std::string_view form,
                                        int dimensions, std::string_view integrator) {
  const auto etdrk4 = [&](const auto& e) { return etdrk4_traits(e, form, dimensions); };
  const auto symplectic = [&](const auto& e) { return wave_traits(wave_form(e), dimensions); };
  const auto exact = [&](const auto&) { return exact_traits(equation); };
  return std::visit(
      [&](const auto& e) {
        return by_integrator<SpectralFormTraits>(integrator, e, etdrk4, symplectic, exact);
      },
      equation);
}

std::vector<FieldName> fields_of(const AnyEquation& equation, std::string_view form,
                                 int dimensions) {
  return std::visit([&](const auto& e) { return fields_of_equation(e, form, dimensions); },
                    equation);
}

std::unique_ptr<SpectralSolver> make_spectral_solver(SpectralTransform& transform,
                                                     std::string_view form,
                                                     std::vector<SpectralMember> members,
                                                     const StepControl& control,
                                                     std::string_view integrator) {
  require(!members.empty(), ExitCode::internal_error, "a solver needs at least one member");
  const Request ask{transform, form, members, control};
  const auto etdrk4 = [&](const auto& e) { return etdrk4_solver(ask, e); };
  const auto symplectic = [&]<class E>(const E&) { return symplectic_solver<E>(ask); };
  const auto exact = [&](const auto&) { return make_exact_solver(transform, members); };
  return std::visit(
      [&](const auto& e) {
        return by_integrator<std::unique_ptr<SpectralSolver>>(integrator, e, etdrk4, symplectic,
                                                              exact);
      },
      members.front().equation);
}

}  // namespace parapet
