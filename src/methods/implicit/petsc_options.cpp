#include "methods/implicit/petsc_options.hpp"

#include <cstdio>
#include <vector>

#include <petscsys.h>

#include "base/failure.hpp"
#include "grid/petsc_native.hpp"
#include "methods/implicit/implicit_stepper.hpp"

namespace parapet {

namespace {

/// du/dt = −u, for trying options.
class Decay final : public ImplicitSystem {
 public:
  std::size_t size() const override { return 2; }
  void evaluate(const double* u, double* f) override { f[0] = -u[0], f[1] = -u[1]; }
  void linearise(const double*, double shift) override { factor_ = shift + 1.0; }
  void apply(const double* x, double* y) override { y[0] = factor_ * x[0], y[1] = factor_ * x[1]; }
  void precondition(const double* y, double* x) override {
    x[0] = y[0] / factor_, x[1] = y[1] / factor_;
  }

 private:
  double factor_ = 1.0;
};

bool is_read(const std::string& option) {
  PetscBool is_used = PETSC_FALSE;
  check_petsc(PetscOptionsUsed(nullptr, (option_prefix + option).c_str(), &is_used),
              "PetscOptionsUsed");
  return is_used == PETSC_TRUE;
}

/// Keeps what PETSc prints to itself for as long as it lives.
class Silence {
 public:
  Silence() {
    static std::FILE* const nowhere = std::fopen("/dev/null", "w");
    if (nowhere != nullptr) PETSC_STDOUT = nowhere;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { PETSC_STDOUT = before_; }

 private:
  std::FILE* before_ = PETSC_STDOUT;
};

bool is_about_steps(const std::string& option) {
  for (const char* const start : {"ts_adapt", "ts_dt", "ts_time_step", "ts_max", "ts_init",
                                  "ts_exact", "ts_type", "ts_save", "ts_rtol", "ts_atol"}) {
    if (option.starts_with(start)) return true;
  }
  return false;
}

}  // namespace

ImplicitStepper::Options ImplicitStepper::faults(const std::string& name, const Options& options) {
  Options found;
  for (const auto& [option, value] : options) {
    if (is_about_steps(option)) found.emplace_back(option, "steps are chosen in [time]");
  }
  if (options.empty() || !found.empty()) return found;
  start_petsc();
  const Silence silence;
  const Communicator self = Communicator::self();
  Decay decay;
  try {
    ImplicitStepper tried(self, decay, name, 1e-8, options);
    std::vector<double> u(2, 1.0);
    tried.step(0.1, u.data(), u.data());
    for (const auto& [option, value] : options) {
      if (is_read(option)) continue;
      found.emplace_back(option, "PETSc's solvers of implicit steps read no such option");
    }
  } catch (const Failure& failure) {
    found.emplace_back("", failure.what());
  }
  for (const auto& [option, value] : options) {
    check_petsc(PetscOptionsClearValue(nullptr, dashed_option(option).c_str()),
                "PetscOptionsClearValue");
  }
  return found;
}

}  // namespace parapet
