#include "methods/spectral_solver.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "methods/semilinear_solver.hpp"

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

int component_count(std::string_view form, int dimensions) {
  return Burgers::is_vector(form, dimensions) ? dimensions : 1;
}

namespace {

/// An equation's spectral form, which the caller knows to be an E.
template <class E>
E spectral_form(const Burgers& equation, std::string_view form, int dimensions) {
  std::optional<E> found;
  equation.with_spectral_form(form, dimensions, [&]<class F>(const F& made) {
    if constexpr (std::is_same_v<E, F>) found = made;
  });
  return found.value();
}

}  // namespace

std::unique_ptr<SpectralSolver> make_spectral_solver(SpectralTransform& transform,
                                                     std::string_view form,
                                                     std::vector<BurgersMember> members,
                                                     const StepControl& control) {
  const int dimensions = transform.grid().dimensions;
  const auto build = [&]<class E>(const E&) -> std::unique_ptr<SpectralSolver> {
    std::vector<SystemMember<E>> parts;
    for (const BurgersMember& member : members) {
      parts.push_back({spectral_form<E>(member.equation, form, dimensions),
                       forced_modes(transform, member.forcing)});
    }
    return std::make_unique<SemilinearSolver<E>>(transform, std::move(parts), control);
  };
  return Burgers{}.with_spectral_form(form, dimensions, build);
}

}  // namespace parapet
