#include "methods/reaction_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "methods/free_energy.hpp"

namespace parapet {

namespace {

/// The largest Σ |row| at so many points; infinite where one is NaN.
double largest_row_sum(std::span<double* const> row, std::size_t points) {
  double largest = 0.0;
  for (std::size_t i = 0; i < points; ++i) {
    double sum = 0.0;
    for (const double* entry : row) sum += std::abs(entry[i]);
    largest = sum <= largest ? largest : sum;
    if (std::isnan(sum)) return std::numeric_limits<double>::infinity();
  }
  return largest;
}

}  // namespace

ReactionCells::ReactionCells(CellGrid& cells, std::vector<PointReaction> reactions,
                             const StepControl& control, const MethodOptions& options,
                             std::size_t most_stages, double estimated_order)
    : CellSolver(cells, reactions.size(), reactions.at(0).components(), control, options,
                 estimated_order),
      reactions_(std::move(reactions)),
      rules_(end_rules()),
      sweep_(cells, components(), radius_of(options), most_stages) {}

CellTraits ReactionCells::traits_of(const PointReaction& reaction, const MethodOptions& options,
                                    std::size_t most_stages) {
  CellTraits traits;
  traits.components = reaction.components();
  traits.ghosts = radius_of(options) * static_cast<int>(most_stages);
  traits.conserves_mean = reaction.conserves_mean;
  traits.ends = {BoundaryKind::no_flux, BoundaryKind::dirichlet};
  traits.orders = {2, 4};
  if (reaction.potential) traits.quantities = {"free_energy"};
  return traits;
}

std::vector<double> ReactionCells::quantities(std::size_t member) {
  if (!reactions_[member].potential) return {};
  const auto own = pointers(member);
  fill_ghosts(own);
  const std::vector<const double*> fields(own.begin(), own.end());
  return {free_energy(cells(), reactions_[member], fields)};
}

std::size_t ReactionCells::memory_bytes() const {
  return CellSolver::memory_bytes() + sweep_.memory_bytes();
}

void ReactionCells::evaluate_rate(std::size_t member, std::span<double* const> rate) {
  const Stage only_rate{0.0, 1.0};
  sweep(member, {&only_rate, 1}, pointers(member), rate);
}

double ReactionCells::diffusion_rate(std::size_t member) const {
  const double highest_wave = radius_of(options()) == 2 ? 16.0 / 3.0 : 4.0;  // eigenvalue times h²
  double largest = 0.0;
  for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
    const double h = cells().grid().spacing(axis);
    largest += highest_wave / (h * h);
  }
  const auto& all = reactions_[member].diffusivity;
  return largest * *std::max_element(all.begin(), all.end());
}

double ReactionCells::reaction_rate(std::size_t member) {
  const auto count = static_cast<std::size_t>(components());
  const CellLayout& layout = cells().layout();
  const auto length = static_cast<std::size_t>(layout.row_length());
  std::vector<double> rows(count * count * length), largest(1, 0.0);
  std::vector<double*> slopes;
  for (std::size_t i = 0; i < count * count; ++i) slopes.push_back(rows.data() + i * length);
  std::vector<const double*> at(count);
  const auto fields = pointers(member);
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::size_t c = 0; c < count; ++c) at[c] = fields[c] + row;
    reactions_[member].jacobian({at, slopes, length});
    for (std::size_t c = 0; c < count; ++c) {
      largest[0] =
          std::max(largest[0], largest_row_sum({slopes.data() + c * count, count}, length));
    }
  });
  cells().communicator().all_reduce(std::span<double>(largest), Reduction::maximum);
  return largest[0];
}

void ReactionCells::sweep(std::size_t member, std::span<const Stage> stages,
                          std::span<double* const> in, std::span<double* const> out,
                          std::span<double* const> arrays) {
  sweep_.run({&reactions_[member], stages, &rules_, in, out, arrays});
}

std::vector<CellSolver::Field> ReactionCells::make_state() const {
  std::vector<Field> state;
  for (int c = 0; c < components(); ++c) state.push_back(make_field());
  return state;
}

void ReactionCells::swap_state(std::size_t member, std::vector<Field>& other) {
  for (int c = 0; c < components(); ++c) {
    std::swap(field(member, c), other[static_cast<std::size_t>(c)]);
  }
}

}  // namespace parapet
