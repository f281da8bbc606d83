#pragma once

#include <algorithm>

#include "grid/aligned_array.hpp"
#include "methods/volume/vector_faces.hpp"

namespace parapet {

/// Room for the faces of the largest box, of all components.
class VectorScratch {
 public:
  VectorScratch(int components, std::ptrdiff_t longest_row, std::ptrdiff_t largest_layer)
      : row_(longest_row + 4 * most_lanes),
        layer_(largest_layer),
        components_(components),
        values_(static_cast<std::size_t>(components * (2 * layer_ + 8 * row_))) {
    std::fill_n(values_.data(), values_.size(), 0.0);
  }

  /// Of component c at the faces above a layer or a row: what the cells below say of them, and what
  /// is known already of the rate of the cells there.
  double* outer_value(int c) { return values_.data() + 2 * c * layer_; }
  double* outer_part(int c) { return values_.data() + (2 * c + 1) * layer_; }
  double* middle_value(int c) { return line(0, c); }
  double* middle_part(int c) { return line(1, c); }
  /// Of component c along a row; cell −1 has its place too.
  double* rate(int c) { return line(2, c); }
  double* upper(int c) { return line(3, c); }
  double* lower(int c) { return line(4, c); }
  double* inside(int c) { return line(5, c); }
  double* to_below(int c) { return line(6, c); }
  double* to_above(int c) { return line(7, c); }
  std::size_t bytes() const { return values_.bytes(); }

 private:
  double* line(std::ptrdiff_t i, int c) {
    return values_.data() + 2 * components_ * layer_ + (i * components_ + c) * row_ + most_lanes;
  }

  std::ptrdiff_t row_, layer_;
  int components_;
  AlignedArray<double> values_;
};

/// Sweeps over boxes: what a face does to the cells on both sides is made once, when the upper one
/// is reached.
template <class V, int dimensions>
class VectorSweep {
 public:
  PARAPET_INLINE VectorSweep(const VectorStage& stage, const SweepAxes& axes,
                             VectorScratch& scratch)
      : stage_(stage), axes_(axes), faces_{stage, axes}, scratch_(scratch) {}

  PARAPET_INLINE void over(const SweepBox& box) {
    const auto &outer = axes_.all[0], &middle = axes_.all[1];
    const std::ptrdiff_t first = box.begin[0] * outer.stride + box.begin[1] * middle.stride +
                                 box.begin[2] * axes_.all[2].stride;
    length_ = box.count[2];
    padded_ = (length_ + most_lanes - 1) / most_lanes * most_lanes;
    if constexpr (dimensions == 3) {
      for (std::ptrdiff_t j = 0; j < box.count[1]; ++j) {
        begin_across<0>(first + j * middle.stride, j * padded_);
      }
    }
    for (std::ptrdiff_t i = 0; i < box.count[0]; ++i) {
      layer(first + i * outer.stride, box.count[1]);
    }
  }

 private:
  using Faces = VectorFaces<V, dimensions>;
  using Sides = typename Faces::Sides;

  PARAPET_INLINE void layer(std::ptrdiff_t first, std::ptrdiff_t rows) {
    const std::ptrdiff_t stride = axes_.all[1].stride;
    begin_across<1>(first, 0);
    for (std::ptrdiff_t j = 0; j < rows; ++j) {
      const std::ptrdiff_t row = first + j * stride;
      go_across<1, false>(row, 0);
      if constexpr (dimensions == 3) go_across<0, true>(row, j * padded_);
      along_row(row);
      finish_row(row);
    }
  }

  template <int n>
  PARAPET_INLINE double* value(int c, std::ptrdiff_t at) {
    return (n == 0 ? scratch_.outer_value(c) : scratch_.middle_value(c)) + at;
  }
  template <int n>
  PARAPET_INLINE double* part(int c, std::ptrdiff_t at) {
    return (n == 0 ? scratch_.outer_part(c) : scratch_.middle_part(c)) + at;
  }

  template <int n>
  PARAPET_INLINE void keep(const Sides& sides, const V* above, std::ptrdiff_t at) {
    for (int c = 0; c < dimensions; ++c) {
      store(value<n>(c, at), sides.upper[c]);
      store(part<n>(c, at), sides.inside[c] + above[c]);
    }
  }

