#include "methods/volume/transform_diffusion.hpp"

#include <cmath>

#include "grid/redistribution.hpp"

namespace parapet {

namespace {

/// Of −∂² by sixth-order differences: θ²/h², θ = 2 arcsin √s, up to the third term in s.
double eigenvalue(const Grid& grid, int axis, std::int64_t wavenumber) {
  const double h = grid.spacing(axis);
  const double sine = std::sin(0.5 * h * grid.wave_unit(axis) * static_cast<double>(wavenumber));
  const double s = sine * sine;
  return 4.0 * s * (1.0 + s * (1.0 / 3.0 + s * (8.0 / 45.0))) / (h * h);
}

}  // namespace

TransformDiffusion::TransformDiffusion(CellGrid& cells)
    : cells_(cells),
      transform_(cells.communicator(), cells.grid(), {Dealiasing::none, Planning::estimate}),
      is_in_place_(cells.communicator().all(cells.block() == transform_.physical_box())),
      modes_(transform_.mode_count()),
      block_(cells.cell_count()),
      points_(is_in_place_ ? 0 : transform_.point_count()) {
  transform_.for_each_mode([&](std::size_t, const Mode& mode) {
    double sum = 0.0;
    for (int a = 0; a < cells_.grid().dimensions; ++a) {
      sum += eigenvalue(cells_.grid(), a, mode.wavenumber[static_cast<std::size_t>(a)]);
    }
    eigenvalues_.push_back(sum);
  });
}

void TransformDiffusion::solve(double c, const EndRules&, double* v) {
  copy_cells(cells_.layout(), v, block_.data());
  double* const points = is_in_place_ ? block_.data() : points_.data();
  Complex* const modes = modes_.data();
  if (!is_in_place_) {
    redistribute(cells_.communicator(), cells_.block(), block_, transform_.physical_box(), points_);
  }
  const double* const from = points;
  transform_.to_modes({&from, 1}, {&modes, 1});
  for (std::size_t i = 0; i < modes_.size(); ++i) modes[i] *= 1.0 / (1.0 + c * eigenvalues_[i]);
  const Complex* const scaled = modes;
  transform_.to_points({&scaled, 1}, {&points, 1});
  if (!is_in_place_) {
    redistribute(cells_.communicator(), transform_.physical_box(), points_, cells_.block(), block_);
  }
  set_cells(cells_.layout(), block_.data(), v);
}

std::size_t TransformDiffusion::memory_bytes() const {
  return transform_.memory_bytes() + modes_.size() * sizeof(Complex) +
         (eigenvalues_.size() + block_.size() + points_.size()) * sizeof(double);
}

}  // namespace parapet
