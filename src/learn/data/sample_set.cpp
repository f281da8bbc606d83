#include "learn/data/sample_set.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet {

namespace {

// Values read from the file at once, at most: 64 MB.
constexpr std::int64_t largest_read = std::int64_t{1} << 24;

// Certificates that say a member must not be used (1: it became NaN).
const std::set<std::string> failure_certificates = {"not_a_number", "is_nan", "nan", "failed"};

[[noreturn]] void refuse(const std::string& message) {
  throw Failure(ExitCode::bad_input, "[data] " + message);
}

std::int64_t resolved_frame(std::int64_t frame, std::int64_t frames, const char* key) {
  const std::int64_t index = frame < 0 ? frames + frame : frame;
  if (index < 0 || index >= frames) {
    refuse(fmt::format("{} = {}: the trajectory has frames 0 to {}", key, frame, frames - 1));
  }
  return index;
}

std::vector<std::int64_t> within(const std::vector<std::int64_t>& usable,
                                 const std::vector<std::int64_t>& range, const char* key) {
  if (range.size() != 2 || range[0] >= range[1]) {
    refuse(fmt::format("{}: expected [first, end) with first < end", key));
  }
  std::vector<std::int64_t> chosen;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(chosen),
               [&](std::int64_t m) { return m >= range[0] && m < range[1]; });
  if (chosen.empty()) {
    refuse(fmt::format("{} = [{}, {}]: none of these members is usable", key, range[0], range[1]));
  }
  return chosen;
}

}  // namespace

/// The open file and the channels' places in it.
class SampleSet::File {
 public:
  explicit File(const std::string& path) : reader(path) {}

  struct Field {
    std::size_t index;
    std::int64_t components;
    std::int64_t first_channel;
  };

  TrajectoryReader reader;
  std::vector<Field> fields;
};

/// One frame of one member and where its values go: to which sample, and to which side of it.
struct SampleSet::Frame {
  std::int64_t member, frame;
  std::size_t slot;
  bool is_target;
};

namespace {

void choose_fields(const TrajectoryLayout& layout, const std::vector<std::string>& wanted,
                   auto& fields, std::vector<std::string>& channels) {
  std::vector<std::string> names = wanted;
  if (names.empty()) {
    for (const auto& field : layout.fields) names.push_back(field.name);
  }
  const char axis_names[] = {'x', 'y', 'z'};
  for (const auto& name : names) {
    const auto found = std::find_if(layout.fields.begin(), layout.fields.end(),
                                    [&](const FieldSpec& field) { return field.name == name; });
    if (found == layout.fields.end()) {
      std::string all;
      for (const auto& field : layout.fields) all += (all.empty() ? "" : ", ") + field.name;
      refuse(fmt::format("fields: the trajectory has no field `{}`; it has {}", name, all));
    }
    const auto index = static_cast<std::size_t>(found - layout.fields.begin());
    fields.push_back({index, found->components, static_cast<std::int64_t>(channels.size())});
    for (int c = 0; c < found->components; ++c) {
      channels.push_back(found->components == 1 ? name : fmt::format("{}_{}", name, axis_names[c]));
    }
  }
}

struct Usable {
  std::vector<std::int64_t> members;
  std::int64_t incomplete = 0, failed = 0;
};

Usable usable_members(const TrajectoryReader& reader, std::int64_t frames_needed) {
  const auto& layout = reader.layout();
  std::vector<bool> has_failed(static_cast<std::size_t>(layout.members));
  for (const auto& name : layout.certificates) {
    if (!failure_certificates.contains(name)) continue;
    const auto values = reader.certificate(name);
    for (std::size_t m = 0; m < values.size(); ++m) {
      if (values[m] != 0.0 && !std::isnan(values[m])) has_failed[m] = true;
    }
  }
  Usable usable;
  const auto valid = reader.valid_frames();
  for (std::size_t m = 0; m < valid.size(); ++m) {
    if (has_failed[m]) {
      ++usable.failed;
    } else if (valid[m] < frames_needed) {
      ++usable.incomplete;
    } else {
      usable.members.push_back(static_cast<std::int64_t>(m));
    }
  }
  return usable;
}

}  // namespace

SampleSet::SampleSet(const Communicator& communicator, const DataSettings& settings) {
  collectively(communicator, [&] {
    std::error_code ignored;
    if (!std::filesystem::exists(settings.trajectory, ignored)) {
      refuse(fmt::format("trajectory: no file {}", settings.trajectory));
    }
    file_ = std::make_unique<File>(settings.trajectory);
    const auto& layout = file_->reader.layout();
    choose_fields(layout, settings.fields, file_->fields, channels_);
    dimensions_ = layout.grid.dimensions;
    length_ = layout.grid.length;
    frames_ = layout.frames();
    stride_ = settings.stride;
    is_operator_ = settings.task == "operator";
    for (std::size_t a = 0; a < static_cast<std::size_t>(dimensions_); ++a) {
      if (layout.grid.points[a] % stride_ != 0) {
        refuse(fmt::format("stride = {} does not divide the grid's {} points", stride_,
                           layout.grid.points[a]));
      }
      points_[a] = layout.grid.points[a] / stride_;
    }
    for (std::size_t a = static_cast<std::size_t>(dimensions_); a < 3; ++a) length_[a] = 1.0;
    if (is_operator_) {
      input_frame_ = resolved_frame(settings.input_frame, frames_, "input_frame");
      target_frame_ = resolved_frame(settings.target_frame, frames_, "target_frame");
    } else if (frames_ < 2) {
      refuse("task = \"step\" needs a trajectory of two frames or more");
    }
    const auto needed = is_operator_ ? std::max(input_frame_, target_frame_) + 1 : frames_;
    const auto usable = usable_members(file_->reader, needed);
    summary_ =
        fmt::format("{}: {} members, {} usable, {} incomplete, {} failed", settings.trajectory,
                    layout.members, usable.members.size(), usable.incomplete, usable.failed);
    divide(settings, usable.members);
  });
}

