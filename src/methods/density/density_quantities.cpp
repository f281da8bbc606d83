#include "methods/density/density_quantities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "base/exact_sum.hpp"
#include "diagnostics/wasserstein.hpp"
#include "methods/density/row_sampler.hpp"

namespace parapet {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Calls act(place, cell, n) for every cell: place in an array of the layout, indices in the block,
/// and its number in the block, x slowest.
template <class F>
void for_each_cell(const CellLayout& layout, F&& act) {
  std::size_t n = 0;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    std::array<std::int64_t, 3> cell{i, j, k};
    for (std::int64_t along = 0; along < layout.row_length(); ++along, ++n) {
      act(row + along, cell, n);
      ++cell[static_cast<std::size_t>(layout.row_axis)];
    }
  });
}

/// Σ of term(place, cell, n) over all cells of all ranks.
template <class F>
double total(const CellGrid& cells, F&& term) {
  ExactSum sum;
  for_each_cell(cells.layout(), [&](auto... where) { sum.add(term(where...)); });
  sum.reduce(cells.communicator());
  return sum.round();
}

double volume(const Grid& grid) {
  double product = 1.0;
  for (int a = 0; a < grid.dimensions; ++a) product *= grid.spacing(a);
  return product;
}

double times_log(double x) {
  return x > 0.0 ? x * std::log(x) : 0.0;
}

/// Unit vectors, spread over the half circle or half sphere.
std::vector<std::array<double, 3>> directions_of(int dimensions) {
  if (dimensions == 1) return {{1.0, 0.0, 0.0}};
  std::vector<std::array<double, 3>> all;
  if (dimensions == 2) {
    for (int n = 0; n < 8; ++n) {
      const double angle = std::numbers::pi * n / 8.0;
      all.push_back({std::cos(angle), std::sin(angle), 0.0});
    }
    return all;
  }
  for (int x = 0; x <= 1; ++x) {
    for (int y = -1; y <= 1; ++y) {
      for (int z = -1; z <= 1; ++z) {
        const bool is_first = x > 0 || y > 0 || (y == 0 && z > 0);
        const double size = std::sqrt(x * x + y * y + z * z);
        if (is_first) all.push_back({x / size, y / size, z / size});
      }
    }
  }
  return all;
}

}  // namespace

std::vector<std::string> DensityQuantities::names(int dimensions) {
  std::vector<std::string> all = {
      "mass", "entropy", "free_energy", "relative_entropy", "fisher_information", "wasserstein_2"};
  for (int a = 0; a < dimensions; ++a) all.push_back(fmt::format("mean_{}", "xyz"[a]));
  for (int a = 0; a < dimensions; ++a) {
    for (int b = a; b < dimensions; ++b) {
      all.push_back(fmt::format("covariance_{}{}", "xyz"[a], "xyz"[b]));
    }
  }
  return all;
}

DensityQuantities::DensityQuantities(CellGrid& cells, const DensityProcess& process)
    : cells_(cells), process_(process) {}

void DensityQuantities::look_at(double time) {
  if (is_known_ && !process_.depends_on_time) return;
  is_known_ = true;
  potential_.assign(cells_.cell_count(), 0.0);
  log_steady_.assign(cells_.cell_count(), 0.0);
  const auto d = static_cast<std::size_t>(cells_.grid().dimensions);
  RowSampler row(cells_, time);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::array<double, 3> extrema{-infinity, -infinity, 0.0};  // of −D, of D, and whether f ≠ 0
  std::size_t n = 0;
  cells_.layout().for_each_row([&](std::ptrdiff_t, std::int64_t i, std::int64_t j, std::int64_t k) {
    row.move_to(i, j, k);
    const auto V = row.sample(process_.potential, 1, {});
    const auto D = row.sample(process_.diffusion, 6, {});
    const auto f = row.sample(process_.drift, d, {});
    const auto steady = row.sample(process_.log_steady, 1, {});
    for (std::size_t along = 0; along < row.length(); ++along, ++n) {
      potential_[n] = V[0][along];
      log_steady_[n] = steady[0][along];
      for (std::size_t a = 0; a < d; ++a) {
        extrema[0] = std::max(extrema[0], -D[a][along]);
        extrema[1] = std::max(extrema[1], D[a][along]);
        if (f[a][along] != 0.0 || (a > 0 && D[2 + a][along] != 0.0)) extrema[2] = 1.0;
      }
    }
  });
  cells_.communicator().all_reduce(std::span<double>(extrema), Reduction::maximum);
  const bool is_gradient = -extrema[0] == extrema[1] && extrema[2] == 0.0 &&
                           (extrema[1] > 0.0 || process_.is_nonlinear());
  diffusion_ = is_gradient && process_.potential ? extrema[1] : nan;
  if (process_.is_nonlinear() || (!process_.log_steady && std::isnan(diffusion_))) {
    return log_steady_.clear();
  }
  if (!process_.log_steady) {
    for (std::size_t c = 0; c < n; ++c) log_steady_[c] = -potential_[c] / diffusion_;
  }
  double largest = -infinity;
  for (const double value : log_steady_) largest = std::max(largest, value);
  largest = cells_.communicator().all_reduce(largest, Reduction::maximum);
  const double sum = total(
      cells_, [&](auto, const auto&, std::size_t c) { return std::exp(log_steady_[c] - largest); });
  const double shift = largest + std::log(sum * volume(cells_.grid()));
  for (double& value : log_steady_) value -= shift;
}

