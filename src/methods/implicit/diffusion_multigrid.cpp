#include "methods/implicit/diffusion_multigrid.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace parapet {

DiffusionMultigrid::DiffusionMultigrid(CellGrid& finest) : finest_(finest) {
  std::array<bool, 3> axes{};
  std::fill_n(axes.begin(), finest.grid().dimensions, true);
  while (DiffusionLevel::can_be_joined(grid(levels_.size()))) {
    CellGrid& fine = grid(levels_.size());
    levels_.emplace_back(fine);
    coarse_.push_back(std::make_unique<CellGrid>(fine.communicator(),
                                                 fine.division().coarsened(axes), fine.boundaries(),
                                                 ghosts, GhostReach::corners));
  }
  CellGrid& last = grid(levels_.size());
  rest_ = std::make_unique<ConductionMultigrid>(last);
  f_ = rest_->finest().make_field(), u_ = rest_->finest().make_field();
}

void DiffusionMultigrid::set_diffusivity(double diffusivity) {
  diffusivity_ = diffusivity;
  const Grid& last = grid(levels_.size()).grid();
  double volume = 1.0;
  for (int axis = 0; axis < last.dimensions; ++axis) volume *= last.spacing(axis);
  // Over the volume: the system is one of values, not of what cells hold.
  std::fill_n(f_.data(), f_.size(), diffusivity / volume);
  rest_->set_coefficient(f_.data());
}

void DiffusionMultigrid::set_mass(const double* mass, double least) {
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    levels_[l].set(diffusivity_, mass, least);
    double* const of_coarse = l + 1 < levels_.size() ? levels_[l + 1].f() : f_.data();
    average_over_joined(grid(l), *coarse_[l], mass, of_coarse);
    mass = of_coarse;
  }
  rest_->set_mass(mass);
}

/// Adds to u of a level what the coarser grids say is missing.
void DiffusionMultigrid::correct(std::size_t level, const BlockValues<const double>& f) {
  DiffusionLevel& own = levels_[level];
  CellGrid& coarse = *coarse_[level];
  if (level + 1 == levels_.size()) {
    own.coarsen_residual(f, coarse, f_.data());
    rest_->cycle(f_.data(), u_.data());
    return own.add_correction(coarse, u_.data());
  }
  DiffusionLevel& next = levels_[level + 1];
  own.coarsen_residual(f, coarse, next.f());
  const auto of_next = values_of(coarse.layout(), std::as_const(next).f());
  next.relax_from_zero(of_next);
  correct(level + 1, of_next);
  next.relax(of_next, values_of(coarse.layout(), next.u()));
  own.add_correction(coarse, next.u());
}

void DiffusionMultigrid::cycle(const double* f, double* u) {
  if (levels_.empty()) {
    set_cells(finest_.layout(), f, f_.data());
    rest_->cycle(f_.data(), u_.data());
    return copy_cells(finest_.layout(), u_.data(), u);
  }
  const auto from = packed_values(finest_.block(), f);
  levels_[0].relax_from_zero(from);
  correct(0, from);
  levels_[0].relax(from, packed_values(finest_.block(), u));
}

std::size_t DiffusionMultigrid::memory_bytes() const {
  std::size_t bytes = rest_->memory_bytes() + f_.bytes() + u_.bytes();
  for (const auto& level : levels_) bytes += level.memory_bytes();
  return bytes;
}

}  // namespace parapet
