#include "simulation/continuation.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "io/checkpoint.hpp"
#include "io/checkpoint_image.hpp"
#include "io/checkpoint_seal.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "simulation/member_batch.hpp"
#include "simulation/restart_settings.hpp"
#include "simulation/schedule.hpp"

namespace parapet {

namespace {

using Times = std::vector<double>;

/// What the folder holds.
struct FoundRun {
  TrajectoryLayout layout;
  std::int64_t valid_frames = 0;  ///< of the member that has most
  double reached = 0.0;           ///< latest time that is kept: a frame's or a checkpoint's
  Times is_nan;                   ///< certificate of each member, NaN where there is none yet

  bool is_ensemble() const { return layout.members > 1; }
};

std::optional<double> time_of_checkpoint(const std::filesystem::path& path) {
  try {
    const PosixFile file(path, PosixFile::Mode::read);
    if (sealed_digest(file) != body_digest(file, 0, 1)) return std::nullopt;
    return CheckpointImage(path).describe().time;
  } catch (const Failure&) {
    return std::nullopt;
  }
}

FoundRun look_at(const RunFolder& folder) {
  const TrajectoryReader reader(folder / TrajectoryFile::file_name);
  FoundRun found;
  found.layout = reader.layout();
  const auto valid = reader.valid_frames();
  found.valid_frames = *std::max_element(valid.begin(), valid.end());
  const auto last = static_cast<std::size_t>(std::max<std::int64_t>(1, found.valid_frames) - 1);
  found.reached = found.layout.times[last];
  if (!found.is_ensemble()) {
    for (const auto& path : CheckpointStore(folder.path()).list()) {
      found.reached = std::max(found.reached, time_of_checkpoint(path).value_or(0.0));
    }
  }
  found.is_nan = reader.certificate("is_nan");
  return found;
}

bool begins_with(const Times& times, const Times& beginning, double end) {
  return beginning.size() <= times.size() &&
         std::equal(beginning.begin(), beginning.end(), times.begin(),
                    [&](double a, double b) { return is_same_time(a, b, end); });
}

class Planner {
 public:
  Planner(const RunFolder& folder, const RunSettings& settings)
      : folder_(folder),
        settings_(settings),
        found_(look_at(folder)),
        changes_(changed_settings(found_.layout.input_text, settings.resolved)) {}

  Continuation plan(Log& log) const {
    refuse_other_settings();
    refuse_other_members();
    Continuation plan;
    plan.is_resumed = true;
    plan.had_checkpoints = keeps_checkpoints(input_of_last_part());
    plan.frame_times = frame_times(log);
    const bool is_longer = plan.frame_times != found_.layout.times;
    plan.needs_new_layout = is_longer || settings_.ensemble.members != found_.layout.members;
    for (std::size_t m = 0; m < found_.is_nan.size(); ++m) {
      const bool has_failed = found_.is_nan[m] == 1.0 && found_.is_ensemble();
      const bool is_complete = found_.is_nan[m] == 0.0 && !is_longer;
      if (has_failed || is_complete) plan.finished.push_back(static_cast<std::int64_t>(m));
    }
    if (is_longer && found_.is_ensemble()) tell_what_goes_on(log);
    return plan;
  }

