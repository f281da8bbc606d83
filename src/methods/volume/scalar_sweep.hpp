#pragma once

#include <algorithm>

#include "grid/aligned_array.hpp"
#include "methods/volume/scalar_faces.hpp"

namespace parapet {

/// Room for the faces of the largest box.
class ScalarScratch {
 public:
  /// A face layer or line: what the cells below gave (flux, field), and the faces before.
  struct Faces {
    double *flux, *field, *before;
    Faces at(std::ptrdiff_t place) const { return {flux + place, field + place, before + place}; }
  };

  ScalarScratch(std::ptrdiff_t longest_row, std::ptrdiff_t largest_layer)
      : row_(longest_row + 4 * most_lanes),
        layer_(largest_layer),
        values_(static_cast<std::size_t>(3 * layer_ + 9 * row_)) {
    std::fill_n(values_.data(), values_.size(), 0.0);
  }

  Faces outer() { return faces(values_.data(), layer_); }
  Faces middle() { return faces(values_.data() + 3 * layer_, row_); }
  double* rate() { return line(3); }
  double* upper_flux() { return line(4); }
  double* upper_field() { return line(5); }
  double* lower_flux() { return line(6); }
  double* lower_field() { return line(7); }
  double* flux() { return line(8); }
  std::size_t bytes() const { return values_.bytes(); }

 private:
  static Faces faces(double* from, std::ptrdiff_t length) {
    return {from, from + length, from + 2 * length};
  }
  /// Cell −1 has its place too.
  double* line(std::ptrdiff_t i) { return values_.data() + 3 * layer_ + i * row_ + most_lanes; }

  std::ptrdiff_t row_, layer_;
  AlignedArray<double> values_;
};

/// Sweeps over the boxes: every face's flux is made once, when the cell above it is reached, and
/// kept until that cell is done.
template <class V, class Law>
class ScalarSweep {
 public:
  PARAPET_INLINE ScalarSweep(const ScalarStage<Law>& stage, const SweepAxes& axes,
                             ScalarScratch& scratch)
      : stage_(stage), axes_(axes), faces_{stage, axes}, scratch_(scratch) {}

  PARAPET_INLINE void over(const SweepBox& box) {
    const auto &outer = axes_.all[0], &middle = axes_.all[1];
    const std::ptrdiff_t first = box.begin[0] * outer.stride + box.begin[1] * middle.stride +
                                 box.begin[2] * axes_.all[2].stride;
    length_ = box.count[2];
    padded_ = (length_ + most_lanes - 1) / most_lanes * most_lanes;
    if (outer.is_used) {
      for (std::ptrdiff_t j = 0; j < box.count[1]; ++j) {
        begin_across<0>(first + j * middle.stride, scratch_.outer().at(j * padded_));
      }
    }
    for (std::ptrdiff_t i = 0; i < box.count[0]; ++i) {
      layer(first + i * outer.stride, box.count[1]);
    }
  }

 private:
  using Sides = typename ScalarFaces<V, Law>::Sides;

  PARAPET_INLINE void layer(std::ptrdiff_t first, std::ptrdiff_t rows) {
    const auto &outer = axes_.all[0], &middle = axes_.all[1];
    const auto outer_faces = scratch_.outer(), middle_faces = scratch_.middle();
    if (middle.is_used) begin_across<1>(first, middle_faces);
    for (std::ptrdiff_t j = 0; j < rows; ++j) {
      const std::ptrdiff_t row = first + j * middle.stride;
      if (middle.is_used) go_across<1, false>(row, middle_faces);
      if (outer.is_used) go_across<0, true>(row, outer_faces.at(j * padded_));
      along_row(row);
      middle.is_used ? finish_row<true>(row) : finish_row<false>(row);
    }
  }

  /// The faces below a row, and what its cells say of those above.
  template <int n>
  PARAPET_INLINE void begin_across(std::ptrdiff_t row, ScalarScratch::Faces faces) {
    const std::ptrdiff_t s = axes_.all[n].stride;
    for (std::ptrdiff_t k = 0; k < padded_; k += lanes<V>) {
      const Sides below = faces_.template sides<n>(row - s + k),
                  own = faces_.template sides<n>(row + k);
      store(faces.before + k, faces_.template flux_above<n>(row - s + k, below, own));
      store(faces.flux + k, own.upper_flux);
      store(faces.field + k, own.upper_field);
    }
  }

  /// The faces above a row, and its rate from those below and above.
  template <int n, bool adds>
  PARAPET_INLINE void go_across(std::ptrdiff_t row, ScalarScratch::Faces faces) {
    const std::ptrdiff_t s = axes_.all[n].stride;
    const double inverse_spacing = axes_.all[n].inverse_spacing;
    double* const rate = scratch_.rate();
    for (std::ptrdiff_t k = 0; k < padded_; k += lanes<V>) {
      const Sides above = faces_.template sides<n>(row + s + k);
      const Sides own{load<V>(faces.flux + k), load<V>(faces.field + k), V{}, V{}};
      const V flux = faces_.template flux_above<n>(row + k, own, above);
      const V change = (load<V>(faces.before + k) - flux) * inverse_spacing;
      store(rate + k, adds ? load<V>(rate + k) + change : change);
      store(faces.before + k, flux);
      store(faces.flux + k, above.upper_flux);
      store(faces.field + k, above.upper_field);
    }
  }

  /// All faces along a row, that below its first cell included.
  PARAPET_INLINE void along_row(std::ptrdiff_t row) {
    double *const upper_flux = scratch_.upper_flux(), *const upper_field = scratch_.upper_field();
    double *const lower_flux = scratch_.lower_flux(), *const lower_field = scratch_.lower_field();
    for (std::ptrdiff_t k = -1; k <= length_; k += lanes<V>) {
      const Sides own = faces_.template sides<2>(row + k);
      store(upper_flux + k, own.upper_flux);
      store(upper_field + k, own.upper_field);
      store(lower_flux + k, own.lower_flux);
      store(lower_field + k, own.lower_field);
    }
    for (std::ptrdiff_t k = -1; k < length_; k += lanes<V>) {
      const Sides below{load<V>(upper_flux + k), load<V>(upper_field + k), V{}, V{}};
      const Sides above{V{}, V{}, load<V>(lower_flux + k + 1), load<V>(lower_field + k + 1)};
      store(scratch_.flux() + k, faces_.template flux_above<2>(row + k, below, above));
    }
  }

  template <bool has_rate>
  PARAPET_INLINE void finish_row(std::ptrdiff_t row) {
    const double *const rate = scratch_.rate(), *const flux = scratch_.flux();
    const StageWeights w = stage_.weights;
    const double inverse_spacing = axes_.all[2].inverse_spacing;
    for (std::ptrdiff_t k = 0; k < length_; k += lanes<V>) {
      V change = (load<V>(flux + k - 1) - load<V>(flux + k)) * inverse_spacing;
      if constexpr (has_rate) change += load<V>(rate + k);
      const V out = w.keep * load<V>(stage_.start + row + k) +
                    (w.take * load<V>(stage_.u + row + k) + w.step * change);
      store_some(stage_.out + row + k, out, length_ - k);
    }
  }

  const ScalarStage<Law>& stage_;
  const SweepAxes& axes_;
  ScalarFaces<V, Law> faces_;
  ScalarScratch& scratch_;
  std::ptrdiff_t length_ = 0, padded_ = 0;
};

}  // namespace parapet
