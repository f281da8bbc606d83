#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// A system du/dt = f(u) as implicit methods see it; arrays hold this rank's part of u. All
/// functions are collective.
class ImplicitSystem {
 public:
  virtual ~ImplicitSystem() = default;

  /// How many entries of u this rank has; it may be none.
  virtual std::size_t size() const = 0;
  /// f(u).
  virtual void evaluate(const double* u, double* f) = 0;
  /// Takes note of where and for which shift the next three are asked for.
  virtual void linearise(const double* u, double shift) = 0;
  /// y = (shift − ∂f/∂u) x.
  virtual void apply(const double* x, double* y) = 0;
  /// x ≈ (shift − ∂f/∂u)⁻¹ y, linear in y and the same in every call for one linearise().
  virtual void precondition(const double* y, double* x) = 0;
};

/// How a step went.
struct ImplicitStep {
  int newton_iterations = 0;  ///< linear systems solved
  int linear_iterations = 0;
  double relative_error = 0.0;  ///< ‖u₊ − û₊‖ / ‖u₊‖ with the embedded solution û₊, if there is one
};

/// The second-order backward differentiation formula, with steps of any lengths, as a step of
/// implicit Euler from now · u + before · u₋ over `length`, u₋ being the state a step ago:
///   (1 + 2ω) u₊ − (1 + ω)² u + ω² u₋ = (1 + ω) dt f(u₊),  ω = dt / previous dt
/// (Hairer, Nørsett & Wanner 1993, III.5). The first step has no u₋: it is implicit Euler's own.
struct MultistepStart {
  double now = 1.0, before = 0.0, length;

  /// `previous`: the length of the step before, 0 if there is none.
  MultistepStart(double dt, double previous) : length(dt) {
    if (previous == 0.0) return;
    const double ratio = dt / previous, sum = 1.0 + 2.0 * ratio;
    now = (1.0 + ratio) * (1.0 + ratio) / sum, before = -ratio * ratio / sum;
    length = dt * (1.0 + ratio) / sum;
  }
};

/// An integrator of PETSc's TS for one system, one step at a time:
///   crank-nicolson  (u₊ − u)/dt = ½ (f(u) + f(u₊)), second order
///   arkimex         L-stable DIRK of third order, ARK3(2)4L[2]SA (Kennedy & Carpenter 2003)
///   rosenbrock-w    L-stable, of third order, linear systems only: ROS34PW2 (Rang & Angermann
///   2005)
///   bdf2            implicit Euler; MultistepStart makes BDF2 of it
/// Newton's method with the system's own ∂f/∂u, linear systems by flexible GMRES with its
/// preconditioner. Nothing is kept from step to step.
class ImplicitStepper {
 public:
  using Options = std::vector<std::pair<std::string, std::string>>;

  static const std::vector<std::string>& names();
  /// What is wrong with options of PETSc for an integrator, as pairs of the option, which may be
  /// empty, and a message: those that nothing reads, those that would take the length of steps out
  /// of Parapet's hands, and what PETSc says when it takes a step with them. Local.
  static Options faults(const std::string& name, const Options& options);
  /// The order of the solution embedded in a step, plus one; 0 where there is none.
  static int estimated_order(const std::string& name);

  /// Keeps a reference to `system`. `tolerance`: what of its first residual Newton's method leaves;
  /// of a Rosenbrock method what linear systems leave of the right-hand side. `options` of
  /// PETSc come last; faults() finds nothing wrong with them. Collective.
  ImplicitStepper(const Communicator& ranks, ImplicitSystem& system, const std::string& name,
                  double tolerance, const Options& options);
  ~ImplicitStepper();

  /// next = u(dt) from u(0) = u, both this rank's part. Throws a collective Failure(blew_up) where
  /// Newton's method does not converge. Collective.
  ImplicitStep step(double dt, const double* u, double* next);

  std::size_t memory_bytes() const;

 private:
  struct Petsc;
  std::unique_ptr<Petsc> petsc_;
};

}  // namespace parapet
