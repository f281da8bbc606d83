#include "methods/flux_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Process {
  AnyEquation equation;
  std::string interaction, integrator;
  std::string division = "index";
  BoundaryKind ends = BoundaryKind::no_flux;
};

std::vector<Process> processes() {
  FokkerPlanck leaking;
  leaking.D.texts = {"0.3"};
  return {{Rotation{1.5, 0.0, 0.5}.equation(), "auto", "euler-maruyama"},
          {McKeanVlasov{}, "moments", "heun"},
          {MorseSwarm{}, "direct", "heun"},
          {MorseSwarm{}, "random-batch", "euler-maruyama"},
          {KellerSegel{}, "mesh", "euler-maruyama", "space"},
          {KellerSegel{}, "mesh", "tamed-euler", "space", BoundaryKind::periodic},
          {leaking, "auto", "heun", "index", BoundaryKind::absorbing}};
}

CellCase started(const Communicator& ranks, const Process& one) {
  MethodOptions options = particle_method(501, one.integrator, one.interaction);
  options.particles.division = one.division;
  const bool is_periodic = one.ends == BoundaryKind::periodic;
  CellCase run(ranks, one.equation, square(20, 2.0, is_periodic), all_ends(one.ends),
               with_flux(options), {0.02});
  run.set([](int, const Point& x) { return normal_density(x, {0.3, 0.1}, {0.25, 0.16}); });
  return run;
}

/// The flux on all cells, on every rank.
CellVectors whole_flux(CellCase& run) {
  const CellVectors flux = flux_of(run);
  const Grid& grid = run.cells.grid();
  const Box box = run.cells.block();
  CellVectors all(2, std::vector<double>(static_cast<std::size_t>(grid.point_count()), 0.0));
  for (std::size_t a = 0; a < 2; ++a) {
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        const std::int64_t to = (box.offset[0] + i) * grid.points[1] + box.offset[1] + j;
        all[a][static_cast<std::size_t>(to)] =
            flux[a][static_cast<std::size_t>(i * box.count[1] + j)];
      }
    }
    run.cells.communicator().all_reduce(std::span<double>(all[a]), Reduction::sum);
  }
  return all;
}

TEST(FluxRanks, HasTheSameBitsOnAnyNumber) {
  const Communicator alone = world().split(world().rank());
  for (const Process& one : processes()) {
    CellCase together = started(world(), one), apart = started(alone, one);
    for (const double time : {0.0, 0.2}) {
      for (CellCase* const run : {&together, &apart}) run_to(*run->solver, time);
      const CellVectors flux = whole_flux(together);
      EXPECT_EQ(flux, whole_flux(apart));
      double largest = 0.0;
      for (const double value : flux[0]) largest = std::max(largest, std::abs(value));
      EXPECT_GT(largest, 0.01);
    }
  }
}

TEST(FluxRanks, DoesNotChangeThePathByBeingLookedAt) {
  for (const Process& one : processes()) {
    CellCase watched = started(world(), one), alone = started(world(), one);
    for (int n = 1; n <= 5; ++n) {
      flux_of(watched);
      for (CellCase* const run : {&watched, &alone}) run_to(*run->solver, 0.04 * n);
    }
    EXPECT_EQ(watched.solver->digest(0), alone.solver->digest(0));
  }
}

}  // namespace
}  // namespace parapet
