#include "simulation/simulation.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <iterator>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/stop_request.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "base/waiting.hpp"
#include "io/graph_file.hpp"
#include "io/particle_extension.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_extension.hpp"
#include "io/xdmf.hpp"
#include "simulation/continuation.hpp"
#include "simulation/forecast.hpp"
#include "simulation/initial_file.hpp"
#include "simulation/member_batch.hpp"
#include "simulation/run_layout.hpp"
#include "simulation/run_report.hpp"
#include "simulation/unfinished_work.hpp"

namespace parapet {

namespace {

/// What of the time passed while one rank waited for others, where it waited most. Collective.
std::string waiting_text(const Communicator& world, double share) {
  const double most = world.all_reduce(share, Reduction::maximum);
  return world.size() == 1 ? ""
                           : fmt::format(", {:.0f} % of it waiting for other ranks", 100 * most);
}

constexpr const char* wisdom_file = "fftw_wisdom.txt";

/// Gives the system back what a finished batch held: the next one's arrays may not fit into the
/// gaps, and would lie beside them.
void return_free_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// FFTW's plans decide bits: those of the first part of a run are kept for the rest of it.
std::unique_ptr<Method> make_method(const Communicator& world, const Communicator& group,
                                    const RunSettings& settings, const RunFolder& folder) {
  std::string wisdom;
  if (settings.grid.plan == "estimate") return make_method(group, settings, wisdom);
  if (world.is_root()) wisdom = read_text(folder / wisdom_file);
  world.broadcast(wisdom);
  auto method = make_method(group, settings, wisdom);
  wisdom = method->wisdom();
  on_root(world, [&] { replace_file(folder / wisdom_file, wisdom); });
  return method;
}

/// A run on this rank: its group and what the group shares.
class Simulation {
 public:
  Simulation(const Communicator& world, const RunSettings& settings, const RunOptions& options,
             const std::vector<FileContent>& files);
  ExitCode run();

 private:
  TrajectoryFile open_trajectory(const std::vector<FileContent>& files);
  void lay_out_anew(const TrajectoryLayout& layout);
  void open_particles();
  void open_tables(const std::vector<Batch>& all);
  void merge_tables(const std::function<int(std::int64_t)>& group_of);
  std::string diagnostics_header() const;
  std::string spectrum_header() const;
  bool has_spectra() const { return settings_.is_spectral(); }

  BatchOutcome compute(const std::vector<Batch>& mine);
  BatchOutcome run_share(const std::vector<Batch>& mine);
  BatchOutcome run_batch(const Batch& members, bool is_again);
  BatchOutcome handle_blow_up(MemberBatch& batch, const Batch& members, const Failure& failure);
  void show_progress(double done_of_batch);
  void publish(const std::string& status);
  void introduce();

