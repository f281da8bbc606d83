#include "grid/spectral_transform.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "grid_support.hpp"
#include "reference_transform.hpp"

namespace parapet {
namespace {

using namespace testing_support;

constexpr std::array rules{Dealiasing::none, Dealiasing::two_thirds, Dealiasing::one_half};

std::int64_t kept_on_axis(std::int64_t n, Dealiasing rule) {
  if (rule == Dealiasing::none) return n;
  std::int64_t count = 0;
  for (std::int64_t k = -n; k <= n; ++k) {
    if ((rule == Dealiasing::two_thirds ? 3 : 4) * std::abs(k) < n) ++count;
  }
  return count;
}

/// Every property of one transform of one grid; `tolerance` is relative to fields of size 1.
void check_properties(const Communicator& communicator, const Grid& grid,
                      const SpectralTransform::Options& options, bool is_exact_rule = true) {
  SCOPED_TRACE(describe(grid, options));
  const double tolerance = 2e-15 * std::log2(static_cast<double>(grid.point_count()) + 2.0);
  SpectralTransform transform(communicator, grid, options);
  ReferenceTransform reference(grid), filtered(grid);
  reference.fill(7);
  const std::vector<Complex> whole = reference.values;

  std::vector<double> field(transform.point_count()), back(transform.point_count(), NAN);
  for (std::size_t i = 0; i < field.size(); ++i) {
    field[i] = whole[reference.point_index(transform.physical_box(), i)].real();
  }
  std::vector<Complex> modes(transform.mode_count(), NAN);
  const std::vector<double> original = field;
  transform.to_modes(std::array{std::as_const(field).data()}, std::array{modes.data()});
  EXPECT_EQ(field, original) << "the field may not be changed";

  // Coefficients against the whole grid's transform, and what Parseval's theorem makes of them.
  reference.to_modes();
  Worst worst;
  double energy = 0.0, weights = 0.0;
  std::vector<double> kept(static_cast<std::size_t>(grid.point_count()), 0.0);
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const Complex expected = reference.at(mode.wavenumber);
    worst.see(std::abs(modes[i] - expected));
    energy += mode.weight * std::norm(modes[i]);
    weights += mode.weight;
    auto minus = mode.wavenumber;
    for (auto& k : minus) k = -k;
    kept[static_cast<std::size_t>(&reference.at(mode.wavenumber) - reference.values.data())] = 1.0;
    kept[static_cast<std::size_t>(&reference.at(minus) - reference.values.data())] = 1.0;
  });
  EXPECT_LE(worst.value, tolerance);
  energy = communicator.all_reduce(energy, Reduction::sum);
  weights = communicator.all_reduce(weights, Reduction::sum);
  communicator.all_reduce(std::span<double>(kept), Reduction::maximum);

