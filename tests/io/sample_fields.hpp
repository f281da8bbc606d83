#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/communicator.hpp"
#include "grid/grid.hpp"
#include "io/trajectory_layout.hpp"

namespace parapet {

/// A value that tells its place: no two places of a small file share one.
inline double sample_value(std::int64_t member, std::int64_t frame, std::size_t field,
                           std::int64_t component, std::int64_t x, std::int64_t y, std::int64_t z) {
  const double place = static_cast<double>(
      (((((member * 31 + frame) * 5 + static_cast<std::int64_t>(field)) * 37 + x) * 37 + y) * 37 +
       z) *
          3 +
      component);
  return std::sin(place) + 1e-3 * place;
}

/// The values of a block of one field, component fastest.
inline std::vector<double> sample_block(std::int64_t member, std::int64_t frame, std::size_t field,
                                        int components, const Box& block) {
  std::vector<double> values;
  if (block.size() == 0) return values;
  for (std::int64_t x = 0; x < block.count[0]; ++x) {
    for (std::int64_t y = 0; y < block.count[1]; ++y) {
      for (std::int64_t z = 0; z < block.count[2]; ++z) {
        for (std::int64_t c = 0; c < components; ++c) {
          values.push_back(sample_value(member, frame, field, c, block.offset[0] + x,
                                        block.offset[1] + y, block.offset[2] + z));
        }
      }
    }
  }
  return values;
}

inline Box whole(const Grid& grid) {
  return {{0, 0, 0}, grid.points};
}

/// This rank's share when the whole is cut along one axis into nearly equal parts.
inline Box share_of(const Communicator& group, const Box& all, std::size_t axis) {
  Box share = all;
  const std::int64_t begin = all.count[axis] * group.rank() / group.size();
  const std::int64_t end = all.count[axis] * (group.rank() + 1) / group.size();
  share.offset[axis] += begin;
  share.count[axis] = end - begin;
  return share;
}

inline Grid sample_grid(int dimensions) {
  Grid grid;
  grid.dimensions = dimensions;
  const std::int64_t points[] = {13, 6, 5};
  for (int axis = 0; axis < dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    grid.points[a] = points[axis];
    grid.lower[a] = 0.25 * axis;
    grid.length[a] = 1.0 + axis;
  }
  return grid;
}

inline TrajectoryLayout sample_layout(int dimensions, Precision precision) {
  TrajectoryLayout layout;
  layout.dataset_name = "sample";
  layout.grid = sample_grid(dimensions);
  layout.members = 4;
  layout.times = {0.0, 0.1, 0.25};
  layout.fields = {{"u", 1}};
  if (dimensions > 1) layout.fields.push_back({"velocity", dimensions});
  layout.fields.push_back({"w", 1});
  layout.precision = precision;
  layout.parameters = {{"viscosity", {0.1}}, {"amplitude", {1.0, 2.0, 3.0, 1.0 / 3.0}}};
  layout.certificates = {"conservation_defect", "is_nan"};
  layout.title = "A sample";
  layout.equation = "∂u/∂t = 0";
  layout.code_version = "0";
  layout.input_text = "[grid]\npoints = [13]\n";
  return layout;
}

}  // namespace parapet
