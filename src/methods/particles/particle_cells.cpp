#include "methods/particles/particle_cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace parapet {

/// The two cells of an axis that share a particle, and the whole number out of `parts` that the
/// second one has.
struct ParticleCells::Cloud {
  std::array<std::int64_t, 2> cell;
  double share;
};

ParticleCells::ParticleCells(CellGrid& cells)
    : cells_(cells), axes_(static_cast<std::size_t>(cells.grid().dimensions)) {
  for (std::size_t a = 0; a < axes_; ++a) {
    lower_[a] = cells.grid().lower[a];
    spacing_[a] = cells.grid().spacing(static_cast<int>(a));
    first_[a] = cells.grid().first_point(static_cast<int>(a));
    points_[a] = cells.grid().points[a];
  }
}

std::int64_t ParticleCells::inside(std::size_t axis, std::int64_t cell) const {
  const std::int64_t n = points_[axis];
  return cells_.grid().is_periodic[axis] ? (cell % n + n) % n
                                         : std::clamp<std::int64_t>(cell, 0, n - 1);
}

std::int64_t ParticleCells::cell_at(std::size_t axis, double x) const {
  const double at = (x - lower_[axis]) / spacing_[axis] + 0.5 - first_[axis];
  const auto cell = static_cast<std::int64_t>(std::floor(at));
  return inside(axis, cell);
}

ParticleCells::Cloud ParticleCells::cloud_at(std::size_t axis, double x) const {
  const double at = (x - lower_[axis]) / spacing_[axis] - first_[axis], first = std::floor(at);
  const auto cell = static_cast<std::int64_t>(first);
  return {{inside(axis, cell), inside(axis, cell + 1)}, at - first};
}

void ParticleCells::put(std::vector<std::uint64_t>& sums, double unit, double* density) const {
  cells_.communicator().all_reduce(std::span<std::uint64_t>(sums), Reduction::sum);
  const Box& block = cells_.block();
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const std::int64_t first =
        ((block.offset[0] + i) * points_[1] + block.offset[1] + j) * points_[2] + block.offset[2] +
        k;
    for (std::int64_t n = 0; n < layout.row_length(); ++n) {
      density[row + n] = static_cast<double>(sums[static_cast<std::size_t>(first + n)]) * unit;
    }
  });
}

void ParticleCells::count(std::span<const double* const> x, const double* is_there,
                          std::size_t particles, double total, double mass, double* density) const {
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  for (std::size_t i = 0; i < particles; ++i) {
    if (is_there != nullptr && is_there[i] == 0.0) continue;
    std::int64_t cell = 0;
    for (std::size_t a = 0; a < axes_; ++a) cell = cell * points_[a] + cell_at(a, x[a][i]);
    ++sums[static_cast<std::size_t>(cell)];
  }
  const double volume =
      spacing_[0] * (axes_ > 1 ? spacing_[1] : 1.0) * (axes_ > 2 ? spacing_[2] : 1.0);
  put(sums, mass / (total * volume), density);
}

void ParticleCells::spread(std::span<const double* const> x, const double* is_there,
                           std::size_t particles, double total, double mass,
                           double* density) const {
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  // Parts of a particle along an axis: of 10⁸ in one cell the sum is still below 2⁶⁴.
  const std::uint64_t parts = std::uint64_t{1} << (axes_ == 1 ? 30U : axes_ == 2 ? 16U : 10U);
  for (std::size_t i = 0; i < particles; ++i) {
    if (is_there != nullptr && is_there[i] == 0.0) continue;
    std::array<Cloud, 3> clouds{};
    std::array<std::array<std::uint64_t, 2>, 3> shares{{{1, 0}, {1, 0}, {1, 0}}};
    for (std::size_t a = 0; a < axes_; ++a) {
      clouds[a] = cloud_at(a, x[a][i]);
      const auto second =
          static_cast<std::uint64_t>(std::llround(clouds[a].share * static_cast<double>(parts)));
      shares[a] = {parts - second, second};
    }
    for (std::size_t corner = 0; corner < (std::size_t{1} << axes_); ++corner) {
      std::int64_t cell = 0;
      std::uint64_t share = 1;
      for (std::size_t a = 0; a < axes_; ++a) {
        const std::size_t side = corner >> a & 1U;
        cell = cell * points_[a] + clouds[a].cell[side];
        share *= shares[a][side];
      }
      sums[static_cast<std::size_t>(cell)] += share;
    }
  }
  double cloud = 1.0;
  for (std::size_t a = 0; a < axes_; ++a) cloud *= static_cast<double>(parts) * spacing_[a];
  put(sums, mass / (total * cloud), density);
}

std::vector<double> ParticleCells::whole(const double* field) const {
  std::vector<double> all(static_cast<std::size_t>(cells_.grid().point_count()), 0.0);
  const Box& block = cells_.block();
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const std::int64_t first =
        ((block.offset[0] + i) * points_[1] + block.offset[1] + j) * points_[2] + block.offset[2] +
        k;
    std::copy_n(field + row, layout.row_length(), all.begin() + first);
  });
  cells_.communicator().all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

void ParticleCells::slope_at(const double* potential, std::span<const double* const> x,
                             std::size_t particles, std::span<double* const> force) {
  const std::vector<double> all = whole(potential);
  slopes_.assign(axes_, std::vector<double>(all.size()));
  std::array<std::int64_t, 3> stride{1, 1, 1};
  for (std::size_t a = axes_; a-- > 1;) stride[a - 1] = stride[a] * points_[a];
  for (std::size_t a = 0; a < axes_; ++a) {
    for (std::size_t cell = 0; cell < all.size(); ++cell) {
      const auto at = static_cast<std::int64_t>(cell) / stride[a] % points_[a];
      std::int64_t low = at - 1, high = at + 1;
      if (cells_.grid().is_periodic[a]) {
        low = (low + points_[a]) % points_[a], high = high % points_[a];
      } else {
        low = std::max<std::int64_t>(low, 0), high = std::min(high, points_[a] - 1);
      }
      const double steps = at > 0 && at + 1 < points_[a]  ? 2.0
                           : cells_.grid().is_periodic[a] ? 2.0
                                                          : 1.0;
      const auto value = [&](std::int64_t n) {
        return all[static_cast<std::size_t>(static_cast<std::int64_t>(cell) +
                                            (n - at) * stride[a])];
      };
      slopes_[a][cell] = (value(high) - value(low)) / (steps * spacing_[a]);
    }
  }
  for (std::size_t i = 0; i < particles; ++i) {
    std::array<Cloud, 3> clouds{};
    std::array<double, 3> sum{};
    for (std::size_t a = 0; a < axes_; ++a) clouds[a] = cloud_at(a, x[a][i]);
    for (std::size_t corner = 0; corner < (std::size_t{1} << axes_); ++corner) {
      std::int64_t cell = 0;
      double weight = 1.0;
      for (std::size_t a = 0; a < axes_; ++a) {
        const bool second = (corner >> a & 1U) != 0;
        cell = cell * points_[a] + clouds[a].cell[second];
        weight *= second ? clouds[a].share : 1.0 - clouds[a].share;
      }
      for (std::size_t a = 0; a < axes_; ++a) {
        sum[a] -= weight * slopes_[a][static_cast<std::size_t>(cell)];
      }
    }
    for (std::size_t a = 0; a < axes_; ++a) force[a][i] = sum[a];
  }
}

}  // namespace parapet
