#include "methods/volume/grid_diffusion.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "methods/volume/laplacian.hpp"

namespace parapet {

namespace {

/// Residuals fall by about a factor of ten an iteration.
constexpr int most_iterations = 100;
/// What rounding leaves of a residual, of the right-hand side.
constexpr double rounding = 1e-15;

/// Mirror images of opposite sign hold the value at the end, those of equal sign the slope.
Boundaries network_ends(const CellGrid& cells, const EndRules& ends) {
  Boundaries made = cells.boundaries();
  for (std::size_t a = 0; a < 3; ++a) {
    for (const std::size_t side : {0U, 1U}) {
      if (cells.grid().is_periodic[a]) continue;
      made[a][side] = ends[a][side].mirror < 0.0 ? BoundaryKind::dirichlet : BoundaryKind::no_flux;
    }
  }
  return made;
}

EndRules without_constants(EndRules ends) {
  for (auto& axis : ends) {
    for (GhostRule& rule : axis) rule.constant = 0.0;
  }
  return ends;
}

/// to = a + factor · b everywhere.
void combine(const AlignedArray<double>& a, double factor, const AlignedArray<double>& b,
             AlignedArray<double>& to) {
  const double *const from = a.data(), *const other = b.data();
  double* const out = to.data();
  for (std::size_t i = 0; i < to.size(); ++i) out[i] = from[i] + factor * other[i];
}

}  // namespace

GridDiffusion::GridDiffusion(CellGrid& cells, const EndRules& ends, double tolerance)
    : cells_(cells),
      closed_ends_(without_constants(ends)),
      tolerance_(tolerance),
      network_cells_(cells.communicator(), cells.division(), network_ends(cells, ends),
                     cells.ghosts(), GhostReach::corners),
      multigrid_(network_cells_) {
  for (Field* const one : {&d_, &r_, &z_, &p_, &q_}) *one = multigrid_.finest().make_field();
  std::fill_n(q_.data(), q_.size(), 1.0);
  multigrid_.set_coefficient(q_.data());
}

void GridDiffusion::fill(double* field, const EndRules& ends) {
  cells_.halo().exchange({&field, 1});
  for (int axis = 0; axis < cells_.grid().dimensions; ++axis) {
    if (cells_.grid().is_periodic[static_cast<std::size_t>(axis)]) continue;
    for (const int side : {0, 1}) {
      cells_.fill_end(field, axis, side,
                      ends[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)]);
    }
  }
}

/// The network stands for 1/c − ∇² integrated over cells.
void GridDiffusion::set_share(double c) {
  if (c == share_) return;
  share_ = c;
  double volume = 1.0;
  for (int axis = 0; axis < cells_.grid().dimensions; ++axis) volume *= cells_.grid().spacing(axis);
  std::fill_n(q_.data(), q_.size(), volume / c);
  multigrid_.set_mass(q_.data());
}

void GridDiffusion::solve(double c, const EndRules& ends, double* v) {
  set_share(c);
  fill(v, ends);
  add_laplacian(cells_, v, 0.0, c, r_.data());
  CellProduct of_squares(cells_), of_fields(cells_);
  const double first = std::sqrt(of_squares(r_.data(), r_.data()));
  const double size = std::sqrt(of_fields(v, v));
  iterate(c, d_.data(), std::max(tolerance_ * first, rounding * size));
  for (std::size_t i = 0; i < d_.size(); ++i) v[i] += d_.data()[i];
}

void GridDiffusion::iterate(double c, double* d, double goal) {
  CellProduct of_residuals(cells_), of_steps(cells_), of_squares(cells_);
  std::fill_n(d, d_.size(), 0.0);
  double reached = std::sqrt(of_squares(r_.data(), r_.data())), rz = 0.0;
  int iterations = 0;
  while (reached > goal && iterations < most_iterations) {
    multigrid_.cycle(r_.data(), z_.data());
    const double last = std::exchange(rz, of_residuals(r_.data(), z_.data()));
    if (iterations == 0) {
      combine(z_, 0.0, z_, p_);
    } else {
      combine(z_, rz / last, p_, p_);
    }
    fill(p_.data(), closed_ends_);
    add_laplacian(cells_, p_.data(), 1.0, -c, q_.data());
    const double step = rz / of_steps(p_.data(), q_.data());
    combine(d_, step, p_, d_);
    combine(r_, -step, q_, r_);
    reached = std::sqrt(of_squares(r_.data(), r_.data()));
    ++iterations;
  }
  if (!(reached > goal)) return;
  throw Failure(ExitCode::blew_up,
                fmt::format("viscosity: after {} iterations the residual is {:.2g}, not {:.2g}",
                            iterations, reached, goal),
                true);
}

std::size_t GridDiffusion::memory_bytes() const {
  return multigrid_.memory_bytes() + 5 * r_.bytes();
}

}  // namespace parapet