 private:
  /// The trajectory tells the settings it was laid out for, this file those used last.
  std::string input_of_last_part() const {
    std::ifstream in(folder_ / "input.toml", std::ios::binary);
    if (!in) return found_.layout.input_text;
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string changes_of(std::span<const std::string> names) const {
    std::vector<std::string> texts;
    for (const auto& change : changes_) {
      const bool is_asked_for = std::find(names.begin(), names.end(), change.name) != names.end();
      if (is_asked_for) texts.push_back(change.text());
    }
    return join(texts, "; ");
  }

  [[noreturn]] void refuse(const std::string& changes, const std::string& why) const {
    throw Failure(ExitCode::unusable_file,
                  fmt::format("{}: the run cannot be continued like this: {}: {}",
                              folder_.path().string(), changes, why));
  }

  void refuse_other_settings() const {
    std::vector<std::string> names;
    for (const auto& change : changes_) {
      if (!may_change_on_restart(change.name)) names.push_back(change.name);
    }
    if (!names.empty()) {
      refuse(changes_of(names), names.size() == 1 ? "it decides what was computed so far"
                                                  : "they decide what was computed so far");
    }
  }

  void refuse_other_members() const {
    static const std::vector<std::string> name = {"ensemble.members"};
    const std::int64_t members = settings_.ensemble.members;
    if (members < found_.layout.members) {
      refuse(changes_of(name), "members can be added, not taken away");
    }
    const bool is_open = !found_.is_ensemble() && found_.is_nan[0] != 0.0;
    if (is_open && members > 1) {
      refuse(changes_of(name), "a run of one member has to be finished before others are added");
    }
  }

  /// Finished members go on from their last state if it was kept.
  void tell_what_goes_on(Log& log) const {
    std::vector<bool> is_kept(found_.is_nan.size(), false);
    for (const Batch& batch : batches_with_checkpoints(folder_.path())) {
      const auto last = std::min(batch.first + batch.count, found_.layout.members);
      for (std::int64_t m = batch.first; m < last; ++m) is_kept[static_cast<std::size_t>(m)] = true;
    }
    std::int64_t kept = 0, lost = 0;
    for (std::size_t m = 0; m < is_kept.size(); ++m) {
      if (found_.is_nan[m] == 0.0) ++(is_kept[m] ? kept : lost);
    }
    if (kept > 0) log.info("{} finished members go on from their kept states", kept);
    if (lost > 0) {
      log.warning(
          "{} finished members are computed again from the start: their last states were "
          "not kept, see [checkpoint] keep_final",
          lost);
    }
  }

  /// In a run of one member other frames may follow those that are there. The members of an
  /// ensemble share their frames: some have gone through all of them, so that only more may follow.
  Times frame_times(Log& log) const {
    static const std::vector<std::string> names = {"time.end", "output.frames", "output.interval"};
    const std::string changes = changes_of(names);
    const Times& old = found_.layout.times;
    if (changes.empty()) return old;
    const double end = settings_.time.end;
    const Times wanted = settings_.output.frame_times(end);
    Times times = old;
    if (begins_with(wanted, old, end)) {
      times.insert(times.end(), wanted.begin() + static_cast<std::ptrdiff_t>(old.size()),
                   wanted.end());
      return times;
    }
    refuse_frames_that_cannot_follow(changes);
    times = other_frames_from_here(wanted);
    if (!is_same_time(times.back(), end, end)) refuse_as_past(changes);
    log.warning("frames from t = {:.6g} on are {:.6g} apart, before that {:.6g} as they were",
                found_.reached, wanted[1], old[1]);
    return times;
  }

  [[noreturn]] void refuse_as_past(const std::string& changes) const {
    refuse(changes, fmt::format("the end can be raised, but t = {} has been reached already",
                                found_.reached));
  }

  void refuse_frames_that_cannot_follow(const std::string& changes) const {
    const double end = settings_.time.end;
    const Times& old = found_.layout.times;
    if (end < found_.reached && !is_same_time(end, found_.reached, end)) refuse_as_past(changes);
    if (!found_.is_ensemble()) return;
    refuse(changes, fmt::format("the members of an ensemble share their frames, of which there are "
                                "{} up to t = {}: more may follow at the same interval, {}",
                                old.size(), old.back(), old[1]));
  }

  Times other_frames_from_here(const Times& wanted) const {
    const auto& old = found_.layout.times;
    Times times(old.begin(), old.begin() + std::max<std::int64_t>(1, found_.valid_frames));
    for (const double time : wanted) {
      const bool is_later = time > found_.reached && !is_same_time(time, found_.reached, time);
      if (is_later) times.push_back(time);
    }
    return times;
  }

  const RunFolder& folder_;
  const RunSettings& settings_;
  FoundRun found_;
  std::vector<ChangedSetting> changes_;
};

void share(const Communicator& world, Continuation& plan) {
  std::int64_t frames = static_cast<std::int64_t>(plan.frame_times.size());
  std::array<std::int32_t, 3> flags = {plan.is_resumed, plan.had_checkpoints,
                                       plan.needs_new_layout};
  world.broadcast(frames);
  world.broadcast(std::span<std::int32_t>(flags));
  plan.frame_times.resize(static_cast<std::size_t>(frames));
  world.broadcast(std::span(plan.frame_times));
  plan.is_resumed = flags[0] != 0;
  plan.had_checkpoints = flags[1] != 0;
  plan.needs_new_layout = flags[2] != 0;
}

}  // namespace

Continuation plan_continuation(const Communicator& world, const RunFolder& folder, FolderUse use,
                               const RunSettings& settings, Log& log) {
  Continuation plan;
  if (use != FolderUse::resume || !folder.has_trajectory()) {
    plan.frame_times = settings.output.frame_times(settings.time.end);
    return plan;
  }
  on_root(world, [&] { plan = Planner(folder, settings).plan(log); });
  share(world, plan);
  return plan;
}

}  // namespace parapet
