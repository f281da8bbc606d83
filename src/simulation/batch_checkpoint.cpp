// How a batch of members is saved in a checkpoint and restored from it.
#include <algorithm>
#include <list>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "simulation/member_batch.hpp"

namespace parapet {

namespace {

constexpr std::size_t progress_numbers = MemberProgress::number_count;

// Small tables belong to rank 0 of the group.
Box on_rank_zero(const Communicator& group, const std::array<std::int64_t, 3>& shape) {
  Box box;
  box.count = group.is_root() ? shape : std::array<std::int64_t, 3>{0, 0, 0};
  return box;
}

std::array<std::int64_t, 3> table_shape(std::size_t members, std::size_t numbers) {
  return {static_cast<std::int64_t>(members), static_cast<std::int64_t>(numbers), 1};
}

std::string prefix_of(const Batch& members) {
  return fmt::format("members-{}-{}", members.first, members.count);
}

}  // namespace

std::vector<Batch> batches_with_checkpoints(const std::filesystem::path& folder) {
  std::vector<Batch> batches;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    long long first = 0, count = 0, step = 0;
    char end = 0;
    const int found = std::sscanf(name.c_str(), "checkpoint-members-%lld-%lld-%lld.h%c", &first,
                                  &count, &step, &end);
    if (found != 4 || end != '5' || first < 0 || count < 1) continue;
    const Batch batch{first, count};
    if (std::find(batches.begin(), batches.end(), batch) == batches.end()) {
      batches.push_back(batch);
    }
  }
  std::sort(batches.begin(), batches.end(),
            [](const Batch& a, const Batch& b) { return a.first < b.first; });
  return batches;
}

std::string MemberBatch::array_name(std::size_t member, int array) const {
  return fmt::format("state-{}-{}", members_.first + static_cast<std::int64_t>(member), array);
}

CheckpointStore MemberBatch::store() {
  CheckpointStore::Options options;
  options.kept = static_cast<int>(context_.settings.checkpoint.kept);
  options.log = [this](const std::string& text) { context_.log.warning("{}", text); };
  return {context_.folder, context_.settings.is_ensemble() ? prefix_of(members_) : std::string(),
          options};
}

CheckpointExpectation MemberBatch::expectation() const {
  CheckpointExpectation expected;
  expected.model = context_.settings.problem.name;
  expected.config_hash = context_.settings.state_hash();
  const auto [shape, block] = solver_->state_array();
  for (std::size_t m = 0; m < count(); ++m) {
    for (int c = 0; c < solver_->state_arrays(); ++c) {
      expected.arrays[array_name(m, c)] = {shape, block};
    }
  }
  const auto add_table = [&](const char* name, std::size_t numbers) {
    const auto table = table_shape(count(), numbers);
    expected.arrays[name] = {table, on_rank_zero(context_.group, table)};
  };
  add_table("progress", progress_numbers);
  add_table("record", MemberRecord::number_count(solver_->components()));
  return expected;
}

void MemberBatch::save() {
  require_finite_state();
  CheckpointContent content;
  const CheckpointExpectation expected = expectation();
  content.model = expected.model;
  content.config_hash = expected.config_hash;
  content.step = step_count_;
  content.time = solver_->progress(0).time;
  content.attributes["next_event"] = static_cast<std::int64_t>(next_event_);
  std::vector<double> progress, record;
  std::list<std::vector<double>> copies;  // of states that do not lie as they are written
  for (std::size_t m = 0; m < count(); ++m) {
    const auto numbers = solver_->progress(m).to_numbers();
    progress.insert(progress.end(), numbers.begin(), numbers.end());
    const auto seen = records_[m].to_numbers();
    record.insert(record.end(), seen.begin(), seen.end());
  }
  for (const auto& [name, array] : expected.arrays) {
    content.arrays[name] = {array.shape, array.block, {}};
  }
  for (std::size_t m = 0; m < count(); ++m) {
    for (int c = 0; c < solver_->state_arrays(); ++c) {
      content.arrays[array_name(m, c)].values = solver_->state(m, c, copies.emplace_back());
    }
  }
  if (context_.group.is_root()) {
    content.arrays["progress"].values = progress;
    content.arrays["record"].values = record;
  }
  // What a checkpoint builds on must be on the disk before it.
  context_.trajectory.sync();
  if (context_.particles) context_.particles->sync();
  const Timer timer;
  const auto path = store().write(context_.group, content);
  saved_step_ = step_count_;
  since_saved_.restart();
  context_.stop.keep_in_reserve(2.0 * timer.seconds());
  context_.log.info("saved {} at t = {:.6g}, step {}", path.filename().string(), content.time,
                    step_count_);
}

void MemberBatch::restore(const LoadedCheckpoint& saved) {
  for (std::size_t m = 0; m < count(); ++m) {
    for (int c = 0; c < solver_->state_arrays(); ++c) {
      solver_->set_state(m, c, saved.arrays.at(array_name(m, c)));
    }
  }
  const auto table = [&](const char* name, std::size_t numbers) {
    std::vector<double> values = saved.arrays.at(name);
    values.resize(count() * numbers);
    context_.group.broadcast(std::span<double>(values));
    return values;
  };
  const std::size_t record_numbers = MemberRecord::number_count(solver_->components());
  const auto progress = table("progress", progress_numbers);
  const auto record = table("record", record_numbers);
  for (std::size_t m = 0; m < count(); ++m) {
    solver_->set_progress(m, MemberProgress::from_numbers(std::span<const double, progress_numbers>(
                                 progress.data() + m * progress_numbers, progress_numbers)));
    records_[m] = MemberRecord::from_numbers(
        records_[m].conserves_mean(),
        std::span<const double>(record.data() + m * record_numbers, record_numbers));
  }
  step_count_ = saved.step;
  saved_step_ = saved.step;
  next_event_ = static_cast<std::size_t>(std::get<std::int64_t>(saved.attributes.at("next_event")));
  forget_later_output();
  context_.log.info("continues from {} at t = {:.6g}, step {}", saved.path.filename().string(),
                    saved.time, step_count_);
}

// Frames and lines later than the checkpoint are going to be written again, in place.
void MemberBatch::forget_later_output() {
  const auto& events = context_.schedule.events();
  if (next_event_ < 1 || next_event_ > events.size()) {
    throw Failure(ExitCode::unusable_file, "checkpoint: next_event is not one of this run", true);
  }
  std::int64_t next_frame = context_.trajectory.layout().frames();
  for (std::size_t i = events.size(); i-- > next_event_;) {
    if (events[i].frame >= 0) next_frame = events[i].frame;
  }
  on_root(context_.group, [&] {
    // Nothing writes the frames before this one again: whoever relies on them should hear now.
    if (next_frame > 0) {
      context_.trajectory.require_intact(members_.first, members_.count, next_frame - 1);
      if (context_.particles) {
        context_.particles->require_intact(members_.first, members_.count, next_frame - 1);
      }
    }
    if (next_frame < context_.trajectory.layout().frames()) forget_frames(next_frame);
    drop_rows_after(events[next_event_ - 1].time);
  });
}

}  // namespace parapet
