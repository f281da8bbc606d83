#include "methods/density/density_stepper.hpp"
#include "methods/density_case.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// A process on the domain, with the step and from the place of its input file.
struct Row {
  std::string name;
  AnyEquation equation;
  Axes lower, upper;
  double step;
  Axes middle;
  double deviation;
  bool is_periodic = false;
};

std::vector<Row> rows(int d) {
  OrnsteinUhlenbeck turning;
  turning.omega.value = 4.0, turning.correlation.value = 0.5;
  MullerBrown muller;
  muller.T.value = 15.0;
  UnderdampedLangevin heavy;
  heavy.k.value = -1.0, heavy.q.value = 1.0, heavy.gamma.value = 0.2, heavy.T.value = 0.15;
  FokkerPlanck given;
  given.V.texts = {"cos(x) * cos(y)"};
  given.f.texts = {"0.5*cos(t)", "0.5*sin(t)"};
  given.D.texts = {"0.3", "0.1"};
  if (d == 3) given.f.texts.emplace_back("0.1"), given.D.texts.emplace_back("0.2");
  std::vector<Row> made = {
      {"ornstein-uhlenbeck", turning, {-4.0}, {4.0}, 0.02, {1.8, 0.0, 0.0}, 0.25},
      {"double-well", DoubleWell{}, {-2.0, -1.5}, {2.0, 1.5}, 0.1, {-1.0, 0.8, 0.0}, 0.15},
      {"variance-preserving", VariancePreserving{}, {-5.0}, {5.0}, 0.1, {2.0, 0.0, 0.0}, 0.2},
      {"variance-exploding", VarianceExploding{}, {-16.0}, {16.0}, 1.0, {-3.0, 1.0, 4.0}, 0.3},
      {"geometric-brownian-motion",
       GeometricBrownianMotion{},
       {0.0},
       {6.0},
       0.02,
       {1.0, 1.0, 1.0},
       0.1},
      {"fokker-planck", given, {0.0}, {4.0 * pi}, 0.05, {2.0 * pi, 2.0 * pi, 6.0}, 0.5, true}};
  if (d == 3) return made;
  made.push_back({"muller-brown", muller, {-1.6, -0.4}, {1.2, 2.1}, 1e-3, {0.62, 0.03}, 0.06});
  made.push_back({"underdamped-langevin", heavy, {-2.2}, {2.2}, 0.02, {-1.4, 0.0}, 0.12});
  return made;
}

/// A normal density at the cells of a field.
void fill(const CellGrid& cells, const Row& row, EdgeRates::Field& u) {
  const CellLayout& layout = cells.layout();
  layout.for_each_row([&](std::ptrdiff_t at, std::int64_t i, std::int64_t j, std::int64_t k) {
    std::array<std::int64_t, 3> cell{i, j, k};
    for (std::ptrdiff_t x = at; x < at + layout.row_length(); ++x) {
      double square = 0.0;
      for (int a = 0; a < cells.grid().dimensions; ++a) {
        const auto axis = static_cast<std::size_t>(a);
        const double r =
            cells.grid().coordinate(a, cells.block().offset[axis] + cell[axis]) - row.middle[axis];
        square += r * r;
      }
      u.data()[x] = std::exp(-0.5 * square / (row.deviation * row.deviation));
      ++cell[static_cast<std::size_t>(layout.row_axis)];
    }
  });
}

/// The most that a linear system of three steps takes.
int iterations(const Row& row, const std::vector<std::int64_t>& points,
               DensityIntegrator integrator) {
  const int d = static_cast<int>(points.size());
  const Grid grid = interval_grid(points, row.lower, row.upper, row.is_periodic);
  const DensityProcess process = density_process(row.equation, d);
  CellGrid cells(world(), grid,
                 all_ends(row.is_periodic ? BoundaryKind::periodic : BoundaryKind::no_flux), 1,
                 process.has_cross_diffusion ? GhostReach::corners : GhostReach::faces);
  RateGenerator generator(cells, process, /*is_centred=*/true);
  DensityStepper stepper(cells, integrator);
  EdgeRates::Field u = generator.rates().make_field();
  fill(cells, row, u);
  int most = 0;
  for (int step = 0; step < 3; ++step) {
    stepper.step(generator, row.step, u);
    most = std::max(most, stepper.iterations());
  }
  return most;
}

void expect_few(const std::vector<std::int64_t>& points) {
  const int d = static_cast<int>(points.size());
  for (const Row& row : rows(d)) {
    for (const auto integrator : {DensityIntegrator::backward_euler, DensityIntegrator::sdirk2}) {
      const int found = iterations(row, points, integrator);
      const std::string name =
          row.name + " by " +
          std::string(density_integrators[static_cast<std::size_t>(integrator)]);
      report(name + " on " + std::to_string(points[0]) + "^" + std::to_string(d), found, 10.0);
      EXPECT_GE(found, 1) << name;
      EXPECT_LE(found, 10) << name;
    }
  }
}

// At most 9 on 128², 256² and 512² (Müller–Brown; 8 the others), too, and at most 9 on 64³.
TEST(DensityIterations, AreFewInThePlane) {
  expect_few({64, 64});
  if (world().size() == 1) expect_few({128, 128});
}

TEST(DensityIterations, AreFewInSpace) {
  expect_few({16, 16, 16});
  if (world().size() == 1) expect_few({32, 32, 32});
}

}  // namespace
}  // namespace parapet
