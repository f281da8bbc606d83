#include "base/failure.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

std::string failure_of(SpectralSolver& solver, double target, int* steps = nullptr) {
  try {
    while (solver.step(target)) {
      if (steps != nullptr) ++*steps;
    }
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::blew_up);
    EXPECT_TRUE(failure.is_collective());
    return failure.what();
  }
  return {};
}

class BlowUp : public testing::TestWithParam<bool> {
 protected:
  StepControl control() const {
    return GetParam() ? StepControl{std::nullopt, 1e-6} : StepControl{1e-3, 0.0};
  }
};

TEST_P(BlowUp, NamesMemberModeRankAndTimeOfANan) {
  const auto world = Communicator::world();
  SpectralTransform transform(world, box_grid({32, 32}), {});
  auto solver = make_spectral_solver(transform, "scalar",
                                     {burgers_member(0.1), burgers_member(0.1)}, control());
  for (std::size_t m : {0, 1}) {
    set_field(*solver, transform, m, 0, [](const Point& x) { return std::sin(2 * pi * x[0]); });
  }
  solver->step(1.0);
  // One rank's memory goes wrong in one mode of one member.
  const int culprit = world.size() - 1;
  if (world.rank() == culprit && !solver->modes(1, 0).empty()) {
    solver->modes(1, 0)[0] = std::nan("");
  }
  solver->set_progress(1, solver->progress(1));
  int steps = 0;
  const std::string message = failure_of(*solver, 1.0, &steps);
  EXPECT_LE(steps, 16);
  EXPECT_NE(message.find("member 1"), std::string::npos) << message;
  EXPECT_NE(message.find("wavenumber ("), std::string::npos) << message;
  EXPECT_NE(message.find("on rank "), std::string::npos) << message;
  EXPECT_NE(message.find("time 0.0"), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(Controls, BlowUp, testing::Bool());

TEST(Courant, WarnsOfAnUnstableStepBeforeItBlowsUp) {
  SpectralTransform transform(Communicator::world(), box_grid({256}), {});
  const auto courant = [&](double dt) {
    auto solver = make_spectral_solver(transform, "scalar", {burgers_member(1e-3)}, {dt, 0.0});
    set_field(*solver, transform, 0, 0, [](const Point& x) { return std::sin(2 * pi * x[0]); });
    solver->step(dt);
    return solver->progress(0).courant;
  };
  EXPECT_LE(courant(1e-3), 1.0);
  EXPECT_GE(courant(2e-2), 1.0);
}

TEST(Courant, OfAStepThatIsFarTooLongEndsInAFailure) {
  SpectralTransform transform(Communicator::world(), box_grid({256}), {});
  auto solver = make_spectral_solver(transform, "scalar", {burgers_member(1e-4)}, {0.05, 0.0});
  set_field(*solver, transform, 0, 0, [](const Point& x) { return 10 * std::sin(2 * pi * x[0]); });
  EXPECT_NE(failure_of(*solver, 10.0), "");
}

TEST(FixedStep, DividesTheWayEvenlyAndEndsOnTarget) {
  SpectralTransform transform(Communicator::world(), box_grid({16}), {});
  auto solver = make_spectral_solver(transform, "scalar", {burgers_member(0.1)}, {0.03, 0.0});
  for (const double target : {0.1, 0.3, 0.3 + 1e-9, 1.0}) {
    run_to(*solver, target);
    EXPECT_EQ(solver->progress(0).time, target);
  }
  EXPECT_EQ(solver->progress(0).steps, 4 + 7 + 1 + 24);
}

}  // namespace
}  // namespace parapet
