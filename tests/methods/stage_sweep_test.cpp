#include "methods/plain_differences.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

using Kinds = std::vector<BoundaryKind>;
constexpr auto periodic = BoundaryKind::periodic, wall = BoundaryKind::no_flux,
               fixed = BoundaryKind::dirichlet;

struct Case {
  std::vector<std::int64_t> points;
  Kinds kinds;  ///< of each axis
  std::string integrator;
  std::int64_t order;
};

Grid grid_of(const Case& one) {
  Grid grid = unit_grid(one.points, periodic);
  for (std::size_t a = 0; a < one.points.size(); ++a) {
    grid.is_periodic[a] = one.kinds[a] == periodic;
    grid.length[a] = 1.0 + 0.3 * static_cast<double>(a);
  }
  return grid;
}

Boundaries ends_of(const Case& one) {
  Boundaries ends{};
  for (std::size_t a = 0; a < one.points.size(); ++a) ends[a] = {one.kinds[a], one.kinds[a]};
  return ends;
}

double start(int component, const Point& x) {
  const double wave =
      std::sin(7.0 * x[0] + 1.0) * std::cos(5.0 * x[1]) * std::cos(3.0 * x[2] - 0.5);
  return component == 0 ? 0.6 + 0.3 * wave : 0.2 - 0.15 * wave * wave;
}

class FusedStages : public testing::TestWithParam<Case> {};

// Seven steps: some pass through memory together, and a rest.
TEST_P(FusedStages, AreThoseOfThePlainForm) {
  const Case& one = GetParam();
  GrayScott equation;
  equation.D_u.value = 4e-4, equation.D_v.value = 2e-4;
  const MethodOptions options{"finite-difference", one.integrator, one.order, {0.4, 0.1}};
  constexpr double dt = 0.5;
  CellCase fused(world(), equation, grid_of(one), ends_of(one), options, {dt});
  fused.set(start);
  run_to(*fused.solver, 7.0 * dt);
  EXPECT_EQ(fused.solver->progress(0).steps, 7.0);
  PlainDifferences plain(grid_of(one), ends_of(one), options, equation);
  plain.set(start);
  for (int step = 0; step < 7; ++step) plain.step(dt);
  double largest = 0.0;
  for (int c = 0; c < 2; ++c) {
    const auto found = fused.values(c);
    const Box box = fused.cells.block();
    std::size_t at = 0;
    for (std::int64_t i = 0; i < box.count[0]; ++i) {
      for (std::int64_t j = 0; j < box.count[1]; ++j) {
        for (std::int64_t k = 0; k < box.count[2]; ++k) {
          const double exact =
              plain.value(c, box.offset[0] + i, box.offset[1] + j, box.offset[2] + k);
          const double error = std::abs(found[at++] - exact);
          largest = error <= largest ? largest : error;
        }
      }
    }
  }
  expect_below("largest difference", world().all_reduce(largest, Reduction::maximum), 5e-15);
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const char* integrator : {"euler", "ssprk3", "rk4"}) {
    for (const std::int64_t order : {2, 4}) {
      all.push_back({{31}, {periodic}, integrator, order});
      all.push_back({{31}, {fixed}, integrator, order});
      all.push_back({{16, 23}, {periodic, wall}, integrator, order});
      all.push_back({{23, 16}, {fixed, periodic}, integrator, order});
      all.push_back({{9, 8, 11}, {periodic, fixed, wall}, integrator, order});
      all.push_back({{13, 9, 8}, {wall, periodic, fixed}, integrator, order});
      all.push_back({{8, 9, 12}, {fixed, wall, periodic}, integrator, order});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Sweeps, FusedStages, testing::ValuesIn(all_cases()));

/// Rows of 5000 cells and planes of 90 rows are cut into tiles; then all ranks are one.
std::uint64_t digest_of(const Communicator& ranks, const Case& one) {
  CellCase cells(ranks, GrayScott{}, grid_of(one), ends_of(one),
                 {"finite-difference", one.integrator, one.order, {}}, {0.01});
  cells.set(start);
  run_to(*cells.solver, 0.06);
  return cells.solver->digest(0);
}

TEST(FusedStages, GiveTheSameBitsWhereTheBlockIsCutIntoTiles) {
  const Communicator alone = world().split(world().rank());
  for (const Case& one :
       {Case{{40000}, {periodic}, "ssprk3", 4}, Case{{20, 9000}, {wall, periodic}, "euler", 2},
        Case{{9, 90, 300}, {periodic, wall, periodic}, "rk4", 2},
        Case{{9, 90, 300}, {wall, periodic, wall}, "euler", 4}}) {
    EXPECT_EQ(digest_of(world(), one), digest_of(alone, one));
  }
}

}  // namespace
}  // namespace parapet
