#include "methods/free_energy.hpp"

#include "base/exact_sum.hpp"
#include "diagnostics/cell_diagnostics.hpp"

namespace parapet {

double free_energy(const CellGrid& cells, const PointReaction& reaction,
                   std::span<const double* const> fields) {
  const CellLayout& layout = cells.layout();
  const auto length = static_cast<std::size_t>(layout.row_length());
  std::vector<double> row(length);
  std::vector<const double*> in(fields.size());
  double* const out = row.data();
  ExactSum potential;
  layout.for_each_row([&](std::ptrdiff_t place, std::int64_t, std::int64_t, std::int64_t) {
    for (std::size_t c = 0; c < fields.size(); ++c) in[c] = fields[c] + place;
    reaction.potential({in, {&out, 1}, length});
    potential.add(row);
  });
  potential.reduce(cells.communicator());
  double energy = potential.round() / static_cast<double>(cells.grid().point_count());
  for (std::size_t c = 0; c < fields.size(); ++c) {
    energy += 0.5 * reaction.diffusivity[c] * diagnose(cells, fields.subspan(c, 1)).gradient_square;
  }
  return energy;
}

}  // namespace parapet