  filtered.values = reference.values;
  double kept_count = 0.0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    filtered.values[i] *= kept[i];
    kept_count += kept[i];
  }
  filtered.to_points();
  double mean_square = 0.0;
  for (const auto& value : filtered.values) mean_square += std::norm(value);
  mean_square /= static_cast<double>(grid.point_count());
  EXPECT_EQ(weights, kept_count);
  if (is_exact_rule) {
    double expected_count = 1.0;
    for (const std::int64_t n : grid.points) {
      expected_count *= static_cast<double>(kept_on_axis(n, options.dealiasing));
    }
    EXPECT_EQ(kept_count, expected_count);
  }
  EXPECT_LE(std::abs(energy - mean_square), 10.0 * tolerance);

  // Round trip: the field without the modes that are not kept, and then the same modes.
  const std::vector<Complex> modes_before = modes;
  transform.to_points(std::array{std::as_const(modes).data()}, std::array{back.data()});
  EXPECT_EQ(modes, modes_before) << "the coefficients may not be changed";
  Worst worst_point;
  for (std::size_t i = 0; i < back.size(); ++i) {
    const Complex expected = filtered.values[reference.point_index(transform.physical_box(), i)];
    worst_point.see(std::abs(back[i] - expected.real()));
  }
  EXPECT_LE(worst_point.value, tolerance);
  std::vector<Complex> again(modes.size(), NAN);
  transform.to_modes(std::array{std::as_const(back).data()}, std::array{again.data()});
  Worst worst_again;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    worst_again.see(std::abs(again[i] - modes[i]));
  }
  EXPECT_LE(worst_again.value, tolerance);

  // Three fields in, two out, for two members: products at the grid points.
  std::vector<std::vector<Complex>> in(6, modes), out(4, std::vector<Complex>(modes.size(), NAN));
  for (std::size_t f = 0; f < in.size(); ++f) {
    for (auto& value : in[f]) value *= static_cast<double>(f + 1);
  }
  std::vector<const Complex*> inputs;
  std::vector<Complex*> outputs;
  for (auto& f : in) inputs.push_back(f.data());
  for (auto& f : out) outputs.push_back(f.data());
  transform.apply_pointwise(2, inputs, outputs,
                            [](std::size_t, auto from, auto to, std::size_t count) {
                              for (std::size_t i = 0; i < count; ++i) {
                                to[0][i] = from[0][i] * from[2][i];
                                to[1][i] = from[1][i];
                              }
                            });
  std::vector<double> square(back);
  for (auto& value : square) value *= value;
  transform.to_modes(std::array{std::as_const(square).data()}, std::array{again.data()});
  Worst worst_product;
  const auto compare = [&](Complex value, Complex expected) {
    worst_product.see(std::abs(value - expected));
  };
  for (std::size_t i = 0; i < modes.size(); ++i) {
    compare(out[0][i], 3.0 * again[i]);
    compare(out[1][i], 2.0 * modes[i]);
    compare(out[2][i], 24.0 * again[i]);
    compare(out[3][i], 5.0 * modes[i]);
  }
  EXPECT_LE(worst_product.value, 300.0 * tolerance);
}

TEST(SpectralTransform, OneDimension) {
  const auto world = Communicator::world();
  for (const auto rule : rules) {
    for (std::int64_t n = 1; n <= 12; ++n) check_properties(world, line(n), {.dealiasing = rule});
    check_properties(world, line(97), {.dealiasing = rule});
    check_properties(world, line(1000), {.dealiasing = rule});
  }
}

TEST(SpectralTransform, LongLines) {
  const auto world = Communicator::world();
  for (const auto rule : rules) {
    for (const std::int64_t n : {4,  6,  8,  9,  12,  15,  16,  20,  24,  25,   30,   36,  49,
                                 60, 64, 77, 96, 100, 105, 128, 143, 144, 1000, 1024, 4096}) {
      check_properties(world, line(n), {.dealiasing = rule, .shortest_split_line = 2}, false);
    }
  }
}

TEST(SpectralTransform, LongLinesBeyondTheDefaultThreshold) {
  const auto world = Communicator::world();
  check_properties(world, line(std::int64_t{1} << 17), {}, false);
  check_properties(world, line(131072 + 2048), {.dealiasing = Dealiasing::one_half}, false);
}

TEST(SpectralTransform, TwoDimensions) {
  const auto world = Communicator::world();
  for (const auto rule : rules) {
    for (std::int64_t nx = 1; nx <= 12; ++nx) {
      for (std::int64_t ny = 1; ny <= 12; ++ny) {
        check_properties(world, rectangle(nx, ny), {.dealiasing = rule});
      }
    }
    check_properties(world, rectangle(61, 98), {.dealiasing = rule});
  }
}

// Every size, the rules in turn.
TEST(SpectralTransform, ThreeDimensions) {
  const auto world = Communicator::world();
  for (std::int64_t nx = 1; nx <= 12; ++nx) {
    for (std::int64_t ny = 1; ny <= 12; ++ny) {
      for (std::int64_t nz = 1; nz <= 12; ++nz) {
        check_properties(world, cuboid(nx, ny, nz),
                         {.dealiasing = rules[static_cast<std::size_t>(nx + ny + nz) % 3]});
      }
    }
  }
  for (const auto rule : rules) check_properties(world, cuboid(20, 30, 18), {.dealiasing = rule});
}

}  // namespace
}  // namespace parapet
