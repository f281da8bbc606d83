#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "base/failure.hpp"
#include "base/log.hpp"
#include "base/stop_request.hpp"
#include "base/timer.hpp"
#include "io/checkpoint.hpp"
#include "io/particle_file.hpp"
#include "io/trajectory_file.hpp"
#include "simulation/division.hpp"
#include "simulation/fault_injection.hpp"
#include "simulation/member_record.hpp"
#include "simulation/method.hpp"
#include "simulation/run_settings.hpp"
#include "simulation/schedule.hpp"
#include "simulation/stop_relay.hpp"
#include "simulation/time_table.hpp"

namespace parapet {

/// What the batches that a group of ranks advances have in common.
struct GroupContext {
  const RunSettings& settings;
  const Schedule& schedule;
  const Communicator& group;
  const std::filesystem::path& folder;
  const FaultInjection& fault;
  bool had_checkpoints;  ///< see Continuation
  Method& method;
  TrajectoryFile& trajectory;
  StopRelay& relay;
  std::optional<ParticleFile> particles{};  ///< see [particles] every
  std::optional<TimeTable> diagnostics{};   ///< on the group's rank 0
  std::optional<TimeTable> spectra{};       ///< on the group's rank 0
  StopRequest& stop;
  Log& log;
  std::function<void(double done)>
      show_progress;              ///< share of the batch's time that is done; local
  std::function<void()> publish;  ///< progress.json; local
};

enum class BatchOutcome { finished, stopped };

/// Members advanced together by one group of ranks, from their initial conditions or from a
/// checkpoint to the end of the run: time steps, frames, diagnostics, checkpoints, certificates.
/// Every function is collective over the group.
class MemberBatch {
 public:
  MemberBatch(GroupContext& context, const Batch& members);

  /// Starts from the initial conditions.
  void start();
  /// Continues from the batch's checkpoint; starts again where none was written yet. Throws a
  /// collective Failure(unusable_file) when there are only unusable ones, or a single run has lost
  /// those it had.
  void continue_or_start();

  /// Advances to the end; `stopped` when the run is to end before, after the state was saved.
  /// Throws a collective Failure(blew_up) when a member is no longer finite.
  BatchOutcome run();

  /// Says which member, field, mode and rank are not finite, and when; the text of `failure` where
  /// the state itself still is.
  std::string describe_blow_up(const Failure& failure);

  /// Records that the members blew up, removes their checkpoints. For ensembles.
  void certify_failure();
  void remove_checkpoints();

  /// Writes the state as it is, finite or not, to `state.blowup.h5`.
  void write_blown_up_state();

 private:
  struct Requests {
    bool stop = false, save = false, at_once = false;
  };

  void restore(const LoadedCheckpoint& saved);
  BatchOutcome advance(const Event& event);
  bool step(double target);
  Requests requests();
  void inject_faults();

  void record(const Event& event);
  DiagnosticsRow diagnose_member(std::size_t member, double time);
  void write_frame(TrajectoryFile& file, std::size_t member, std::int64_t member_in_file,
                   std::int64_t frame);
  void write_particles(std::size_t member, std::int64_t member_in_file, std::int64_t frame);
  void forget_frames(std::int64_t first_frame);  ///< on the group's rank 0
  void require_finite_state();
  void finish();
  void warn_of_unstable_steps(std::size_t member);

  CheckpointStore store();
  CheckpointExpectation expectation() const;
  void save();
  void forget_later_output();
  void drop_rows_after(double time);  ///< on the group's rank 0
  std::string array_name(std::size_t member, int array) const;

  std::size_t count() const { return static_cast<std::size_t>(members_.count); }

  GroupContext& context_;
  Batch members_;
  std::unique_ptr<Solver> solver_;
  std::vector<MemberRecord> records_;
  std::size_t next_event_ = 0;
  std::int64_t step_count_ = 0;  ///< time steps, of which a solver may take several at once
  std::int64_t saved_step_ = -1;
  Timer since_saved_;
};

/// The batch whose checkpoint a file name belongs to, in a run of several members; nothing for
/// other files.
std::vector<Batch> batches_with_checkpoints(const std::filesystem::path& folder);

}  // namespace parapet
