#include "grid/petsc_native.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/failure.hpp"
#include "base/session.hpp"

namespace parapet {

namespace {

std::string last_error;

// In place of PETSc's own handler, which prints a page on every rank.
PetscErrorCode keep_error(MPI_Comm, int line, const char* function, const char* file,
                          PetscErrorCode code, PetscErrorType type, const char* text, void*) {
  if (type != PETSC_ERROR_REPEAT) {
    last_error = std::string(text) + " (" + function + ", " + file + ":" + std::to_string(line);
    last_error += ")";
  }
  return code;
}

/// Takes a variable out of the environment for as long as it lives.
class WithoutVariable {
 public:
  explicit WithoutVariable(const char* name) : name_(name) {
    if (const char* value = std::getenv(name)) value_ = value;
    unsetenv(name);
  }
  WithoutVariable(const WithoutVariable&) = delete;
  WithoutVariable& operator=(const WithoutVariable&) = delete;
  ~WithoutVariable() {
    if (value_) setenv(name_, value_->c_str(), /*overwrite=*/1);
  }

 private:
  const char* name_;
  std::optional<std::string> value_;
};

}  // namespace

void start_petsc() {
  PetscBool is_initialized = PETSC_FALSE;
  check_petsc(PetscInitialized(&is_initialized), "PetscInitialized");
  if (is_initialized) return;
  PETSC_COMM_WORLD = MPI_COMM_SELF;
  const WithoutVariable options("PETSC_OPTIONS"), yaml("PETSC_OPTIONS_YAML");
  std::string name = "parapet", no_signals = "-no_signal_handler", no_file = "-skip_petscrc";
  std::array<char*, 4> words{name.data(), no_signals.data(), no_file.data(), nullptr};
  int count = 3;
  char** arguments = words.data();
  check_petsc(PetscInitialize(&count, &arguments, nullptr, nullptr), "PetscInitialize");
  check_petsc(PetscPushErrorHandler(keep_error, nullptr), "PetscPushErrorHandler");
  Session::at_end([] { check_petsc(PetscFinalize(), "PetscFinalize"); });
}

void check_petsc(PetscErrorCode status, const char* call) {
  if (status == 0) return;
  const char* text = nullptr;
  PetscErrorMessage(status, &text, nullptr);
  std::string message = std::string(call) + ": PETSc error " + std::to_string(status);
  if (text != nullptr) message += std::string(", ") + text;
  if (!last_error.empty()) message += ": " + std::exchange(last_error, {});
  throw Failure(ExitCode::internal_error, message);
}

}  // namespace parapet
