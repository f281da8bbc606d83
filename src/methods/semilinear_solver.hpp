#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "base/exact_sum.hpp"
#include "diagnostics/field_diagnostics.hpp"
#include "methods/energy_audit.hpp"
#include "methods/etdrk4.hpp"
#include "methods/finite_check.hpp"
#include "methods/spectral_solver.hpp"
#include "methods/step_controller.hpp"

namespace parapet {

/// Equations whose fields are velocities that carry the solution along: they have an advective
/// stability limit, watched in fixed-step runs.
template <class E>
concept AdvectsWithFields = requires {
  requires E::advects_with_fields;
};

/// SpectralSolver for one equation in semilinear spectral form.
template <SemilinearSpectral E>
class SemilinearSolver final : public SpectralSolver {
 public:
  using System = PseudospectralSystem<E>;
  static constexpr std::size_t fields = System::fields;

  SemilinearSolver(SpectralTransform& transform, std::vector<SystemMember<E>> members,
                   const StepControl& control)
      : SpectralSolver(transform),
        system_(transform, std::move(members)),
        stepper_(system_),
        audit_(system_),
        controller_(control),
        progress_(system_.member_count()) {}

  std::size_t members() const override { return system_.member_count(); }
  int components() const override { return static_cast<int>(fields); }

  std::span<Complex> modes(std::size_t member, int component) override {
    const std::size_t n = system_.mode_count();
    return {stepper_.state(member) + static_cast<std::size_t>(component) * n, n};
  }

  const MemberProgress& progress(std::size_t member) const override { return progress_[member]; }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    progress_[member] = progress;
    stepper_.forget_products(member);
  }

  bool step(double target) override {
    const auto active = members_short_of(target);
    if (active.empty()) return false;
    for (const std::size_t m : active) controller_.aim(progress_[m], target);
    if (controller_.is_adaptive()) choose_first_rungs(active);
    std::vector<Part> parts;
    for (const std::size_t m : active) {
      parts.push_back({m, progress_[m].time, controller_.step_length(progress_[m]), nullptr});
    }
    const auto energies = measure_energies(parts);
    stepper_.attempt(parts);
    const auto is_accepted =
        controller_.is_adaptive() ? settle_adaptive(parts) : settle_fixed(parts);
    for (std::size_t a = 0; a < parts.size(); ++a) {
      if (is_accepted[a]) take_note(parts[a], energies[a]);
    }
    watch_advection(parts);
    return !members_short_of(target).empty();
  }

  RateOfChange rate_of_change(std::size_t member) override {
    stepper_.prepare({&member, 1});
    const Complex* const u = stepper_.state(member);
    const auto N = tendency_of(member, progress_[member].time);
    const auto symbols = symbols_of(member);
    const std::size_t n = system_.mode_count();
    std::array<ExactSum, 4> sums;  // of u* ∂u/∂t, |∂u/∂t|², |u|², the dissipation
    for (std::size_t j = 0; j < fields * n; ++j) {
      const double weight = system_.modes().weight(j % n);
      const double linear = symbols[symbol(j / n) * n + j % n];
      const Complex rate = linear * u[j] + N[j];
      sums[0].add(weight * (std::conj(u[j]) * rate).real());
      sums[1].add(weight * std::norm(rate));
      sums[2].add(weight * std::norm(u[j]));
      sums[3].add(-weight * linear * std::norm(u[j]));
    }
    for (ExactSum& sum : sums) sum.reduce(communicator());
    return {sums[0].round(), sums[3].round(), ratio_of_roots(sums[1].round(), sums[2].round())};
  }

  double energy_residual(std::size_t member) override {
    stepper_.prepare({&member, 1});
    const MemberProgress& p = progress_[member];
    const auto before = step_before(member);
    const auto measured = audit_.measure(std::array{energy_state(member, before.get(), nullptr)});
    return p.balance.residual(p.time, measured[0].terms);
  }

  std::size_t memory_bytes() const override {
    return system_.memory_bytes() + stepper_.memory_bytes() + scratch_.size() * sizeof(double);
  }

 private:
  using Part = typename Etdrk4<E>::Part;
  static constexpr double imaginary_stability = 2.8;  ///< of RK4, which ETDRK4 is where L = 0

  static constexpr std::size_t symbol(std::size_t field) {
    return E::symbol_count == 1 ? 0 : field;
  }
  const Communicator& communicator() const { return system_.transform().communicator(); }

