// Initial fields that the input file tells point by point: formulas, and states that meet at
// planes.
#include <gtest/gtest.h>

#include "initial_case.hpp"

namespace parapet {
namespace {

Grid open_plane() {
  Grid grid = box_grid({8, 6}, 1.0);
  grid.lower = {-1.0, 2.0, 0.0}, grid.length = {2.0, 3.0, 1.0};
  grid.is_periodic = {false, false, true};
  return grid;
}

/// Calls check(values, x, y) for this rank's points, values one a component.
template <class F>
void for_each_told(const InitialSettings& settings, std::size_t components, F&& check) {
  const Communicator world = Communicator::world();
  const Grid grid = open_plane();
  SpectralTransform transform(world, grid, {});
  const auto fields = initial_points({settings, 1, 0, {{"u", static_cast<int>(components)}}},
                                     transform, components);
  const Box box = transform.physical_box();
  std::size_t at = 0;
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j, ++at) {
      std::vector<double> values;
      for (const auto& field : fields) values.push_back(field[at]);
      check(values, grid.coordinate(0, box.offset[0] + i), grid.coordinate(1, box.offset[1] + j));
    }
  }
}

TEST(InitialTold, FormulasAreThoseOfPlaces) {
  InitialSettings settings = kind("formula");
  settings.formulas = {"x < 0.3 ? y : sin(pi*x)", "x*y"};
  for_each_told(settings, 2, [](const std::vector<double>& u, double x, double y) {
    EXPECT_NEAR(u[0], x < 0.3 ? y : std::sin(pi * x), 1e-14);
    EXPECT_NEAR(u[1], x * y, 1e-14);
  });
}

TEST(InitialTold, TwoStatesMeetAtAPlaneAcrossX) {
  InitialSettings settings = kind("riemann");
  settings.states = {1.0, 2.0, 3.0, 4.0};
  settings.cuts = {-0.3};
  for_each_told(settings, 2, [](const std::vector<double>& u, double x, double) {
    EXPECT_EQ(u, x < -0.3 ? (std::vector{1.0, 2.0}) : (std::vector{3.0, 4.0}));
  });
}

TEST(InitialTold, FourStatesMeetAtALineAndInTheMiddleUnlessToldWhere) {
  InitialSettings settings = kind("riemann");
  settings.states = {1.0, 2.0, 3.0, 4.0};
  for_each_told(settings, 1, [](const std::vector<double>& u, double x, double y) {
    EXPECT_EQ(u[0], 1.0 + (x < 0.0 ? 0.0 : 2.0) + (y < 3.5 ? 0.0 : 1.0));
  });
  settings.cuts = {0.5, 2.5};
  for_each_told(settings, 1, [](const std::vector<double>& u, double x, double y) {
    EXPECT_EQ(u[0], 1.0 + (x < 0.5 ? 0.0 : 2.0) + (y < 2.5 ? 0.0 : 1.0));
  });
}

}  // namespace
}  // namespace parapet
