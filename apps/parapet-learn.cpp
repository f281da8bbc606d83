// parapet-learn train INPUT | evaluate RUN | predict RUN | bench: neural surrogates of what parapet
// solves.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "base/input_file.hpp"
#include "base/log.hpp"
#include "base/paths.hpp"
#include "base/progress.hpp"
#include "base/session.hpp"
#include "base/stop_request.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "learn/benchmark/learn_benchmark.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/evaluation/evaluation.hpp"
#include "learn/evaluation/forecast.hpp"
#include "learn/evaluation/surrogate.hpp"
#include "learn/memory.hpp"
#include "learn/training/scaling.hpp"
#include "learn/training/trainer.hpp"
#include "simulation/equivalent_cost.hpp"

namespace parapet {
namespace {

struct CommandLine {
  std::string input;
  std::vector<std::string> overrides;
  bool resume = false;
  bool overwrite = false;
  std::string run;
  std::string output;
  std::int64_t frame = 0;
  std::int64_t steps = 1;
  std::int64_t pictures = 5;
  double seconds = 3.0;
  bool is_quiet = false;
  std::string walltime;
};

std::optional<double> seconds_of(const std::string& walltime) {
  if (walltime.empty()) return std::nullopt;
  const auto seconds = parse_duration(walltime);
  if (!seconds) {
    throw Failure(ExitCode::bad_input,
                  "--max-walltime " + walltime + ": expected a duration such as 3h50m", true);
  }
  return seconds;
}

void write_resolved(const Communicator& world, const std::filesystem::path& folder,
                    const InputFile& file) {
  on_root(world, [&] {
    std::ofstream stream(folder / "input.toml");
    stream << file.resolved();
    stream.close();
    require(static_cast<bool>(stream), ExitCode::input_output,
            (folder / "input.toml").string() + ": cannot be written");
  });
}

/// How far a training is: a progress bar or, in a file, a line every so often, and the last epoch;
/// training.csv has every epoch.
class TrainingProgress {
 public:
  explicit TrainingProgress(Log& log) : log_(log) {}

  void show(const EpochReport& report) {
    const auto epoch = static_cast<double>(report.epoch);
    // The first epoch that ends sets the clock: rate and time left are of this run's own epochs.
    if (!progress_) {
      progress_.emplace(
          log_, Progress::Options{
                    .total = static_cast<double>(report.epochs), .start = epoch, .unit = "epochs"});
    }
    const auto errors = fmt::format(
        "loss {:.4e}{}", report.loss,
        report.validation ? fmt::format(", validation {:.4e}", *report.validation) : "");
    progress_->update(epoch, errors);
    if (report.epoch == report.epochs) {
      log_.info("epoch {} of {}: {}, {:.1f} s", report.epoch, report.epochs, errors,
                report.seconds);
    }
  }

