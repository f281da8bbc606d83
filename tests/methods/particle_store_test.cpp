#include "methods/particles/particle_store.hpp"

#include "methods/cell_case.hpp"
#include "methods/density_case.hpp"

namespace parapet {
namespace {

constexpr std::int64_t all_particles = 4000;

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

// A place in the unit square that a particle's number tells, then one in its left part.
double place_of(std::uint64_t id, std::size_t axis, bool is_crowded) {
  const double turns = static_cast<double>(id + 1) * (axis == 0 ? 0.6180339887 : 0.7548776662);
  const double at = turns - std::floor(turns);
  return is_crowded && axis == 0 ? 0.2 * at : at;
}

void put(ParticleStore& store, bool is_crowded) {
  for (std::size_t i = 0; i < store.count(); ++i) {
    for (std::size_t a = 0; a < 2; ++a)
      store.column(a)[i] = place_of(store.ids()[i], a, is_crowded);
    store.column(2)[i] = static_cast<double>(store.ids()[i]);
  }
}

void expect_whole(const ParticleStore& store, bool is_crowded) {
  const auto first = static_cast<std::uint64_t>(store.by_index().begin(world().rank()));
  for (std::size_t c = 0; c < 3; ++c) {
    const auto values = store.in_order(c);
    ASSERT_EQ(static_cast<std::int64_t>(values.size()), store.by_index().count(world().rank()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::uint64_t id = first + i;
      EXPECT_EQ(values[i], c == 2 ? static_cast<double>(id) : place_of(id, c, is_crowded));
    }
  }
}

void expect_inside(ParticleStore& store, const Grid& grid) {
  for (std::size_t i = 0; i < store.count(); ++i) {
    for (std::size_t a = 0; a < 2; ++a) {
      const double cell = store.column(a)[i] / grid.spacing(static_cast<int>(a));
      EXPECT_GE(cell, static_cast<double>(store.box().offset[a]) - 1e-9);
      EXPECT_LE(cell, static_cast<double>(store.box().offset[a] + store.box().count[a]) + 1e-9);
    }
  }
}

TEST(ParticleStore, FollowsParticlesAndEvensThemOut) {
  const Grid grid = interval_grid({40, 30}, {0.0}, {1.0});
  CellGrid cells(world(), grid, all_ends(BoundaryKind::no_flux), 1, GhostReach::faces);
  ParticleStore store(cells, all_particles, 3);
  put(store, false);
  store.divide_by_space();
  expect_whole(store, false);
  expect_inside(store, grid);
  EXPECT_FALSE(store.is_uneven());
  put(store, true);
  store.migrate();
  expect_whole(store, true);
  expect_inside(store, grid);
  EXPECT_EQ(store.is_uneven(), world().size() > 1);
  store.divide_by_space();
  expect_whole(store, true);
  expect_inside(store, grid);
  EXPECT_FALSE(store.is_uneven());
  store.divide_by_index();
  expect_whole(store, true);
  const auto first = static_cast<std::uint64_t>(store.by_index().begin(world().rank()));
  for (std::size_t i = 0; i < store.count(); ++i) EXPECT_EQ(store.ids()[i], first + i);
}

TEST(ParticleStore, SendsWhatItFoundPartByPart) {
  const Grid grid = interval_grid({40, 30}, {0.0}, {1.0});
  CellGrid cells(world(), grid, all_ends(BoundaryKind::no_flux), 1, GhostReach::faces);
  ParticleStore store(cells, all_particles, 3);
  put(store, false);
  store.divide_by_space();
  put(store, true);
  const std::size_t few = store.count() / 3;
  store.find_leaving(0, few);
  store.find_leaving(few, store.count() - few);
  store.migrate_found();
  expect_whole(store, true);
  expect_inside(store, grid);
}

TEST(ParticleStore, IsNotDividedAgainWhereThatCannotHelp) {
  const Grid grid = interval_grid({40, 30}, {0.0}, {1.0});
  CellGrid cells(world(), grid, all_ends(BoundaryKind::no_flux), 1, GhostReach::faces);
  ParticleStore store(cells, all_particles, 2);
  for (std::size_t i = 0; i < store.count(); ++i) {
    store.column(0)[i] = store.column(1)[i] = 0.51;  // all of them in one cell
  }
  store.divide_by_space();
  EXPECT_FALSE(store.is_uneven());
  EXPECT_EQ(world().all_reduce(static_cast<std::int64_t>(store.count()), Reduction::sum),
            all_particles);
}

}  // namespace
}  // namespace parapet
