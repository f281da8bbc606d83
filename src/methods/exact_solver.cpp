#include "methods/exact_solver.hpp"

#include <array>
#include <cmath>
#include <type_traits>
#include <utility>

#include "base/exact_sum.hpp"
#include "base/failure.hpp"
#include "methods/mode_table.hpp"

namespace parapet {
namespace {

/// Equations whose energy is not ½⟨|u|²⟩.
template <class E>
concept HasOwnEnergy = requires {
  E::energy_name;
};

/// Equations whose fields are bound to each other at every time.
template <class E>
concept HasConstraint = requires(const E e, const Wavevector& k, Complex* u) {
  e.settle(k, u);
};

template <LinearSpectral E>
class ExactSolver final : public SpectralSolver {
 public:
  static constexpr std::size_t fields = E::components.size();

  ExactSolver(SpectralTransform& transform, std::vector<E> members)
      : SpectralSolver(transform),
        modes_(transform),
        equations_(std::move(members)),
        state_(equations_.size() * fields * modes_.size()),
        progress_(equations_.size()) {}

  std::size_t members() const override { return equations_.size(); }
  int components() const override { return static_cast<int>(fields); }

  std::span<Complex> modes(std::size_t member, int component) override {
    const std::size_t place = member * fields + static_cast<std::size_t>(component);
    return std::span(state_).subspan(place * modes_.size(), modes_.size());
  }

  const MemberProgress& progress(std::size_t member) const override { return progress_[member]; }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    progress_[member] = progress;
  }

  void settle(std::size_t member) override {
    if constexpr (HasConstraint<E>) {
      const std::size_t n = modes_.size();
      Complex* const first = state_.data() + member * fields * n;
      for_each_mode(member, [&](std::size_t i, const Wavevector& k, Mode& u) {
        equations_[member].settle(k, u.data());
        for (std::size_t f = 0; f < fields; ++f) first[f * n + i] = u[f];
      });
    }
  }

  bool step(double target) override {
    for (std::size_t m = 0; m < members(); ++m) {
      if (progress_[m].time < target) advance(m, target);
    }
    return false;
  }

  RateOfChange rate_of_change(std::size_t member) override {
    const E& equation = equations_[member];
    std::array<ExactSum, 4> sums;  // of u* ∂u/∂t, |∂u/∂t|², |u|², the dissipation
    for_each_mode(member, [&](std::size_t i, const Wavevector& k, const Mode& u) {
      Mode rate;
      equation.rate(k, u.data(), rate.data());
      const double weight = modes_.weight(i);
      for (std::size_t f = 0; f < fields; ++f) {
        sums[0].add(weight * (std::conj(u[f]) * rate[f]).real());
        sums[1].add(weight * std::norm(rate[f]));
        sums[2].add(weight * std::norm(u[f]));
      }
      sums[3].add(weight * 2.0 * equation.damping(k) * equation.energy(k, u.data()));
    });
    for (ExactSum& sum : sums) sum.reduce(transform().communicator());
    const double above = sums[1].round();
    const double relative = above == 0.0 ? 0.0 : std::sqrt(above / sums[2].round());
    return {sums[0].round(), sums[3].round(), relative};
  }

  double energy_residual(std::size_t member) override {
    return progress_[member].balance.followed_residual(energy(member), 0.0);
  }

  std::vector<double> quantities(std::size_t member) override {
    std::vector<double> values = {parseval_error(member)};
    if constexpr (HasOwnEnergy<E>) values.push_back(energy(member));
    return values;
  }

  std::size_t memory_bytes() const override {
    return state_.size() * sizeof(Complex) + modes_.memory_bytes();
  }

 private:
  using Mode = std::array<Complex, fields>;

  /// Calls visit(local index, wave vector, coefficients of all fields).
  template <class F>
  void for_each_mode(std::size_t member, F&& visit) const {
    const std::size_t n = modes_.size();
    const Complex* const first = state_.data() + member * fields * n;
    modes_.for_each([&](std::size_t i, const Wavevector& k) {
      Mode u;
      for (std::size_t f = 0; f < fields; ++f) u[f] = first[f * n + i];
      visit(i, k, u);
    });
  }

