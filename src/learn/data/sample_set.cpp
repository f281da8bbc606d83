#include "learn/data/sample_set.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

std::int64_t resolved_frame(std::int64_t frame, std::int64_t frames, const char* key) {
  const std::int64_t index = frame < 0 ? frames + frame : frame;
  require(index >= 0 && index < frames, ExitCode::bad_input,
          fmt::format("[data] {} = {}: the trajectory has frames 0 to {}", key, frame, frames - 1));
  return index;
}

}  // namespace

SampleSet::SampleSet(const Communicator& communicator, const DataSettings& settings) {
  collectively(communicator, [&] {
    reader_ = std::make_unique<SampleReader>(settings);
    is_operator_ = settings.task == "operator";
    if (is_operator_) {
      input_frame_ = resolved_frame(settings.input_frame, frames(), "input_frame");
      target_frame_ = resolved_frame(settings.target_frame, frames(), "target_frame");
    }
    require(is_operator_ || frames() >= 2, ExitCode::bad_input,
            "[data] task = \"step\" needs a trajectory of two frames or more");
    const auto needed = is_operator_ ? std::max(input_frame_, target_frame_) + 1 : frames();
    const UsableMembers usable(reader_->trajectory(), needed);
    summary_ = fmt::format("{}: {} members, {} usable, {} incomplete, {} failed",
                           settings.trajectory, reader_->trajectory().layout().members,
                           usable.members.size(), usable.incomplete, usable.failed);
    members_ = divide_members(settings, usable.members, summary_);
  });
}

std::int64_t SampleSet::size(Part part) const {
  const auto count = static_cast<std::int64_t>(members(part).size());
  return is_operator_ ? count : count * (frames() - 1);
}

Sample SampleSet::sample(Part part, std::int64_t index) const {
  const auto& list = members(part);
  if (is_operator_) return {list[static_cast<std::size_t>(index)], input_frame_, target_frame_};
  const std::int64_t steps = frames() - 1, frame = index % steps;
  return {list[static_cast<std::size_t>(index / steps)], frame, frame + 1};
}

const std::vector<std::int64_t>& SampleSet::members(Part part) const {
  return members_[static_cast<std::size_t>(part)];
}

std::array<double, 3> SampleSet::length() const {
  const auto& grid = reader_->trajectory().layout().grid;
  auto length = grid.length;
  for (auto a = static_cast<std::size_t>(grid.dimensions); a < 3; ++a) length[a] = 1.0;
  return length;
}

double SampleSet::time(std::int64_t frame) const {
  return reader_->trajectory().layout().times[static_cast<std::size_t>(frame)];
}

void SampleSet::read_share(const Communicator& communicator, Part part, std::int64_t block,
                           const BlockAction& act) const {
  const std::int64_t total = size(part);
  const std::int64_t end = total * (communicator.rank() + 1) / communicator.size();
  std::vector<Sample> list;
  std::vector<float> inputs, targets;
  for (auto first = total * communicator.rank() / communicator.size(); first < end;
       first += block) {
    list.clear();
    for (auto i = first; i < std::min(end, first + block); ++i) list.push_back(sample(part, i));
    const auto values = list.size() * static_cast<std::size_t>(sample_values());
    inputs.resize(values);
    targets.resize(values);
    read(list, inputs, targets);
    act(first, static_cast<std::int64_t>(list.size()), inputs, targets);
  }
}

}  // namespace parapet
