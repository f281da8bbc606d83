#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "grid/process_grid.hpp"
#include "grid/spectral_transform.hpp"
#include "grid_support.hpp"
#include "reference_transform.hpp"

namespace parapet {
namespace {

using namespace testing_support;
using Wavenumber = std::array<std::int64_t, 3>;

/// Differentiates cos(κ·x + 0.3) for every wavenumber the grid resolves, along every axis.
void check_derivatives(Grid grid, std::int64_t shortest_split_line) {
  const auto world = Communicator::world();
  grid.lower = {0.5, -1.0, 2.0};
  grid.length = {2.0, 3.0, 0.7};
  SpectralTransform transform(
      world, grid, {.dealiasing = Dealiasing::none, .shortest_split_line = shortest_split_line});
  const ReferenceTransform points(grid);
  const Box box = transform.physical_box();
  std::vector<double> field(transform.point_count()), slope(field.size());
  std::vector<Complex> modes(transform.mode_count());
  Wavenumber limits;
  for (std::size_t a = 0; a < 3; ++a) limits[a] = (grid.points[a] - 1) / 2;
  const auto kappa = [&](std::int64_t k, std::size_t axis) {
    return 2.0 * std::numbers::pi * static_cast<double>(k) / grid.length[axis];
  };
  for_each_wavenumber(limits, [&](Wavenumber k) {
    const auto phase = [&](std::size_t i) {
      auto index = static_cast<std::int64_t>(points.point_index(box, i));
      double sum = 0.3;
      for (std::size_t a = 3; a-- > 0;) {
        const double distance =
            grid.coordinate(static_cast<int>(a), index % grid.points[a]) - grid.lower[a];
        sum += kappa(k[a], a) * distance;
        index /= grid.points[a];
      }
      return sum;
    };
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid.dimensions); ++axis) {
      for (std::size_t i = 0; i < field.size(); ++i) field[i] = std::cos(phase(i));
      transform.to_modes(std::array{std::as_const(field).data()}, std::array{modes.data()});
      transform.for_each_mode([&](std::size_t i, const Mode& mode) {
        const std::int64_t along = mode.wavenumber[axis];
        const bool is_unresolved = 2 * along == grid.points[axis];
        modes[i] *= Complex(0.0, is_unresolved ? 0.0 : kappa(along, axis));
      });
      transform.to_points(std::array{std::as_const(modes).data()}, std::array{slope.data()});
      Worst worst;
      for (std::size_t i = 0; i < field.size(); ++i) {
        worst.see(std::abs(slope[i] + kappa(k[axis], axis) * std::sin(phase(i))));
      }
      // Rounding of the phases and of the coefficients, times the largest wavenumber.
      EXPECT_LE(worst.value, 1e-13 * (1.0 + kappa(limits[axis], axis)))
          << describe(grid, {}) << ", wavenumber " << k[0] << ' ' << k[1] << ' ' << k[2]
          << ", axis " << axis;
    }
  });
}

TEST(SpectralCalculus, DerivativeOfEveryResolvableMode) {
  for (std::int64_t n = 1; n <= 12; ++n) {
    check_derivatives(line(n), 1000);
    check_derivatives(line(n), 2);
  }
  check_derivatives(line(60), 2);
  check_derivatives(rectangle(7, 12), 0);
  check_derivatives(rectangle(12, 5), 0);
  check_derivatives(cuboid(4, 5, 6), 0);
  check_derivatives(cuboid(2, 6, 3), 0);
}

/// Coefficients of a random real field: conjugate for opposite wavenumbers.
Complex coefficient(const Wavenumber& k, std::uint64_t seed) {
  const auto value = [&](const Wavenumber& q) {
    const auto index = static_cast<std::uint64_t>(((q[0] + 512) * 1024 + q[1] + 512) * 1024 + q[2]);
    return Complex(scrambled(index, seed), scrambled(index, seed + 1));
  };
  return value(k) + std::conj(value({-k[0], -k[1], -k[2]}));
}

