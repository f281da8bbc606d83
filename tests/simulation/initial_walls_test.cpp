// Initial fields on grids with ends, where modes are cosines and points the centres of cells.
#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "initial_case.hpp"

namespace parapet {
namespace {

using Wavenumber = std::array<std::int64_t, 3>;

/// `ends`: one letter an axis, w (walls) or p (periodic).
Grid grid_with(const std::string& ends, const std::vector<std::int64_t>& points,
               double length = 1.0) {
  Grid grid = box_grid(points, length);
  for (std::size_t a = 0; a < ends.size(); ++a) grid.is_periodic[a] = ends[a] == 'p';
  return grid;
}

/// How often walls repeat a wavenumber, itself included.
double images(const Grid& grid, const Wavenumber& k) {
  double count = 1.0;
  for (std::size_t a = 0; a < 3; ++a) {
    if (!grid.is_periodic[a] && k[a] > 0) count *= 2.0;
  }
  return count;
}

/// Each cosine of unit norm has the variance σ² (|k|² + τ²)^(−γ) and is drawn by itself, with those
/// of opposite sign along periodic axes. The mean square of so many draws is within four of its own
/// standard deviations; those of a real normal number's square are the largest.
void expect_variances(const Grid& grid, double volume) {
  const InitialSettings settings = kind("gaussian-random-field");
  constexpr int draws = 4000;
  Field field(Communicator::self(), grid, settings);
  std::vector<double> squares(field.transform.mode_count(), 0.0), products(squares);
  for (int draw = 0; draw < draws; ++draw) {
    field.set(settings, static_cast<std::uint64_t>(draw));
    const auto& modes = field.components[0];
    for (std::size_t i = 0; i < squares.size(); ++i) {
      squares[i] += std::norm(modes[i]) / draws;
      products[i] += (std::conj(modes[i]) * modes[(i + 1) % modes.size()]).real() / draws;
    }
  }
  std::vector<double> expected(squares.size());
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    double k2 = 0.0;
    bool is_real = true, is_nyquist = false;
    for (std::size_t a = 0; a < 3; ++a) {
      const std::int64_t k = mode.wavenumber[a];
      k2 +=
          std::pow((grid.is_periodic[a] ? 2 : 1) * pi * static_cast<double>(k) / grid.length[a], 2);
      is_real = is_real && (!grid.is_periodic[a] || k == 0);
      is_nyquist = is_nyquist || (grid.is_periodic[a] && k > 0 && 2 * k == grid.points[a]);
    }
    if (k2 > 0.0 && !is_nyquist) {
      expected[i] = 625.0 / std::pow(k2 + 25.0, 2) / volume / images(grid, mode.wavenumber);
    }
    EXPECT_LE(std::abs(squares[i] - expected[i]), 4.2 * std::sqrt(2.0 / draws) * expected[i])
        << "mode " << i;
    if (is_real) {
      EXPECT_EQ(field.components[0][i].imag(), 0.0);
    }
  });
  for (std::size_t i = 0; i < squares.size(); ++i) {
    const double size = std::sqrt(expected[i] * expected[(i + 1) % squares.size()]);
    EXPECT_LE(std::abs(products[i]), 4.2 * size / std::sqrt(draws)) << "mode " << i;
  }
}

TEST(GaussianRandomField, BetweenWallsHasItsVarianceInEachCosine) {
  expect_variances(grid_with("w", {32}), 1.0);
  expect_variances(grid_with("ww", {6, 7}, 2.0), 4.0);
  expect_variances(grid_with("wp", {6, 7}, 2.0), 4.0);
  expect_variances(grid_with("pw", {6, 7}, 2.0), 4.0);
}

TEST(GaussianRandomField, BetweenWallsHasTheSameLargeScalesOnEveryResolution) {
  const InitialSettings settings = kind("gaussian-random-field");
  const Field coarse(Communicator::self(), grid_with("wpw", {8, 10, 6}), settings);
  const Field fine(Communicator::self(), grid_with("wpw", {15, 12, 16}), settings);
  std::size_t compared = 0;
  coarse.transform.for_each_mode([&](std::size_t i, const Mode& a) {
    if (coarse.components[0][i] == 0.0) return;
    fine.transform.for_each_mode([&](std::size_t j, const Mode& b) {
      if (a.wavenumber != b.wavenumber) return;
      EXPECT_EQ(coarse.components[0][i], fine.components[0][j]);
      ++compared;
    });
  });
  EXPECT_GE(compared, 100U);
}

// What is not the transform of a real field is lost on the way to the grid and back.
TEST(GaussianRandomField, BetweenWallsIsARealField) {
  for (const char* ends : {"www", "wpp", "pwp", "ppw", "pww"}) {
    Field field(Communicator::world(), grid_with(ends, {8, 6, 10}), kind("gaussian-random-field"));
    std::vector<double> points(field.transform.point_count());
    std::vector<Complex> back(field.transform.mode_count());
    const Complex* modes = field.components[0].data();
    double* values = points.data();
    field.transform.to_points({&modes, 1}, {&values, 1});
    const double* from = points.data();
    Complex* into = back.data();
    field.transform.to_modes({&from, 1}, {&into, 1});
    for (std::size_t i = 0; i < back.size(); ++i) {
      EXPECT_LE(std::abs(back[i] - field.components[0][i]), 1e-15) << ends;
    }
  }
}

