#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/trajectory_reader.hpp"
#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

std::vector<double> read_member(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const TrajectoryReader reader(s.file);
  const TrajectoryLayout& layout = reader.layout();
  const auto named = std::find_if(layout.fields.begin(), layout.fields.end(), [&](const auto& f) {
    return s.field.empty() || f.name == s.field;
  });
  require(named != layout.fields.end(), ExitCode::bad_input,
          fmt::format("{} has no field \"{}\"", s.file, s.field));
  const auto components = make.components.size();
  require(
      layout.grid.points == make.grid().points &&
          static_cast<std::size_t>(named->components) == components,
      ExitCode::bad_input,
      fmt::format(
          "{}: field \"{}\" has {} components on {} x {} x {} points, the run {} on {} x {} x {}",
          s.file, named->name, named->components, layout.grid.points[0], layout.grid.points[1],
          layout.grid.points[2], components, make.grid().points[0], make.grid().points[1],
          make.grid().points[2]));
  const auto member = static_cast<std::int64_t>(make.member) % layout.members;
  require(s.frame < reader.valid_frames()[static_cast<std::size_t>(member)], ExitCode::bad_input,
          fmt::format("{} has no frame {} of member {}", s.file, s.frame, member));
  const auto field = static_cast<std::size_t>(named - layout.fields.begin());
  return reader.read_block(field, member, s.frame, make.transform.physical_box());
}

}  // namespace

void set_from_file(const InitialFieldMaker& make) {
  const auto components = make.components.size();
  std::vector<double> values;
  collectively(make.transform.communicator(), [&] { values = read_member(make); });
  std::vector<double> points(make.transform.point_count());
  for (std::size_t c = 0; c < components; ++c) {
    for (std::size_t i = 0; i < points.size(); ++i) points[i] = values[i * components + c];
    const double* const from = points.data();
    make.transform.to_modes({&from, 1}, {&make.components[c], 1});
  }
}

}  // namespace parapet
