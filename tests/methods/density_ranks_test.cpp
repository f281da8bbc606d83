#include "base/failure.hpp"
#include "methods/density/smallest_value.hpp"
#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

AnyEquation slanted() {
  OrnsteinUhlenbeck process;
  process.omega.value = 1.5, process.correlation.value = 0.4;
  return process;
}

/// A density after some time, perhaps by way of a checkpoint's numbers.
CellCase after(const Communicator& ranks, const AnyEquation& process, const std::string& integrator,
               bool is_restarted) {
  StepControl control;
  if (integrator != "ssprk3") control.step = 0.05;
  CellCase made(ranks, process, interval_grid({14, 11}, {-3.0}, {3.0}),
                all_ends(BoundaryKind::no_flux), density_method(integrator), control);
  made.set([](int, const Point& x) { return x[0] * x[1] > 0.0 ? 1.0 : 0.1; });
  run_to(*made.solver, 0.1);
  if (is_restarted) {
    std::vector<double> scratch;
    const auto u = made.solver->state(0, 0, scratch);
    const std::vector<double> kept(u.begin(), u.end());
    const MemberProgress progress = made.solver->progress(0);
    made.solver = make_cell_solver(made.cells, made.options, {}, {process}, control);
    made.solver->set_state(0, 0, kept);
    made.solver->set_progress(0, progress);
  }
  run_to(*made.solver, 0.2);
  return made;
}

TEST(DensityRanks, ExplicitStepsHaveTheSameBitsOnAnyRanksAndAcrossARestart) {
  const Communicator alone = world().split(world().rank());
  for (const AnyEquation& process :
       {slanted(), AnyEquation(UnderdampedLangevin{}), AnyEquation(MorseSwarm{}),
        AnyEquation(PorousMedium{}), AnyEquation(KellerSegelBox{})}) {
    const auto whole = after(world(), process, "ssprk3", false).solver->digest(0);
    EXPECT_EQ(after(alone, process, "ssprk3", false).solver->digest(0), whole);
    EXPECT_EQ(after(world(), process, "ssprk3", true).solver->digest(0), whole);
  }
}

TEST(DensityRanks, ImplicitStepsAgreeToTheSolversToleranceAndRestartWithTheSameBits) {
  const Communicator alone = world().split(world().rank());
  for (const std::string integrator : {"backward-euler", "sdirk2"}) {
    for (const AnyEquation& process : {slanted(), AnyEquation(UnderdampedLangevin{}),
                                       AnyEquation(MorseSwarm{}), AnyEquation(PorousMedium{})}) {
      CellCase whole = after(world(), process, integrator, false);
      EXPECT_EQ(after(world(), process, integrator, true).solver->digest(0),
                whole.solver->digest(0));
      const auto single = after(alone, process, integrator, false).values();
      const auto found = whole.values();
      double off = 0.0;
      std::size_t at = 0;
      const Box box = whole.cells.block();
      for (std::int64_t i = 0; i < box.count[0]; ++i) {
        for (std::int64_t j = 0; j < box.count[1]; ++j) {
          const auto place = (box.offset[0] + i) * 11 + box.offset[1] + j;
          off = std::max(off, std::abs(found[at++] - single[static_cast<std::size_t>(place)]));
        }
      }
      expect_below(integrator + ": difference from one rank",
                   world().all_reduce(off, Reduction::maximum), 5e-12);
    }
  }
}

// One NaN, on whichever rank, is not overlooked.
TEST(DensityRanks, TheSmallestValueIsMinusInfinityWhereOneIsNoNumber) {
  CellGrid cells(world(), interval_grid({14}, {0.0}, {1.0}), all_ends(BoundaryKind::no_flux), 1,
                 GhostReach::faces);
  for (const std::int64_t spoilt :
       {std::int64_t{-1}, std::int64_t{0}, std::int64_t{7}, std::int64_t{13}}) {
    AlignedArray<double> field(cells.layout().size);
    const std::int64_t first = cells.block().offset[0];
    std::vector<double> values;
    for (std::int64_t i = 0; i < cells.block().count[0]; ++i) {
      const bool is_spoilt = first + i == spoilt;
      values.push_back(is_spoilt ? std::numeric_limits<double>::quiet_NaN()
                                 : 2.0 + 0.1 * static_cast<double>((first + i) % 5));
    }
    set_cells(cells.layout(), values.data(), field.data());
    const double expected = spoilt < 0 ? 2.0 : -std::numeric_limits<double>::infinity();
    EXPECT_EQ(smallest_value(cells, field.data()), expected) << spoilt;
  }
}

// Not as a fault of the linear solver: whoever runs it learns that the solution blew up.
TEST(DensityRanks, ADensityThatIsNoLongerFiniteBlowsUp) {
  for (const std::string integrator : {"backward-euler", "sdirk2"}) {
    StepControl control;
    control.step = 0.05;
    CellCase made(world(), slanted(), interval_grid({14, 11}, {-3.0}, {3.0}),
                  all_ends(BoundaryKind::no_flux), density_method(integrator), control);
    made.set([](int, const Point&) { return 1.0; });
    run_to(*made.solver, 0.05);
    std::vector<double> spoilt(made.cells.cell_count(), 1.0);
    if (world().is_root()) spoilt[0] = std::numeric_limits<double>::quiet_NaN();
    made.solver->set_state(0, 0, spoilt);
    try {
      made.solver->step(1.0);
      ADD_FAILURE() << integrator;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::blew_up) << integrator;
      EXPECT_TRUE(failure.is_collective()) << integrator;
    }
  }
}

}  // namespace
}  // namespace parapet
