#include "grid/pencil_axes.hpp"

#include <fmt/format.h>

namespace parapet {

PencilAxes::PencilAxes(const Grid& grid, Dealiasing rule) : has_middle(grid.dimensions == 3) {
  const auto& n = grid.points;
  if (grid.dimensions == 1) {
    factors = *balanced_factors(n[0], rule);
    first = kept_second_modes(*factors, rule);
    last = kept_modes(factors->n1, Dealiasing::none, true);
    return;
  }
  first = kept_modes(n[0], rule, false);
  if (has_middle) middle = kept_modes(n[1], rule, false);
  last = kept_modes(n[has_middle ? 2 : 1], rule, true);
}

ProcessGrid PencilAxes::divided_among(int ranks) const {
  if (!has_middle) return {ranks, 1};
  return choose_process_grid(ranks, {first.points, middle.points, middle.count(), last.count()});
}

std::array<std::int64_t, 3> PencilAxes::mode_shape() const {
  if (!has_middle) return {last.count(), first.count(), 1};
  return {middle.count(), last.count(), first.count()};
}

Mode PencilAxes::mode_at(const std::array<std::int64_t, 3>& place) const {
  if (factors) {
    const std::int64_t k1 = place[0], points = factors->n1 * factors->n2;
    const std::int64_t k = k1 + factors->n1 * first.position(place[1]);
    const bool is_paired = 2 * k1 % factors->n1 == 0 && unpaired_entry(k1) != place[1];
    return {{2 * k <= points ? k : k - points, 0, 0}, is_paired ? 1.0 : 2.0, 0};
  }
  const std::int64_t k_last = place[has_middle ? 1 : 0];
  const double weight = k_last == 0 || 2 * k_last == last.points ? 1.0 : 2.0;
  if (!has_middle) return {{first.wavenumber(place[1]), k_last, 0}, weight, 0};
  return {{first.wavenumber(place[2]), middle.wavenumber(place[0]), k_last}, weight, 0};
}

// The rows k1 = 0 and k1 = N1/2 of a long line hold both k and −k, except that one k at the end of
// the kept range may be there without its partner: k2 ↦ −k2 of the first row and k2 ↦ −1 − k2 of
// the other cannot both map the kept range to itself.
std::optional<std::int64_t> PencilAxes::unpaired_entry(std::int64_t row) const {
  if (!factors || first.count() == first.points) return std::nullopt;
  if (row == 0 && first.high == first.low) return first.low;
  if (2 * row == factors->n1 && first.high < first.low) return first.low - 1;
  return std::nullopt;
}

std::string PencilAxes::description(const ProcessGrid& ranks) const {
  const int count = ranks.first * ranks.second;
  if (factors) {
    return fmt::format("long line of {} = {} x {} points, transformed as an array, in {} parts",
                       factors->n1 * factors->n2, factors->n1, factors->n2, count);
  }
  if (!has_middle) {
    return fmt::format("{} x {} points in {} slabs", first.points, last.points, count);
  }
  const auto grid = fmt::format("{} x {} x {} points", first.points, middle.points, last.points);
  if (ranks.second == 1) return fmt::format("{} in {} slabs", grid, count);
  return fmt::format("{} in {} x {} pencils", grid, ranks.first, ranks.second);
}

}  // namespace parapet
