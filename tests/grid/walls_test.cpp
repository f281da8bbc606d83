// Transforms of grids with walls that nothing crosses, along some axes or all.
#include <cmath>
#include <functional>
#include <numbers>

#include <gtest/gtest.h>

#include "grid/spectral_transform.hpp"
#include "grid_support.hpp"
#include "mirrored_reference.hpp"

namespace parapet {
namespace {

using namespace testing_support;
using Wavenumber = std::array<std::int64_t, 3>;

constexpr std::array rules{Dealiasing::none, Dealiasing::two_thirds, Dealiasing::one_half};

/// How many wavenumbers of the mirrored field are kept along an axis.
std::int64_t kept_on_axis(const Grid& grid, std::size_t axis, Dealiasing rule) {
  const std::int64_t n = grid.points[axis], period = grid.is_periodic[axis] ? n : 2 * n;
  if (rule == Dealiasing::none) return grid.is_periodic[axis] ? n : 2 * n - 1;
  std::int64_t count = 0;
  for (std::int64_t k = -period; k <= period; ++k) {
    if ((rule == Dealiasing::two_thirds ? 3 : 4) * std::abs(k) < period) ++count;
  }
  return count;
}

/// The wavenumbers of the mirrored field that a mode stands for.
std::vector<Wavenumber> images(const Grid& grid, const Wavenumber& k) {
  std::vector<Wavenumber> result;
  for (unsigned signs = 0; signs < 16; ++signs) {
    Wavenumber image = k;
    for (std::size_t a = 0; a < 3; ++a) {
      if ((signs >> (grid.is_periodic[a] ? 3 : a)) % 2 == 1) image[a] = -k[a];
    }
    result.push_back(image);
  }
  return result;
}

/// A transform, a scrambled field with its modes, and what they are compared with.
struct Checked {
  Checked(const Communicator& communicator, const Grid& its_grid,
          const SpectralTransform::Options& options)
      : grid(its_grid),
        rule(options.dealiasing),
        tolerance(2e-15 * std::log2(static_cast<double>(grid.point_count()) + 2.0)),
        transform(communicator, grid, options),
        reference(grid) {
    const ReferenceTransform points(grid);
    for (std::size_t i = 0; i < transform.point_count(); ++i) {
      place.push_back(points.point_index(transform.physical_box(), i));
      field.push_back(scrambled(place.back(), 7));
    }
    auto& values = reference.whole.values;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = scrambled(reference.original(i), 7);
    reference.whole.to_modes();
    modes = modes_of(field);
  }

  double sum(double part) const {
    return transform.communicator().all_reduce(part, Reduction::sum);
  }
  std::vector<Complex> modes_of(const std::vector<double>& points) {
    std::vector<Complex> result(transform.mode_count(), NAN);
    transform.to_modes(std::array{points.data()}, std::array{result.data()});
    return result;
  }
  std::vector<double> points_of(const std::vector<Complex>& from) {
    std::vector<double> result(transform.point_count(), NAN);
    transform.to_points(std::array{from.data()}, std::array{result.data()});
    return result;
  }

  Grid grid;
  Dealiasing rule;
  double tolerance;  ///< relative to fields of size 1
  SpectralTransform transform;
  MirroredReference reference;
  std::vector<std::size_t> place;  ///< of each of this rank's points in the whole grid
  std::vector<double> field;
  std::vector<Complex> modes;
};

/// Coefficients, weights and Parseval's sum. Leaves only the kept modes in the reference.
void check_modes(Checked& c) {
  auto& all = c.reference.whole;
  std::vector<double> kept(all.values.size(), 0.0);
  Worst worst;
  double energy = 0.0, weights = 0.0;
  c.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    worst.see(std::abs(c.modes[i] - all.at(mode.wavenumber) * c.reference.shift(mode.wavenumber)));
    energy += mode.weight * std::norm(c.modes[i]);
    weights += mode.weight;
    for (const Wavenumber& k : images(c.grid, mode.wavenumber)) {
      kept[static_cast<std::size_t>(&all.at(k) - all.values.data())] = 1.0;
    }
  });
  EXPECT_LE(worst.value, c.tolerance);
  c.transform.communicator().all_reduce(std::span<double>(kept), Reduction::maximum);
  double kept_count = 0.0, expected_count = 1.0, mean_square = 0.0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    all.values[i] *= kept[i];
    kept_count += kept[i];
    mean_square += std::norm(all.values[i]);
  }
  for (std::size_t a = 0; a < 3; ++a) {
    expected_count *= static_cast<double>(kept_on_axis(c.grid, a, c.rule));
  }
  EXPECT_EQ(c.sum(weights), kept_count);
  EXPECT_EQ(kept_count, expected_count);
  EXPECT_LE(std::abs(c.sum(energy) - mean_square), 10.0 * c.tolerance);
}