SampleSet::~SampleSet() = default;

void SampleSet::divide(const DataSettings& settings, const std::vector<std::int64_t>& usable) {
  const std::array<std::int64_t, 3> counts{settings.train, settings.validation, settings.test};
  const std::array ranges{&settings.train_members, &settings.validation_members,
                          &settings.test_members};
  const std::array names{"train_members", "validation_members", "test_members"};
  std::set<std::int64_t> taken;
  for (std::size_t part = 0; part < 3; ++part) {
    if (ranges[part]->empty()) continue;
    members_[part] = within(usable, *ranges[part], names[part]);
    for (const auto member : members_[part]) {
      if (!taken.insert(member).second) {
        refuse(fmt::format("{}: member {} is in another part already", names[part], member));
      }
    }
  }
  std::vector<std::int64_t> free;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(free),
               [&](std::int64_t m) { return !taken.contains(m); });
  std::int64_t asked = 0;
  for (std::size_t part = 0; part < 3; ++part) asked += ranges[part]->empty() ? counts[part] : 0;
  if (asked > static_cast<std::int64_t>(free.size())) {
    refuse(fmt::format("train = {}, validation = {}, test = {}: {} members needed, {} there ({})",
                       counts[0], counts[1], counts[2], asked, free.size(), summary_));
  }
  auto next = free.begin();
  for (const std::size_t part : {0, 1}) {
    if (!ranges[part]->empty()) continue;
    members_[part].assign(next, next + counts[part]);
    next += counts[part];
  }
  if (ranges[2]->empty()) members_[2].assign(free.end() - counts[2], free.end());
  if (members_[0].empty()) refuse("train: no members to train on");
}

std::int64_t SampleSet::size(Part part) const {
  const auto count = static_cast<std::int64_t>(members(part).size());
  return is_operator_ ? count : count * (frames_ - 1);
}

const std::vector<std::int64_t>& SampleSet::members(Part part) const {
  return members_[static_cast<std::size_t>(part)];
}

Sample SampleSet::sample(Part part, std::int64_t index) const {
  const auto& list = members(part);
  if (is_operator_) return {list[static_cast<std::size_t>(index)], input_frame_, target_frame_};
  const std::int64_t steps = frames_ - 1, frame = index % steps;
  return {list[static_cast<std::size_t>(index / steps)], frame, frame + 1};
}

double SampleSet::time(std::int64_t frame) const {
  return file_->reader.layout().times[static_cast<std::size_t>(frame)];
}

std::int64_t SampleSet::sample_values() const {
  return static_cast<std::int64_t>(channels_.size()) * points_[0] * points_[1] * points_[2];
}

namespace {

// The different frames among those of one member, ascending.
std::vector<std::int64_t> frames_of_member(auto begin, auto end) {
  std::vector<std::int64_t> frames;
  for (auto it = begin; it != end; ++it) {
    if (frames.empty() || frames.back() != it->frame) frames.push_back(it->frame);
  }
  return frames;
}

}  // namespace

void SampleSet::read(std::span<const Sample> samples, std::span<float> inputs,
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

namespace {

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

void SampleSet::read_run(std::span<const Frame> frames, std::span<float> inputs,
                         std::span<float> targets) const {
  const std::int64_t first = frames.front().member;
  const std::int64_t members = frames.back().member - first + 1;
  const auto member_end =
      std::find_if(frames.begin(), frames.end(), [&](const Frame& f) { return f.member != first; });
  const auto list = frames_of_member(frames.begin(), member_end);
  const std::int64_t points = points_[0] * points_[1] * points_[2];
  for (const auto& field : file_->fields) {
    const std::int64_t frame_values = points * field.components;
    const auto per_member = static_cast<std::int64_t>(list.size()) * frame_values;
    std::vector<float> values(static_cast<std::size_t>(members * per_member));
    file_->reader.read_into(values, field.index, first, members, list, {stride_, stride_, stride_});
    for (const auto& frame : frames) {
      const auto place = std::lower_bound(list.begin(), list.end(), frame.frame) - list.begin();
      const float* source = values.data() + (frame.member - first) * per_member +
                            static_cast<std::int64_t>(place) * frame_values;
      auto& side = frame.is_target ? targets : inputs;
      float* slot = side.data() + static_cast<std::int64_t>(frame.slot) * sample_values() +
                    field.first_channel * points;
      require(scatter(source, points, field.components, slot), ExitCode::unusable_file,
              fmt::format("{}: member {}, frame {}: a value of field `{}` is not finite",
                          file_->reader.path().string(), frame.member, frame.frame,
                          file_->reader.layout().fields[field.index].name));
    }
  }
}

}  // namespace parapet
