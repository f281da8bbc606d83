#include "io/particle_layout.hpp"

#include <set>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

constexpr std::int64_t most_particles = std::int64_t{1} << 53;  // ids are exact as double, too
constexpr std::size_t most_scalars = 1000;

void require_input(bool condition, const std::string& message) {
  require(condition, ExitCode::bad_input, "particles: " + message);
}

/// Guards products here and in the file against overflow: no file is larger than 2⁶² bytes.
void check_size(const ParticleLayout& layout, std::size_t columns) {
  const double values = static_cast<double>(layout.members) * static_cast<double>(layout.frames()) *
                        static_cast<double>(layout.slots());
  require_input(24.0 * values * static_cast<double>(columns) < 0x1p62,
                "the file would have more than 2^62 bytes");
}

}  // namespace

std::vector<ParticleColumn> ParticleLayout::columns() const {
  std::vector<ParticleColumn> all = {{"position", 3}};
  if (has_velocity) all.push_back({"velocity", 3});
  if (has_weight) all.push_back({"weight", 1});
  for (int axis = 4; axis <= dimensions; ++axis) all.push_back({fmt::format("x{}", axis), 1});
  for (int axis = 4; axis <= dimensions && has_velocity; ++axis) {
    all.push_back({fmt::format("v{}", axis), 1});
  }
  for (const auto& name : scalars) all.push_back({name, 1});
  return all;
}

std::uint64_t ParticleLayout::data_bytes() const {
  std::int64_t numbers = 0;
  for (const auto& column : columns()) numbers += column.components;
  return static_cast<std::uint64_t>(slots() * (members * frames() * numbers * value_bytes() + 8));
}

void check(const ParticleLayout& layout) {
  require_input(layout.members >= 1, "there are no members");
  require_input(layout.particles >= 1, "there are no particles");
  require_input(layout.particles <= most_particles, "there are more than 2^53 particles");
  require_input(
      layout.every >= 1 && layout.every <= layout.particles,
      fmt::format("every {}-th of {} particles cannot be kept", layout.every, layout.particles));
  require_input(layout.dimensions >= 1 && layout.dimensions <= ParticleLayout::most_dimensions,
                fmt::format("{} dimensions, expected 1 to {}", layout.dimensions,
                            ParticleLayout::most_dimensions));
  require_input(layout.scalars.size() <= most_scalars,
                fmt::format("more than {} scalars", most_scalars));
  require_input(are_frame_times(layout.times), "the times of the frames must increase");
  std::set<std::string> names = {"id"};
  const auto columns = layout.columns();
  for (const auto& column : columns) {
    require_input(can_name_dataset(column.name),
                  fmt::format("\"{}\" cannot name a dataset", column.name));
    require_input(names.insert(column.name).second, "two quantities are named " + column.name);
  }
  check_size(layout, columns.size());
}

void require_same(const ParticleLayout& found, const ParticleLayout& expected,
                  const std::string& file) {
  const auto same = [&](bool is_same, const std::string& what) {
    require(is_same, ExitCode::unusable_file, file + ": laid out with another " + what);
  };
  same(found.dataset_name == expected.dataset_name, "dataset name");
  same(found.members == expected.members, "number of members");
  same(found.times == expected.times, "set of frame times");
  same(found.particles == expected.particles, "number of particles");
  same(found.every == expected.every, "choice of particles");
  same(found.dimensions == expected.dimensions, "number of dimensions");
  same(found.columns() == expected.columns(), "set of quantities");
  same(found.precision == expected.precision, "precision");
}

}  // namespace parapet
