#include "methods/implicit/implicit_stepper.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <petscts.h>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "grid/petsc_native.hpp"
#include "methods/implicit/petsc_options.hpp"

namespace parapet {

namespace {

using TsHandle = PetscHandle<TS, TSDestroy>;
using VecHandle = PetscHandle<Vec, VecDestroy>;
using MatHandle = PetscHandle<Mat, MatDestroy>;

/// The method's own values of a vector, for as long as it lives.
class Values {
 public:
  explicit Values(Vec vector) : vector_(vector) {
    check_petsc(VecGetArray(vector_, &values_), "VecGetArray");
  }
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;
  ~Values() { VecRestoreArray(vector_, &values_); }
  double* data() { return values_; }

 private:
  Vec vector_;
  double* values_ = nullptr;
};

class ConstValues {
 public:
  explicit ConstValues(Vec vector) : vector_(vector) {
    check_petsc(VecGetArrayRead(vector_, &values_), "VecGetArrayRead");
  }
  ConstValues(const ConstValues&) = delete;
  ConstValues& operator=(const ConstValues&) = delete;
  ~ConstValues() { VecRestoreArrayRead(vector_, &values_); }
  const double* data() const { return values_; }

 private:
  Vec vector_;
  const double* values_ = nullptr;
};

}  // namespace

struct ImplicitStepper::Petsc {
  ImplicitSystem& system;
  TsHandle stepper;
  VecHandle state, embedded;
  MatHandle jacobian;
  int embedded_order = 0;
  std::exception_ptr thrown{};  ///< by the system, while PETSc called it

  explicit Petsc(ImplicitSystem& its_system) : system(its_system) {}

  /// What PETSc calls must not throw through it.
  template <class F>
  PetscErrorCode guarded(F&& act) {
    try {
      act();
      return 0;
    } catch (...) {
      thrown = std::current_exception();
      return PETSC_ERR_LIB;
    }
  }
  void check(PetscErrorCode status, const char* call) {
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    check_petsc(status, call);
  }

  static PetscErrorCode residual(TS, PetscReal, Vec u, Vec rate, Vec result, void* self);
  static PetscErrorCode linearise(TS, PetscReal, Vec u, Vec, PetscReal shift, Mat matrix, Mat,
                                  void* self);
  static PetscErrorCode apply(Mat matrix, Vec x, Vec y);
  static PetscErrorCode precondition(PC preconditioner, Vec y, Vec x);

  void make(const Communicator& ranks);
  void choose(const std::string& name);
  void make_solvers(const std::string& name, double tolerance);
  void apply_options(const Options& options);
};

// F(u, du/dt) = du/dt − f(u).
PetscErrorCode ImplicitStepper::Petsc::residual(TS, PetscReal, Vec u, Vec rate, Vec result,
                                                void* self) {
  auto& own = *static_cast<Petsc*>(self);
  return own.guarded([&] {
    const ConstValues from(u), change(rate);
    Values to(result);
    own.system.evaluate(from.data(), to.data());
    const std::size_t size = own.system.size();
    const double* const wanted = change.data();
    double* const left = to.data();
    for (std::size_t i = 0; i < size; ++i) left[i] = wanted[i] - left[i];
  });
}

PetscErrorCode ImplicitStepper::Petsc::linearise(TS, PetscReal, Vec u, Vec, PetscReal shift,
                                                 Mat matrix, Mat, void* self) {
  auto& own = *static_cast<Petsc*>(self);
  return own.guarded([&] {
    const ConstValues at(u);
    own.system.linearise(at.data(), shift);
    check_petsc(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY), "MatAssemblyBegin");
    check_petsc(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY), "MatAssemblyEnd");
  });
}

PetscErrorCode ImplicitStepper::Petsc::apply(Mat matrix, Vec x, Vec y) {
  Petsc* own = nullptr;
  if (const PetscErrorCode status = MatShellGetContext(matrix, &own); status != 0) return status;
  return own->guarded([&] {
    const ConstValues from(x);
    own->system.apply(from.data(), Values(y).data());
  });
}

PetscErrorCode ImplicitStepper::Petsc::precondition(PC preconditioner, Vec y, Vec x) {
  void* context = nullptr;
  if (const PetscErrorCode status = PCShellGetContext(preconditioner, &context); status != 0) {
    return status;
  }
  auto& own = *static_cast<Petsc*>(context);
  return own.guarded([&] {
    const ConstValues from(y);
    own.system.precondition(from.data(), Values(x).data());
  });
}