/// Compares the product of `factors` random fields with the one formed on a grid four times finer,
/// where no product of three is aliased.
void check_product(const Grid& grid, Dealiasing rule, int factors, std::int64_t split) {
  const auto world = Communicator::world();
  const SpectralTransform::Options options{.dealiasing = rule, .shortest_split_line = split};
  SCOPED_TRACE(describe(grid, options));
  SpectralTransform transform(world, grid, options);
  Grid fine = grid;
  for (int a = 0; a < grid.dimensions; ++a) fine.points[static_cast<std::size_t>(a)] *= 4;
  ReferenceTransform exact(fine);
  const Wavenumber limits = largest_wavenumbers(transform);
  std::vector<Complex> product(static_cast<std::size_t>(fine.point_count()), 1.0);
  std::vector<std::vector<Complex>> modes(3, std::vector<Complex>(transform.mode_count()));
  std::vector<const Complex*> inputs;
  for (int factor = 0; factor < factors; ++factor) {
    const auto seed = 10 * static_cast<std::uint64_t>(factor);
    std::fill(exact.values.begin(), exact.values.end(), 0.0);
    for_each_wavenumber(limits, [&](Wavenumber k) { exact.at(k) = coefficient(k, seed); });
    exact.to_points();
    for (std::size_t i = 0; i < product.size(); ++i) product[i] *= exact.values[i];
    auto& own = modes[static_cast<std::size_t>(factor)];
    transform.for_each_mode(
        [&](std::size_t i, const Mode& mode) { own[i] = coefficient(mode.wavenumber, seed); });
    inputs.push_back(own.data());
  }
  exact.values = product;
  exact.to_modes();
  std::vector<Complex> result(transform.mode_count());
  transform.apply_pointwise(1, inputs, std::array{result.data()},
                            [](std::size_t, auto in, auto out, std::size_t count) {
                              for (std::size_t i = 0; i < count; ++i) {
                                double value = 1.0;
                                for (const double* field : in) value *= field[i];
                                out[0][i] = value;
                              }
                            });
  Worst worst;
  double largest = 1.0;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    worst.see(std::abs(result[i] - exact.at(mode.wavenumber)));
    largest = std::max(largest, std::abs(result[i]));
  });
  EXPECT_LE(worst.value, 1e-14 * largest * static_cast<double>(grid.point_count()));
}

TEST(SpectralCalculus, ProductsAreFreeOfAliasing) {
  for (const auto& [rule, factors] :
       {std::pair{Dealiasing::two_thirds, 2}, std::pair{Dealiasing::one_half, 3}}) {
    for (std::int64_t n = 1; n <= 12; ++n) check_product(line(n), rule, factors, 1000);
    for (const std::int64_t n : {8, 12, 30, 60, 64}) check_product(line(n), rule, factors, 2);
    check_product(rectangle(9, 12), rule, factors, 0);
    check_product(rectangle(10, 7), rule, factors, 0);
    check_product(cuboid(6, 9, 8), rule, factors, 0);
  }
}

TEST(SpectralTransform, PencilsWhenRanksOutnumberPlanes) {
  const auto world = Communicator::world();
  const SpectralTransform few_planes(world, cuboid(2, 12, 12), {});
  const SpectralTransform many_planes(world, cuboid(12, 12, 12), {});
  EXPECT_EQ(few_planes.description().find("pencils") != std::string::npos, world.size() > 2)
      << few_planes.description();
  EXPECT_NE(many_planes.description().find("slabs"), std::string::npos)
      << many_planes.description();
  EXPECT_GT(many_planes.memory_bytes(), 0U);
}

TEST(ProcessGrid, DividesByWhatLoadsTheBusiestRankLeast) {
  const Divisible cube{.planes = 64, .lines = 64, .mode_planes = 43, .mode_lines = 22};
  EXPECT_EQ(choose_process_grid(43, cube).second, 1);
  // 16 x 4: 3 · 6 of 43 · 22 rows for the busiest rank; 64 x 1 and 32 x 2 leave it 22.
  EXPECT_EQ(choose_process_grid(64, cube).second, 4);
  EXPECT_EQ(choose_process_grid(1024, cube).first * choose_process_grid(1024, cube).second, 1024);
  EXPECT_LE(choose_process_grid(1024, cube).first, 64);
  EXPECT_EQ(choose_process_grid(7, {1, 100, 100, 100}).second, 7);
}

TEST(SpectralTransform, RefusesImpossibleGrids) {
  const auto world = Communicator::world();
  EXPECT_THROW(SpectralTransform(world, line(0), {}), Failure);
  EXPECT_THROW(SpectralTransform(world, {.dimensions = 1, .points = {4, 4, 1}}, {}), Failure);
  EXPECT_THROW(SpectralTransform(world, {.dimensions = 4}, {}), Failure);
}

}  // namespace
}  // namespace parapet
