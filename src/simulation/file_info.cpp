#include "simulation/file_info.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "io/checkpoint_image.hpp"
#include "io/particle_reader.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet {

namespace {

std::string grid_text(const Grid& grid) {
  std::string text;
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid.dimensions); ++axis) {
    text += fmt::format("{}{} points on [{:.6g}, {:.6g}{}", axis == 0 ? "" : " x ",
                        grid.points[axis], grid.lower[axis], grid.lower[axis] + grid.length[axis],
                        grid.is_periodic[axis] ? ')' : ']');
  }
  return text;
}

std::string parameter_text(const ScalarParameter& parameter) {
  const auto [low, high] = std::minmax_element(parameter.values.begin(), parameter.values.end());
  if (parameter.values.size() == 1) return fmt::format("{} = {}", parameter.name, *low);
  return fmt::format("{} from {:.6g} to {:.6g}, one per member", parameter.name, *low, *high);
}

std::vector<double> known_values(const TrajectoryReader& reader, const std::string& name) {
  auto values = reader.certificate(name);
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

std::string certificate_text(const TrajectoryReader& reader, const std::string& name) {
  const auto values = known_values(reader, name);
  // A finished member says whether it became NaN, whatever else its method measures.
  const bool is_any_finished = !known_values(reader, "is_nan").empty();
  if (values.empty()) {
    return fmt::format("  {}: {}\n", name, is_any_finished ? "not measured" : "none yet");
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return fmt::format("  {}: {:.3g} to {:.3g}\n", name, *low, *high);
}

std::string trajectory_text(const TrajectoryReader& reader) {
  const TrajectoryLayout& layout = reader.layout();
  const auto valid = reader.valid_frames();
  const auto complete = std::count(valid.begin(), valid.end(), layout.frames());
  std::string text = fmt::format("{}: trajectory\n", reader.path().string());
  if (!layout.title.empty()) text += layout.title + "\n";
  if (!layout.equation.empty()) {
    text += fmt::format("{}, by Parapet {}\n", layout.equation, layout.code_version);
  }
  text += fmt::format("grid: {}\n", grid_text(layout.grid));
  for (const auto& field : layout.fields) {
    text += fmt::format("field: {}, {} component{}, {}\n", field.name, field.components,
                        field.components == 1 ? "" : "s",
                        layout.precision == Precision::float32 ? "float32" : "float64");
  }
  text += fmt::format("time: {} frames from {:.6g} to {:.6g}\n", layout.frames(),
                      layout.times.front(), layout.times.back());
  text += fmt::format("members: {}, complete {}, {}\n", layout.members, complete,
                      format_bytes(static_cast<double>(layout.data_bytes())));
  for (const auto& parameter : layout.parameters) {
    text += fmt::format("parameter: {}\n", parameter_text(parameter));
  }
  if (!layout.certificates.empty()) text += "certificates, over the finished members:\n";
  for (const auto& name : layout.certificates) text += certificate_text(reader, name);
  return text;
}

std::string particle_text(const ParticleReader& reader) {
  const ParticleLayout& layout = reader.layout();
  const auto valid = reader.valid_frames();
  const auto complete = std::count(valid.begin(), valid.end(), layout.frames());
  std::string text = fmt::format("{}: particles\n", reader.path().string());
  if (!layout.title.empty()) text += layout.title + "\n";
  if (!layout.equation.empty()) {
    text += fmt::format("{}, by Parapet {}\n", layout.equation, layout.code_version);
  }
  text += fmt::format("particles: {} in {} dimension{}, kept {}\n", layout.particles,
                      layout.dimensions, layout.dimensions == 1 ? "" : "s", layout.slots());
  for (const auto& column : reader.columns()) {
    text += fmt::format("column: {}, {} component{}, {}\n", column.name, column.components,
                        column.components == 1 ? "" : "s",
                        layout.precision == Precision::float32 ? "float32" : "float64");
  }
  return text + fmt::format(
                    "time: {} frames from {:.6g} to {:.6g}\n"
                    "members: {}, complete {}, {}\n",
                    layout.frames(), layout.times.front(), layout.times.back(), layout.members,
                    complete, format_bytes(static_cast<double>(layout.data_bytes())));
}

std::string checkpoint_text(const std::filesystem::path& file) {
  const CheckpointImage image(file);
  const LoadedCheckpoint about = image.describe();
  std::string text =
      fmt::format("{}: checkpoint at t = {}, step {}\n", file.string(), about.time, about.step);
  for (const auto& [name, value] : about.attributes) {
    text += fmt::format("{} = {}\n", name,
                        std::visit([](const auto& v) { return fmt::format("{}", v); }, value));
  }
  for (const auto& name : image.arrays()) {
    const auto shape = image.shape(name);
    text += fmt::format("array: {}, {} x {} x {}, digest 0x{:016x}\n", name, shape[0], shape[1],
                        shape[2], image.recorded_digest(name));
  }
  return text;
}

bool is_checkpoint(const std::filesystem::path& file) {
  return file.filename().string().rfind("checkpoint-", 0) == 0;
}

}  // namespace

std::string file_info(const Communicator& world, const std::filesystem::path& file) {
  std::string text;
  on_root(world, [&] {
    if (!std::filesystem::exists(file)) {
      throw Failure(ExitCode::bad_input, file.string() + ": there is no such file");
    }
    if (is_checkpoint(file)) {
      text = checkpoint_text(file);
    } else if (ParticleReader::is_particle_file(file)) {
      text = particle_text(ParticleReader(file));
    } else {
      text = trajectory_text(TrajectoryReader(file));
    }
  });
  return text;
}

}  // namespace parapet
