#include "methods/volume/diffusion_solver.hpp"

#include "methods/volume/grid_diffusion.hpp"
#include "methods/volume/transform_diffusion.hpp"

namespace parapet {

namespace {

bool is_even(const GhostRule& rule) {
  return rule.mirror == 1.0 && rule.edge == 0.0 && rule.constant == 0.0;
}

bool has_modes(const CellGrid& cells, const EndRules& ends) {
  bool found = true;
  for (std::size_t a = 0; a < static_cast<std::size_t>(cells.grid().dimensions); ++a) {
    found = found && (cells.grid().is_periodic[a] || (is_even(ends[a][0]) && is_even(ends[a][1])));
  }
  return found;
}

}  // namespace

std::unique_ptr<DiffusionSolver> make_diffusion_solver(CellGrid& cells, const EndRules& ends,
                                                       double tolerance) {
  if (has_modes(cells, ends)) return std::make_unique<TransformDiffusion>(cells);
  return std::make_unique<GridDiffusion>(cells, ends, tolerance);
}

double price_of_diffusion(const CellGrid& cells, const EndRules& ends) {
  constexpr double of_modes = 3.0, of_iterations = 50.0;
  return has_modes(cells, ends) ? of_modes : of_iterations;
}

}  // namespace parapet