void ImplicitStepper::Petsc::make(const Communicator& ranks) {
  const auto size = static_cast<PetscInt>(system.size());
  const MPI_Comm all = native(ranks);
  check_petsc(VecCreateMPI(all, size, PETSC_DETERMINE, state.place()), "VecCreateMPI");
  check_petsc(VecDuplicate(state, embedded.place()), "VecDuplicate");
  check_petsc(
      MatCreateShell(all, size, size, PETSC_DETERMINE, PETSC_DETERMINE, this, jacobian.place()),
      "MatCreateShell");
  check_petsc(MatShellSetOperation(jacobian, MATOP_MULT, reinterpret_cast<void (*)()>(apply)),
              "MatShellSetOperation");
  check_petsc(TSCreate(all, stepper.place()), "TSCreate");
  check_petsc(TSSetProblemType(stepper, TS_NONLINEAR), "TSSetProblemType");
  check_petsc(TSSetIFunction(stepper, nullptr, residual, this), "TSSetIFunction");
  check_petsc(TSSetIJacobian(stepper, jacobian, jacobian, linearise, this), "TSSetIJacobian");
  check_petsc(TSSetSolution(stepper, state), "TSSetSolution");
}

void ImplicitStepper::Petsc::choose(const std::string& name) {
  embedded_order = std::max(0, estimated_order(name) - 1);
  if (name == "crank-nicolson") {
    check_petsc(TSSetType(stepper, TSCN), "TSSetType");
  } else if (name == "bdf2") {
    check_petsc(TSSetType(stepper, TSBEULER), "TSSetType");
  } else if (name == "arkimex") {
    check_petsc(TSSetType(stepper, TSARKIMEX), "TSSetType");
    check_petsc(TSARKIMEXSetType(stepper, TSARKIMEX3), "TSARKIMEXSetType");
    check_petsc(TSARKIMEXSetFullyImplicit(stepper, PETSC_TRUE), "TSARKIMEXSetFullyImplicit");
  } else {
    require(name == "rosenbrock-w", ExitCode::internal_error, "no implicit integrator " + name);
    check_petsc(TSSetType(stepper, TSROSW), "TSSetType");
    check_petsc(TSRosWSetType(stepper, TSROSWRA34PW2), "TSRosWSetType");
  }
  TSAdapt adapt = nullptr;
  check_petsc(TSGetAdapt(stepper, &adapt), "TSGetAdapt");
  check_petsc(TSAdaptSetType(adapt, TSADAPTNONE), "TSAdaptSetType");
  check_petsc(TSSetExactFinalTime(stepper, TS_EXACTFINALTIME_STEPOVER), "TSSetExactFinalTime");
  check_petsc(TSSetMaxSNESFailures(stepper, 1), "TSSetMaxSNESFailures");
  check_petsc(TSSetErrorIfStepFails(stepper, PETSC_FALSE), "TSSetErrorIfStepFails");
}

// How far each linear system of Newton's method is solved follows Eisenstat & Walker (1996), in
// PETSc's third version, which does not solve the last one further than Newton's method has to go;
// a Rosenbrock method has no such loop.
void ImplicitStepper::Petsc::make_solvers(const std::string& name, double tolerance) {
  constexpr int most_newton = 20, most_linear = 200, kept = 30;
  constexpr double first = 1e-2, most = 1e-1;
  SNES newton = nullptr;
  KSP linear = nullptr;
  PC multigrid = nullptr;
  check_petsc(TSGetSNES(stepper, &newton), "TSGetSNES");
  check_petsc(SNESSetTolerances(newton, 1e-50, tolerance, 0.0, most_newton, PETSC_DEFAULT),
              "SNESSetTolerances");
  if (name != "rosenbrock-w") {
    check_petsc(SNESKSPSetUseEW(newton, PETSC_TRUE), "SNESKSPSetUseEW");
    check_petsc(
        SNESKSPSetParametersEW(newton, 3, first, most, 0.5, 2.0, PETSC_DEFAULT, PETSC_DEFAULT),
        "SNESKSPSetParametersEW");
  }
  check_petsc(SNESGetKSP(newton, &linear), "SNESGetKSP");
  check_petsc(KSPSetType(linear, KSPFGMRES), "KSPSetType");
  check_petsc(KSPGMRESSetRestart(linear, kept), "KSPGMRESSetRestart");
  check_petsc(KSPSetPCSide(linear, PC_RIGHT), "KSPSetPCSide");
  check_petsc(KSPSetTolerances(linear, tolerance, 1e-50, PETSC_DEFAULT, most_linear),
              "KSPSetTolerances");
  check_petsc(KSPGetPC(linear, &multigrid), "KSPGetPC");
  check_petsc(PCSetType(multigrid, PCSHELL), "PCSetType");
  check_petsc(PCShellSetContext(multigrid, this), "PCShellSetContext");
  check_petsc(PCShellSetApply(multigrid, precondition), "PCShellSetApply");
}

