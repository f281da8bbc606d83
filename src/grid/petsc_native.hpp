#pragma once

#include <exception>
#include <utility>

#include <petscsys.h>

namespace parapet {

/// Starts PETSc on this rank, unless it has been; the Session ends it. Nothing is collective here:
/// PETSc's own world is this rank alone, objects are made on whatever communicators they are for.
/// PETSc leaves the signal handlers alone, prints nothing, and reads no options from the
/// environment nor from files: a run is what its input says.
void start_petsc();

/// Throws Failure(internal_error) with `call` and PETSc's own words unless `status` is 0.
void check_petsc(PetscErrorCode status, const char* call);

/// Owns a PETSc object. Destroying one may be collective: while an exception unwinds, when the
/// other ranks may never arrive, it is left alone.
template <class Object, PetscErrorCode (*destroy)(Object*)>
class PetscHandle {
 public:
  PetscHandle() = default;
  PetscHandle(PetscHandle&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PetscHandle& operator=(PetscHandle&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~PetscHandle() {
    PetscBool is_finalized = PETSC_FALSE;
    PetscFinalized(&is_finalized);
    const bool is_unwinding = std::uncaught_exceptions() > exceptions_at_birth_;
    if (object_ != nullptr && !is_finalized && !is_unwinding) destroy(&object_);
  }

  operator Object() const { return object_; }
  /// Where a function of PETSc puts the object it makes; this must be empty.
  Object* place() { return &object_; }

 private:
  Object object_ = nullptr;
  int exceptions_at_birth_ = std::uncaught_exceptions();
};

}  // namespace parapet
