#include <algorithm>

#include "methods/elliptic/conduction_level.hpp"

namespace parapet {

using Index = CellPairing::Index;

void ConductionLevel::set_coarse_of(ConductionLevel& fine, const CellPairing& pairing) {
  for (std::size_t a = 0; a < static_cast<std::size_t>(cells_->grid().dimensions); ++a) {
    const std::ptrdiff_t s = fine.cells_->layout().stride[a];
    pairing.for_each_pair([&](std::ptrdiff_t at, const Index& pair, std::ptrdiff_t first) {
      const bool is_joined = pairing.count(a, pair[a]) == 2;
      double lower = 0.0, upper = 0.0;  // conductances
      pairing.for_each_member(pair, first, a, [&](std::ptrdiff_t i) {
        lower += 1.0 / (is_joined ? fine.whole(a, i) : fine.resistance(a, 0, i));
        upper += 1.0 / (is_joined ? fine.whole(a, i + s) : fine.resistance(a, 1, i));
      });
      resistances_[2 * a].data()[at] = 1.0 / lower;
      resistances_[2 * a + 1].data()[at] = 1.0 / upper;
    });
  }
  finish();
  fine.set_weights(pairing);
}

void ConductionLevel::set_coarse_mass_of(const ConductionLevel& fine, const CellPairing& pairing) {
  const double* const mass = fine.mass_.data();
  pairing.for_each_pair([&](std::ptrdiff_t at, const Index& pair, std::ptrdiff_t first) {
    double sum = 0.0;
    pairing.for_each_member(pair, first, CellPairing::no_axis,
                            [&](std::ptrdiff_t i) { sum += mass[i]; });
    mass_.data()[at] = sum;
  });
  has_mass_ = true;
  add_up();
}

/// How much of the value at a cell comes from the pair beyond its outer face along an axis, so that
/// the flux from the middle of its own pair to the middle of that one is the same on the way. An
/// outer face at an end that conducts leads to 0.
double ConductionLevel::weight(const CellPairing& pairing, std::size_t axis, std::int64_t index,
                               std::ptrdiff_t i) const {
  const std::int64_t pair = pairing.pair_of(axis, index);
  if (pairing.count(axis, pair) == 1) return 0.0;  // it is its own middle
  const std::size_t outer = index % 2 == 1 ? 1 : 0;
  const std::ptrdiff_t s = cells_->layout().stride[axis], beyond = outer == 1 ? i + s : i - s;
  const double inside = resistance(axis, 1 - outer, i);
  double way = whole(axis, i);
  if (is_at_end(axis, outer, index)) {
    if (!conducts(axis, outer)) return 0.0;
  } else if (pairing.count(axis, outer == 1 ? pair + 1 : pair - 1) == 2) {
    way += whole(axis, beyond);
  } else {
    way += resistance(axis, 1 - outer, beyond);
  }
  return inside / way;
}

void ConductionLevel::set_weights(const CellPairing& pairing) {
  const auto dimensions = static_cast<std::size_t>(cells_->grid().dimensions);
  for_each_cell([&](std::ptrdiff_t i, const Index& at) {
    double sum = 0.0;
    for (std::size_t a = 0; a < dimensions; ++a) {
      const double one = pairing.is_joined(a) ? weight(pairing, a, at[a], i) : 0.0;
      weights_[a].data()[i] = one;
      sum += one;
    }
    for (std::size_t a = 0; a < dimensions && sum > 1.0; ++a) weights_[a].data()[i] /= sum;
  });
  for (std::size_t a = 0; a < dimensions; ++a) exchange(weights_[a].data());
}

/// Adds up, for a row of fine cells, what they and the neighbours of their pairs in other rows give
/// to the coarse row: `given` without the neighbours along the row, whose part is in `along`.
/// `begin` and `end` count from the cell at `row`.
void ConductionLevel::gather_row(const CellPairing& pairing, const double* r, const Index& at,
                                 std::ptrdiff_t row, std::ptrdiff_t begin, std::ptrdiff_t end,
                                 RowParts& parts) const {
  const auto dimensions = static_cast<std::size_t>(cells_->grid().dimensions);
  const auto row_axis = static_cast<std::size_t>(cells_->layout().row_axis);
  double *const given = parts.given.data() - begin, *const along = parts.along.data() - begin;
  std::array<const double*, 3> w{};
  for (std::size_t a = 0; a < dimensions; ++a) w[a] = weights_[a].data() + row;
  const double* const from = r + row;
  for (std::ptrdiff_t n = begin; n < end; ++n) {
    double own = 1.0;
    for (std::size_t a = 0; a < dimensions; ++a) own -= w[a][n];
    given[n] += own * from[n];
    along[n] += w[row_axis][n] * from[n];
  }
  for (std::size_t a = 0; a < dimensions; ++a) {
    if (a == row_axis || !pairing.is_joined(a)) continue;
    const std::ptrdiff_t s = cells_->layout().stride[a];
    const std::int64_t pair = pairing.pair_of(a, at[a]);
    const bool is_first = at[a] == 2 * pair,
               is_last = at[a] == 2 * pair + pairing.count(a, pair) - 1;
    const auto add = [&](std::ptrdiff_t other) {
      for (std::ptrdiff_t n = begin; n < end; ++n) given[n] += w[a][n + other] * from[n + other];
    };
    if (is_first) add(-s);
    if (is_last) add(s);
  }
}

void ConductionLevel::restrict_residual(const double* r, const CellPairing& pairing,
                                        double* f) const {
  const CellLayout& fine = cells_->layout();
  const auto row_axis = static_cast<std::size_t>(fine.row_axis);
  const bool is_joined = pairing.is_joined(row_axis);
  RowParts parts(static_cast<std::size_t>(2 * fine.row_length() + 8));
  pairing.for_each_pair_row(
      [&](std::ptrdiff_t to, const Index& pair, std::ptrdiff_t first, std::ptrdiff_t count) {
        const std::ptrdiff_t cells = is_joined ? 2 * count : count;
        parts.clear(static_cast<std::size_t>(cells + 2));
        pairing.for_each_member_row(pair, first, [&](std::ptrdiff_t row, const Index& at) {
          gather_row(pairing, r, at, row, -1, cells + 1, parts);
        });
        const double *const given = parts.given.data() + 1, *const along = parts.along.data() + 1;
        if (!is_joined) {
          std::copy_n(given, count, f + to);
          return;
        }
        for (std::ptrdiff_t c = 0; c < count; ++c) {
          f[to + c] = given[2 * c] + given[2 * c + 1] + (along[2 * c - 1] + along[2 * c + 2]);
        }
        const std::int64_t last = pair[row_axis] + count - 1;
        if (count > 0 && pairing.count(row_axis, last) == 1) {
          const std::ptrdiff_t n = 2 * (count - 1);
          f[to + count - 1] = given[n] + (along[n - 1] + along[n + 1]);
        }
      });
}

void ConductionLevel::add_correction(const CellPairing& pairing, const double* correction,
                                     double* u) const {
  const CellLayout& layout = cells_->layout();
  const auto dimensions = static_cast<std::size_t>(cells_->grid().dimensions);
  const auto row_axis = static_cast<std::size_t>(layout.row_axis);
  const bool is_joined = pairing.is_joined(row_axis);
  const std::ptrdiff_t along = pairing.coarse_stride(row_axis);
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const auto& offset = layout.block.offset;
    const Index at{offset[0] + i, offset[1] + j, offset[2] + k};
    const std::ptrdiff_t parity = is_joined ? at[row_axis] % 2 : 0;
    const double* const pairs = correction + pairing.place_of_pair(at);
    const auto own = [&](std::ptrdiff_t n) { return is_joined ? (n + parity) / 2 * along : n; };
    for (std::ptrdiff_t n = 0; n < layout.row_length(); ++n) {
      const double here = pairs[own(n)];
      double sum = here;
      if (is_joined) {
        const std::ptrdiff_t next = (n + parity) % 2 == 1 ? along : -along;
        sum += weights_[row_axis].data()[row + n] * (pairs[own(n) + next] - here);
      }
      u[row + n] += sum;
    }
    for (std::size_t a = 0; a < dimensions; ++a) {
      if (a == row_axis || !pairing.is_joined(a)) continue;
      const std::ptrdiff_t step = pairing.coarse_stride(a);
      const double* const next = pairs + (at[a] % 2 == 1 ? step : -step);
      const double* const w = weights_[a].data() + row;
      for (std::ptrdiff_t n = 0; n < layout.row_length(); ++n) {
        u[row + n] += w[n] * (next[own(n)] - pairs[own(n)]);
      }
    }
  });
}

}  // namespace parapet
