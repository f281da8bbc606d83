#pragma once

#include <cstdint>
#include <vector>

#include "grid/aligned_array.hpp"
#include "methods/stage_tiles.hpp"

namespace parapet {

/// The planes that the stages of a sweep pass on to each other: of each register only as many as
/// later stages still need, each stored over the one that is needed no more.
class StageRings {
 public:
  /// Room for `components` of registers with so many planes each, of rows and cells of these
  /// extents. What was stored is lost.
  void shape(const Extent& rows, const Extent& cells, int components,
             const std::vector<std::int64_t>& planes) {
    const auto before = whole_lines(-cells.begin);
    rows_ = rows, row_pitch_ = before + whole_lines(cells.end);
    component_pitch_ = rows.count() * row_pitch_;
    plane_pitch_ = components * component_pitch_;
    planes_ = planes;
    first_.assign(1, before);
    for (const std::int64_t count : planes) first_.push_back(first_.back() + count * plane_pitch_);
    const auto size = static_cast<std::size_t>(first_.back() - before);
    if (values_.size() < size) values_ = AlignedArray<double>(size);
  }

  /// Cell 0 of a row.
  double* row(std::size_t number, std::int64_t plane, int component, std::int64_t row) {
    return values_.data() + first_[number] + slot(number, plane) * plane_pitch_ +
           component * component_pitch_ + (row - rows_.begin) * row_pitch_;
  }
  std::ptrdiff_t row_pitch() const { return row_pitch_; }
  std::size_t memory_bytes() const { return values_.bytes(); }

 private:
  static std::ptrdiff_t whole_lines(std::int64_t cells) { return (cells + 7) / 8 * 8; }
  std::int64_t slot(std::size_t number, std::int64_t plane) const {
    const std::int64_t count = planes_[number], rest = plane % count;
    return rest < 0 ? rest + count : rest;
  }

  Extent rows_;
  std::ptrdiff_t row_pitch_ = 0, component_pitch_ = 0, plane_pitch_ = 0;
  std::vector<std::int64_t> planes_;
  std::vector<std::ptrdiff_t> first_;
  AlignedArray<double> values_;
};

}  // namespace parapet