  std::vector<std::size_t> members_short_of(double target) const {
    std::vector<std::size_t> result;
    for (std::size_t m = 0; m < progress_.size(); ++m) {
      if (progress_[m].time < target) result.push_back(m);
    }
    return result;
  }

  std::vector<double> symbols_of(std::size_t member) const {
    std::vector<double> result(E::symbol_count * system_.mode_count());
    system_.fill_symbols(member, result);
    return result;
  }

  /// N̂ of the present state, forcing included; needs its products.
  std::vector<Complex> tendency_of(std::size_t member, double time) const {
    const std::size_t n = system_.mode_count();
    const Complex* const p = stepper_.products_at_state(member);
    std::vector<Complex> result(fields * n);
    system_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const auto N = Etdrk4<E>::tendency(system_.member(member).equation, k,
                                         [&](std::size_t j) { return p[j * n + i]; });
      for (std::size_t f = 0; f < fields; ++f) result[f * n + i] = N[f];
    });
    for (const ForcedMode& forced : system_.member(member).forcing) {
      result[forced.index] += forced.at(time);
    }
    return result;
  }

  /// Two sums a member, each over all modes of all fields of |z|² times the mode's weight.
  template <class F>
  std::vector<double> square_sums(std::size_t count, F&& for_each_pair) {
    std::vector<ExactSum> sums(2 * count);
    for (std::size_t a = 0; a < count; ++a) {
      for_each_pair(a, [&](std::size_t mode, const Complex& first, const Complex& second) {
        const double weight = system_.modes().weight(mode);
        sums[2 * a].add(weight * std::norm(first));
        sums[2 * a + 1].add(weight * std::norm(second));
      });
    }
    std::vector<double> result;
    for (ExactSum& sum : sums) {
      sum.reduce(communicator());
      result.push_back(sum.round());
    }
    return result;
  }

  static double ratio_of_roots(double above, double below) {
    if (above == 0.0) return 0.0;
    return std::sqrt(above / below);
  }

  void choose_first_rungs(const std::vector<std::size_t>& active) {
    std::vector<std::size_t> fresh;
    for (const std::size_t m : active) {
      if (progress_[m].has_rung == 0.0) fresh.push_back(m);
    }
    if (fresh.empty()) return;
    for (const std::size_t m : fresh) require_finite(m, m);
    stepper_.prepare(fresh);
    const auto sums = square_sums(fresh.size(), [&](std::size_t a, auto&& add) {
      const auto N = tendency_of(fresh[a], progress_[fresh[a]].time);
      const Complex* const u = stepper_.state(fresh[a]);
      const std::size_t n = system_.mode_count();
      for (std::size_t j = 0; j < N.size(); ++j) add(j % n, N[j], u[j]);
    });
    for (std::size_t a = 0; a < fresh.size(); ++a) {
      controller_.choose_first_rung(progress_[fresh[a]],
                                    ratio_of_roots(sums[2 * a], sums[2 * a + 1]));
    }
  }

  /// Relative L2 error estimates of the attempted steps; infinite or NaN where one is not finite.
  std::vector<double> error_estimates(std::span<const Part> parts) {
    std::vector<std::size_t> members;
    for (const Part& part : parts) members.push_back(part.member);
    stepper_.evaluate_attempted(members);
    const auto sums = square_sums(parts.size(), [&](std::size_t a, auto&& add) {
      stepper_.for_each_error(parts[a], [&](std::size_t mode, std::size_t, const Complex& u,
                                            const Complex& error) { add(mode, error, u); });
    });
    std::vector<double> result;
    for (std::size_t a = 0; a < parts.size(); ++a) {
      result.push_back(ratio_of_roots(sums[2 * a], sums[2 * a + 1]));
    }
    return result;
  }

  /// Which steps were accepted.
  std::vector<bool> settle_adaptive(std::span<const Part> parts) {
    const auto errors = error_estimates(parts);
    std::vector<bool> is_accepted;
    for (std::size_t a = 0; a < parts.size(); ++a) {
      const std::size_t m = parts[a].member;
      if (!std::isfinite(errors[a])) require_finite(m, m);
      is_accepted.push_back(controller_.judge(progress_[m], parts[a].dt, errors[a]));
      if (is_accepted[a]) stepper_.accept(m, true);
    }
    return is_accepted;
  }

  /// Every so many steps the error is estimated and the solution looked at. All are accepted.
  std::vector<bool> settle_fixed(std::span<const Part> parts) {
    std::vector<Part> due;
    std::vector<std::size_t> is_due(members(), 0);
    for (const Part& part : parts) {
      if (controller_.is_check_due(progress_[part.member])) {
        due.push_back(part);
        is_due[part.member] = 1;
      }
    }
    const auto errors = due.empty() ? std::vector<double>{} : error_estimates(due);
    for (std::size_t a = 0; a < due.size(); ++a) {
      MemberProgress& p = progress_[due[a].member];
      p.error_estimate +=
          StepController::error_made(errors[a]) * StepController::steps_since_check(p);
    }
    for (const Part& part : parts) {
      stepper_.accept(part.member, is_due[part.member] != 0);
      controller_.advance(progress_[part.member]);
    }
    for (const Part& part : due) require_finite(part.member, part.member);
    return std::vector<bool>(parts.size(), true);
  }

  /// The coefficients of the step that led to a member's state; none before the first.
  std::shared_ptr<const EtdCoefficients> step_before(std::size_t member) {
    const double dt = progress_[member].balance.step();
    return dt > 0.0 ? stepper_.coefficients(member, dt) : nullptr;
  }

  typename EnergyAudit<E>::State energy_state(std::size_t member, const EtdCoefficients* before,
                                              const EtdCoefficients* after) {
    const MemberProgress& p = progress_[member];
    return {member, p.time,  stepper_.state(member), stepper_.products_at_state(member), before,
            after,  p.scales};
  }

  /// Energies of the states from which the steps begin.
  std::vector<typename EnergyAudit<E>::Measured> measure_energies(std::span<const Part> parts) {
    std::vector<std::size_t> members;
    for (const Part& part : parts) members.push_back(part.member);
    stepper_.prepare(members);
    std::vector<std::shared_ptr<const EtdCoefficients>> held;
    std::vector<typename EnergyAudit<E>::State> states;
    for (const Part& part : parts) {
      const auto before = held.emplace_back(step_before(part.member)).get();
      const auto after = held.emplace_back(stepper_.coefficients(part.member, part.dt)).get();
      states.push_back(energy_state(part.member, before, after));
    }
    return audit_.measure(states);
  }

  /// Of a step that was accepted.
  void take_note(const Part& part, const typename EnergyAudit<E>::Measured& start) {
    MemberProgress& p = progress_[part.member];
    p.balance.pass(part.time, start.terms, part.dt);
    p.scales = start.scales;
    p.longest_step = std::max(p.longest_step, part.dt);
  }

  /// Looks at the advection rate after a member's first step, every so many (a transform each,
  /// which error control needs less), and at targets.
  void watch_advection(std::span<const Part> parts) {
    if constexpr (AdvectsWithFields<E>) {
      const double interval =
          (controller_.is_adaptive() ? 4.0 : 1.0) * StepController::check_interval;
      for (const Part& part : parts) {
        MemberProgress& p = progress_[part.member];
        const bool is_due =
            p.steps == 1.0 || std::fmod(p.steps, interval) == 0.0 || p.time == p.leg_end;
        if (!is_due || p.longest_step == 0.0) continue;
        const double rate = undamped_advection_rate(part.member);
        p.courant = std::max(p.courant, p.longest_step / imaginary_stability * rate);
        p.longest_step = 0.0;
      }
    }
  }

  /// Largest |u| |k| among the modes that advection moves faster than the linear part damps them.
  double undamped_advection_rate(std::size_t member) {
    const double speed = largest_value(member);
    const auto symbols = symbols_of(member);
    double rate = 0.0;
    system_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const double here = speed * (std::abs(k.k[0]) + std::abs(k.k[1]) + std::abs(k.k[2]));
      if (here > -symbols[i]) rate = std::max(rate, here);
    });
    return communicator().all_reduce(rate, Reduction::maximum);
  }

  double largest_value(std::size_t member) {
    scratch_.resize(system_.transform().point_count());
    double largest = 0.0;
    for (const Complex* const component : component_pointers(member)) {
      double* const points = scratch_.data();
      system_.transform().to_points({&component, 1}, {&points, 1});
      for (const double value : scratch_) largest = std::max(largest, std::abs(value));
    }
    return communicator().all_reduce(largest, Reduction::maximum);
  }

  System system_;
  Etdrk4<E> stepper_;
  EnergyAudit<E> audit_;
  StepController controller_;
  std::vector<MemberProgress> progress_;
  std::vector<double> scratch_;
};

}  // namespace parapet
