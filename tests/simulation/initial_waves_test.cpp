// Initial fields that are exact solutions of wave equations.
#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "initial_case.hpp"

namespace parapet {
namespace {

/// The largest distance of fields u and velocity from `exact` at the points.
double wave_distance(const InitialSettings& settings, const AnyEquation& equation, const Grid& grid,
                     const std::function<std::array<double, 2>(double)>& exact) {
  SpectralTransform transform(Communicator::world(), grid, {Dealiasing::none});
  const auto points =
      initial_points({settings, 1, 0, {{"u"}, {"velocity"}}, equation}, transform, 2);
  const Box box = transform.physical_box();
  double worst = 0.0;
  for (std::size_t at = 0; at < points[0].size(); ++at) {
    const auto row = static_cast<std::int64_t>(at) / (box.count[1] * box.count[2]);
    const auto [u, velocity] = exact(grid.coordinate(0, box.offset[0] + row));
    worst = std::max({worst, std::abs(points[0][at] - u), std::abs(points[1][at] - velocity)});
  }
  return Communicator::world().all_reduce(worst, Reduction::maximum);
}

TEST(Kinks, AlternateAndArePeriodic) {
  Phi4 equation;
  equation.c.value = 2.0;
  equation.lambda.value = 8.0;
  InitialSettings settings = kind("kinks");
  settings.centres = {0.25, 0.5, 0.6, 0.9};
  settings.speeds = {0.5, 0.0, -0.3, 0.8};
  const Grid grid = box_grid({400, 3}, 80.0);
  const auto exact = [&](double x) {
    std::array<double, 2> sum = {-1.0, 0.0};
    for (std::size_t i = 0; i < 4; ++i) {
      for (const double image : {-80.0, 0.0, 80.0}) {
        const auto [u, velocity] =
            equation.kink(x - image - 80.0 * settings.centres[i], settings.speeds[i]);
        sum[0] += (i % 2 == 0 ? 1.0 : -1.0) * (u + 1.0);
        sum[1] += (i % 2 == 0 ? 1.0 : -1.0) * velocity;
      }
    }
    return sum;
  };
  EXPECT_LE(wave_distance(settings, equation, grid, exact), 1e-13);
  EXPECT_NEAR(exact(30.0)[0], 1.0, 1e-6);  // between the first two, whatever the formula above says
  EXPECT_NEAR(exact(44.0)[0], -1.0, 2e-3);
  EXPECT_TRUE(settings.faults(grid, {{"u"}, {"velocity"}}, equation).empty());
  settings.speeds.pop_back();
  settings.centres = {0.1, 0.2, 0.3};
  EXPECT_EQ(settings.faults(grid, {{"u"}, {"velocity"}}, equation).size(), 1);  // odd
  EXPECT_EQ(settings.faults(grid, {{"u"}}, Heat{}).size(), 2);                  // has no kinks
}

TEST(Breather, IsTheEquations) {
  SineGordon equation;
  equation.c.value = 1.5;
  equation.m.value = 2.0;
  InitialSettings settings = kind("breather");
  settings.centres = {0.3};
  settings.frequency = 0.7;
  const Grid grid = box_grid({256}, 60.0);
  const auto exact = [&](double x) { return equation.breather(x - 18.0, 0.0, 0.7); };
  EXPECT_LE(wave_distance(settings, equation, grid, exact), 2e-6);  // tails of images
  EXPECT_TRUE(settings.faults(grid, {{"u"}, {"velocity"}}, equation).empty());
  EXPECT_EQ(settings.faults(grid, {{"u"}, {"velocity"}}, Phi4{}).size(), 1);
}

TEST(WavePacket, HasItsPlaceWidthAndWavenumber) {
  InitialSettings settings = kind("wave-packet");
  settings.centres = {0.25, 0.5};
  settings.width = 0.05;
  settings.wavenumbers = {6, -3};
  const Grid grid = box_grid({64, 60}, 2.0);
  SpectralTransform transform(Communicator::world(), grid, {Dealiasing::none});
  const auto points =
      initial_points({settings, 1, 0, {{"real"}, {"imaginary"}}, Schrodinger{}}, transform, 2);
  const Box box = transform.physical_box();
  std::array<double, 3> moments{};  // Σ|ψ|², Σ|ψ|² x, Σ|ψ|² (x − ½)²
  double worst = 0.0;
  for (std::size_t at = 0; at < points[0].size(); ++at) {
    const auto i = box.offset[0] + static_cast<std::int64_t>(at) / box.count[1];
    const auto j = box.offset[1] + static_cast<std::int64_t>(at) % box.count[1];
    const double x = grid.coordinate(0, i), y = grid.coordinate(1, j);
    const Complex psi(points[0][at], points[1][at]);
    moments[0] += std::norm(psi);
    moments[1] += std::norm(psi) * x;
    moments[2] += std::norm(psi) * (x - 0.5) * (x - 0.5);
    const Complex wave = std::polar(std::abs(psi), pi * (6.0 * (x - 0.5) - 3.0 * (y - 1.0)));
    worst = std::max(worst, std::abs(psi - wave));
  }
  Communicator::world().all_reduce(std::span<double>(moments), Reduction::sum);
  EXPECT_LE(Communicator::world().all_reduce(worst, Reduction::maximum), 1e-14);
  EXPECT_NEAR(moments[1] / moments[0], 0.5, 1e-5);
  EXPECT_NEAR(std::sqrt(moments[2] / moments[0]), 0.1, 1e-4);
  settings.wavenumbers = {40, 1};
  EXPECT_EQ(settings.faults(grid, {{"real"}, {"imaginary"}}, Schrodinger{}).size(), 1);
  settings.wavenumbers = {4};
  EXPECT_EQ(settings.faults(grid, {{"real"}, {"imaginary"}}, Schrodinger{}).size(), 1);
}

}  // namespace
}  // namespace parapet
