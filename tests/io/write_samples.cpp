// Writes small trajectories whose values tell their place into the folders of the folder given, for
// the checks of their format in Python: u = x + 10 y + 100 z + 1000 t + 10000 member and
// velocity = (x, 2 y, 3 z). The last frame of the last member is left out.
#include <string>

#include "base/session.hpp"
#include "io/trajectory_file.hpp"
#include "sample_fields.hpp"

namespace parapet {
namespace {

double value_at(const TrajectoryLayout& layout, const FieldSpec& field, std::int64_t member,
                std::int64_t frame, const std::array<std::int64_t, 3>& point, int component) {
  std::array<double, 3> at{};
  for (int axis = 0; axis < layout.grid.dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    at[a] = layout.grid.coordinate(axis, point[a]);
  }
  if (field.components > 1) return (component + 1) * at[static_cast<std::size_t>(component)];
  return at[0] + 10.0 * at[1] + 100.0 * at[2] +
         1000.0 * layout.times[static_cast<std::size_t>(frame)] +
         10000.0 * static_cast<double>(member);
}

std::vector<double> frame_values(const TrajectoryLayout& layout, const FieldSpec& field,
                                 std::int64_t member, std::int64_t frame, const Box& block) {
  std::vector<double> values;
  for (std::int64_t x = 0; x < block.count[0]; ++x) {
    for (std::int64_t y = 0; y < block.count[1]; ++y) {
      for (std::int64_t z = 0; z < block.count[2]; ++z) {
        for (int c = 0; c < field.components; ++c) {
          values.push_back(value_at(layout, field, member, frame,
                                    {block.offset[0] + x, block.offset[1] + y, block.offset[2] + z},
                                    c));
        }
      }
    }
  }
  return values;
}

void write_sample(const Communicator& world, const std::filesystem::path& folder,
                  const TrajectoryLayout& layout) {
  if (world.is_root()) std::filesystem::create_directories(folder);
  world.barrier();
  auto file = TrajectoryFile::create(world, world, folder, layout, IfPresent::refuse);
  const Box block = share_of(world, whole(layout.grid), 0);
  for (std::int64_t member = 0; member < layout.members; ++member) {
    const bool is_last = member + 1 == layout.members;
    for (std::int64_t frame = 0; frame < layout.frames() - (is_last ? 1 : 0); ++frame) {
      for (std::size_t field = 0; field < layout.fields.size(); ++field) {
        file.write_frame(member, frame, field, block,
                         frame_values(layout, layout.fields[field], member, frame, block));
      }
    }
  }
  world.barrier();
  if (world.is_root()) file.publish_progress("running");
}

ExitCode write_samples(const Communicator& world, const std::filesystem::path& folder) {
  for (const int dimensions : {1, 2, 3}) {
    for (const auto precision : {Precision::float32, Precision::float64}) {
      const auto name = std::to_string(dimensions) +
                        (precision == Precision::float32 ? "d-float32" : "d-float64");
      write_sample(world, folder / name, sample_layout(dimensions, precision));
    }
  }
  auto pdebench = sample_layout(1, Precision::float32);
  pdebench.file_layout = FileLayout::pdebench;
  pdebench.fields = {{"u", 1}};
  write_sample(world, folder / "pdebench", pdebench);
  return ExitCode::done;
}

}  // namespace
}  // namespace parapet

int main(int argc, char** argv) {
  return parapet::run_program(argc, argv, [&](const parapet::Communicator& world) {
    parapet::require(argc == 2, parapet::ExitCode::bad_input, "usage: write_samples FOLDER");
    return parapet::write_samples(world, argv[1]);
  });
}
