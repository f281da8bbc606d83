#include "methods/elliptic/conduction_level.hpp"

#include <algorithm>
#include <type_traits>

#include "grid/redistribution.hpp"

namespace parapet {

namespace {

using Index = CellPairing::Index;

/// What the loops over a row need: the faces' conductances and the way to the next cell, along each
/// axis.
template <int axes>
struct Stencil {
  std::array<const double*, axes> faces;
  std::array<std::ptrdiff_t, axes> step;

  /// Σ T · (u on the other side) over the faces of a cell.
  double around(const double* u, std::ptrdiff_t i) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < axes; ++a) {
      const std::ptrdiff_t s = step[a];
      sum += faces[a][i] * u[i - s] + faces[a][i + s] * u[i + s];
    }
    return sum;
  }
};

/// Calls act(stencil) with the number of axes as a constant.
template <class F>
void with_stencil(const CellGrid& cells, const std::array<AlignedArray<double>, 3>& faces,
                  F&& act) {
  const auto made = [&]<int axes>(std::integral_constant<int, axes>) {
    Stencil<axes> stencil;
    for (std::size_t a = 0; a < axes; ++a) {
      stencil.faces[a] = faces[a].data();
      stencil.step[a] = cells.layout().stride[a];
    }
    act(stencil);
  };
  switch (cells.grid().dimensions) {
    case 1:
      return made(std::integral_constant<int, 1>{});
    case 2:
      return made(std::integral_constant<int, 2>{});
    default:
      return made(std::integral_constant<int, 3>{});
  }
}

}  // namespace

ConductionLevel::ConductionLevel(CellGrid& cells) : cells_(&cells) {
  for (std::size_t a = 0; a < static_cast<std::size_t>(cells.grid().dimensions); ++a) {
    faces_[a] = make_field(), weights_[a] = make_field();
    resistances_[2 * a] = make_field(), resistances_[2 * a + 1] = make_field();
  }
  conductance_ = make_field(), mass_ = make_field(), diagonal_ = make_field(),
  inverse_ = make_field();
}

ConductionLevel::Field ConductionLevel::make_field() const {
  Field made(cells_->layout().size);
  std::fill_n(made.data(), made.size(), 0.0);
  return made;
}

void ConductionLevel::exchange(double* field) {
  cells_->halo().exchange({&field, 1});
}

bool ConductionLevel::conducts(std::size_t axis, std::size_t side) const {
  const BoundaryKind kind = cells_->boundaries()[axis][side];
  return kind == BoundaryKind::dirichlet || kind == BoundaryKind::absorbing;
}

bool ConductionLevel::is_at_end(std::size_t axis, std::size_t side, std::int64_t index) const {
  const Grid& grid = cells_->grid();
  return !grid.is_periodic[axis] && index == (side == 0 ? 0 : grid.points[axis] - 1);
}

void ConductionLevel::set_coefficient(const double* coefficient) {
  const Grid& grid = cells_->grid();
  double volume = 1.0;
  for (int axis = 0; axis < grid.dimensions; ++axis) volume *= grid.spacing(axis);
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    const double h = grid.spacing(axis), scale = 0.5 * h * h / volume;
    const auto lower = 2 * static_cast<std::size_t>(axis);
    for_each_cell([&](std::ptrdiff_t i, const Index&) {
      resistances_[lower].data()[i] = resistances_[lower + 1].data()[i] = scale / coefficient[i];
    });
  }
  finish();
}

// Ghosts, conductances of faces, and the sums of all conductances of a cell.
void ConductionLevel::finish() {
  const auto dimensions = static_cast<std::size_t>(cells_->grid().dimensions);
  is_closed_ = true;
  for (std::size_t a = 0; a < dimensions; ++a) {
    exchange(resistances_[2 * a].data());
    exchange(resistances_[2 * a + 1].data());
    const std::ptrdiff_t s = cells_->layout().stride[a];
    double* const faces = faces_[a].data();
    for_each_cell([&](std::ptrdiff_t i, const Index& at) {
      const double both = resistance(a, 1, i - s) + resistance(a, 0, i);
      faces[i] = is_at_end(a, 0, at[a]) ? 0.0 : 1.0 / both;
    });
    exchange(faces);
    is_closed_ = is_closed_ && !conducts(a, 0) && !conducts(a, 1);
  }
  for_each_cell([&](std::ptrdiff_t i, const Index& at) {
    double sum = 0.0;
    for (std::size_t a = 0; a < dimensions; ++a) {
      sum += faces_[a].data()[i] + faces_[a].data()[i + cells_->layout().stride[a]];
      for (const std::size_t side : {0U, 1U}) {
        if (is_at_end(a, side, at[a]) && conducts(a, side)) sum += 1.0 / resistance(a, side, i);
      }
    }
    conductance_.data()[i] = sum;
  });
  add_up();
}