/// The field without the modes that are not kept, and then the same modes.
void check_round_trip(Checked& c) {
  const auto back = c.points_of(c.modes);
  c.reference.whole.to_points();
  std::vector<Complex> expected(static_cast<std::size_t>(c.grid.point_count()));
  for (std::size_t i = 0; i < c.reference.whole.values.size(); ++i) {
    expected[c.reference.original(i)] = c.reference.whole.values[i];
  }
  Worst worst, worst_again;
  for (std::size_t i = 0; i < back.size(); ++i) {
    worst.see(std::abs(back[i] - expected[c.place[i]]));
  }
  EXPECT_LE(worst.value, c.tolerance);
  const auto again = c.modes_of(back);
  for (std::size_t i = 0; i < again.size(); ++i) {
    worst_again.see(std::abs(again[i] - c.modes[i]));
  }
  EXPECT_LE(worst_again.value, c.tolerance);
}

/// Three fields in, two out, for two members: products at the grid points.
void check_pointwise(Checked& c) {
  std::vector<std::vector<Complex>> in(6, c.modes), out(4, std::vector<Complex>(c.modes.size()));
  std::vector<const Complex*> inputs;
  std::vector<Complex*> outputs;
  for (std::size_t f = 0; f < in.size(); ++f) {
    for (auto& value : in[f]) value *= static_cast<double>(f + 1);
    inputs.push_back(in[f].data());
  }
  for (auto& f : out) outputs.push_back(f.data());
  c.transform.apply_pointwise(2, inputs, outputs,
                              [](std::size_t, auto from, auto to, std::size_t count) {
                                for (std::size_t i = 0; i < count; ++i) {
                                  to[0][i] = from[0][i] * from[2][i];
                                  to[1][i] = from[1][i];
                                }
                              });
  auto square = c.points_of(c.modes);
  for (auto& value : square) value *= value;
  const auto squared = c.modes_of(square);
  Worst worst;
  for (std::size_t i = 0; i < c.modes.size(); ++i) {
    worst.see(std::abs(out[0][i] - 3.0 * squared[i]));
    worst.see(std::abs(out[1][i] - 2.0 * c.modes[i]));
    worst.see(std::abs(out[2][i] - 24.0 * squared[i]));
    worst.see(std::abs(out[3][i] - 5.0 * c.modes[i]));
  }
  EXPECT_LE(worst.value, 300.0 * c.tolerance);
}

void check_properties(const Grid& grid, Dealiasing rule) {
  SCOPED_TRACE(describe(grid, {.dealiasing = rule}));
  Checked checked(Communicator::world(), grid, {.dealiasing = rule});
  check_modes(checked);
  check_round_trip(checked);
  check_pointwise(checked);
}

/// A grid with every choice of walls but none.
void for_each_choice_of_walls(Grid grid, const std::function<void(const Grid&)>& act) {
  for (unsigned walls = 1; walls < 1U << grid.dimensions; ++walls) {
    for (std::size_t a = 0; a < 3; ++a) grid.is_periodic[a] = (walls >> a) % 2 == 0;
    act(grid);
  }
}

TEST(Walls, OneDimension) {
  for (const auto rule : rules) {
    for (const std::int64_t n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 97, 1000}) {
      for_each_choice_of_walls(line(n), [&](const Grid& grid) { check_properties(grid, rule); });
    }
  }
}

// The rules in turn.
TEST(Walls, TwoDimensions) {
  for (const std::int64_t nx : {1, 2, 3, 4, 5, 8}) {
    for (const std::int64_t ny : {1, 2, 3, 4, 5, 8}) {
      const auto rule = rules[static_cast<std::size_t>(nx + ny) % 3];
      for_each_choice_of_walls(rectangle(nx, ny),
                               [&](const Grid& grid) { check_properties(grid, rule); });
    }
  }
  for (const auto rule : rules) {
    const auto check = [&](const Grid& grid) { check_properties(grid, rule); };
    for_each_choice_of_walls(rectangle(61, 98), check);
    for_each_choice_of_walls(rectangle(48, 37), check);
  }
}

TEST(Walls, ThreeDimensions) {
  for (const std::int64_t nx : {1, 2, 5}) {
    for (const std::int64_t ny : {1, 3, 4}) {
      for (const std::int64_t nz : {1, 2, 7}) {
        const auto rule = rules[static_cast<std::size_t>(nx + ny + nz) % 3];
        for_each_choice_of_walls(cuboid(nx, ny, nz),
                                 [&](const Grid& grid) { check_properties(grid, rule); });
      }
    }
  }
  for (const auto rule : rules) {
    for_each_choice_of_walls(cuboid(20, 11, 18),
                             [&](const Grid& grid) { check_properties(grid, rule); });
  }
}

TEST(Walls, PutPointsAtTheCentresOfCells) {
  Grid grid = rectangle(8, 8);
  grid.lower = {-1.0, 3.0, 0.0};
  grid.length = {2.0, 2.0, 1.0};
  grid.is_periodic[1] = false;
  EXPECT_EQ(grid.coordinate(0, 0), -1.0);
  EXPECT_EQ(grid.coordinate(1, 0), 3.125);
  EXPECT_EQ(grid.coordinate(1, 7), 4.875);
  EXPECT_EQ(grid.wave_unit(0), std::numbers::pi);
  EXPECT_EQ(grid.wave_unit(1), 0.5 * std::numbers::pi);
}

