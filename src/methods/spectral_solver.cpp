#include "methods/spectral_solver.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "base/failure.hpp"
#include "methods/semilinear_factory.hpp"

namespace parapet {

std::array<double, MemberProgress::number_count> MemberProgress::to_numbers() const {
  std::array<double, number_count> numbers = {time,       leg_start,      leg_end, leg_steps,
                                              steps,      rejected,       rung,    has_rung,
                                              last_error, error_estimate, courant, longest_step};
  const auto rest = std::ranges::copy(balance.to_numbers(), numbers.begin() + 12).out;
  std::ranges::copy(scales, rest);
  return numbers;
}

MemberProgress MemberProgress::from_numbers(std::span<const double, number_count> n) {
  MemberProgress progress{n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11]};
  progress.balance = EnergyBalance::from_numbers(n.subspan<12, EnergyBalance::number_count>());
  std::ranges::copy(n.last<std::tuple_size_v<EnergyScales>>(), progress.scales.begin());
  return progress;
}

SpectralFormTraits spectral_form_traits(const AnyEquation& equation, std::string_view form,
                                        int dimensions) {
  return std::visit(
      [&](const auto& e) {
        return with_spectral_form(e, form, dimensions, []<class E>(const E& made) {
          return SpectralFormTraits{E::field_count,  E::derived_count, E::product_count,
                                    E::symbol_count, made.degree,      made.conserves_mean};
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
  const auto build = [&]<class Equation>(const Equation& first) {
    return with_spectral_form(
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