  void advance(std::size_t member, double target) {
    MemberProgress& p = progress_[member];
    const double t = target - p.time;
    if (p.balance.step() == 0.0) p.balance.follow(energy(member), 0.0);
    const double lost = energy_lost(member, t);
    propagate(member, t);
    p.balance.follow(energy(member), lost);
    p.leg_start = p.time;
    p.time = p.leg_end = target;
    p.leg_steps = 1.0;
    p.steps += 1.0;
  }

  void propagate(std::size_t member, double t) {
    const E& equation = equations_[member];
    const std::size_t n = modes_.size();
    Complex* const first = state_.data() + member * fields * n;
    for_each_mode(member, [&](std::size_t i, const Wavevector& k, Mode& u) {
      equation.propagate(k, t, u.data());
      for (std::size_t f = 0; f < fields; ++f) first[f * n + i] = u[f];
    });
  }

  double energy(std::size_t member) const {
    return energy_sum(member, [](const Wavevector&) { return 1.0; });
  }
  double energy_lost(std::size_t member, double t) const {
    return energy_sum(member, [&](const Wavevector& k) {
      return -std::expm1(-2.0 * equations_[member].damping(k) * t);
    });
  }

  template <class F>
  double energy_sum(std::size_t member, F&& share) const {
    ExactSum sum;
    for_each_mode(member, [&](std::size_t i, const Wavevector& k, const Mode& u) {
      sum.add(modes_.weight(i) * equations_[member].energy(k, u.data()) * share(k));
    });
    sum.reduce(transform().communicator());
    return sum.round();
  }

  /// |⟨|u|²⟩ of the points − Σ |û|²| / Σ |û|².
  double parseval_error(std::size_t member) {
    std::vector<double> points(transform().point_count());
    ExactSum at_points, of_modes;
    for (int c = 0; c < components(); ++c) {
      double* const values = points.data();
      to_points(member, c, {&values, 1});
      for (const double u : points) at_points.add(u * u);
    }
    for_each_mode(member, [&](std::size_t i, const Wavevector&, const Mode& u) {
      for (const Complex& z : u) of_modes.add(modes_.weight(i) * std::norm(z));
    });
    at_points.reduce(transform().communicator());
    of_modes.reduce(transform().communicator());
    const double mean = at_points.round() / static_cast<double>(transform().grid().point_count());
    const double defect = std::abs(mean - of_modes.round());
    return defect == 0.0 ? 0.0 : defect / of_modes.round();
  }

  ModeTable modes_;
  std::vector<E> equations_;
  std::vector<Complex> state_;
  std::vector<MemberProgress> progress_;
};

template <LinearSpectral E>
SpectralFormTraits traits_of(const E&) {
  SpectralFormTraits traits;
  traits.arrays = traits.transformed = static_cast<int>(E::components.size());
  traits.degree = 1;
  traits.conserves_mean = E::conserves_mean;
  if constexpr (requires { E::keeps_mirror_images; }) traits.keeps_mirror_images = true;
  traits.quantities = {"parseval_error"};
  if constexpr (HasOwnEnergy<E>) traits.quantities.emplace_back(E::energy_name);
  return traits;
}

[[noreturn]] void refuse() {
  throw Failure(ExitCode::internal_error, "this equation has no solution in closed form");
}

template <class Equation>
std::unique_ptr<SpectralSolver> solver_of(SpectralTransform& transform,
                                          const std::vector<SpectralMember>& members) {
  using E = decltype(linear_form(std::declval<Equation>()));
  std::vector<E> equations;
  for (const SpectralMember& member : members) {
    equations.push_back(linear_form(std::get<Equation>(member.equation)));
  }
  return std::make_unique<ExactSolver<E>>(transform, std::move(equations));
}

}  // namespace

std::unique_ptr<SpectralSolver> make_exact_solver(SpectralTransform& transform,
                                                  const std::vector<SpectralMember>& members) {
  return std::visit(
      [&]<class Equation>(const Equation&) -> std::unique_ptr<SpectralSolver> {
        if constexpr (HasLinearForm<Equation>) return solver_of<Equation>(transform, members);
        refuse();
      },
      members.front().equation);
}

SpectralFormTraits exact_traits(const AnyEquation& equation) {
  return std::visit(
      []<class Equation>(const Equation& e) -> SpectralFormTraits {
        if constexpr (HasLinearForm<Equation>) return traits_of(linear_form(e));
        refuse();
      },
      equation);
}

}  // namespace parapet