/// They stay in PETSc's list: some are read as late as at the end of a solution.
void ImplicitStepper::Petsc::apply_options(const Options& options) {
  if (options.empty()) return;
  for (const auto& [name, value] : options) {
    const char* const given = value == "true" ? nullptr : value.c_str();  // a flag, or a viewer
    check_petsc(PetscOptionsSetValue(nullptr, dashed_option(name).c_str(), given),
                "PetscOptionsSetValue");
  }
  check_petsc(TSSetOptionsPrefix(stepper, option_prefix), "TSSetOptionsPrefix");
  check_petsc(TSSetFromOptions(stepper), "TSSetFromOptions");
}

const std::vector<std::string>& ImplicitStepper::names() {
  static const std::vector<std::string> all = {"arkimex", "rosenbrock-w", "crank-nicolson", "bdf2"};
  return all;
}

int ImplicitStepper::estimated_order(const std::string& name) {
  return name == "arkimex" || name == "rosenbrock-w" ? 3 : 0;
}

ImplicitStepper::ImplicitStepper(const Communicator& ranks, ImplicitSystem& system,
                                 const std::string& name, double tolerance,
                                 const Options& options) {
  start_petsc();
  petsc_ = std::make_unique<Petsc>(system);
  petsc_->make(ranks);
  petsc_->choose(name);
  petsc_->make_solvers(name, tolerance);
  petsc_->apply_options(options);
}

ImplicitStepper::~ImplicitStepper() = default;

ImplicitStep ImplicitStepper::step(double dt, const double* u, double* next) {
  Petsc& p = *petsc_;
  const std::size_t size = p.system.size();
  std::copy_n(u, size, Values(p.state).data());
  check_petsc(TSSetTime(p.stepper, 0.0), "TSSetTime");
  check_petsc(TSSetMaxTime(p.stepper, 2.0 * dt), "TSSetMaxTime");
  check_petsc(TSSetTimeStep(p.stepper, dt), "TSSetTimeStep");
  check_petsc(TSSetStepNumber(p.stepper, 0), "TSSetStepNumber");
  check_petsc(TSSetConvergedReason(p.stepper, TS_CONVERGED_ITERATING), "TSSetConvergedReason");
  check_petsc(TSRestartStep(p.stepper), "TSRestartStep");
  PetscInt newton_before = 0, linear_before = 0, newton = 0, linear = 0;
  TSGetSNESIterations(p.stepper, &newton_before);
  TSGetKSPIterations(p.stepper, &linear_before);
  p.check(TSStep(p.stepper), "TSStep");
  TSConvergedReason reason = TS_CONVERGED_ITERATING;
  check_petsc(TSGetConvergedReason(p.stepper, &reason), "TSGetConvergedReason");
  if (reason < 0) {
    throw Failure(ExitCode::blew_up,
                  fmt::format("the implicit step of {:.3g} cannot be solved: {}; is it too large?",
                              dt, TSConvergedReasons[reason]),
                  true);
  }
  TSGetSNESIterations(p.stepper, &newton);
  TSGetKSPIterations(p.stepper, &linear);
  ImplicitStep result{newton - newton_before, linear - linear_before, 0.0};
  if (p.embedded_order > 0) {
    double change = 0.0, norm = 0.0;
    p.check(TSEvaluateStep(p.stepper, p.embedded_order, p.embedded, nullptr), "TSEvaluateStep");
    check_petsc(VecAXPY(p.embedded, -1.0, p.state), "VecAXPY");
    check_petsc(VecNorm(p.embedded, NORM_2, &change), "VecNorm");
    check_petsc(VecNorm(p.state, NORM_2, &norm), "VecNorm");
    result.relative_error = norm > 0.0 ? change / norm : change;
  }
  std::copy_n(ConstValues(p.state).data(), size, next);
  return result;
}

std::size_t ImplicitStepper::memory_bytes() const {
  constexpr std::size_t vectors =
      52;  // 22 of ten iterations, stages and slopes of TS, and those here
  return vectors * petsc_->system.size() * sizeof(double);
}

}  // namespace parapet
