#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/failure.hpp"
#include "methods/implicit/earlier_states.hpp"
#include "methods/implicit/implicit_stepper.hpp"

namespace parapet {

/// A CellSolver, `Base`, whose steps are those of ImplicitStepper, fixed or by error control. What
/// is derived of it is the system, one member at a time; its arrays hold this rank's cells, a
/// component after the other.
template <class Base>
class ImplicitCells : public Base, protected ImplicitSystem {
 public:
  /// `further`: what else Base is made of, before the estimated order.
  template <class Reactions, class... Further>
  ImplicitCells(CellGrid& cells, Reactions&& reactions, const StepControl& control,
                const MethodOptions& options, Further... further)
      : Base(cells, std::forward<Reactions>(reactions), control, options, further...,
             ImplicitStepper::estimated_order(options.integrator)),
        count_(static_cast<std::size_t>(this->components())),
        earlier_(options.integrator, this->members(), count_, cells.cell_count()),
        before_(size()),
        after_(size()),
        stepper_(cells.communicator(), *this, options.integrator, options.solve_tolerance,
                 options.petsc) {}

  int state_arrays() const override { return this->components() * (earlier_.is_empty() ? 1 : 2); }
  std::span<const double> state(std::size_t member, int array,
                                std::vector<double>& scratch) override {
    if (array < this->components()) return Base::state(member, array, scratch);
    return earlier_.component(member, static_cast<std::size_t>(array) - count_);
  }
  void set_state(std::size_t member, int array, std::span<const double> values) override {
    if (array < this->components()) return Base::set_state(member, array, values);
    std::ranges::copy(values,
                      earlier_.component(member, static_cast<std::size_t>(array) - count_).data());
  }
  std::size_t memory_bytes() const override {
    return Base::memory_bytes() + stepper_.memory_bytes() + earlier_.memory_bytes() +
           2 * size() * sizeof(double);
  }

 protected:
  std::size_t count() const { return count_; }
  std::size_t cell_count() const { return this->cells().cell_count(); }
  std::size_t size() const final { return count_ * cell_count(); }
  /// Of which the system is.
  std::size_t member() const { return *member_; }

  /// Makes the system that of a member. Collective.
  virtual void use_member(std::size_t member) = 0;
  /// Before every step.
  virtual void begin_step() {}

  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }
  void advance(std::size_t member, std::span<const double> steps) override {
    compute_step(member, steps[0]);
    accept(member);
  }
  void step_member(std::size_t member, double target) override {
    this->is_fixed() ? Base::step_member(member, target) : adapted_step(member, target);
  }

 private:
  ImplicitStep compute_step(std::size_t member, double dt);
  void accept(std::size_t member);
  void adapted_step(std::size_t member, double target);

  std::size_t count_;
  std::optional<std::size_t> member_;
  EarlierStates earlier_;
  std::vector<double> before_, after_;  ///< a step
  ImplicitStepper stepper_;
};

/// Puts the state after a step into after_.
template <class Base>
ImplicitStep ImplicitCells<Base>::compute_step(std::size_t member, double dt) {
  if (member_ != member) use_member(member);
  member_ = member;
  begin_step();
  for (std::size_t c = 0; c < count_; ++c) {
    copy_cells(this->cells().layout(), this->field(member, static_cast<int>(c)).data(),
               before_.data() + c * cell_count());
  }
  const double previous = this->progress(member).previous_step;
  const double length =
      earlier_.is_empty() ? dt : earlier_.begin_step(member, dt, previous, before_);
  try {
    return stepper_.step(length, before_.data(), after_.data());
  } catch (const Failure& failure) {
    if (failure.code() == ExitCode::blew_up) this->require_finite(member, member);
    throw;
  }
}

template <class Base>
void ImplicitCells<Base>::accept(std::size_t member) {
  for (std::size_t c = 0; c < count_; ++c) {
    set_cells(this->cells().layout(), after_.data() + c * cell_count(),
              this->field(member, static_cast<int>(c)).data());
  }
}

template <class Base>
void ImplicitCells<Base>::adapted_step(std::size_t member, double target) {
  const StepController& controller = this->controller();
  MemberProgress& p = this->own_progress(member);
  if (p.error_estimate == not_measured) p.error_estimate = 0.0;
  controller.aim(p, target);
  controller.choose_first_rung(p, p.has_rung != 0.0 ? 0.0 : this->rate_of_change(member).relative);
  const double dt = controller.step_length(p);
  const double error = compute_step(member, dt).relative_error;
  if (controller.judge(p, dt, error, error)) accept(member);
}

}  // namespace parapet