 private:
  Log& log_;
  std::optional<Progress> progress_;
};

ExitCode train(const Communicator& world, const CommandLine& line) {
  StopRequest stop(seconds_of(line.walltime));
  Log log(world, {line.is_quiet});
  auto file = InputFile::read(world, line.input, line.overrides);
  const auto input = TrainingInput::read(world, file);
  prepare_folder(world, input.folder());
  log.write_to(input.folder() / "log.txt");
  log.info("parapet-learn {}, training in {}", version(), input.folder().string());
  Trainer::Options options;
  options.resume = line.resume;
  options.overwrite = line.overwrite;
  options.log = [&](const std::string& text) { log.info("{}", text); };
  TrainingProgress progress(log);
  options.on_epoch = [&](const EpochReport& report) { progress.show(report); };
  options.is_stop_requested = [&] { return stop.local_code(world) != 0; };
  Trainer trainer(world, input, options);
  write_resolved(world, input.folder(), file);
  const auto code = trainer.run();
  if (code == ExitCode::resumable) {
    log.info("{}: continue with --resume", stop.poll(world).reason);
  } else {
    log.info("digest of the parameters {:016x}", trainer.parameter_digest());
  }
  return code;
}

/// The folder of a training, opened for use.
struct Run {
  std::filesystem::path folder;
  TrainingInput input;
  Surrogate surrogate;
};

Run open_run(const Communicator& world, const CommandLine& line) {
  const std::filesystem::path folder = line.run;
  auto file = InputFile::read(world, folder / "input.toml", line.overrides);
  auto input = TrainingInput::read(world, file);
  std::optional<Surrogate> surrogate;
  collectively(world, [&] { surrogate = Surrogate::load(folder / "model.safetensors"); });
  return {folder, std::move(input), std::move(*surrogate)};
}

// On rank 0 alone, whose memory bandwidth nobody shares meanwhile.
std::optional<SolverCost> solver_cost(const Run& run, const SampleSet& samples,
                                      const Evaluation& evaluation) {
  constexpr std::size_t most_members = 8;
  const auto sample = samples.sample(Part::train, 0);
  if (!samples.is_operator_task()) return std::nullopt;
  const std::span<const std::int64_t> members(evaluation.members);
  EquivalentTask task;
  task.trajectory = run.input.data.trajectory;
  task.members = members.first(std::min(most_members, members.size()));
  task.input_frame = sample.input_frame;
  task.target_frame = sample.target_frame;
  task.stride = run.input.data.stride;
  task.error = evaluation.relative_l2();
  const auto found = equivalent_cost(task);
  if (!found) return std::nullopt;
  return SolverCost{found->points,
                    found->time_step,
                    found->error,
                    found->seconds,
                    static_cast<std::int64_t>(task.members.size()),
                    found->method};
}

ExitCode evaluate_run(const Communicator& world, const CommandLine& line) {
  Log log(world, {line.is_quiet});
  auto run = open_run(world, line);
  const SampleSet samples(world, run.input.data);
  auto evaluation =
      evaluate(world, run.surrogate, samples, static_cast<std::uint64_t>(run.input.training.seed));
  on_root(world, [&] {
    evaluation.solver = solver_cost(run, samples, evaluation);
    write_evaluation(run.folder / "evaluation.json", evaluation);
    write_predictions(run.folder / "predictions.h5", run.surrogate, samples, evaluation,
                      line.pictures);
  });
  const auto relative = static_cast<std::size_t>(Metric::relative_l2);
  log.info("relative L2 error {:.4e} (95 %: {:.4e} to {:.4e}) over {} test members",
           evaluation.relative_l2(), evaluation.interval.low[relative],
           evaluation.interval.high[relative], evaluation.members.size());
  log.info("one prediction takes {:.3g} ms, {:.3g} ms in batches of {}",
           1e3 * evaluation.cost.single, 1e3 * evaluation.cost.batched, evaluation.cost.batch);
  if (evaluation.solver) {
    const auto& solver = *evaluation.solver;
    log.info(
        "Parapet's solver reaches that error on {} points an axis with steps of {:.3g} in "
        "{:.3g} ms",
        solver.points, solver.time_step, 1e3 * solver.seconds);
  }
  return ExitCode::done;
}

ExitCode predict(const Communicator& world, const CommandLine& line) {
  auto run = open_run(world, line);
  prepare_folder(world, line.output);
  forecast(world, run.surrogate, line.input, line.frame,
           run.surrogate.task().is_operator ? 1 : line.steps, line.output);
  return ExitCode::done;
}

// What this machine's limits are and how near training comes: one JSON object on standard output.
ExitCode bench(const Communicator& world, const CommandLine& line) {
  const auto cases = published_cases();
  std::string measured;
  on_root(world, [&] { measured = run_learn_benchmark(cases, line.seconds).to_json(); });
  constexpr std::int64_t global_batch = 40;
  const auto scaling =
      measure_scaling(world, cases.front().shape, cases.front().grid, global_batch, line.seconds);
  on_root(world, [&] {
    fmt::print("{{\"training\": {},\n\"scaling\": {}}}\n", measured,
               scaling_json(scaling, global_batch));
  });
  return ExitCode::done;
}

void add_bench(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand(
      "bench", "training speed against a plain form, and from 1 rank to all of them, as JSON");
  command->add_option("--seconds", line.seconds, "to spend on each figure")
      ->check(CLI::Range(0.1, 600.0));
}

void add_run(CLI::App& command, CommandLine& line) {
  command.add_option("run", line.run, "folder of a training")->required();
  command.add_option("--set", line.overrides, "section.key=value, instead of the training's")
      ->take_all()
      ->allow_extra_args(false);
  command.add_flag("--quiet", line.is_quiet, "say only what goes wrong");
}

void add_evaluate(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand(
      "evaluate", "measure a surrogate on its test members: evaluation.json, predictions.h5");
  add_run(*command, line);
  command->add_option("--pictures", line.pictures, "samples kept in predictions.h5")
      ->check(CLI::Range(1, 1000));
}

void add_predict(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand("predict", "predict from the members of a trajectory");
  add_run(*command, line);
  command->add_option("--input", line.input, "trajectory to start from")->required();
  command->add_option("--output", line.output, "folder for the predicted trajectory")->required();
  command->add_option("--frame", line.frame, "frame to start from; negative counts from the last");
  command->add_option("--steps", line.steps, "step models: frames to predict")
      ->check(CLI::Range(1, 1000000));
}

void add_train(CLI::App& program, CommandLine& line) {
  auto* command = program.add_subcommand("train", "train a surrogate on a trajectory");
  command->add_option("input", line.input, "input file")->required();
  command->add_option("--set", line.overrides, "section.key=value, instead of the input's")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--resume", line.resume, "continue from the newest checkpoint");
  command->add_flag("--overwrite", line.overwrite, "replace a training that is in the folder");
  command->add_flag("--quiet", line.is_quiet, "say only what goes wrong");
  command->add_option("--max-walltime", line.walltime,
                      "stop after this time with a checkpoint, e.g. 3h50m");
}

// CLI11 prints its own messages; every rank reaches the same verdict, rank 0 tells it.
ExitCode run(const Communicator& world, int argc, char** argv) {
  CLI::App program("Neural surrogates of what parapet solves", "parapet-learn");
  program.require_subcommand(1);
  program.set_version_flag("--version", version() + "\n" + library_versions());
  CommandLine line;
  add_train(program, line);
  add_evaluate(program, line);
  add_predict(program, line);
  add_bench(program, line);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    int status = 0;
    if (world.is_root()) status = program.exit(error);
    world.broadcast(status);
    return status == 0 ? ExitCode::done : ExitCode::bad_input;
  }
  // The benchmark compares with memory that is handed back, and keeps it itself thereafter.
  if (program.got_subcommand("bench")) return bench(world, line);
  keep_freed_memory();
  if (program.got_subcommand("evaluate")) return evaluate_run(world, line);
  if (program.got_subcommand("predict")) return predict(world, line);
  return train(world, line);
}

}  // namespace
}  // namespace parapet

int main(int argc, char** argv) {
  return parapet::run_program(argc, argv, [&](const parapet::Communicator& world) {
    return parapet::run(world, argc, argv);
  });
}