/// cos(k_x (x − lower_x)) … of every wavenumber has one coefficient, by the definition of a mode.
TEST(Walls, KeepEveryCosineApart) {
  Grid grid = cuboid(5, 4, 6);
  grid.lower = {0.5, -1.0, 2.0};
  grid.length = {2.0, 3.0, 0.7};
  grid.is_periodic = {false, true, false};
  Checked c(Communicator::world(), grid, {.dealiasing = Dealiasing::none});
  const auto value = [&](const Wavenumber& k, std::size_t place) {
    auto rest = static_cast<std::int64_t>(place);
    double product = 1.0;
    for (std::size_t a = 3; a-- > 0;) {
      const auto axis = static_cast<int>(a);
      const double x = grid.coordinate(axis, rest % grid.points[a]) - grid.lower[a];
      product *= std::cos(grid.wave_unit(axis) * static_cast<double>(k[a]) * x);
      rest /= grid.points[a];
    }
    return product;
  };
  for (const Wavenumber k : {Wavenumber{0, 0, 0}, {4, 0, 5}, {1, 1, 2}, {0, 1, 1}, {3, 0, 0}}) {
    for (std::size_t i = 0; i < c.field.size(); ++i) c.field[i] = value(k, c.place[i]);
    const auto modes = c.modes_of(c.field);
    Worst worst;
    c.transform.for_each_mode([&](std::size_t i, const Mode& mode) {
      Wavenumber size = mode.wavenumber;
      for (auto& entry : size) entry = std::abs(entry);
      const double count = (k[0] > 0 ? 2.0 : 1.0) * (k[1] > 0 ? 2.0 : 1.0) * (k[2] > 0 ? 2.0 : 1.0);
      worst.see(std::abs(modes[i] - (size == k ? 1.0 / count : 0.0)));
    });
    EXPECT_LE(worst.value, 2e-15);  // measured: 8e-16
  }
}

/// A coefficient of a random real field that walls mirror: the same for −k across a wall, conjugate
/// where all periodic axes are reversed.
Complex coefficient(const Grid& grid, const Wavenumber& wavenumber, std::uint64_t seed) {
  const auto value = [&](std::int64_t sign) {
    std::uint64_t index = 0;
    for (std::size_t a = 0; a < 3; ++a) {
      const std::int64_t k = grid.is_periodic[a] ? sign * wavenumber[a] : std::abs(wavenumber[a]);
      index = index * 1024 + static_cast<std::uint64_t>(k + 512);
    }
    return Complex(scrambled(index, seed), scrambled(index, seed + 1));
  };
  return value(1) + std::conj(value(-1));
}

/// Compares the product of `factors` random fields with the one formed on a grid four times finer,
/// where no product of three is aliased.
void check_product(const Grid& grid, Dealiasing rule, std::size_t factors) {
  SCOPED_TRACE(describe(grid, {.dealiasing = rule}));
  SpectralTransform transform(Communicator::world(), grid, {.dealiasing = rule});
  Grid fine = mirrored(grid);
  for (int a = 0; a < grid.dimensions; ++a) fine.points[static_cast<std::size_t>(a)] *= 4;
  ReferenceTransform exact(fine);
  std::vector<Complex> product(exact.values.size(), 1.0);
  std::vector<std::vector<Complex>> modes(factors, std::vector<Complex>(transform.mode_count()));
  std::vector<const Complex*> inputs;
  for (std::size_t factor = 0; factor < factors; ++factor) {
    std::fill(exact.values.begin(), exact.values.end(), 0.0);
    for_each_wavenumber(largest_wavenumbers(transform), [&](const Wavenumber& k) {
      exact.at(k) = coefficient(grid, k, 10 * factor);
    });
    exact.to_points();
    for (std::size_t i = 0; i < product.size(); ++i) product[i] *= exact.values[i];
    transform.for_each_mode([&](std::size_t i, const Mode& mode) {
      modes[factor][i] = coefficient(grid, mode.wavenumber, 10 * factor);
    });
    inputs.push_back(modes[factor].data());
  }
  exact.values = product;
  exact.to_modes();
  std::vector<Complex> result(transform.mode_count());
  transform.apply_pointwise(1, inputs, std::array{result.data()},
                            [](std::size_t, auto in, auto out, std::size_t count) {
                              for (std::size_t i = 0; i < count; ++i) {
                                out[0][i] = 1.0;
                                for (const double* field : in) out[0][i] *= field[i];
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

TEST(Walls, ProductsAreFreeOfAliasing) {
  const auto check = [](const Grid& grid) {
    check_product(grid, Dealiasing::two_thirds, 2);
    check_product(grid, Dealiasing::one_half, 3);
  };
  for (std::int64_t n = 1; n <= 12; ++n) for_each_choice_of_walls(line(n), check);
  for_each_choice_of_walls(rectangle(9, 12), check);
  for_each_choice_of_walls(rectangle(10, 7), check);
  for_each_choice_of_walls(cuboid(6, 4, 5), check);
}

}  // namespace
}  // namespace parapet
