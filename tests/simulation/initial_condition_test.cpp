#include "simulation/initial_condition.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "initial_case.hpp"

namespace parapet {
namespace {

// ---- Gaussian random field ------------------------------------------------------------------

/// E|û_k|² = σ² ((2π|k|/L)² + τ²)^(−γ) / L^d, each mode's mean square over many draws within four
/// of its own standard deviations (|û_k|² of a complex normal has standard deviation E|û_k|²).
void expect_variances(const Grid& grid, double volume) {
  InitialSettings settings = kind("gaussian-random-field");
  constexpr int draws = 4000;
  Field field(Communicator::self(), grid, settings);
  std::vector<double> squares(field.transform.mode_count(), 0.0);
  std::vector<Complex> sums(field.transform.mode_count(), 0.0);
  for (int draw = 0; draw < draws; ++draw) {
    field.set(settings, static_cast<std::uint64_t>(draw));
    for (std::size_t i = 0; i < squares.size(); ++i) {
      squares[i] += std::norm(field.components[0][i]) / draws;
      sums[i] += field.components[0][i] / static_cast<double>(draws);
    }
  }
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    double k2 = 0.0;
    bool is_nyquist = false;
    for (std::size_t a = 0; a < 3; ++a) {
      const double k = 2 * pi * static_cast<double>(mode.wavenumber[a]) / grid.length[a];
      k2 += k * k;
      is_nyquist = is_nyquist ||
                   (mode.wavenumber[a] != 0 && 2 * std::abs(mode.wavenumber[a]) == grid.points[a]);
    }
    const bool is_mean = k2 == 0.0;
    const double expected =
        is_nyquist || is_mean ? 0.0 : 625.0 / ((k2 + 25.0) * (k2 + 25.0)) / volume;
    EXPECT_LE(std::abs(squares[i] - expected), 4.2 * expected / std::sqrt(draws)) << "mode " << i;
    EXPECT_LE(std::abs(sums[i]), 4.2 * std::sqrt(expected / draws)) << "mode " << i;
  });
}

TEST(GaussianRandomField, HasTheVarianceOfTheFnoPaperInEachMode) {
  expect_variances(box_grid({64}), 1.0);
  expect_variances(box_grid({8, 9}, 2.0), 4.0);
}

TEST(GaussianRandomField, HasThePointwiseVarianceOfItsSpectrum) {
  // Σ_k 625/((2πk)² + 25)² over |k| ≤ 511, against the mean square of many fields.
  double expected = 0.0;
  for (int k = 1; k < 512; ++k) {
    const double q = 4 * pi * pi * k * k + 25.0;
    expected += 2 * 625.0 / (q * q);
  }
  InitialSettings settings = kind("gaussian-random-field");
  Field field(Communicator::self(), box_grid({1024}), settings);
  double mean_square = 0.0;
  constexpr int draws = 2000;
  for (int draw = 0; draw < draws; ++draw) {
    field.set(settings, static_cast<std::uint64_t>(draw));
    mean_square += 2.0 * diagnose(field.transform, field.pointers()).energy / draws;
  }
  EXPECT_LE(std::abs(mean_square / expected - 1.0), 4.0 / std::sqrt(draws));
}

TEST(GaussianRandomField, HasTheSameLargeScalesOnEveryResolution) {
  const InitialSettings settings = kind("gaussian-random-field");
  for (const auto& [coarse_points, fine_points] :
       {std::pair{std::vector<std::int64_t>{32}, std::vector<std::int64_t>{81}},
        std::pair{std::vector<std::int64_t>{8, 10, 6}, std::vector<std::int64_t>{15, 12, 16}}}) {
    const Field coarse(Communicator::self(), box_grid(coarse_points), settings);
    const Field fine(Communicator::self(), box_grid(fine_points), settings);
    std::size_t compared = 0;
    coarse.transform.for_each_mode([&](std::size_t i, const Mode& a) {
      if (coarse.components[0][i] == 0.0) return;
      fine.transform.for_each_mode([&](std::size_t j, const Mode& b) {
        if (a.wavenumber != b.wavenumber) return;
        EXPECT_EQ(coarse.components[0][i], fine.components[0][j]);
        ++compared;
      });
    });
    EXPECT_GE(compared, 15U);
  }
}