  const Communicator& world_;
  const RunSettings& settings_;
  const RunOptions& options_;
  StopRequest stop_;
  RunFolder folder_;
  Log log_;
  Continuation continuation_;
  Forecast forecast_;
  Division division_;
  int group_index_;
  Communicator group_;
  Schedule schedule_;
  FaultInjection fault_;
  std::unique_ptr<Method> method_;
  TrajectoryFile trajectory_;
  StopRelay relay_;
  GroupContext context_;
  Progress progress_;
  std::int64_t done_members_ = 0;  // of this group
  std::int64_t batch_members_ = 0;
  std::int64_t my_members_ = 0;
  Timer since_published_;
};

std::vector<int> first_ranks(const Division& division) {
  std::vector<int> roots;
  for (int g = 0; g < division.groups; ++g) roots.push_back(division.first_rank_of(g));
  return roots;
}

Progress::Options progress_options(const RunSettings& settings, const Schedule& schedule) {
  Progress::Options options;
  if (settings.is_ensemble() || settings.is_steady()) {
    options.total = static_cast<double>(settings.ensemble.members);
    options.unit = "members";
  } else if (settings.time.step) {
    options.total = static_cast<double>(schedule.step_count(*settings.time.step));
  } else {
    options.total = schedule.end();
    options.unit = "units of time";
  }
  return options;
}

Simulation::Simulation(const Communicator& world, const RunSettings& settings,
                       const RunOptions& options, const std::vector<FileContent>& files)
    : world_(world),
      settings_(settings),
      options_(options),
      stop_(options.max_walltime, options.since),
      folder_(world, options.folder, options.use),
      log_(world, {options.is_quiet}),
      continuation_(plan_continuation(world, folder_, options.use, settings, log_)),
      forecast_(settings, Machine::here(world)),
      division_(forecast_.division),
      group_index_(division_.group_of(world.rank())),
      group_(world.split(group_index_)),
      schedule_(continuation_.frame_times, settings.diagnostics.interval),
      fault_(FaultInjection::from_environment(world.rank())),
      method_(make_method(world, group_, settings, folder_)),
      trajectory_(open_trajectory(files)),
      relay_(world, group_, first_ranks(division_)),
      context_{settings_,
               schedule_,
               group_,
               folder_.path(),
               fault_,
               continuation_.had_checkpoints,
               *method_,
               trajectory_,
               relay_,
               {},
               {},
               {},
               stop_,
               log_,
               [this](double done) { show_progress(done); },
               [this] { publish("running"); }},
      progress_(log_, progress_options(settings, schedule_)) {
  if (group_.is_root()) log_.speak_as(world.rank());
  if (settings_.shows_particles()) open_particles();
}

// A run that was killed before it had one begins it now.
void Simulation::open_particles() {
  auto layout = particle_layout(settings_);
  layout.times = continuation_.frame_times;
  std::int32_t is_new = 1;
  on_root(world_, [&] {
    const auto valid = trajectory_.valid_frames();
    const bool has_frames = std::ranges::any_of(valid, [](auto frames) { return frames > 0; });
    const bool is_there = std::filesystem::exists(folder_ / ParticleFile::file_name);
    is_new = continuation_.is_resumed && (is_there || has_frames) ? 0 : 1;
  });
  world_.broadcast(is_new);
  context_.particles.emplace(
      is_new == 0
          ? ParticleFile::reopen(world_, group_, folder_.path(), layout)
          : ParticleFile::create(world_, group_, folder_.path(), layout, IfPresent::refuse));
}

TrajectoryFile Simulation::open_trajectory(const std::vector<FileContent>& files) {
  log_.write_to(folder_ / "log.txt");
  if (settings_.network) {
    keep_graph(world_, folder_ / graph_file_name, *settings_.network, continuation_.is_resumed);
  }
  keep_contents(world_, folder_ / contents_file_name, files, continuation_.is_resumed);
  auto layout = trajectory_layout(settings_);
  layout.times = continuation_.frame_times;
  if (continuation_.needs_new_layout) lay_out_anew(layout);
  on_root(world_, [&] { replace_file(folder_ / "input.toml", settings_.resolved); });
  if (continuation_.is_resumed) {
    return TrajectoryFile::reopen(world_, group_, folder_.path(), layout);
  }
  return TrajectoryFile::create(world_, group_, folder_.path(), layout, IfPresent::refuse);
}

void Simulation::lay_out_anew(const TrajectoryLayout& layout) {
  const Timer timer;
  std::int64_t step = 0;
  extend_trajectory(world_, folder_.path(), layout, continuation_.finished, [&] {
    fault_.pause();
    fault_.kill_at("extension", ++step);
  });
  if (settings_.shows_particles()) {
    ParticleLayout of_particles = particle_layout(settings_);
    of_particles.times = layout.times;
    extend_particles(world_, folder_.path(), of_particles, [] {});
  }
  log_.info("the trajectory has room for {} frames of {} member{} now, those it held copied in {}",
            layout.frames(), layout.members, layout.members == 1 ? "" : "s",
            format_duration(timer.seconds()));
}

std::string Simulation::diagnostics_header() const {
  return DiagnosticsRow::header(settings_.fields(), settings_.quantities());
}

std::string Simulation::spectrum_header() const {
  std::string header = "member,time";
  for (const std::int64_t start : method_->shells()) header += fmt::format(",shell_{}", start);
  return header;
}

void Simulation::merge_tables(const std::function<int(std::int64_t)>& group_of) {
  const std::string spectra = spectrum_header();
  on_root(world_, [&] {
    TimeTable::divide(folder_.path(), "diagnostics", diagnostics_header(), group_of);
    if (has_spectra()) TimeTable::divide(folder_.path(), "spectrum", spectra, group_of);
  });
}

// Lines of members in flight go to the group that continues them, which drops those too late.
void Simulation::open_tables(const std::vector<Batch>& all) {
  merge_tables([&](std::int64_t member) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool is_in = member >= all[i].first && member < all[i].first + all[i].count;
      if (is_in) return static_cast<int>(i) % division_.groups;
    }
    return 0;
  });
  const std::string spectra = spectrum_header();
  collectively(world_, [&] {
    if (!group_.is_root()) return;
    context_.diagnostics.emplace(folder_.path(), "diagnostics", diagnostics_header(), group_index_);
    if (has_spectra()) {
      context_.spectra.emplace(folder_.path(), "spectrum", spectra, group_index_);
    }
  });
}

void Simulation::introduce() {
  log_.info("Parapet {}: {} into {}, {} rank{}", version(), settings_.name, folder_.path().string(),
            world_.size(), world_.size() == 1 ? "" : "s");
  log_.info("{}", method_->description());
  if (settings_.is_ensemble()) {
    log_.info("{} members, {} at a time on each of {} group{} of {} rank{}",
              settings_.ensemble.members, forecast_.batch, division_.groups,
              division_.groups == 1 ? "" : "s", division_.ranks_per_member,
              division_.ranks_per_member == 1 ? "" : "s");
  }
  log_.info("memory about {} a rank, trajectory {}", format_bytes(forecast_.memory_per_rank),
            format_bytes(forecast_.trajectory_bytes));
  for (const auto& note : settings_.notes) log_.warning("{}", note);
}

