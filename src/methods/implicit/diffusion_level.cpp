#include "methods/implicit/diffusion_level.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/processors.hpp"

namespace parapet {

namespace {

/// Cells of a grid that is left to other methods.
constexpr std::int64_t small_grid = 4096;

/// The neighbours of the cells of a row, weighted with D/h².
template <std::size_t axes>
struct Neighbours {
  const double* u;
  std::array<std::ptrdiff_t, axes> step;
  std::array<double, axes> rate;

  [[gnu::always_inline]] double operator()(std::ptrdiff_t i) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < axes; ++a) sum += rate[a] * (u[i - step[a]] + u[i + step[a]]);
    return sum;
  }
};

/// Calls act(neighbours of u) with the number of axes as a constant.
template <class F>
[[gnu::always_inline]] inline void with_neighbours(const CellGrid& cells, const double* u,
                                                   const std::array<double, 3>& rates, F&& act) {
  const auto made = [&]<std::size_t axes>(std::integral_constant<std::size_t, axes>)
      __attribute__((always_inline)) {
    Neighbours<axes> neighbours{u, {}, {}};
    for (std::size_t a = 0; a < axes; ++a) {
      neighbours.step[a] = cells.layout().stride[a], neighbours.rate[a] = rates[a];
    }
    act(neighbours);
  };
  switch (cells.grid().dimensions) {
    case 1:
      return made(std::integral_constant<std::size_t, 1>{});
    case 2:
      return made(std::integral_constant<std::size_t, 2>{});
    default:
      return made(std::integral_constant<std::size_t, 3>{});
  }
}

/// The rows of fine cells that a row of joined ones consists of: calls act(i, j, k, side) with the
/// indices of the first fine cell, and on which side (−1 or 1) of the middle of the joined cells
/// the row lies along each axis other than its own.
template <class F>
void for_each_fine_row(const CellLayout& coarse, int dimensions, std::int64_t i, std::int64_t j,
                       std::int64_t k, F&& act) {
  const auto halves = [&](int axis) {
    return axis < dimensions && axis != coarse.row_axis ? 2 : 1;
  };
  const std::int64_t x = 2 * i, y = dimensions > 1 ? 2 * j : j, z = dimensions > 2 ? 2 * k : k;
  for (int a = 0; a < halves(0); ++a) {
    for (int b = 0; b < halves(1); ++b) {
      act(x + a, y + b, z, std::array<int, 2>{2 * a - 1, 2 * b - 1});
    }
  }
}

}  // namespace

void fill_diffusion_ghosts(CellGrid& cells, double* field) {
  cells.halo().exchange({&field, 1});
  for (int axis = 0; axis < cells.grid().dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    if (cells.grid().is_periodic[a]) continue;
    for (const int side : {0, 1}) {
      const auto kind = cells.boundaries()[a][static_cast<std::size_t>(side)];
      const bool is_fixed = kind == BoundaryKind::dirichlet || kind == BoundaryKind::absorbing;
      cells.fill_end(field, axis, side, {.mirror = is_fixed ? -1.0 : 1.0});
    }
  }
}

void average_over_joined(const CellGrid& fine, const CellGrid& coarse, const double* from,
                         double* to) {
  const CellLayout &inside = fine.layout(), &outside = coarse.layout();
  const int dimensions = fine.grid().dimensions;
  const double share = 1.0 / static_cast<double>(1 << dimensions);
  outside.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    std::fill_n(to + row, outside.row_length(), 0.0);
    for_each_fine_row(outside, dimensions, i, j, k,
                      [&](std::int64_t x, std::int64_t y, std::int64_t z, const auto&) {
                        const double* const own = from + inside.at(x, y, z);
                        for (std::ptrdiff_t c = 0; c < outside.row_length(); ++c) {
                          to[row + c] += share * (own[2 * c] + own[2 * c + 1]);
                        }
                      });
  });
}

bool DiffusionLevel::can_be_joined(const CellGrid& cells) {
  const Grid& grid = cells.grid();
  double narrowest = grid.spacing(0), widest = grid.spacing(0);
  std::array<bool, 3> axes{};
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    axes[a] = true;
    narrowest = std::min(narrowest, grid.spacing(axis));
    widest = std::max(widest, grid.spacing(axis));
    if (grid.points[a] % 2 != 0) return false;
    for (int rank = 0; rank < cells.division().active_ranks(); ++rank) {
      if (cells.division().block(rank).offset[a] % 2 != 0) return false;
    }
  }
  return widest < 1.5 * narrowest && grid.point_count() > small_grid &&
         cells.division().coarsened(axes).thinnest_block() >= cells.ghosts();
}

DiffusionLevel::DiffusionLevel(CellGrid& cells) : cells_(&cells) {
  for (Field* field : {&diagonal_, &inverse_, &u_, &other_, &f_}) {
    *field = Field(cells.layout().size);
    std::fill_n(field->data(), field->size(), 0.0);
  }
}

void DiffusionLevel::set(double diffusivity, const double* mass, double least) {
  double from_neighbours = 0.0;
  for (int axis = 0; axis < cells_->grid().dimensions; ++axis) {
    const double h = cells_->grid().spacing(axis);
    double& rate = rates_[static_cast<std::size_t>(axis)];
    rate = diffusivity / (h * h);
    from_neighbours += 2.0 * rate;
  }
  largest_ = (least + 2.0 * from_neighbours) / (least + from_neighbours);
  const CellLayout& layout = cells_->layout();
  double *const diagonal = diagonal_.data(), *const inverse = inverse_.data();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t n = row; n < row + layout.row_length(); ++n) {
      diagonal[n] = mass[n] + from_neighbours;
      inverse[n] = 1.0 / diagonal[n];
    }
  });
}