TEST(GaussianRandomField, IsARealField) {
  // What is not the transform of a real field is lost on the way to the grid and back.
  const InitialSettings settings = kind("gaussian-random-field");
  Field field(Communicator::world(), box_grid({8, 6, 10}), settings);
  std::vector<double> points(field.transform.point_count());
  std::vector<Complex> back(field.transform.mode_count());
  const Complex* modes = field.components[0].data();
  double* values = points.data();
  field.transform.to_points({&modes, 1}, {&values, 1});
  const double* from = points.data();
  Complex* into = back.data();
  field.transform.to_modes({&from, 1}, {&into, 1});
  for (std::size_t i = 0; i < back.size(); ++i) {
    EXPECT_LE(std::abs(back[i] - field.components[0][i]), 1e-15);
  }
}

TEST(GaussianRandomField, MeanIsAsAskedAndIrrotationalMeansNoVorticity) {
  InitialSettings settings = kind("gaussian-random-field");
  settings.mean = 0.75;
  settings.irrotational = true;
  Field field(Communicator::world(), box_grid({16, 12}), settings, 2);
  EXPECT_EQ(diagnose(field.transform, field.pointers()).mean, (std::vector<double>{0.75, 0.75}));
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const Complex curl = static_cast<double>(mode.wavenumber[0]) * field.components[1][i] -
                         static_cast<double>(mode.wavenumber[1]) * field.components[0][i];
    EXPECT_LE(std::abs(curl), 1e-15);
  });
}

// ---- all kinds ------------------------------------------------------------------------------

class Kinds : public testing::TestWithParam<std::string> {};

TEST_P(Kinds, AreTheSameOnAnyNumberOfRanksAndDifferBetweenMembersIfRandom) {
  const auto world = Communicator::world();
  InitialSettings settings = kind(GetParam());
  settings.mean = 0.3;
  for (const auto& points : {std::vector<std::int64_t>{30}, std::vector<std::int64_t>{14, 15},
                             std::vector<std::int64_t>{8, 9, 10}}) {
    settings.wavenumbers.assign(points.size(), 1);
    for (const std::size_t components : {std::size_t{1}, points.size()}) {
      const Grid grid = box_grid(points, 2.0);
      EXPECT_TRUE(settings.faults(grid, {{"u", static_cast<int>(components)}}, Burgers{}).empty());
      Field alone(Communicator::self(), grid, settings, components, 3);
      Field together(world, grid, settings, components, 3);
      const auto digest = modes_digest(alone.transform, alone.pointers());
      EXPECT_EQ(modes_digest(together.transform, together.pointers()), digest);
      EXPECT_GT(diagnose(alone.transform, alone.pointers()).energy, 0.0);
      alone.set(settings, 4);
      const bool is_random = GetParam().find("random") == 0 || GetParam().find("gaussian") == 0 ||
                             GetParam() == "spots";
      EXPECT_EQ(modes_digest(alone.transform, alone.pointers()) != digest, is_random);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Kinds,
                         testing::Values("gaussian-random-field", "random-sines", "modes", "sine",
                                         "fronts", "taylor-green", "gaussian-vortices", "uniform",
                                         "spots", "slab", "patch"));

// ---- noise and shapes for reaction–diffusion -----------------------------------------------

double deviation_of(const Field& field, std::size_t component) {
  double square = 0.0;
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (mode.wavenumber != std::array<std::int64_t, 3>{0, 0, 0}) {
      square += mode.weight * std::norm(field.components[component][i]);
    }
  });
  return std::sqrt(field.transform.communicator().all_reduce(square, Reduction::sum));
}

