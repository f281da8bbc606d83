#include "learn/data/sample_reader.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

// Values read from the file at once, at most: 64 MB.
constexpr std::int64_t largest_read = std::int64_t{1} << 24;

TrajectoryReader open_trajectory(const std::string& path) {
  std::error_code ignored;
  require(std::filesystem::exists(path, ignored), ExitCode::bad_input,
          fmt::format("[data] trajectory: no file {}", path));
  return TrajectoryReader(path);
}

std::vector<std::string> names_of(const std::vector<FieldSpec>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return names;
}

// The different frames among those of one member, ascending.
std::vector<std::int64_t> frames_of_member(auto begin, auto end) {
  std::vector<std::int64_t> frames;
  for (auto it = begin; it != end; ++it) {
    if (frames.empty() || frames.back() != it->frame) frames.push_back(it->frame);
  }
  return frames;
}

// values[point][component] → channels[component][point]; false when a value is not finite.
bool scatter(const float* values, std::int64_t points, std::int64_t components, float* channels) {
  bool is_finite = true;
  for (std::int64_t c = 0; c < components; ++c) {
    float* channel = channels + c * points;
    for (std::int64_t i = 0; i < points; ++i) {
      channel[i] = values[i * components + c];
      is_finite = is_finite && std::isfinite(channel[i]);
    }
  }
  return is_finite;
}

}  // namespace

/// One frame of one member and where its values go: to which sample, and to which side of it.
struct SampleReader::Frame {
  std::int64_t member, frame;
  std::size_t slot;
  bool is_target;
};

SampleReader::SampleReader(const DataSettings& settings)
    : trajectory_(open_trajectory(settings.trajectory)), stride_(settings.stride) {
  choose_fields(settings.fields);
  choose_points();
}

void SampleReader::choose_fields(const std::vector<std::string>& wanted) {
  const auto present = names_of(trajectory_.layout().fields);
  const char axis_names[] = {'x', 'y', 'z'};
  for (const auto& name : wanted.empty() ? present : wanted) {
    const auto found = std::find(present.begin(), present.end(), name);
    require(found != present.end(), ExitCode::bad_input,
            fmt::format("[data] fields: the trajectory has no field `{}`; it has {}", name,
                        fmt::join(present, ", ")));
    const auto index = static_cast<std::size_t>(found - present.begin());
    const auto components = trajectory_.layout().fields[index].components;
    fields_.push_back({index, components, static_cast<std::int64_t>(channels_.size())});
    for (int c = 0; c < components; ++c) {
      channels_.push_back(components == 1 ? name : fmt::format("{}_{}", name, axis_names[c]));
    }
  }
}

void SampleReader::choose_points() {
  const auto& grid = trajectory_.layout().grid;
  for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
    require(grid.points[a] % stride_ == 0, ExitCode::bad_input,
            fmt::format("[data] stride = {} does not divide the grid's {} points", stride_,
                        grid.points[a]));
    points_[a] = grid.points[a] / stride_;
  }
}

std::int64_t SampleReader::sample_values() const {
  return static_cast<std::int64_t>(channels_.size()) * points_[0] * points_[1] * points_[2];
}

void SampleReader::read(std::span<const Sample> samples, std::span<float> inputs,
                        std::span<float> targets) const {
  std::vector<Frame> wanted;
  wanted.reserve(2 * samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    wanted.push_back({samples[i].member, samples[i].input_frame, i, false});
    wanted.push_back({samples[i].member, samples[i].target_frame, i, true});
  }
  std::sort(wanted.begin(), wanted.end(), [](const Frame& a, const Frame& b) {
    return std::tie(a.member, a.frame, a.slot) < std::tie(b.member, b.frame, b.slot);
  });
  const auto guard = hold_reads();
  const std::int64_t values = points_[0] * points_[1] * points_[2];
  auto run_begin = wanted.begin();
  std::vector<std::int64_t> run_frames;
  for (auto member = wanted.begin(); member != wanted.end();) {
    const auto next = std::find_if(member, wanted.end(),
                                   [&](const Frame& f) { return f.member != member->member; });
    auto frames = frames_of_member(member, next);
    const auto run_members = member->member - run_begin->member;
    const bool is_neighbour = member == run_begin || (member - 1)->member + 1 == member->member;
    const bool fits =
        (run_members + 1) * static_cast<std::int64_t>(frames.size()) * values <= largest_read;
    if (member != run_begin && (!is_neighbour || frames != run_frames || !fits)) {
      read_run(std::span(run_begin, member), inputs, targets);
      run_begin = member;
    }
    run_frames = std::move(frames);
    member = next;
  }
  if (run_begin != wanted.end()) read_run(std::span(run_begin, wanted.end()), inputs, targets);
}

// Neighbouring members of which the same frames are wanted.
void SampleReader::read_run(std::span<const Frame> frames, std::span<float> inputs,
                            std::span<float> targets) const {
  const auto first_end = std::find_if(frames.begin(), frames.end(), [&](const Frame& f) {
    return f.member != frames.front().member;
  });
  const auto of_each = frames_of_member(frames.begin(), first_end);
  for (const auto& field : fields_) read_field(field, frames, of_each, inputs, targets);
}

void SampleReader::read_field(const Field& field, std::span<const Frame> frames,
                              std::span<const std::int64_t> frames_of_each, std::span<float> inputs,
                              std::span<float> targets) const {
  const std::int64_t first = frames.front().member;
  const std::int64_t members = frames.back().member - first + 1;
  const std::int64_t points = points_[0] * points_[1] * points_[2];
  const std::int64_t frame_values = points * field.components;
  const auto per_member = static_cast<std::int64_t>(frames_of_each.size()) * frame_values;
  std::vector<float> values(static_cast<std::size_t>(members * per_member));
  trajectory_.read_into(values, field.index, first, members, frames_of_each,
                        {stride_, stride_, stride_});
  for (const auto& frame : frames) {
    const auto place = std::lower_bound(frames_of_each.begin(), frames_of_each.end(), frame.frame) -
                       frames_of_each.begin();
    const float* source = values.data() + (frame.member - first) * per_member +
                          static_cast<std::int64_t>(place) * frame_values;
    auto& side = frame.is_target ? targets : inputs;
    float* slot = side.data() + static_cast<std::int64_t>(frame.slot) * sample_values() +
                  field.first_channel * points;
    if (scatter(source, points, field.components, slot)) continue;
    throw Failure(ExitCode::unusable_file,
                  fmt::format("{}: member {}, frame {}: a value of field `{}` is not finite",
                              trajectory_.path().string(), frame.member, frame.frame,
                              trajectory_.layout().fields[field.index].name));
  }
}

}  // namespace parapet
