#include "methods/particles/particle_flux.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "methods/particles/step_chunks.hpp"

namespace parapet {

namespace {

using namespace step_chunks;
using Cells = std::vector<double>;  // a value for each of all cells, x slowest
using Values = std::vector<std::vector<double>>;

/// Where the entry ab of a symmetric tensor stands in xx, yy, zz, xy, xz, yz.
std::size_t entry(std::size_t a, std::size_t b) {
  return a == b ? a : a + b + 2;
}

std::vector<double*> pointers(Values& values) {
  std::vector<double*> all;
  for (auto& row : values) all.push_back(row.data());
  return all;
}

/// Drift and, behind it, D at particles.
Values laws_at(const StepFrame& frame, const ParticleRow& particles) {
  const std::size_t d = particles.x.size();
  Values laws(d + 6, std::vector<double>(particles.count));
  const auto to = pointers(laws);
  Rows<most_axes> drift;
  Rows<6> D;
  in_chunks(particles.count, [&](std::size_t begin, std::size_t count) {
    find_drift(frame, particles.x, begin, count, frame.time, drift);
    const auto in = places(particles.x, begin);
    const auto out = D.pointers();
    frame.process.density.diffusion({std::span(in).first(d), out, count}, frame.time);
    for (std::size_t a = 0; a < d; ++a) std::copy_n(drift.row[a].data(), count, to[a] + begin);
    for (std::size_t e = 0; e < 6; ++e) std::copy_n(D.row[e].data(), count, to[d + e] + begin);
  });
  return laws;
}

/// The cells of a grid as neighbours of each other.
class Neighbours {
 public:
  explicit Neighbours(const CellGrid& cells) : cells_(cells) {
    const auto& points = cells.grid().points;
    stride_ = {points[1] * points[2], points[2], 1};
  }

  /// From cell n to the next one up or down an axis; 0 where that would be beyond an end.
  std::int64_t step(std::int64_t n, std::size_t axis, int way) const {
    const std::int64_t count = cells_.grid().points[axis];
    const std::int64_t at = n / stride_[axis] % count;
    const bool is_last = at == (way > 0 ? count - 1 : 0);
    if (!is_last) return way * stride_[axis];
    return cells_.grid().is_periodic[axis] ? -way * (count - 1) * stride_[axis] : 0;
  }

  /// The slope of a value in the middle of a cell, one-sided at ends.
  double slope(const Cells& value, std::int64_t n, std::size_t axis) const {
    const std::int64_t up = step(n, axis, 1), down = step(n, axis, -1);
    const double distance = (up != 0 ? 1.0 : 0.0) + (down != 0 ? 1.0 : 0.0);
    if (distance == 0.0) return 0.0;
    return (at(value, n + up) - at(value, n + down)) /
           (distance * cells_.grid().spacing(static_cast<int>(axis)));
  }

  static double at(const Cells& value, std::int64_t n) {
    return value[static_cast<std::size_t>(n)];
  }

  const CellGrid& cells() const { return cells_; }

 private:
  const CellGrid& cells_;
  std::array<std::int64_t, 3> stride_;
};

/// The flux along an axis where the density of drift is B and that of D along the axis is Q.
class AxisFlux {
 public:
  AxisFlux(const Neighbours& next, std::size_t axis, const Cells& B, const Cells& Q)
      : next_(next), axis_(axis), B_(B), Q_(Q) {}

  double at(std::int64_t n) const {
    const auto& ends = next_.cells().boundaries()[axis_];
    const std::int64_t up = next_.step(n, axis_, 1), down = next_.step(n, axis_, -1);
    const double above = up != 0 ? between(n, n + up) : 0.0;
    const double below = down != 0 ? between(n + down, n) : 0.0;
    if (up == 0 && ends[1] == BoundaryKind::absorbing) return below;
    if (down == 0 && ends[0] == BoundaryKind::absorbing) return above;
    return 0.5 * (below + above);
  }

 private:
  double between(std::int64_t n, std::int64_t m) const {
    const double h = next_.cells().grid().spacing(static_cast<int>(axis_));
    return 0.5 * (Neighbours::at(B_, n) + Neighbours::at(B_, m)) -
           (Neighbours::at(Q_, m) - Neighbours::at(Q_, n)) / h;
  }

  const Neighbours& next_;
  std::size_t axis_;
  const Cells &B_, &Q_;
};

/// Drift and D over the particles of each cell, what is not needed left out.
std::vector<Cells> sums_of(const ParticleCells& between, const StepFrame& frame,
                           const ParticleRow& particles, double scale) {
  const std::size_t d = particles.x.size();
  const bool has_cross = frame.process.density.has_cross_diffusion;
  const Values laws = laws_at(frame, particles);
  std::vector<Cells> sums;
  for (std::size_t row = 0; row < laws.size(); ++row) {
    const bool is_used = row < 2 * d || (has_cross && row >= d + 3 && (d > 2 || row == d + 3));
    sums.push_back(is_used ? between.sum(particles.x, particles.is_there, laws[row], scale)
                           : Cells());
  }
  return sums;
}

/// Takes the slopes of D ρ across an axis from the density of drift.
void subtract_cross_slopes(const Neighbours& next, const std::vector<Cells>& sums, std::size_t axes,
                           std::size_t a, Cells& B) {
  for (std::size_t b = 0; b < axes; ++b) {
    if (b == a) continue;
    const Cells& Q = sums[axes + entry(a, b)];
    for (std::size_t n = 0; n < B.size(); ++n) {
      B[n] -= next.slope(Q, static_cast<std::int64_t>(n), b);
    }
  }
}

}  // namespace

void particle_flux(const CellGrid& cells, const ParticleCells& between, const StepFrame& frame,
                   const ParticleRow& particles, double scale, std::span<double* const> flux) {
  const std::size_t d = particles.x.size();
  std::vector<Cells> sums = sums_of(between, frame, particles, scale);
  const Neighbours next(cells);
  const Box& block = cells.block();
  const auto& points = cells.grid().points;
  for (std::size_t a = 0; a < d; ++a) {
    if (frame.process.density.has_cross_diffusion) {
      subtract_cross_slopes(next, sums, d, a, sums[a]);
    }
    const AxisFlux along(next, a, sums[a], sums[d + entry(a, a)]);
    double* to = flux[a];
    for (std::int64_t i = 0; i < block.count[0]; ++i) {
      for (std::int64_t j = 0; j < block.count[1]; ++j) {
        const std::int64_t row =
            ((block.offset[0] + i) * points[1] + block.offset[1] + j) * points[2];
        for (std::int64_t k = 0; k < block.count[2]; ++k)
          *to++ = along.at(row + block.offset[2] + k);
      }
    }
  }
}

}  // namespace parapet