  /// The faces below a row.
  template <int n>
  PARAPET_INLINE void begin_across(std::ptrdiff_t row, std::ptrdiff_t at) {
    const std::ptrdiff_t s = axes_.all[n].stride;
    for (std::ptrdiff_t k = 0; k < padded_; k += lanes<V>) {
      const Sides below = faces_.template sides<n>(row - s + k);
      const Sides own = faces_.template sides<n>(row + k);
      const auto made = faces_.template at_face<n>(row - s + k, below.upper, own.lower);
      keep<n>(own, made.above, at + k);
    }
  }

  /// The faces above a row, and its rate.
  template <int n, bool adds>
  PARAPET_INLINE void go_across(std::ptrdiff_t row, std::ptrdiff_t at) {
    const std::ptrdiff_t s = axes_.all[n].stride;
    const double inverse_spacing = axes_.all[n].inverse_spacing;
    for (std::ptrdiff_t k = 0; k < padded_; k += lanes<V>) {
      const Sides above = faces_.template sides<n>(row + s + k);
      V upper[dimensions];
      for (int c = 0; c < dimensions; ++c) upper[c] = load<V>(value<n>(c, at + k));
      const auto made = faces_.template at_face<n>(row + k, upper, above.lower);
      for (int c = 0; c < dimensions; ++c) {
        double* const rate = scratch_.rate(c) + k;
        V change = -(load<V>(part<n>(c, at + k)) + made.below[c]);
        if (stage_.viscosity > 0.0) change += faces_.template viscous<n>(row + k, c);
        change *= inverse_spacing;
        store(rate, adds ? load<V>(rate) + change : change);
      }
      keep<n>(above, made.above, at + k);
    }
  }

  /// All faces along a row, that below its first cell included.
  PARAPET_INLINE void along_row(std::ptrdiff_t row) {
    for (std::ptrdiff_t k = -1; k <= length_; k += lanes<V>) {
      const Sides own = faces_.template sides<2>(row + k);
      for (int c = 0; c < dimensions; ++c) {
        store(scratch_.upper(c) + k, own.upper[c]);
        store(scratch_.lower(c) + k, own.lower[c]);
        store(scratch_.inside(c) + k, own.inside[c]);
      }
    }
    for (std::ptrdiff_t k = -1; k < length_; k += lanes<V>) {
      V below[dimensions], above[dimensions];
      for (int c = 0; c < dimensions; ++c) {
        below[c] = load<V>(scratch_.upper(c) + k);
        above[c] = load<V>(scratch_.lower(c) + k + 1);
      }
      const auto made = faces_.template at_face<2>(row + k, below, above);
      for (int c = 0; c < dimensions; ++c) {
        store(scratch_.to_below(c) + k, made.below[c]);
        store(scratch_.to_above(c) + k, made.above[c]);
      }
    }
  }

  PARAPET_INLINE void finish_row(std::ptrdiff_t row) {
    const StageWeights w = stage_.weights;
    const double inverse_spacing = axes_.all[2].inverse_spacing;
    for (int c = 0; c < dimensions; ++c) {
      const auto of = static_cast<std::size_t>(c);
      const double *const to_below = scratch_.to_below(c), *const to_above = scratch_.to_above(c);
      const double *const inside = scratch_.inside(c), *const rate = scratch_.rate(c);
      for (std::ptrdiff_t k = 0; k < length_; k += lanes<V>) {
        V change = -(load<V>(inside + k) + load<V>(to_above + k - 1) + load<V>(to_below + k));
        if (stage_.viscosity > 0.0) change += faces_.template viscous<2>(row + k, c);
        change = change * inverse_spacing + load<V>(rate + k);
        const V out = w.keep * load<V>(stage_.start[of] + row + k) +
                      (w.take * load<V>(stage_.u[of] + row + k) + w.step * change);
        store_some(stage_.out[of] + row + k, out, length_ - k);
      }
    }
  }

  const VectorStage& stage_;
  const SweepAxes& axes_;
  Faces faces_;
  VectorScratch& scratch_;
  std::ptrdiff_t length_ = 0, padded_ = 0;
};

}  // namespace parapet
