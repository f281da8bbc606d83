#include <array>
#include <csignal>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
#include <petscvec.h>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "grid/petsc_native.hpp"

namespace parapet {
namespace {

constexpr std::array signals{SIGTERM, SIGINT, SIGUSR1, SIGSEGV, SIGFPE, SIGHUP};

std::array<void (*)(int), signals.size()> handlers() {
  std::array<void (*)(int), signals.size()> result{};
  for (std::size_t i = 0; i < signals.size(); ++i) {
    struct sigaction present {};
    sigaction(signals[i], nullptr, &present);
    result[i] = present.sa_handler;
  }
  return result;
}

// The first of these tests: PETSC_OPTIONS would here end the program with a page of text.
TEST(Petsc, StartsOnOneRankAloneAndHeedsNeitherEnvironmentNorSignals) {
  const auto world = Communicator::world();
  setenv("PETSC_OPTIONS", "-help -no_such_option 3 -malloc_debug -fp_trap", 1);
  const auto before = handlers();
  if (world.is_root()) {
    start_petsc();
    start_petsc();
    PetscBool is_set = PETSC_TRUE;
    check_petsc(PetscOptionsHasName(nullptr, nullptr, "-no_such_option", &is_set), "HasName");
    EXPECT_FALSE(is_set);
  }
  world.barrier();
  EXPECT_EQ(handlers(), before);
  EXPECT_STREQ(std::getenv("PETSC_OPTIONS"), "-help -no_such_option 3 -malloc_debug -fp_trap");
  unsetenv("PETSC_OPTIONS");
}

TEST(Petsc, MakesObjectsOnAnyGroupOfRanks) {
  start_petsc();
  const auto world = Communicator::world();
  const auto group = world.split(world.rank() % 2);
  PetscHandle<Vec, VecDestroy> vector;
  check_petsc(VecCreateMPI(native(group), 2, PETSC_DETERMINE, vector.place()), "VecCreateMPI");
  check_petsc(VecSet(vector, 1.5), "VecSet");
  PetscScalar sum = 0.0;
  check_petsc(VecSum(vector, &sum), "VecSum");
  EXPECT_EQ(sum, 3.0 * group.size());
}

TEST(Petsc, ErrorsBecomeFailuresWithItsOwnWords) {
  start_petsc();
  PetscHandle<Vec, VecDestroy> vector;
  check_petsc(VecCreateSeq(MPI_COMM_SELF, 3, vector.place()), "VecCreateSeq");
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  std::string message;
  try {
    check_petsc(VecSetType(vector, "no-such-kind"), "VecSetType");
  } catch (const Failure& failure) {
    message = failure.what();
    EXPECT_EQ(failure.code(), ExitCode::internal_error);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout(), "");
  EXPECT_NE(message.find("VecSetType: PETSc error 86"), std::string::npos) << message;
  EXPECT_NE(message.find("Unknown vector type: no-such-kind"), std::string::npos) << message;
}

}  // namespace
}  // namespace parapet