TEST(Kinds, BetweenWallsAreTheSameOnAnyNumberOfRanks) {
  for (const char* name : {"gaussian-random-field", "random-sines", "modes", "cosines", "fronts",
                           "gaussian-vortices", "uniform", "spots", "slab", "patch"}) {
    InitialSettings settings = kind(name);
    settings.mean = 0.3;
    settings.noise = {0.1};
    for (const Grid& grid : {grid_with("w", {30}, 2.0), grid_with("wp", {14, 15}, 2.0),
                             grid_with("wpw", {8, 9, 10}, 2.0)}) {
      settings.wavenumbers.assign(static_cast<std::size_t>(grid.dimensions), 1);
      EXPECT_TRUE(settings.faults(grid, {{"u", 1}}, Heat{}).empty());
      const Field alone(Communicator::self(), grid, settings, 1, 3);
      const Field together(Communicator::world(), grid, settings, 1, 3);
      EXPECT_EQ(modes_digest(together.transform, together.pointers()),
                modes_digest(alone.transform, alone.pointers()))
          << name;
    }
  }
}

// Alike in every mode; with all of them alike at every point too.
TEST(Noise, BetweenWallsHasTheDeviationAskedFor) {
  InitialSettings settings = kind("uniform");
  settings.noise = {0.2};
  constexpr int draws = 2000;
  for (const auto& [ends, wavenumber] : {std::pair{"ww", 0}, {"wp", 0}, {"ww", 4}}) {
    settings.noise_wavenumber = wavenumber;
    Field field(Communicator::self(), grid_with(ends, {16, 15}), settings);
    std::vector<double> points(field.transform.point_count());
    double of_all = 0.0, inside = 0.0;
    for (int draw = 0; draw < draws; ++draw) {
      field.set(settings, static_cast<std::uint64_t>(draw));
      const Complex* const from = field.components[0].data();
      double* const to = points.data();
      field.transform.to_points({&from, 1}, {&to, 1});
      for (const double u : points) of_all += u * u / (draws * 240.0);
      inside += points[8 * 15 + 7] * points[8 * 15 + 7] / draws;
    }
    EXPECT_LE(std::abs(of_all / 0.04 - 1.0), 0.01) << ends;
    if (wavenumber > 0) continue;  // a few cosines are not alike at every point
    EXPECT_LE(std::abs(inside / 0.04 - 1.0), 4.2 * std::sqrt(2.0 / draws)) << ends;
  }
}

TEST(Noise, BetweenWallsHasTwoHalfWavesForOneWave) {
  InitialSettings settings = kind("uniform");
  settings.noise = {1.0};
  settings.noise_wavenumber = 3;
  const Field field(Communicator::self(), grid_with("wp", {32, 32}), settings);
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const double half = 0.5 * static_cast<double>(mode.wavenumber[0]);
    const double waves = std::hypot(half, static_cast<double>(mode.wavenumber[1]));
    EXPECT_EQ(field.components[0][i] != 0.0, waves > 0.0 && waves <= 3.0);
  });
}

TEST(Cosines, AreTheModesOfTheGrid) {
  InitialSettings settings = kind("cosines");
  settings.mean = -0.25;
  settings.wavenumbers = {3, 0, 14, 2};
  settings.amplitudes = {0.5, 2.0};
  const Field field(Communicator::self(), grid_with("wp", {16, 16}, 3.0), settings);
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    Complex expected = 0.0;
    const Wavenumber k = {mode.wavenumber[0], std::abs(mode.wavenumber[1]), 0};
    if (k == Wavenumber{0, 0, 0}) expected = -0.25;
    if (k == Wavenumber{3, 0, 0}) expected = 0.25;
    if (k == Wavenumber{14, 2, 0}) expected = 0.5;
    EXPECT_LE(std::abs(field.components[0][i] - expected), 1e-14);
  });
  settings.wavenumbers = {3, 0, 14, 8};
  EXPECT_EQ(settings.faults(field.transform.grid(), {{"u", 1}}, Heat{}).size(), 1U);
  settings.wavenumbers = {16, 0, 14, 2};
  EXPECT_EQ(settings.faults(field.transform.grid(), {{"u", 1}}, Heat{}).size(), 1U);
  settings.wavenumbers = {16, 0, 14};
  EXPECT_EQ(settings.faults(field.transform.grid(), {{"u", 1}}, Heat{}).size(), 1U);
}

TEST(Spots, BetweenWallsAreNotRepeatedAtTheOtherEnd) {
  InitialSettings settings = kind("spots");
  settings.spots = 1;
  settings.width = 0.15;
  constexpr std::int64_t n = 64;
  for (std::uint64_t member = 0; member < 10; ++member) {
    const RandomStream stream(42, Purpose::initial_condition, static_cast<std::uint32_t>(member));
    const double place = stream.uniform_pair(0, 0)[0];
    Field field(Communicator::self(), grid_with("w", {n}), settings, 1, member);
    std::vector<double> points(field.transform.point_count());
    const Complex* const from = field.components[0].data();
    double* const to = points.data();
    field.transform.to_points({&from, 1}, {&to, 1});
    for (std::int64_t i = 0; i < n; ++i) {
      const double r = ((static_cast<double>(i) + 0.5) / n - place) / 0.15;
      EXPECT_LE(std::abs(points[static_cast<std::size_t>(i)] - std::exp(-0.5 * r * r)), 1e-13);
    }
  }
}

TEST(GaussianRandomField, BetweenWallsIsNotMadeIrrotational) {
  InitialSettings settings = kind("gaussian-random-field");
  settings.irrotational = true;
  EXPECT_TRUE(settings.faults(grid_with("pp", {8, 8}), {{"u", 2}}, Heat{}).empty());
  EXPECT_EQ(settings.faults(grid_with("wp", {8, 8}), {{"u", 2}}, Heat{}).size(), 1U);
}

}  // namespace
}  // namespace parapet
