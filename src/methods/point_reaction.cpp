#include "methods/point_reaction.hpp"

#include "base/failure.hpp"
#include "equations/dual.hpp"

namespace parapet {

namespace {

template <class E>
concept HasPotential = requires(const E e, const double* u) {
  e.potential(u);
};

template <std::size_t count, ReactionDiffusion E>
void differentiate(const E& equation, const double* u, double* slopes) {
  std::array<Dual<count>, count> at, rate;
  for (std::size_t i = 0; i < count; ++i) at[i] = Dual<count>::variable(u[i], i);
  equation.reaction(at.data(), rate.data());
  for (std::size_t i = 0; i < count * count; ++i) slopes[i] = rate[i / count].slope[i % count];
}

template <ReactionDiffusion E>
PointReaction reaction_of(const E& equation) {
  constexpr std::size_t count = E::components.size();
  PointReaction made;
  auto form = spectral_reaction(equation);
  made.diffusivity = {form.diffusivity.begin(), form.diffusivity.end()};
  made.reaction = std::move(form.reaction);
  made.stage = [equation](const StageRows& rows) { compute_stage(equation, rows); };
  if constexpr (HasPotential<E>) {
    made.potential = [equation](const PointLine& line) {
      apply_at_points<count, 1>(
          line, [it = equation](const double* u, double* w) { w[0] = it.potential(u); });
    };
  }
  made.jacobian = [equation](const PointLine& line) {
    apply_at_points<count, count * count>(
        line, [it = equation](const double* u, double* J) { differentiate<count>(it, u, J); });
  };
  made.conserves_mean = form.conserves_mean;
  return made;
}

}  // namespace

PointReaction point_reaction(const AnyEquation& equation) {
  return std::visit(
      []<class E>(const E& one) -> PointReaction {
        if constexpr (ReactionDiffusion<E>) {
          return reaction_of(one);
        } else {
          throw Failure(ExitCode::internal_error, std::string(E::name) + " has no reaction");
        }
      },
      equation);
}

}  // namespace parapet
