#include "methods/density/cell_convolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "grid/redistribution.hpp"

namespace parapet {

namespace {

Grid doubled(const Grid& grid) {
  Grid wide = grid;
  for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
    if (!grid.is_periodic[a]) wide.points[a] *= 2, wide.length[a] *= 2.0;
    wide.is_periodic[a] = true;
  }
  return wide;
}

/// The mean over a cell of the size of the grid's, around 0, by Gauss points that miss the middle.
double mean_within_a_cell(const Grid& grid, const SeparationFunction& kernel) {
  constexpr std::array<double, 4> nodes = {-0.4305681557970263, -0.1699905217924281,
                                           0.1699905217924281, 0.4305681557970263};
  constexpr std::array<double, 4> weights = {0.1739274225687269, 0.3260725774312731,
                                             0.3260725774312731, 0.1739274225687269};
  constexpr std::size_t parts = 4;  // of the cell along each axis
  const auto d = static_cast<std::size_t>(grid.dimensions);
  std::size_t count = 1;
  for (std::size_t a = 0; a < d; ++a) count *= 4 * parts;
  double sum = 0.0;
  for (std::size_t n = 0; n < count; ++n) {
    std::array<double, 3> r{};
    double weight = 1.0;
    for (std::size_t a = 0, rest = n; a < d; ++a, rest /= 4 * parts) {
      const std::size_t part = rest % (4 * parts) / 4, node = rest % 4;
      const double middle = (static_cast<double>(part) + 0.5) / parts - 0.5;
      r[a] = (middle + nodes[node] / parts) * grid.spacing(static_cast<int>(a));
      weight *= weights[node] / parts;
    }
    sum += weight * kernel(r.data());
  }
  return sum;
}

/// W at the distances from the first point of the wide grid, backwards beyond its middle.
std::vector<double> sampled(const Grid& wide, const Box& box, const Grid& grid,
                            const SeparationFunction& kernel) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(box.size()));
  const auto distance = [&](std::size_t axis, std::int64_t index) {
    const std::int64_t n = wide.points[axis];
    const std::int64_t steps = 2 * index <= n ? index : index - n;
    const bool is_used = static_cast<int>(axis) < wide.dimensions;
    return is_used ? static_cast<double>(steps) * grid.spacing(static_cast<int>(axis)) : 0.0;
  };
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      for (std::int64_t k = 0; k < box.count[2]; ++k) {
        const std::array r = {distance(0, box.offset[0] + i), distance(1, box.offset[1] + j),
                              distance(2, box.offset[2] + k)};
        const bool is_zero = r[0] == 0.0 && r[1] == 0.0 && r[2] == 0.0;
        values.push_back(is_zero ? mean_within_a_cell(grid, kernel) : kernel(r.data()));
      }
    }
  }
  return values;
}

}  // namespace

double difference_symbol(const Grid& grid, const Mode& mode) {
  double symbol = 0.0;
  for (int a = 0; a < grid.dimensions; ++a) {
    const double h = grid.spacing(a);
    const double half = 0.5 * h * grid.wave_unit(a) *
                        static_cast<double>(mode.wavenumber[static_cast<std::size_t>(a)]);
    symbol += 4.0 / (h * h) * std::sin(half) * std::sin(half);
  }
  return symbol;
}

CellConvolution::CellConvolution(CellGrid& cells, const Grid& grid)
    : cells_(cells),
      transform_(cells.communicator(), grid, {Dealiasing::none, Planning::estimate}),
      kernel_(transform_.mode_count()),
      modes_(transform_.mode_count()),
      wide_(transform_.point_count()),
      block_(cells.cell_count()) {}

CellConvolution::CellConvolution(CellGrid& cells, const Signal& signal)
    : CellConvolution(cells, cells.grid()) {
  const Grid& grid = cells.grid();
  transform_.for_each_mode([&](std::size_t i, const Mode& mode) {
    const double symbol = signal.decay + difference_symbol(grid, mode);
    kernel_[i] = symbol > 0.0 ? -signal.strength / symbol : 0.0;
  });
}

CellConvolution::CellConvolution(CellGrid& cells, const SeparationFunction& kernel)
    : CellConvolution(cells, doubled(cells.grid())) {
  const Grid& wide = transform_.grid();
  const auto values = sampled(wide, transform_.physical_box(), cells.grid(), kernel);
  const double* const from = values.data();
  Complex* const to = kernel_.data();
  transform_.to_modes({&from, 1}, {&to, 1});
  double scale = static_cast<double>(wide.point_count());
  for (int a = 0; a < wide.dimensions; ++a) scale *= cells.grid().spacing(a);
  for (Complex& mode : kernel_) mode *= scale;
}

void CellConvolution::apply(const double* field, double* result) {
  const Communicator& ranks = cells_.communicator();
  copy_cells(cells_.layout(), field, block_.data());
  std::ranges::fill(wide_, 0.0);
  redistribute(ranks, cells_.block(), block_, transform_.physical_box(), wide_);
  const double* const from = wide_.data();
  Complex* const modes = modes_.data();
  transform_.to_modes({&from, 1}, {&modes, 1});
  for (std::size_t k = 0; k < modes_.size(); ++k) modes_[k] *= kernel_[k];
  const Complex* const back = modes_.data();
  double* const to = wide_.data();
  transform_.to_points({&back, 1}, {&to, 1});
  redistribute(ranks, transform_.physical_box(), wide_, cells_.block(), block_);
  set_cells(cells_.layout(), block_.data(), result);
  cells_.halo().exchange({&result, 1});
}

std::size_t CellConvolution::memory_bytes() const {
  return transform_.memory_bytes() + (kernel_.size() + modes_.size()) * sizeof(Complex) +
         (wide_.size() + block_.size()) * sizeof(double);
}

}  // namespace parapet