double DensityQuantities::free_energy(const double* density, const double* interaction) {
  if (std::isnan(diffusion_)) return nan;
  const auto [scale, m] = process_.pressure;
  const double sum = total(cells_, [&](auto x, const auto&, std::size_t n) {
    double energy = potential_[n] * density[x] + diffusion_ * times_log(density[x]);
    if (interaction != nullptr) energy += 0.5 * interaction[x] * density[x];
    if (scale > 0.0) energy += scale * std::pow(density[x], m) / (m - 1.0);
    return energy;
  });
  return sum * volume(cells_.grid());
}

std::vector<double> DensityQuantities::measure(const double* density, const double* interaction,
                                               double time) {
  look_at(time);
  const int d = cells_.grid().dimensions;
  const double cell = volume(cells_.grid());
  const double mass = cell * total(cells_, [&](auto x, auto&&...) { return density[x]; });
  const double entropy =
      -cell * total(cells_, [&](auto x, auto&&...) { return times_log(density[x]); });
  std::vector<double> values = {mass,
                                entropy,
                                free_energy(density, interaction),
                                relative_entropy(density, mass),
                                fisher_information(density),
                                wasserstein(density)};
  std::vector<double> mean;
  for (int a = 0; a < d; ++a) mean.push_back(mean_along(density, mass, a));
  values.insert(values.end(), mean.begin(), mean.end());
  for (int a = 0; a < d; ++a) {
    for (int b = a; b < d; ++b) values.push_back(covariance(density, mass, mean, a, b));
  }
  return values;
}

double DensityQuantities::coordinate(int axis, std::int64_t index) const {
  return cells_.grid().coordinate(axis,
                                  cells_.block().offset[static_cast<std::size_t>(axis)] + index);
}

double DensityQuantities::mean_along(const double* density, double mass, int axis) {
  const auto a = static_cast<std::size_t>(axis);
  const double sum = total(cells_, [&](auto x, const auto& at, std::size_t) {
    return density[x] * coordinate(axis, at[a]);
  });
  return sum * volume(cells_.grid()) / mass;
}

// A cell's own variance, h²/12, is no part of it: of point values it is not either.
double DensityQuantities::covariance(const double* density, double mass,
                                     const std::vector<double>& mean, int a, int b) {
  const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
  const double sum = total(cells_, [&](auto x, const auto& at, std::size_t) {
    return density[x] * (coordinate(a, at[i]) - mean[i]) * (coordinate(b, at[j]) - mean[j]);
  });
  return sum * volume(cells_.grid()) / mass;
}

// ∇ρ·∇log ρ over the faces between cells.
double DensityQuantities::fisher_information(const double* density) {
  const CellLayout& layout = cells_.layout();
  const double sum = total(cells_, [&](std::ptrdiff_t x, const auto& at, std::size_t) {
    double here = 0.0;
    for (int axis = 0; axis < cells_.grid().dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      if (cells_.is_at_end(axis, 1) && at[a] == layout.block.count[a] - 1) continue;
      const double u = density[x], v = density[x + layout.stride[a]];
      const double h = cells_.grid().spacing(axis);
      if (u > 0.0 && v > 0.0) here += (v - u) * (std::log(v) - std::log(u)) / (h * h);
    }
    return here;
  });
  return sum * volume(cells_.grid());
}

