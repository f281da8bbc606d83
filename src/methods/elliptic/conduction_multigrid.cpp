#include "methods/elliptic/conduction_multigrid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace parapet {

namespace {

/// Cells of a grid that is no longer worth dividing.
constexpr std::int64_t small_grid = 4096;
/// Axes of at most so many cells are not joined further: two are needed for the ghosts.
constexpr std::int64_t short_axis = 3;

std::array<bool, 3> axes_to_join(const Grid& grid, const std::array<double, 3>& spacing) {
  double finest = std::numeric_limits<double>::infinity();
  for (std::size_t a = 0; a < 3; ++a) {
    if (grid.points[a] > short_axis) finest = std::min(finest, spacing[a]);
  }
  std::array<bool, 3> axes{};
  for (std::size_t a = 0; a < 3; ++a) {
    axes[a] = grid.points[a] > short_axis && spacing[a] < 1.5 * finest;
  }
  return axes;
}

bool is_any(const std::array<bool, 3>& axes) {
  return axes[0] || axes[1] || axes[2];
}

/// The inverse of a symmetric positive definite matrix, row after row, by Gauss–Jordan elimination.
std::vector<double> inverse_of(std::vector<double> matrix, std::size_t size) {
  std::vector<double> inverse(size * size, 0.0);
  for (std::size_t i = 0; i < size; ++i) inverse[i * size + i] = 1.0;
  for (std::size_t p = 0; p < size; ++p) {
    const double pivot = matrix[p * size + p];
    for (std::size_t j = 0; j < size; ++j) {
      matrix[p * size + j] /= pivot;
      inverse[p * size + j] /= pivot;
    }
    for (std::size_t i = 0; i < size; ++i) {
      const double factor = matrix[i * size + p];
      for (std::size_t j = 0; j < size && i != p; ++j) {
        matrix[i * size + j] -= factor * matrix[p * size + j];
        inverse[i * size + j] -= factor * inverse[p * size + j];
      }
    }
  }
  return inverse;
}

}  // namespace

ConductionMultigrid::Level::Level(CellGrid& cells, std::unique_ptr<CellGrid> owned,
                                  const std::array<double, 3>& h)
    : own_cells(std::move(owned)),
      network(cells),
      spacing(h),
      f(network.make_field()),
      u(network.make_field()),
      r(network.make_field()) {}

ConductionMultigrid::ConductionMultigrid(CellGrid& finest) {
  std::array<double, 3> spacing{};
  for (int axis = 0; axis < finest.grid().dimensions; ++axis) {
    spacing[static_cast<std::size_t>(axis)] = finest.grid().spacing(axis);
  }
  levels_.push_back(std::make_unique<Level>(finest, nullptr, spacing));
  while (add_level()) {
  }
}

// Adds the next coarser grid, divided as its finer one is; where that is no longer sensible, the
// same grid once more on every rank.
bool ConductionMultigrid::add_level() {
  Level& fine = *levels_.back();
  const CellGrid& cells = fine.network.cells();
  const bool is_shared = cells.communicator().size() > 1;
  fine.axes = axes_to_join(cells.grid(), fine.spacing);
  const CellDivision division = cells.division().coarsened(fine.axes);
  const bool is_small = cells.grid().point_count() <= small_grid;
  if (is_shared && (is_small || !is_any(fine.axes) || division.thinnest_block() < ghosts)) {
    auto replica = std::make_unique<CellGrid>(self_, cells.grid(), cells.boundaries(), ghosts,
                                              GhostReach::corners);
    CellGrid& made = *replica;
    levels_.push_back(std::make_unique<Level>(made, std::move(replica), fine.spacing));
    return true;
  }
  if (!is_any(fine.axes)) return false;
  auto coarse = std::make_unique<CellGrid>(cells.communicator(), division, cells.boundaries(),
                                           ghosts, GhostReach::corners);
  CellGrid& made = *coarse;
  auto spacing = fine.spacing;
  for (std::size_t a = 0; a < 3; ++a) spacing[a] *= fine.axes[a] ? 2.0 : 1.0;
  fine.pairing.emplace(cells.grid(), cells.layout(), made.layout(), fine.axes);
  levels_.push_back(std::make_unique<Level>(made, std::move(coarse), spacing));
  return true;
}