// A pair's second cell may be a ghost.
void ConductionLevel::add_up() {
  exchange(mass_.data());
  for_each_cell([&](std::ptrdiff_t i, const Index&) {
    diagonal_.data()[i] = conductance_.data()[i] + mass_.data()[i];
    inverse_.data()[i] = 1.0 / diagonal_.data()[i];
  });
}

void ConductionLevel::set_mass(const double* mass) {
  for_each_cell([&](std::ptrdiff_t i, const Index&) { mass_.data()[i] = mass[i]; });
  has_mass_ = true;
  add_up();
}

void ConductionLevel::relax(Colour colour, const double* f, double* u) const {
  const double* const inverse = inverse_.data();
  with_stencil(*cells_, faces_, [&](const auto& stencil) {
    for_each_of(colour,
                [&](std::ptrdiff_t i) { u[i] = (f[i] + stencil.around(u, i)) * inverse[i]; });
  });
}

void ConductionLevel::start(Colour colour, const double* f, double* u) const {
  const double* const inverse = inverse_.data();
  for_each_of(colour, [&](std::ptrdiff_t i) { u[i] = f[i] * inverse[i]; });
}

/// Calls act(place) for the cells of one colour.
template <class F>
void ConductionLevel::for_each_of(Colour colour, F&& act) const {
  const CellLayout& layout = cells_->layout();
  const std::int64_t wanted = colour == Colour::red ? 0 : 1;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const auto& at = layout.block.offset;
    const std::ptrdiff_t first = (at[0] + i + at[1] + j + at[2] + k + wanted) % 2;
    const std::ptrdiff_t end = row + layout.row_length();
#ifndef __clang__
#pragma GCC ivdep
#endif
    for (std::ptrdiff_t n = row + first; n < end; n += 2) act(n);
  });
}

/// to = combine(place, A u).
template <class F>
void ConductionLevel::for_each_product(const double* u, double* to, F&& combine) const {
  const double* const diagonal = diagonal_.data();
  const CellLayout& layout = cells_->layout();
  with_stencil(*cells_, faces_, [&](const auto& stencil) {
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      const std::ptrdiff_t end = row + layout.row_length();
#ifndef __clang__
#pragma GCC ivdep
#endif
      for (std::ptrdiff_t i = row; i < end; ++i) {
        to[i] = combine(i, diagonal[i] * u[i] - stencil.around(u, i));
      }
    });
  });
}

void ConductionLevel::apply(const double* u, double* q) const {
  for_each_product(u, q, [](std::ptrdiff_t, double product) { return product; });
}

void ConductionLevel::residual(const double* f, const double* u, double* r) const {
  for_each_product(u, r, [f](std::ptrdiff_t i, double product) { return f[i] - product; });
}

void gather_cells(const CellGrid& from, const double* field, const CellGrid& to, double* result) {
  std::vector<double> block(from.cell_count()), all(to.cell_count());
  copy_cells(from.layout(), field, block.data());
  redistribute(from.communicator(), from.block(), block, to.block(), all);
  set_cells(to.layout(), all.data(), result);
}

void ConductionLevel::set_replica_of(const ConductionLevel& divided) {
  for (std::size_t a = 0; a < static_cast<std::size_t>(cells_->grid().dimensions); ++a) {
    for (const std::size_t side : {2 * a, 2 * a + 1}) {
      gather_cells(*divided.cells_, divided.resistances_[side].data(), *cells_,
                   resistances_[side].data());
    }
  }
  finish();
}

void ConductionLevel::set_replica_mass_of(const ConductionLevel& divided) {
  gather_cells(*divided.cells_, divided.mass_.data(), *cells_, mass_.data());
  has_mass_ = true;
  add_up();
}

std::vector<double> ConductionLevel::matrix() {
  const std::size_t size = cells_->cell_count();
  std::vector<double> matrix(size * size), column(size);
  Field u = make_field(), q = make_field();
  for (std::size_t j = 0; j < size; ++j) {
    std::fill(column.begin(), column.end(), 0.0);
    column[j] = 1.0;
    set_cells(cells_->layout(), column.data(), u.data());
    exchange(u.data());
    apply(u.data(), q.data());
    copy_cells(cells_->layout(), q.data(), column.data());
    for (std::size_t i = 0; i < size; ++i) matrix[i * size + j] = column[i];
  }
  return matrix;
}

std::size_t ConductionLevel::memory_bytes() const {
  std::size_t bytes = 4 * diagonal_.bytes();
  for (const Field& one : resistances_) bytes += one.bytes();
  for (const auto* all : {&faces_, &weights_}) {
    for (const Field& one : *all) bytes += one.bytes();
  }
  return bytes;
}

}  // namespace parapet