ExitCode Simulation::run() {
  const Timer timer;
  const double waited_before = seconds_waited();
  const auto all = unfinished_batches(world_, folder_, continuation_.is_resumed,
                                      settings_.ensemble.members, forecast_.batch);
  const auto mine = division_.share_of(group_index_, all);
  for (const Batch& batch : mine) my_members_ += batch.count;
  introduce();
  open_tables(all);
  publish("running");
  if (compute(mine) == BatchOutcome::stopped) {
    log_.warning("stopped {} as asked, state saved: run again with --resume",
                 options_.folder.string());
    return ExitCode::resumable;
  }
  context_.diagnostics.reset();
  context_.spectra.reset();
  merge_tables([](std::int64_t) { return 0; });
  if (all.empty()) {
    log_.info("{}: complete already", folder_.path().string());
  } else {
    report_run(world_, log_, folder_, settings_, schedule_);
    const double seconds = timer.seconds();
    log_.info("done in {}{}: {}", format_duration(seconds),
              waiting_text(world_, (seconds_waited() - waited_before) / seconds),
              folder_.path().string());
  }
  return ExitCode::done;
}

// All groups compute their batches; a group that fails or is stopped takes the others with it.
BatchOutcome Simulation::compute(const std::vector<Batch>& mine) {
  std::optional<Failure> failure;
  BatchOutcome outcome = BatchOutcome::finished;
  try {
    outcome = run_share(mine);
  } catch (const Failure& thrown) {
    // What only this rank knows ends the whole program; what the group agreed on is passed on.
    if (!thrown.is_collective() && group_.size() > 1) throw;
    failure = thrown;
    relay_.announce();
  }
  relay_.finish([&] { return stop_.local_code(group_) != 0; });
  log_.gather(world_);
  const bool is_stopped = world_.any(outcome == BatchOutcome::stopped);
  const bool has_failed = world_.any(failure.has_value());
  collectively(world_, [&] {
    try {
      publish(is_stopped || has_failed ? "stopped" : "complete");
    } catch (const std::exception&) {
      if (!has_failed) throw;  // else the user should be told what failed first
    }
    if (failure) throw *failure;
  });
  return is_stopped ? BatchOutcome::stopped : BatchOutcome::finished;
}

BatchOutcome Simulation::run_share(const std::vector<Batch>& mine) {
  for (const Batch& batch : mine) {
    batch_members_ = batch.count;
    if (run_batch(batch, continuation_.is_resumed) == BatchOutcome::stopped)
      return BatchOutcome::stopped;
    done_members_ += batch.count;
    show_progress(0.0);
    return_free_memory();
  }
  return BatchOutcome::finished;
}

BatchOutcome Simulation::run_batch(const Batch& members, bool is_again) {
  MemberBatch batch(context_, members);
  try {
    if (is_again) {
      batch.continue_or_start();
    } else {
      batch.start();
    }
    return batch.run();
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::blew_up || !failure.is_collective()) throw;
    return handle_blow_up(batch, members, failure);
  }
}

// Members do not depend on their batch: after a failure each is computed alone, so that only those
// that blow up are lost.
BatchOutcome Simulation::handle_blow_up(MemberBatch& batch, const Batch& members,
                                        const Failure& failure) {
  const std::string what = batch.describe_blow_up(failure);
  if (!settings_.is_ensemble() || settings_.ensemble.on_failure == "stop") {
    batch.write_blown_up_state();
    // The others of its batch, stopped with it, are not to be taken for failed on a restart.
    if (members.count == 1) batch.certify_failure();
    throw Failure(ExitCode::blew_up,
                  fmt::format("{}; that state is in {}, the last checkpoint is as it was", what,
                              (folder_ / "state.blowup.h5").string()),
                  true);
  }
  log_.warning("{}", what);
  if (members.count == 1) {
    batch.certify_failure();
    return BatchOutcome::finished;
  }
  batch.remove_checkpoints();
  for (std::int64_t m = members.first; m < members.first + members.count; ++m) {
    if (run_batch({m, 1}, true) == BatchOutcome::stopped) return BatchOutcome::stopped;
  }
  return BatchOutcome::finished;
}

void Simulation::show_progress(double done_of_batch) {
  const double mine =
      static_cast<double>(done_members_) + done_of_batch * static_cast<double>(batch_members_);
  const double share = my_members_ == 0 ? 1.0 : mine / static_cast<double>(my_members_);
  progress_.update(share * progress_options(settings_, schedule_).total);
}

void Simulation::publish(const std::string& status) {
  constexpr double between = 1.0;  // seconds
  if (!world_.is_root() || (status == "running" && since_published_.seconds() < between)) return;
  trajectory_.publish_progress(status);
  write_xdmf(folder_.path(), trajectory_.layout(), trajectory_.valid_frames());
  if (context_.particles) context_.particles->publish_description();
  since_published_.restart();
}

}  // namespace

ExitCode run(const Communicator& world, const RunSettings& settings, const RunOptions& options) {
  const bool is_resumed = options.use == FolderUse::resume;
  try {
    Simulation simulation(world, settings, options, contents_of_files(world, settings, is_resumed));
    return simulation.run();
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::bad_input) throw;
    throw settings.placed(failure);
  }
}

}  // namespace parapet