TEST(Noise, HasTheDeviationAskedForInEachComponent) {
  InitialSettings settings = kind("uniform");
  settings.base = {1.0, 0.5};
  settings.noise = {0.01, 0.2};
  for (const std::int64_t wavenumber : {0, 12}) {
    settings.noise_wavenumber = wavenumber;
    const Field field(Communicator::world(), box_grid({64, 60}), settings, 2);
    const double waves = wavenumber == 0 ? 63.0 * 59.0 - 1.0 : 440.0;
    for (const std::size_t c : {0, 1}) {
      // χ² with as many degrees of freedom as waves: the deviation varies by 1/√(2 waves).
      EXPECT_LE(std::abs(deviation_of(field, c) / settings.noise[c] - 1.0),
                4.0 / std::sqrt(2.0 * waves));
    }
    const auto mean = diagnose(const_cast<SpectralTransform&>(field.transform), field.pointers());
    EXPECT_EQ(mean.mean[0], 1.0);
    EXPECT_EQ(mean.mean[1], 0.5);
  }
}

TEST(Noise, IsTheSameOnEveryGridAndNumberOfRanks) {
  InitialSettings settings = kind("uniform");
  settings.noise = {0.1};
  settings.noise_wavenumber = 5;
  const Field coarse(Communicator::self(), box_grid({16, 18}), settings);
  const Field fine(Communicator::self(), box_grid({40, 27}), settings);
  const Field shared(Communicator::world(), box_grid({16, 18}), settings);
  EXPECT_EQ(modes_digest(shared.transform, shared.pointers()),
            modes_digest(coarse.transform, coarse.pointers()));
  std::size_t compared = 0;
  coarse.transform.for_each_mode([&](std::size_t i, const Mode& a) {
    if (coarse.components[0][i] == 0.0) return;
    fine.transform.for_each_mode([&](std::size_t j, const Mode& b) {
      if (a.wavenumber != b.wavenumber) return;
      EXPECT_EQ(coarse.components[0][i], fine.components[0][j]);
      ++compared;
    });
  });
  EXPECT_GE(compared, 40U);
}

TEST(Shapes, LieBetweenTheirBounds) {
  for (const char* name : {"spots", "slab", "patch"}) {
    InitialSettings settings = kind(name);
    settings.width = 0.03;
    settings.scale = {1.0, -0.5};
    settings.base = {0.0, 1.0};
    Field field(Communicator::world(), box_grid({96, 96}), settings, 2);
    const Complex* const first = field.components[0].data();
    const Complex* const second = field.components[1].data();
    const auto u = diagnose(field.transform, {&first, 1});
    const auto v = diagnose(field.transform, {&second, 1});
    EXPECT_GE(u.minimum, -1e-12) << name;
    EXPECT_LE(u.maximum, 1.0 + 1e-12) << name;
    EXPECT_GE(u.maximum, 0.9) << name;
    EXPECT_LE(std::abs(v.minimum - (1.0 - 0.5 * u.maximum)), 1e-12) << name;
  }
}

TEST(Patch, WithBumpsIsThatOfPetscsExample) {
  // ex5: v = sin²(4πx) sin²(4πy)/4 on [1, 1.5]², box [0, 2.5]², u = 1 − 2v.
  InitialSettings settings = kind("patch");
  settings.extent = 0.2;
  settings.bumps = 2;
  settings.scale = {-0.5, 0.25};
  settings.base = {1.0, 0.0};
  Field field(Communicator::self(), box_grid({80, 80}, 2.5), settings, 2);
  std::vector<double> points(field.transform.point_count());
  for (const std::size_t c : {0, 1}) {
    const Complex* const from = field.components[c].data();
    double* const to = points.data();
    field.transform.to_points({&from, 1}, {&to, 1});
    for (std::size_t i = 0; i < points.size(); ++i) {
      const double x = 2.5 / 80 * static_cast<double>(i / 80), y = 2.5 / 80 * double(i % 80);
      const bool is_inside = x > 1.0 && x < 1.5 && y > 1.0 && y < 1.5;
      const double v =
          is_inside ? 0.25 * std::pow(std::sin(4 * pi * x) * std::sin(4 * pi * y), 2) : 0.0;
      EXPECT_LE(std::abs(points[i] - (c == 0 ? 1.0 - 2.0 * v : v)), 1e-12);
    }
  }
}