void ConductionMultigrid::set_coefficient(const double* coefficient) {
  finest().set_coefficient(coefficient);
  for (std::size_t l = 0; l + 1 < levels_.size(); ++l) {
    Level &fine = *levels_[l], &next = *levels_[l + 1];
    if (fine.pairing) {
      next.network.set_coarse_of(fine.network, *fine.pairing);
    } else {
      next.network.set_replica_of(fine.network);
    }
  }
  invert_coarsest();
}

void ConductionMultigrid::set_mass(const double* mass) {
  finest().set_mass(mass);
  for (std::size_t l = 0; l + 1 < levels_.size(); ++l) {
    Level &fine = *levels_[l], &next = *levels_[l + 1];
    if (fine.pairing) {
      next.network.set_coarse_mass_of(fine.network, *fine.pairing);
    } else {
      next.network.set_replica_mass_of(fine.network);
    }
  }
  invert_coarsest();
}

// Without conducting ends or mass A leaves constants free; a network from every cell to the others
// fixes them, and changes nothing for right-hand sides of zero mean.
void ConductionMultigrid::invert_coarsest() {
  Level& level = *levels_.back();
  const std::size_t size = level.network.cells().cell_count();
  auto matrix = level.network.matrix();
  if (level.network.is_singular()) {
    double trace = 0.0;
    for (std::size_t i = 0; i < size; ++i) trace += matrix[i * size + i];
    for (double& entry : matrix) entry += trace / static_cast<double>(size * size);
  }
  inverse_ = inverse_of(std::move(matrix), size);
}

void ConductionMultigrid::solve_coarsest(const Level& level, const double* f, double* u) const {
  const CellLayout& layout = level.network.cells().layout();
  const std::size_t size = level.network.cells().cell_count();
  std::vector<double> from(size), to(size, 0.0);
  copy_cells(layout, f, from.data());
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) to[i] += inverse_[i * size + j] * from[j];
  }
  set_cells(layout, to.data(), u);
}

void ConductionMultigrid::solve_on_replica(std::size_t level, const double* f, double* u) {
  const CellGrid& cells = levels_[level]->network.cells();
  Level& replica = *levels_[level + 1];
  const CellGrid& whole = replica.network.cells();
  gather_cells(cells, f, whole, replica.f.data());
  cycle(level + 1, replica.f.data(), replica.u.data());
  const Box& block = cells.block();
  const CellLayout& from = whole.layout();
  cells.layout().for_each_row(
      [&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
        const std::ptrdiff_t place =
            from.at(block.offset[0] + i, block.offset[1] + j, block.offset[2] + k);
        std::copy_n(replica.u.data() + place, cells.layout().row_length(), u + row);
      });
}

void ConductionMultigrid::cycle(std::size_t level, const double* f, double* u) {
  Level& own = *levels_[level];
  if (level + 1 == levels_.size()) return solve_coarsest(own, f, u);
  if (!own.pairing) return solve_on_replica(level, f, u);
  using Colour = ConductionLevel::Colour;
  ConductionLevel& network = own.network;
  std::fill_n(u, network.cells().layout().size, 0.0);
  network.start(Colour::red, f, u);
  network.exchange(u);
  network.relax(Colour::black, f, u);
  network.exchange(u);
  network.residual(f, u, own.r.data());
  network.exchange(own.r.data());
  Level& next = *levels_[level + 1];
  network.restrict_residual(own.r.data(), *own.pairing, next.f.data());
  cycle(level + 1, next.f.data(), next.u.data());
  next.network.exchange(next.u.data());
  network.add_correction(*own.pairing, next.u.data(), u);
  network.exchange(u);
  network.relax(Colour::black, f, u);
  network.exchange(u);
  network.relax(Colour::red, f, u);
}

std::size_t ConductionMultigrid::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& level : levels_) {
    bytes += level->network.memory_bytes() + 3 * level->f.bytes();
  }
  return bytes;
}

}  // namespace parapet
