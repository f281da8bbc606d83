#include "methods/particles/systems/window.hpp"

#include <algorithm>
#include <cmath>

#include "base/exact_sum.hpp"

namespace parapet {

Window::Window(CellGrid& cells)
    : cells_(cells), axes_(static_cast<std::size_t>(cells.grid().dimensions)) {}

std::int64_t Window::cell_of(const WindowParticles& particles, std::size_t i) const {
  const Grid& grid = cells_.grid();
  std::int64_t cell = 0;
  for (std::size_t a = 0; a < axes_; ++a) {
    const int axis = static_cast<int>(a);
    const double n = static_cast<double>(grid.points[a]);
    // Cells of periodic grids are centred on their points.
    double at =
        (particles.x[a][i] - grid.lower[a]) / grid.spacing(axis) + 0.5 - grid.first_point(axis);
    if (grid.is_periodic[a]) at -= n * std::floor(at / n);
    if (grid.is_periodic[a] && at >= n) at = 0.0;  // by rounding
    if (!(at >= 0.0 && at < n)) return nowhere;
    cell = cell * grid.points[a] + static_cast<std::int64_t>(at);
  }
  return cell;
}

void Window::put(std::vector<std::int64_t>& sums, double unit, double* field) const {
  cells_.communicator().all_reduce(std::span<std::int64_t>(sums), Reduction::sum);
  const Box& block = cells_.block();
  const auto& points = cells_.grid().points;
  double volume = 1.0;
  for (std::size_t a = 0; a < axes_; ++a) volume *= cells_.grid().spacing(static_cast<int>(a));
  const CellLayout& layout = cells_.layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const std::int64_t first =
        ((block.offset[0] + i) * points[1] + block.offset[1] + j) * points[2] + block.offset[2] + k;
    for (std::int64_t n = 0; n < layout.row_length(); ++n) {
      field[row + n] =
          static_cast<double>(sums[static_cast<std::size_t>(first + n)]) * unit / volume;
    }
  });
}

double Window::particles(const WindowParticles& particles) const {
  std::int64_t seen = 0;
  for (std::size_t i = 0; i < particles.count; ++i) seen += cell_of(particles, i) != nowhere;
  return static_cast<double>(cells_.communicator().all_reduce(seen, Reduction::sum));
}

double Window::mass(const WindowParticles& particles) const {
  if (particles.weight == nullptr) return particles.scale * this->particles(particles);
  std::vector<double> inside;
  for (std::size_t i = 0; i < particles.count; ++i) {
    if (cell_of(particles, i) != nowhere) inside.push_back(particles.weight[i]);
  }
  return exact_sum(cells_.communicator(), inside);
}

void Window::density(const WindowParticles& particles, double* density) const {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  for (std::size_t i = 0; i < particles.count; ++i) {
    const std::int64_t cell = cell_of(particles, i);
    if (cell != nowhere) ++sums[static_cast<std::size_t>(cell)];
  }
  put(sums, particles.scale, density);
}

void Window::momentum(const WindowParticles& particles, const double* velocity,
                      double* momentum) const {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(cells_.grid().point_count()), 0);
  double largest = 0x1p-900;
  for (std::size_t i = 0; i < particles.count; ++i) {
    largest = std::max(largest, std::abs(velocity[i]));
  }
  largest = cells_.communicator().all_reduce(largest, Reduction::maximum);
  // Of 10⁸ particles in one cell the sum is still below 2⁶³.
  const double unit = std::exp2(std::ceil(std::log2(largest)) - 34.0);
  for (std::size_t i = 0; i < particles.count; ++i) {
    const std::int64_t cell = cell_of(particles, i);
    if (cell != nowhere) sums[static_cast<std::size_t>(cell)] += std::llround(velocity[i] / unit);
  }
  put(sums, particles.scale * unit, momentum);
}

}  // namespace parapet
