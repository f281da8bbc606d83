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

void ConductionLevel::restrict_residual(const double* r, const CellPairing& pairing,
                                        double* f) const {
  const auto dimensions = static_cast<std::size_t>(cells_->grid().dimensions);
  pairing.for_each_pair([&](std::ptrdiff_t at, const Index& pair, std::ptrdiff_t first) {
    double sum = 0.0;
    pairing.for_each_member(pair, first, CellPairing::no_axis, [&](std::ptrdiff_t i) {
      double own = 1.0;
      for (std::size_t a = 0; a < dimensions; ++a) own -= weights_[a].data()[i];
      sum += own * r[i];
    });
    for (std::size_t a = 0; a < dimensions; ++a) {
      if (!pairing.is_joined(a)) continue;
      const std::ptrdiff_t s = cells_->layout().stride[a], after = s * pairing.count(a, pair[a]);
      const double* const w = weights_[a].data();
      pairing.for_each_member(pair, first, a, [&](std::ptrdiff_t i) {
        sum += w[i - s] * r[i - s] + w[i + after] * r[i + after];
      });
    }
    f[at] = sum;
  });
}

void ConductionLevel::add_correction(const CellPairing& pairing, const double* correction,
                                     double* u) const {
  const auto dimensions = static_cast<std::size_t>(cells_->grid().dimensions);
  for_each_cell([&](std::ptrdiff_t i, const Index& at) {
    const std::ptrdiff_t own = pairing.place_of_pair(at);
    double sum = correction[own];
    for (std::size_t a = 0; a < dimensions; ++a) {
      if (!pairing.is_joined(a)) continue;
      const std::ptrdiff_t step = pairing.coarse_stride(a);
      const std::ptrdiff_t next = at[a] % 2 == 1 ? own + step : own - step;
      sum += weights_[a].data()[i] * (correction[next] - correction[own]);
    }
    u[i] += sum;
  });
}

}  // namespace parapet
