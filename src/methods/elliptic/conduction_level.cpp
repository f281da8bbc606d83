#include "methods/elliptic/conduction_level.hpp"

#include <algorithm>
#include <type_traits>

#include "grid/redistribution.hpp"

namespace parapet {

namespace {

using Index = CellPairing::Index;

double harmonic_mean(double a, double b) {
  return 2.0 * a * b / (a + b);
}

/// Whether values beyond an end are given.
bool conducts(BoundaryKind kind) {
  return kind == BoundaryKind::dirichlet || kind == BoundaryKind::absorbing;
}

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
    faces_[a] = make_field(), ends_[a] = make_field(), weights_[a] = make_field();
  }
  diagonal_ = make_field();
}

ConductionLevel::Field ConductionLevel::make_field() const {
  Field made(cells_->layout().size);
  std::fill_n(made.data(), made.size(), 0.0);
  return made;
}

void ConductionLevel::exchange(double* field) {
  cells_->halo().exchange({&field, 1});
}

void ConductionLevel::set_coefficient(const double* coefficient) {
  const Grid& grid = cells_->grid();
  double volume = 1.0;
  for (int axis = 0; axis < grid.dimensions; ++axis) volume *= grid.spacing(axis);
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const double scale = volume / (grid.spacing(axis) * grid.spacing(axis));
    const std::ptrdiff_t s = cells_->layout().stride[a];
    const auto& [lower, upper] = cells_->boundaries()[a];
    double *const faces = faces_[a].data(), *const ends = ends_[a].data();
    for_each_cell([&](std::ptrdiff_t i, const Index& at) {
      const bool is_first = at[a] == 0, is_last = at[a] + 1 == grid.points[a];
      const bool is_inner = grid.is_periodic[a] || !is_first;
      faces[i] = is_inner ? scale * harmonic_mean(coefficient[i], coefficient[i - s]) : 0.0;
      ends[i] = 0.0;
      if (is_first && conducts(lower)) ends[i] += 2.0 * scale * coefficient[i];
      if (is_last && conducts(upper)) ends[i] += 2.0 * scale * coefficient[i];
    });
  }
  finish();
}

// Ghosts of the faces and the sums of all conductances of a cell.
void ConductionLevel::finish() {
  const Grid& grid = cells_->grid();
  is_singular_ = true;
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    exchange(faces_[a].data());
    for (const BoundaryKind kind : cells_->boundaries()[a]) is_singular_ &= !conducts(kind);
  }
  with_stencil(*cells_, faces_, [&](const auto& stencil) {
    for_each_cell([&](std::ptrdiff_t i, const Index&) {
      double sum = 0.0;
      for (std::size_t a = 0; a < stencil.faces.size(); ++a) {
        sum += stencil.faces[a][i] + stencil.faces[a][i + stencil.step[a]] + ends_[a].data()[i];
      }
      diagonal_.data()[i] = sum;
    });
  });
}

void ConductionLevel::relax(Colour colour, const double* f, double* u) const {
  const double* const diagonal = diagonal_.data();
  with_stencil(*cells_, faces_, [&](const auto& stencil) {
    for_each_of(colour,
                [&](std::ptrdiff_t i) { u[i] = (f[i] + stencil.around(u, i)) / diagonal[i]; });
  });
}

void ConductionLevel::start(Colour colour, const double* f, double* u) const {
  const double* const diagonal = diagonal_.data();
  for_each_of(colour, [&](std::ptrdiff_t i) { u[i] = f[i] / diagonal[i]; });
}

/// Calls act(place) for the cells of one colour.
template <class F>
void ConductionLevel::for_each_of(Colour colour, F&& act) const {
  const CellLayout& layout = cells_->layout();
  const std::int64_t wanted = colour == Colour::red ? 0 : 1;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const auto& at = layout.block.offset;
    const std::ptrdiff_t first = (at[0] + i + at[1] + j + at[2] + k + wanted) % 2;
    for (std::ptrdiff_t n = row + first; n < row + layout.row_length(); n += 2) act(n);
  });
}

void ConductionLevel::apply(const double* u, double* q) const {
  const double* const diagonal = diagonal_.data();
  const CellLayout& layout = cells_->layout();
  with_stencil(*cells_, faces_, [&](const auto& stencil) {
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::ptrdiff_t i = row; i < row + layout.row_length(); ++i) {
        q[i] = diagonal[i] * u[i] - stencil.around(u, i);
      }
    });
  });
}

void ConductionLevel::residual(const double* f, const double* u, double* r) const {
  const double* const diagonal = diagonal_.data();
  const CellLayout& layout = cells_->layout();
  with_stencil(*cells_, faces_, [&](const auto& stencil) {
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::ptrdiff_t i = row; i < row + layout.row_length(); ++i) {
        r[i] = f[i] - diagonal[i] * u[i] + stencil.around(u, i);
      }
    });
  });
}

void gather_cells(const CellGrid& from, const double* field, const CellGrid& to, double* result) {
  std::vector<double> block(from.cell_count()), all(to.cell_count());
  copy_cells(from.layout(), field, block.data());
  redistribute(from.communicator(), from.block(), block, to.block(), all);
  set_cells(to.layout(), all.data(), result);
}

void ConductionLevel::set_replica_of(const ConductionLevel& divided) {
  for (std::size_t a = 0; a < static_cast<std::size_t>(cells_->grid().dimensions); ++a) {
    gather_cells(*divided.cells_, divided.faces_[a].data(), *cells_, faces_[a].data());
    gather_cells(*divided.cells_, divided.ends_[a].data(), *cells_, ends_[a].data());
  }
  finish();
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
  std::size_t bytes = diagonal_.bytes();
  for (const auto* all : {&faces_, &ends_, &weights_}) {
    for (const Field& one : *all) bytes += one.bytes();
  }
  return bytes;
}

}  // namespace parapet
