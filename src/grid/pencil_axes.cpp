#include "grid/pencil_axes.hpp"

#include <fmt/format.h>

namespace parapet {

namespace {

KeptModes kept_along(const LineAxis& axis, Dealiasing rule, bool is_real) {
  return axis.is_periodic ? kept_modes(axis.points, rule, is_real)
                          : kept_cosines(axis.points, rule);
}

/// How many modes of the full Fourier sum a wavenumber of an axis stands for, where a negative one
/// is not stored beside it.
double own_weight(const KeptModes& kept, std::int64_t wavenumber) {
  return wavenumber == 0 || 2 * wavenumber == kept.period ? 1.0 : 2.0;
}

}  // namespace

PencilAxes::PencilAxes(const Grid& grid, Dealiasing rule) : has_middle(grid.dimensions == 3) {
  const auto& n = grid.points;
  if (grid.dimensions == 1) {
    factors = *balanced_factors(n[0], rule);
    first_axis = {factors->n2, true};
    last_axis = {factors->n1, true};
    first = kept_second_modes(*factors, rule);
    last = kept_modes(factors->n1, Dealiasing::none, true);
    return;
  }
  first_axis = {n[0], grid.is_periodic[0]};
  if (has_middle) middle_axis = {n[1], grid.is_periodic[1]};
  const std::size_t end = has_middle ? 2 : 1;
  last_axis = {n[end], grid.is_periodic[end]};
  if (!last_axis.is_periodic) {
    const bool is_in_the_middle = has_middle && middle_axis.is_periodic;
    separation = is_in_the_middle ? Separation::middle : Separation::first;
  }
  first = kept_along(first_axis, rule, separation == Separation::first);
  if (has_middle) middle = kept_along(middle_axis, rule, separation == Separation::middle);
  last = kept_along(last_axis, rule, true);
}

ProcessGrid PencilAxes::divided_among(int ranks) const {
  if (!has_middle) return {ranks, 1};
  return choose_process_grid(ranks,
                             {first.points, middle.points, middle.count(), last_entries().count()});
}

std::array<std::int64_t, 3> PencilAxes::mode_shape() const {
  if (!has_middle) return {last.count(), first.count(), 1};
  return {middle.count(), last.count(), first.count()};
}

Mode PencilAxes::mode_at(const std::array<std::int64_t, 3>& place) const {
  if (factors) {
    const std::int64_t k1 = place[0], points = factors->n1 * factors->n2;
    const std::int64_t k = k1 + factors->n1 * first.position(place[1]);
    const bool has_partner = 2 * k1 % factors->n1 == 0 && unpaired_entry(k1) != place[1];
    return {{2 * k <= points ? k : k - points, 0, 0}, has_partner ? 1.0 : 2.0, 0};
  }
  const std::int64_t k_first = first.wavenumber(place[has_middle ? 2 : 1]);
  const std::int64_t k_middle = has_middle ? middle.wavenumber(place[0]) : 0;
  const std::int64_t k_last = place[has_middle ? 1 : 0];
  double weight = own_weight(last, k_last);
  if (!first_axis.is_periodic || separation == Separation::first) {
    weight *= own_weight(first, k_first);
  }
  if (has_middle && (!middle_axis.is_periodic || separation == Separation::middle)) {
    weight *= own_weight(middle, k_middle);
  }
  if (!has_middle) return {{k_first, k_last, 0}, weight, 0};
  return {{k_first, k_middle, k_last}, weight, 0};
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
  const auto points = has_middle
                          ? fmt::format("{} x {} x {}", first.points, middle.points, last.points)
                          : fmt::format("{} x {}", first.points, last.points);
  const auto parts = ranks.second == 1 ? fmt::format("{} slabs", count)
                                       : fmt::format("{} x {} pencils", ranks.first, ranks.second);
  return fmt::format("{} points in {}", points, parts);
}

}  // namespace parapet
