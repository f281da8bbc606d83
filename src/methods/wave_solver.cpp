#include "methods/wave_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/exact_sum.hpp"
#include "base/failure.hpp"
#include "methods/step_controller.hpp"
#include "methods/symplectic_stepper.hpp"

namespace parapet {
namespace {

class WaveSolver final : public SpectralSolver {
 public:
  WaveSolver(SpectralTransform& transform, std::vector<WaveForm> members,
             const StepControl& control)
      : SpectralSolver(transform),
        stepper_(transform, std::move(members)),
        controller_(control),
        progress_(stepper_.member_count()) {
    require(!controller_.is_adaptive(), ExitCode::internal_error,
            "the symplectic stepper takes fixed steps");
    for (std::size_t m = 0; m < stepper_.member_count(); ++m) {
      fastest_.push_back(fastest_frequency(m));
    }
  }

  std::size_t members() const override { return stepper_.member_count(); }
  int components() const override { return 2; }

  std::span<Complex> modes(std::size_t member, int component) override {
    return {component == 0 ? stepper_.u(member) : stepper_.velocity(member), mode_count()};
  }

  const MemberProgress& progress(std::size_t member) const override { return progress_[member]; }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    progress_[member] = progress;
    stepper_.forget_force(member);
  }

  bool step(double target) override {
    std::vector<SymplecticStepper::Part> plain, checked;
    for (std::size_t m = 0; m < members(); ++m) {
      MemberProgress& p = progress_[m];
      if (!(p.time < target)) continue;
      controller_.aim(p, target);
      if (p.balance.step() == 0.0) p.balance.follow(hamiltonian(m), 0.0);
      auto& parts = controller_.is_check_due(p) ? checked : plain;
      parts.push_back({m, controller_.step_length(p)});
    }
    if (!plain.empty()) stepper_.step(plain);
    for (const auto& part : plain) pass(part);
    if (!checked.empty()) step_and_check(checked);
    return std::any_of(progress_.begin(), progress_.end(),
                       [&](const MemberProgress& p) { return p.time < target; });
  }

  RateOfChange rate_of_change(std::size_t member) override {
    const auto force = stepper_.force(member);
    const auto omega2 = stepper_.frequency_squares(member);
    const auto u = modes(member, 0), v = modes(member, 1);
    std::array<ExactSum, 3> sums;  // of (u, v)* ∂(u, v)/∂t, |∂(u, v)/∂t|², |(u, v)|²
    for (std::size_t i = 0; i < mode_count(); ++i) {
      const double weight = stepper_.modes().weight(i);
      const Complex rate = -omega2[i] * u[i] + (force.empty() ? Complex() : force[i]);
      sums[0].add(weight * (std::conj(u[i]) * v[i] + std::conj(v[i]) * rate).real());
      sums[1].add(weight * (std::norm(v[i]) + std::norm(rate)));
      sums[2].add(weight * (std::norm(u[i]) + std::norm(v[i])));
    }
    for (ExactSum& sum : sums) sum.reduce(communicator());
    const double above = sums[1].round();
    const double relative = above == 0.0 ? 0.0 : std::sqrt(above / sums[2].round());
    return {sums[0].round(), 0.0, relative};
  }

  double energy_residual(std::size_t member) override {
    return progress_[member].balance.followed_residual(hamiltonian(member), 0.0);
  }

  std::vector<double> quantities(std::size_t member) override {
    std::vector<double> values = {hamiltonian(member)};
    const auto p = momentum(member);
    values.insert(values.end(), p.begin(), p.begin() + transform().grid().dimensions);
    return values;
  }

  std::size_t memory_bytes() const override {
    return stepper_.memory_bytes() + points_.size() * sizeof(double);
  }

 private:
  std::size_t mode_count() const { return stepper_.modes().size(); }
  const Communicator& communicator() const { return transform().communicator(); }

  /// ω of the fastest wave, where there are kicks that could come into resonance with it.
  double fastest_frequency(std::size_t member) const {
    if (!stepper_.has_potential()) return 0.0;
    double largest = 0.0;
    for (const double omega2 : stepper_.frequency_squares(member)) {
      largest = std::max(largest, omega2);
    }
    return std::sqrt(communicator().all_reduce(largest, Reduction::maximum));
  }

  void pass(const SymplecticStepper::Part& part) {
    MemberProgress& p = progress_[part.member];
    controller_.advance(p);
    p.courant = std::max(p.courant, part.dt * fastest_[part.member] / std::numbers::pi);
  }

  void step_and_check(const std::vector<SymplecticStepper::Part>& parts) {
    const auto errors = stepper_.step_and_estimate(parts);
    for (std::size_t a = 0; a < parts.size(); ++a) {
      const std::size_t m = parts[a].member;
      MemberProgress& p = progress_[m];
      p.error_estimate += errors[a] * StepController::steps_since_check(p);
      pass(parts[a]);
      require_finite(m, m);
      p.balance.follow(hamiltonian(m), 0.0);
    }
  }

  /// ⟨½ v² + ½ c² |∇u|² + ½ m² u² + V(u)⟩.
  double hamiltonian(std::size_t member) {
    const FreeWave& free = stepper_.form(member).free;
    ExactSum sum;
    stepper_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const std::array<Complex, 2> mode = {stepper_.u(member)[i], stepper_.velocity(member)[i]};
      sum.add(stepper_.modes().weight(i) * free.energy(k, mode.data()));
    });
    sum.reduce(communicator());
    return sum.round() + mean_potential(member);
  }

  std::array<double, 3> momentum(std::size_t member) {
    std::array<ExactSum, 3> sums;
    const auto u = modes(member, 0), v = modes(member, 1);
    stepper_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      // v* ∂u is v* i k u
      const double flow = v[i].imag() * u[i].real() - v[i].real() * u[i].imag();
      for (std::size_t a = 0; a < 3; ++a) {
        sums[a].add(-stepper_.modes().weight(i) * k.k[a] * flow);
      }
    });
    std::array<double, 3> result;
    for (std::size_t a = 0; a < 3; ++a) {
      sums[a].reduce(communicator());
      result[a] = sums[a].round();
    }
    return result;
  }

  double mean_potential(std::size_t member) {
    if (!stepper_.has_potential()) return 0.0;
    points_.resize(transform().point_count());
    const Complex* const u = stepper_.u(member);
    double* const values = points_.data();
    transform().to_points({&u, 1}, {&values, 1});
    const double* const in = values;
    stepper_.form(member).potential({{&in, 1}, {&values, 1}, points_.size()});
    const auto count = static_cast<double>(transform().grid().point_count());
    return exact_sum(communicator(), points_) / count;
  }

  SymplecticStepper stepper_;
  StepController controller_;
  std::vector<MemberProgress> progress_;
  std::vector<double> fastest_;
  std::vector<double> points_;
};

}  // namespace

SpectralFormTraits wave_traits(const WaveForm& form, int dimensions) {
  SpectralFormTraits traits;
  traits.transformed = form.force ? 2 : 0;
  traits.arrays = SymplecticStepper::arrays_per_member;
  traits.coefficients = form.force ? 9 : 3;
  traits.degree = form.degree;
  traits.quantities = {"hamiltonian", "momentum_x", "momentum_y", "momentum_z"};
  traits.quantities.resize(static_cast<std::size_t>(1 + dimensions));
  return traits;
}

std::unique_ptr<SpectralSolver> make_wave_solver(SpectralTransform& transform,
                                                 std::vector<WaveForm> members,
                                                 const StepControl& control) {
  return std::make_unique<WaveSolver>(transform, std::move(members), control);
}

}  // namespace parapet