double DensityQuantities::relative_entropy(const double* density, double mass) {
  if (!has_steady()) return nan;
  const double sum = total(cells_, [&](auto x, const auto&, std::size_t n) {
    const double p = density[x] / mass;
    return p > 0.0 ? p * (std::log(p) - log_steady_[n]) : 0.0;
  });
  return sum * volume(cells_.grid());
}

// Shares of the mass as whole multiples of 2⁻⁶²: their sums do not depend on the order.
std::vector<double> DensityQuantities::projected(const double* density,
                                                 const std::array<double, 3>& direction,
                                                 double width, double begin,
                                                 std::size_t bins) const {
  constexpr double unit = 0x1p62;
  double most = 0.0;
  for_each_cell(cells_.layout(), [&](auto x, auto&&...) { most += density[x]; });
  most = cells_.communicator().all_reduce(most, Reduction::sum);
  const double scale = std::exp2(std::floor(std::log2(unit / most)) - 1.0);
  std::vector<std::int64_t> shares(bins, 0);
  for_each_cell(cells_.layout(), [&](std::ptrdiff_t x, const auto& at, std::size_t) {
    double place = -begin;
    for (int axis = 0; axis < cells_.grid().dimensions; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      place += direction[a] * coordinate(axis, at[a]);
    }
    place = std::max(0.0, place / width - 0.5);
    const auto bin = std::min(static_cast<std::size_t>(place), bins - 2);
    const double above = std::clamp(place - static_cast<double>(bin), 0.0, 1.0);
    shares[bin] += std::llround(density[x] * (1.0 - above) * scale);
    shares[bin + 1] += std::llround(density[x] * above * scale);
  });
  cells_.communicator().all_reduce(std::span<std::int64_t>(shares), Reduction::sum);
  return {shares.begin(), shares.end()};
}

double DensityQuantities::wasserstein(const double* density) {
  const Grid& grid = cells_.grid();
  double width = std::numeric_limits<double>::infinity();
  for (int a = 0; a < grid.dimensions; ++a) {
    if (grid.is_periodic[static_cast<std::size_t>(a)]) return nan;
    width = std::min(width, grid.spacing(a));
  }
  if (!has_steady()) return nan;
  AlignedArray<double> steady(cells_.layout().size);
  for_each_cell(cells_.layout(), [&](std::ptrdiff_t x, const auto&, std::size_t n) {
    steady.data()[x] = std::exp(log_steady_[n]);
  });
  double sum = 0.0;
  const auto directions = directions_of(grid.dimensions);
  for (const auto& direction : directions) {
    double begin = 0.0, extent = 0.0;
    for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
      begin +=
          std::min(direction[a] * grid.lower[a], direction[a] * (grid.lower[a] + grid.length[a]));
      extent += std::abs(direction[a]) * grid.length[a];
    }
    const auto bins = static_cast<std::size_t>(std::ceil(extent / width)) + 1;
    sum += squared_wasserstein(projected(density, direction, width, begin, bins),
                               projected(steady.data(), direction, width, begin, bins), width);
  }
  return std::sqrt(sum / static_cast<double>(directions.size()));
}

void density_score(const CellGrid& cells, const double* density, int axis, double* score) {
  const auto a = static_cast<std::size_t>(axis);
  const CellLayout& layout = cells.layout();
  const double h = cells.grid().spacing(axis);
  for_each_cell(layout, [&](std::ptrdiff_t x, const auto& cell, std::size_t n) {
    const bool is_first = cells.is_at_end(axis, 0) && cell[a] == 0;
    const bool is_last = cells.is_at_end(axis, 1) && cell[a] == layout.block.count[a] - 1;
    const double below = density[is_first ? x : x - layout.stride[a]];
    const double above = density[is_last ? x : x + layout.stride[a]];
    const double distance = (is_first ? 0.0 : h) + (is_last ? 0.0 : h);
    const bool is_sound = below > 0.0 && above > 0.0 && distance > 0.0;
    score[n] = is_sound ? (std::log(above) - std::log(below)) / distance : 0.0;
  });
}

}  // namespace parapet
