#include "learn/evaluation/forecast.hpp"

#include <vector>

#include <fmt/format.h>
#include <torch/torch.h>

#include "base/failure.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/training/validation.hpp"

namespace parapet {

namespace {

DataSettings settings_for(const std::filesystem::path& input, std::int64_t frame) {
  DataSettings settings;
  settings.trajectory = input.string();
  settings.input_frame = settings.target_frame = frame;
  settings.train_members = {0, std::int64_t{1} << 62};
  return settings;
}

TrajectoryLayout layout_for(const SampleSet& samples, const SurrogateTask& task,
                            const std::filesystem::path& input, std::int64_t frame,
                            std::int64_t steps) {
  auto layout = TrajectoryReader(input).layout();
  const double start = samples.time(frame < 0 ? samples.frames() + frame : frame);
  layout.times = {start};
  for (std::int64_t step = 1; step <= steps; ++step) {
    layout.times.push_back(start +
                           static_cast<double>(step) * (task.target_time - task.input_time));
  }
  layout.members = samples.size(Part::train);
  layout.precision = Precision::float32;
  layout.file_layout = FileLayout::well;
  layout.certificates.clear();
  layout.parameters.clear();
  layout.title = "prediction of a surrogate";
  return layout;
}

// One frame [1][channel][x][y][z] into the file, whose vectors have their component fastest.
void write(TrajectoryFile& file, std::int64_t member, std::int64_t frame, const at::Tensor& state) {
  const auto values = state.to(at::kDouble).contiguous();
  const auto& layout = file.layout();
  const auto points = static_cast<std::size_t>(layout.grid.point_count());
  const double* channel = values.data_ptr<double>();
  for (std::size_t field = 0; field < layout.fields.size(); ++field) {
    const auto components = static_cast<std::size_t>(layout.fields[field].components);
    std::vector<double> mixed(points * components);
    for (std::size_t c = 0; c < components; ++c, channel += points) {
      for (std::size_t i = 0; i < points; ++i) mixed[i * components + c] = channel[i];
    }
    file.write_frame(member, frame, field, {{0, 0, 0}, layout.grid.points}, mixed);
  }
}

}  // namespace

void forecast(const Communicator& communicator, Surrogate& surrogate,
              const std::filesystem::path& input, std::int64_t frame, std::int64_t steps,
              const std::filesystem::path& folder) {
  const torch::NoGradGuard no_gradients;
  const SampleSet samples(communicator, settings_for(input, frame));
  if (samples.channels() != surrogate.task().channels) {
    throw Failure(ExitCode::bad_input,
                  fmt::format("{} has the channels {}; the model was trained on {}", input.string(),
                              fmt::join(samples.channels(), ", "),
                              fmt::join(surrogate.task().channels, ", ")),
                  true);
  }
  const auto layout = layout_for(samples, surrogate.task(), input, frame, steps);
  const auto own = communicator.split(communicator.rank());
  auto file = TrajectoryFile::create(communicator, own, folder, layout, IfPresent::refuse);
  collectively(communicator, [&] {
    std::vector<float> values(static_cast<std::size_t>(samples.sample_values())), ignored = values;
    for (std::int64_t m = communicator.rank(); m < layout.members; m += communicator.size()) {
      const auto sample = samples.sample(Part::train, m);
      samples.read({&sample, 1}, values, ignored);
      auto state = as_fields(values, 1, samples, surrogate.is_double());
      write(file, m, 0, state);
      for (std::int64_t step = 1; step <= steps; ++step) {
        state = surrogate.predict(state);
        write(file, m, step, state);
      }
    }
    file.sync();
  });
  on_root(communicator, [&] { file.publish_progress("complete"); });
}

}  // namespace parapet
