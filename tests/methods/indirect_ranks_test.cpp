#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// All three fields after some time, perhaps by way of a checkpoint's numbers.
CellCase after(const Communicator& ranks, const std::string& integrator, bool is_restarted) {
  KellerSegelIndirect law;
  law.epsilon.value = 0.5, law.D_w.value = 0.1;
  StepControl control;
  if (integrator != "ssprk3") control.step = 0.05;
  CellCase made(ranks, law, interval_grid({10, 9}, {0.0}, {2.0}), all_ends(BoundaryKind::no_flux),
                density_method(integrator), control);
  made.set([](int c, const Point& x) {
    return c == 0 ? 8.0 * normal_density(x, {0.7, 0.5}, {0.1, 0.1}) : c == 1 ? 0.3 : x[0];
  });
  run_to(*made.solver, 0.1);
  if (is_restarted) {
    std::vector<std::vector<double>> kept;
    std::vector<double> scratch;
    for (int c = 0; c < 3; ++c) {
      const auto state = made.solver->state(0, c, scratch);
      kept.emplace_back(state.begin(), state.end());
    }
    const MemberProgress progress = made.solver->progress(0);
    made.solver = make_cell_solver(made.cells, made.options, {}, {law}, control);
    for (int c = 0; c < 3; ++c) made.solver->set_state(0, c, kept[static_cast<std::size_t>(c)]);
    made.solver->set_progress(0, progress);
  }
  run_to(*made.solver, 0.2);
  return made;
}

TEST(IndirectRanks, HasTheSameBitsOnAnyRanksAndAcrossARestart) {
  const Communicator alone = world().split(world().rank());
  const auto whole = after(world(), "ssprk3", false).solver->digest(0);
  EXPECT_EQ(after(alone, "ssprk3", false).solver->digest(0), whole);
  EXPECT_EQ(after(world(), "ssprk3", true).solver->digest(0), whole);
  CellCase implicit = after(world(), "sdirk2", false), single = after(alone, "sdirk2", false);
  EXPECT_EQ(after(world(), "sdirk2", true).solver->digest(0), implicit.solver->digest(0));
  for (int c = 0; c < 3; ++c) {
    const auto found = implicit.values(c), other = single.values(c);
    const Box box = implicit.cells.block();
    double off = 0.0;
    std::size_t at = 0;
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        const auto place = (box.offset[0] + i) * 9 + box.offset[1] + j;
        off = std::max(off, std::abs(found[at++] - other[static_cast<std::size_t>(place)]));
      }
    }
    expect_below("difference from one rank", world().all_reduce(off, Reduction::maximum), 2e-11);
  }
}

}  // namespace
}  // namespace parapet