void DiffusionLevel::relax_from_zero(const BlockValues<const double>& f) {
  const CellLayout& layout = cells_->layout();
  const double weight = 4.0 / (3.0 * largest_);
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const double *const from = f.at(i, j, k), *const inverse = inverse_.data() + row;
    double* const to = other_.data() + row;
    run_compiled_for(
        this_processor(), [ =, length = layout.row_length() ]() __attribute__((always_inline)) {
          for (std::int64_t n = 0; n < length; ++n) to[n] = weight * (inverse[n] * from[n]);
        });
  });
  fill_diffusion_ghosts(*cells_, other_.data());
  take_step(f, other_, other_, values_of(layout, u()), {6.0 / 5.0, 0.0, 12.0 / 5.0});
  fill_diffusion_ghosts(*cells_, u());
}

void DiffusionLevel::relax(const BlockValues<const double>& f, const BlockValues<double>& to) {
  fill_diffusion_ghosts(*cells_, u());
  take_step(f, u_, u_, values_of(cells_->layout(), other_.data()), {1.0, 0.0, 4.0 / 3.0});
  fill_diffusion_ghosts(*cells_, other_.data());
  take_step(f, other_, u_, to, {6.0 / 5.0, -1.0 / 5.0, 12.0 / 5.0});
}

void DiffusionLevel::take_step(const BlockValues<const double>& f, const Field& from,
                               const Field& before, const BlockValues<double>& to,
                               const Weights& weights) const {
  const CellLayout& layout = cells_->layout();
  const double own = weights.own, last = weights.before, change = weights.change / largest_;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const double *const right = f.at(i, j, k), *const inverse = inverse_.data() + row;
    const double* const earlier = before.data() + row;
    double* const result = to.at(i, j, k);
    with_neighbours(*cells_, from.data() + row, rates_, [&](const auto& neighbours) {
      run_compiled_for(
          this_processor(), [ =, length = layout.row_length() ]() __attribute__((always_inline)) {
#ifndef __clang__
#pragma GCC ivdep
#endif
            for (std::int64_t n = 0; n < length; ++n) {
              const double u = neighbours.u[n];
              const double solved = inverse[n] * (right[n] + neighbours(n));
              result[n] = own * u + last * earlier[n] + change * (solved - u);
            }
          });
    });
  });
}

void DiffusionLevel::coarsen_residual(const BlockValues<const double>& f, const CellGrid& coarse,
                                      double* to) const {
  const CellLayout &layout = cells_->layout(), &outside = coarse.layout();
  const int dimensions = cells_->grid().dimensions;
  const double share = 1.0 / static_cast<double>(1 << dimensions);
  std::vector<double> sums(static_cast<std::size_t>(layout.row_length()));
  double* const sum = sums.data();
  const auto add_row = [&](std::int64_t x, std::int64_t y, std::int64_t z, const auto&) {
    const std::ptrdiff_t place = layout.at(x, y, z);
    const double *const right = f.at(x, y, z), *const diagonal = diagonal_.data() + place;
    with_neighbours(*cells_, u_.data() + place, rates_, [&](const auto& neighbours) {
      run_compiled_for(
          this_processor(), [ =, length = layout.row_length() ]() __attribute__((always_inline)) {
            for (std::int64_t n = 0; n < length; ++n) {
              sum[n] += (right[n] + neighbours(n)) - diagonal[n] * neighbours.u[n];
            }
          });
    });
  };
  outside.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for_each_fine_row(outside, dimensions, i, j, k, add_row);
    for (std::ptrdiff_t n = 0; n < outside.row_length(); ++n) {
      to[row + n] = share * (sum[2 * n] + sum[2 * n + 1]);
    }
  });
}

// Along each axis a quarter of the way to the joined cells next to the fine one.
void DiffusionLevel::add_correction(CellGrid& coarse, double* correction) {
  fill_diffusion_ghosts(coarse, correction);
  const CellLayout &layout = cells_->layout(), &outside = coarse.layout();
  const int dimensions = cells_->grid().dimensions;
  const double at_middle = 1.0 - 0.25 * dimensions;
  // On a line and in a plane there are no rows beside: the middle once more, without weight.
  const std::ptrdiff_t slow = dimensions > 1 ? outside.stride[0] : 0;
  const std::ptrdiff_t mid = dimensions > 2 ? outside.stride[1] : 0;
  const double of_slow = dimensions > 1 ? 0.25 : 0.0, of_mid = dimensions > 2 ? 0.25 : 0.0;
  outside.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const double* const middle = correction + row;
    for_each_fine_row(
        outside, dimensions, i, j, k,
        [&](std::int64_t x, std::int64_t y, std::int64_t z, const std::array<int, 2>& side) {
          const double* const beside = middle + side[0] * slow;
          const double* const above = middle + side[1] * mid;
          double* const u = u_.data() + layout.at(x, y, z);
          run_compiled_for(
              this_processor(),
              [ =, length = outside.row_length() ]() __attribute__((always_inline)) {
#ifndef __clang__
#pragma GCC ivdep
#endif
                for (std::int64_t n = 0; n < length; ++n) {
                  const double both =
                      at_middle * middle[n] + of_slow * beside[n] + of_mid * above[n];
                  u[2 * n] += both + 0.25 * middle[n - 1];
                  u[2 * n + 1] += both + 0.25 * middle[n + 1];
                }
              });
        });
  });
}

}  // namespace parapet
