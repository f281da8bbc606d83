#include "methods/spectral_solver.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "base/failure.hpp"
#include "methods/finite_check.hpp"
#include "methods/semilinear_factory.hpp"

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

SpectralFormTraits spectral_form_traits(const AnyEquation& equation, std::string_view form,
                                        int dimensions) {
  return std::visit(
      [&]<class Equation>(const Equation& e) -> SpectralFormTraits {
        if constexpr (!HasSpectralForm<Equation>) throw Failure(ExitCode::internal_error, "no modes");
        else return with_spectral_form(e, form, dimensions, []<class E>(const E& made) {
          return SpectralFormTraits{E::field_count,
                                    E::derived_count,
                                    E::product_count,
                                    E::symbol_count,
                                    made.degree,
                                    made.conserves_mean,
                                    {}};
        });
      },
      equation);
}

std::vector<FieldName> fields_of(const AnyEquation& equation, std::string_view form,
                                 int dimensions) {
  return std::visit([&](const auto& e) { return fields_of_equation(e, form, dimensions); },
                    equation);
}

namespace {

/// An equation's spectral form, which the caller knows to be an E.
template <class E, class Equation>
E spectral_form(const Equation& equation, std::string_view form, int dimensions) {
  std::optional<E> found;
  with_spectral_form(equation, form, dimensions, [&]<class F>(const F& made) {
    if constexpr (std::is_same_v<E, F>) found = made;
  });
  return found.value();
}

}  // namespace

std::unique_ptr<SpectralSolver> make_spectral_solver(SpectralTransform& transform,
                                                     std::string_view form,
                                                     std::vector<SpectralMember> members,
                                                     const StepControl& control) {
  const int dimensions = transform.grid().dimensions;
  const auto build = [&]<class Equation>(const Equation& first) -> std::unique_ptr<SpectralSolver> {
    if constexpr (!HasSpectralForm<Equation>) throw Failure(ExitCode::internal_error, "no modes");
    else return with_spectral_form(
        first, form, dimensions, [&]<class E>(const E&) -> std::unique_ptr<SpectralSolver> {
          std::vector<SystemMember<E>> parts;
          for (const SpectralMember& member : members) {
            const auto& equation = std::get<Equation>(member.equation);
            parts.push_back({spectral_form<E>(equation, form, dimensions),
                             forced_modes(transform, member.forcing)});
          }
          return make_semilinear_solver<E>(transform, std::move(parts), control);
        });
  };
  require(!members.empty(), ExitCode::internal_error, "a solver needs at least one member");
  return std::visit(build, members.front().equation);
}

}  // namespace parapet
