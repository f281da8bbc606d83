#include "simulation/equivalent_cost.hpp"

#include <cmath>
#include <filesystem>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "io/trajectory_file.hpp"
#include "methods/spectral_solver.hpp"

namespace parapet {
namespace {

constexpr std::int64_t points = 256;

// Burgers from u₀ = 1 + sin 2πx + ½ cos 4πx with ν = 0.02, at t = 0 and 0.5, on far too fine a
// grid.
void write_trajectory(const std::filesystem::path& folder, const std::string& equation) {
  const auto self = Communicator::self();
  Grid grid;
  grid.points = {points, 1, 1};
  TrajectoryLayout layout;
  layout.grid = grid;
  layout.times = {0.0, 0.5};
  layout.fields = {{"u", 1}};
  layout.precision = Precision::float64;
  layout.equation = equation;
  layout.parameters = {{"viscosity", {0.02}}};
  std::vector<double> u(points);
  for (std::size_t i = 0; i < u.size(); ++i) {
    const double x = 2 * std::numbers::pi * static_cast<double>(i) / points;
    u[i] = 1.0 + std::sin(x) + 0.5 * std::cos(2 * x);
  }
  SpectralTransform transform(self, grid, {});
  Burgers burgers;
  burgers.viscosity.value = 0.02;
  const auto solver = make_spectral_solver(transform, "scalar", {{burgers, {}}}, {1e-3, 1e-9});
  const double* const from = u.data();
  Complex* const modes = solver->modes(0, 0).data();
  transform.to_modes({&from, 1}, {&modes, 1});
  auto file = TrajectoryFile::create(self, self, folder, layout, IfPresent::replace);
  file.write_frame(0, 0, 0, {{0, 0, 0}, grid.points}, u);
  while (solver->step(0.5)) continue;
  const Complex* const reached = solver->modes(0, 0).data();
  double* const to = u.data();
  transform.to_points({&reached, 1}, {&to, 1});
  file.write_frame(0, 1, 0, {{0, 0, 0}, grid.points}, u);
  file.sync();
}

class EquivalentCostTest : public ::testing::Test {
 protected:
  ~EquivalentCostTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::optional<EquivalentCost> cost(double error) const {
    const std::vector<std::int64_t> members = {0};
    return equivalent_cost({folder_ / TrajectoryFile::file_name, members, 0, 1, 2, error});
  }

  std::filesystem::path folder_ = [] {
    auto folder = std::filesystem::temp_directory_path() /
                  ("parapet-equivalent-cost-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    return folder;
  }();
};

TEST_F(EquivalentCostTest, GrowsWithTheAccuracyAskedFor) {
  write_trajectory(folder_, "burgers (scalar)");
  std::int64_t coarser = 0;
  double longer = 1.0;
  for (const double error : {1e-1, 1e-3, 1e-6}) {
    const auto found = cost(error);
    ASSERT_TRUE(found.has_value()) << error;
    EXPECT_LE(found->error, error);
    EXPECT_GT(found->seconds, 0.0);
    EXPECT_GE(found->points, coarser);
    EXPECT_LE(found->time_step, longer);
    EXPECT_LE(found->points, points);
    coarser = found->points;
    longer = found->time_step;
  }
  EXPECT_GT(coarser, 16);
}

TEST_F(EquivalentCostTest, IsUnknownForOtherEquations) {
  write_trajectory(folder_, "heat");
  EXPECT_FALSE(cost(1e-2).has_value());
}

}  // namespace
}  // namespace parapet
