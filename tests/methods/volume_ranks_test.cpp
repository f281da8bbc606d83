#include "methods/volume_case.hpp"

namespace parapet {
namespace {

struct Case {
  std::string name;
  AnyEquation equation;
  std::vector<std::int64_t> points;
  VolumeChoice choice;
  BoundaryKind ends;
  std::string_view form = {};
};

Continuity stirred(std::vector<std::string> velocity) {
  Continuity equation;
  equation.velocity.texts = std::move(velocity);
  return equation;
}

std::vector<Case> cases() {
  Advection advection;
  advection.c_y.value = -0.7, advection.nu.value = 1e-3;
  Burgers viscous;
  viscous.viscosity.value = 1e-3;
  Burgers thick;
  thick.viscosity.value = 0.05;
  const VolumeChoice implicit{"godunov", "auto", "implicit"},
      unlimited{"godunov", "none", "implicit"};
  Continuity mixed = stirred({"cos(5*t)*sin(2*pi*y)", "1-x"});
  mixed.D.value = 0.05;
  return {{"line", burgers_without_viscosity(), {31}, {"godunov"}, BoundaryKind::periodic},
          {"walls", burgers_without_viscosity(), {31}, {}, BoundaryKind::reflecting},
          {"plane", burgers_without_viscosity(), {23, 18}, {}, BoundaryKind::outflow},
          {"box", burgers_without_viscosity(), {13, 9, 17}, {"godunov"}, BoundaryKind::periodic},
          {"viscous box", viscous, {9, 11, 13}, {"auto", "none"}, BoundaryKind::periodic},
          {"vectors in a plane",
           burgers_without_viscosity(),
           {19, 23},
           {"godunov", "none"},
           BoundaryKind::reflecting,
           "vector"},
          {"vectors in a box",
           viscous,
           {11, 13, 10},
           {"auto", "none"},
           BoundaryKind::periodic,
           "vector"},
          {"advection", advection, {20, 17}, {}, BoundaryKind::dirichlet},
          {"steady swirl",
           stirred({"y-0.5", "0.5-x"}),
           {19, 22},
           {"godunov"},
           BoundaryKind::reflecting},
          {"unsteady flow",
           stirred({"cos(5*t)*sin(2*pi*y)", "1+x", "sin(2*pi*x)-t"}),
           {11, 9, 10},
           {},
           BoundaryKind::periodic},
          {"implicit line", thick, {31}, implicit, BoundaryKind::periodic},
          {"implicit walls", thick, {31}, implicit, BoundaryKind::reflecting},
          {"implicit plane", thick, {23, 18}, implicit, BoundaryKind::outflow},
          {"implicit box", thick, {13, 9, 17}, implicit, BoundaryKind::dirichlet},
          {"implicit vectors", thick, {19, 23}, unlimited, BoundaryKind::reflecting, "vector"},
          {"implicit vectors in a box",
           thick,
           {11, 13, 10},
           unlimited,
           BoundaryKind::periodic,
           "vector"},
          {"mixed matter", mixed, {19, 22}, implicit, BoundaryKind::reflecting}};
}

double blocks(int component, const Point& x) {
  if (component > 0) return std::sin(2.0 * pi * x[1]) + (x[0] < 0.3 ? 0.5 : 0.0);
  const bool is_inside = std::abs(x[0] - 0.4) < 0.2 && (x[1] < 0.6) && (x[2] < 0.5);
  return is_inside ? 1.0 : 0.0;
}

std::uint64_t digest_after(const Communicator& ranks, const Case& one, bool is_halted) {
  VolumeRun run(one.equation, one.points, one.choice, {}, one.ends, {}, ranks, one.form);
  Solver& solver = *run.one.solver;
  run.set(blocks);
  run.to(0.1);
  if (is_halted) {  // through a checkpoint's numbers
    std::vector<std::vector<double>> kept;
    for (int c = 0; c < solver.components(); ++c) {
      std::vector<double> scratch;
      const auto u = solver.state(0, c, scratch);
      kept.emplace_back(u.begin(), u.end());
    }
    const auto numbers = solver.progress(0).to_numbers();
    run.set([](int, const Point& x) { return x[0]; });
    for (int c = 0; c < solver.components(); ++c) {
      solver.set_state(0, c, kept[static_cast<std::size_t>(c)]);
    }
    solver.set_progress(0, MemberProgress::from_numbers(numbers));
  }
  run.to(0.25);
  EXPECT_GE(solver.progress(0).steps, 4.0) << one.name;
  return solver.digest(0);
}

TEST(VolumeRanks, TheBitsAreTheSameOnAnyRanksAndAcrossARestart) {
  const Communicator& world = VolumeRun::everybody();
  const Communicator alone = world.split(world.rank());
  for (const Case& one : cases()) {
    const std::uint64_t whole = digest_after(world, one, false);
    EXPECT_EQ(digest_after(alone, one, false), whole) << one.name;
    EXPECT_EQ(digest_after(world, one, true), whole) << one.name;
  }
}

}  // namespace
}  // namespace parapet
