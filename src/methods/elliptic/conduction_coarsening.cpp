#include <algorithm>

#include "methods/elliptic/conduction_level.hpp"

namespace parapet {

namespace {

using Index = CellPairing::Index;

/// Of two conductors one after the other, the second given by its resistance.
double in_series(double conductance, double resistance) {
  return conductance > 0.0 ? 1.0 / (1.0 / conductance + resistance) : 0.0;
}

}  // namespace

double ConductionLevel::half_inside(const CellPairing& pairing, std::size_t axis, std::int64_t pair,
                                    std::ptrdiff_t second) const {
  const bool is_joined = pairing.count(axis, pair) == 2;
  return is_joined ? 0.5 / faces_[axis].data()[second] : 0.0;
}

void ConductionLevel::set_coarse_of(ConductionLevel& fine, const CellPairing& pairing) {
  for (std::size_t a = 0; a < static_cast<std::size_t>(cells_->grid().dimensions); ++a) {
    const std::ptrdiff_t s = fine.cells_->layout().stride[a];
    const double *const faces = fine.faces_[a].data(), *const ends = fine.ends_[a].data();
    pairing.for_each_pair([&](std::ptrdiff_t at, const Index& pair, std::ptrdiff_t first) {
      double face = 0.0, end = 0.0;
      pairing.for_each_member(pair, first, a, [&](std::ptrdiff_t i) {
        const double inside = fine.half_inside(pairing, a, pair[a], i + s);
        // Beyond a lower end there is no pair, and no face to it.
        const double before =
            faces[i] > 0.0 ? fine.half_inside(pairing, a, pair[a] - 1, i - s) : 0.0;
        face += in_series(faces[i], inside + before);
        end += in_series(ends[i], inside);
        if (pairing.count(a, pair[a]) == 2) end += in_series(ends[i + s], inside);
      });
      faces_[a].data()[at] = face;
      ends_[a].data()[at] = end;
    });
  }
  finish();
  fine.set_weights(pairing);
}

/// How much of the value at a cell comes from the pair beyond its outer face along an axis, so that
/// the flux from the middle of its own pair to the middle of that one is the same on the way. An
/// outer face at an end leads to 0.
double ConductionLevel::weight(const CellPairing& pairing, std::size_t axis, std::int64_t index,
                               std::ptrdiff_t i) const {
  const std::int64_t pair = pairing.pair_of(axis, index);
  const bool is_second = index % 2 == 1;
  const std::ptrdiff_t s = cells_->layout().stride[axis];
  const double own = half_inside(pairing, axis, pair, is_second ? i : i + s);
  const double face = faces_[axis].data()[is_second ? i + s : i];
  const double end = ends_[axis].data()[i];
  double outwards = 0.0;  // conductance
  if (face > 0.0) {
    const double beyond = is_second ? half_inside(pairing, axis, pair + 1, i + 2 * s)
                                    : half_inside(pairing, axis, pair - 1, i - s);
    outwards = in_series(face, beyond);
  } else {
    outwards = end;
  }
  return own * outwards / (1.0 + own * outwards);
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