TEST(RandomSines, AreStretchedOntoTheInterval) {
  InitialSettings settings = kind("random-sines");
  settings.normalise = true;
  Field field(Communicator::world(), box_grid({120}), settings);
  for (std::uint64_t member = 0; member < 20; ++member) {
    field.set(settings, member);
    const auto d = diagnose(field.transform, field.pointers());
    EXPECT_LE(std::abs(d.minimum), 1e-12);
    EXPECT_LE(std::abs(d.maximum - 1.0), 1e-12);
  }
}

TEST(RandomSines, AreBoundedAndHaveTheGeneratorsMeanSquare) {
  // Without absolute value and window a wave contributes E A²/2 = 1/6 to ⟨u²⟩, picked or not; the
  // absolute value changes nothing, the window (one field in ten) lets a part of 0.45 through.
  const InitialSettings settings = kind("random-sines");
  Field field(Communicator::self(), box_grid({128}), settings);
  constexpr int draws = 4000;
  double mean_square = 0.0, square_of_it = 0.0;
  for (int draw = 0; draw < draws; ++draw) {
    field.set(settings, static_cast<std::uint64_t>(draw));
    const auto d = diagnose(field.transform, field.pointers());
    EXPECT_LE(std::max(-d.minimum, d.maximum), 4.0);
    mean_square += 2 * d.energy / draws;
    square_of_it += 4 * d.energy * d.energy / draws;
  }
  const double deviation = std::sqrt((square_of_it - mean_square * mean_square) / draws);
  EXPECT_LE(std::abs(mean_square - 4.0 / 6.0 * (0.9 + 0.1 * 0.44)), 4 * deviation);
}

TEST(Modes, ArePlacedWithAmplitudeAndPhase) {
  InitialSettings settings = kind("modes");
  settings.mean = -0.25;
  settings.wavenumbers = {1, 0, 2, 3};
  settings.amplitudes = {0.5, 2.0};
  settings.phases = {0.0, 0.5 * pi};
  Field field(Communicator::self(), box_grid({16, 16}), settings);
  field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    Complex expected = 0.0;
    if (mode.wavenumber == std::array<std::int64_t, 3>{0, 0, 0}) expected = -0.25;
    if (mode.wavenumber == std::array<std::int64_t, 3>{1, 0, 0}) expected = {0.0, -0.25};
    if (mode.wavenumber == std::array<std::int64_t, 3>{-1, 0, 0}) expected = {0.0, 0.25};
    if (mode.wavenumber == std::array<std::int64_t, 3>{2, 3, 0}) expected = 1.0;
    EXPECT_LE(std::abs(field.components[0][i] - expected), 1e-14);
  });
  settings.wavenumbers = {1, 0, 2};
  EXPECT_EQ(settings.faults(box_grid({16, 16}), {{"u", 1}}, Burgers{}).size(), 1U);
  settings.wavenumbers = {1, 0, 2, 8};
  EXPECT_EQ(settings.faults(box_grid({16, 16}), {{"u", 1}}, Burgers{}).size(), 1U);
}

TEST(Vortices, HaveNoDivergence) {
  for (const char* name : {"taylor-green", "gaussian-vortices"}) {
    InitialSettings settings = kind(name);
    settings.width = 0.1;
    Field field(Communicator::world(), box_grid({48, 40}), settings, 2);
    field.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
      const Complex divergence = static_cast<double>(mode.wavenumber[0]) * field.components[0][i] +
                                 static_cast<double>(mode.wavenumber[1]) * field.components[1][i];
      EXPECT_LE(std::abs(divergence), 1e-13) << name;
    });
  }
}

}  // namespace
}  // namespace parapet
