#include "io/trajectory_layout.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

void require_input(bool condition, const std::string& message) {
  require(condition, ExitCode::bad_input, "trajectory: " + message);
}

void check_name(const std::string& name) {
  require_input(can_name_dataset(name), fmt::format("\"{}\" cannot name a dataset", name));
}

/// Parameters are root attributes beside those of The Well.
bool is_reserved(const std::string& name) {
  return name == "dataset_name" || name == "grid_type" || name == "n_spatial_dims" ||
         name == "n_trajectories" || name == "simulation_parameters";
}

void check_names(const TrajectoryLayout& layout) {
  std::set<std::string> fields, others;
  for (const auto& field : layout.fields) {
    check_name(field.name);
    require_input(fields.insert(field.name).second, "two fields are named " + field.name);
    require_input(field.components == 1 || field.components == layout.grid.dimensions,
                  fmt::format("field {} has {} components on a grid of {} dimensions", field.name,
                              field.components, layout.grid.dimensions));
  }
  for (const auto& parameter : layout.parameters) {
    check_name(parameter.name);
    require_input(!is_reserved(parameter.name),
                  "the file's format reserves the name " + parameter.name);
    require_input(others.insert(parameter.name).second,
                  "two parameters are named " + parameter.name);
    require_input(parameter.values.size() == 1 ||
                      static_cast<std::int64_t>(parameter.values.size()) == layout.members,
                  "parameter " + parameter.name + " needs one value, or one per member");
  }
  others.clear();
  for (const auto& certificate : layout.certificates) {
    check_name(certificate);
    require_input(others.insert(certificate).second, "two certificates are named " + certificate);
  }
}

void check_grid(const Grid& grid) {
  require_input(grid.dimensions >= 1 && grid.dimensions <= 3, "the grid needs 1 to 3 dimensions");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool is_used = static_cast<int>(axis) < grid.dimensions;
    require_input(is_used ? grid.points[axis] >= 1 : grid.points[axis] == 1,
                  fmt::format("axis {} has {} points", axis, grid.points[axis]));
    require_input(std::isfinite(grid.lower[axis]) && std::isfinite(grid.length[axis]) &&
                      grid.length[axis] > 0.0,
                  fmt::format("axis {} has no proper length", axis));
  }
}

void check_times(const std::vector<double>& times) {
  require_input(!times.empty(), "there are no frames");
  require_input(are_frame_times(times), "the times of the frames must increase");
}

/// Guards the products below and in the file against overflow: no file is larger than 2⁶² bytes.
void check_size(const TrajectoryLayout& layout) {
  double bytes = 8.0 * static_cast<double>(layout.members) * static_cast<double>(layout.frames());
  for (const auto points : layout.grid.points) bytes *= static_cast<double>(points);
  bytes *= 3.0 * static_cast<double>(layout.fields.size());
  require_input(bytes < 0x1p62, "the file would have more than 2^62 bytes");
}

}  // namespace

std::uint64_t TrajectoryLayout::data_bytes() const {
  std::int64_t numbers_per_point = 0;
  for (const auto& field : fields) numbers_per_point += field.components;
  return static_cast<std::uint64_t>(members * frames() * grid.point_count() * numbers_per_point *
                                    value_bytes());
}

bool can_name_dataset(const std::string& name) {
  const bool is_printable =
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  return !name.empty() && name.size() <= 255 && is_printable &&
         name.find('/') == std::string::npos && name.front() != '.';
}

bool are_frame_times(std::span<const double> times) {
  for (std::size_t frame = 0; frame < times.size(); ++frame) {
    const bool is_later = frame == 0 || times[frame] > times[frame - 1];
    if (!std::isfinite(times[frame]) || !is_later) return false;
  }
  return !times.empty();
}

void check(const TrajectoryLayout& layout) {
  check_grid(layout.grid);
  check_times(layout.times);
  require_input(layout.members >= 1, "there are no members");
  require_input(!layout.fields.empty(), "there are no fields");
  check_names(layout);
  check_size(layout);
  if (layout.file_layout == FileLayout::pdebench) {
    require_input(layout.grid.dimensions == 1 && layout.fields.size() == 1,
                  "PDEBench's layout holds one scalar field in 1-D");
    require_input(layout.precision == Precision::float32, "PDEBench's layout is float32");
  }
}

void require_same(const TrajectoryLayout& found, const TrajectoryLayout& expected,
                  const std::string& file) {
  const auto same = [&](bool is_same, const std::string& what) {
    require(is_same, ExitCode::unusable_file, file + ": laid out with another " + what);
  };
  same(found.file_layout == expected.file_layout, "file layout");
  same(found.dataset_name == expected.dataset_name, "dataset name");
  same(found.grid == expected.grid, "grid");
  same(found.boundaries == expected.boundaries, "boundary");
  same(found.members == expected.members, "number of members");
  same(found.times == expected.times, "set of frame times");
  same(found.fields == expected.fields, "set of fields");
  same(found.precision == expected.precision, "precision");
  same(found.parameters == expected.parameters, "set of parameters");
  same(found.certificates == expected.certificates, "set of certificates");
}

}  // namespace parapet
