// The solvers' program: command line only.
//
//   mpirun -n 2 parapet run input/burgers-1d.toml
//   parapet check input/burgers-3d.toml --ranks 64
//   parapet describe burgers

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/paths.hpp"
#include "base/session.hpp"
#include "base/stop_request.hpp"
#include "base/text.hpp"
#include "base/timer.hpp"
#include "base/version.hpp"
#include "simulation/analyse.hpp"
#include "simulation/bench.hpp"
#include "simulation/check.hpp"
#include "simulation/compare.hpp"
#include "simulation/file_info.hpp"
#include "simulation/forecast.hpp"
#include "simulation/manual.hpp"
#include "simulation/simulation.hpp"

namespace parapet {
namespace {

constexpr const char* footer =
    "Exit status: 0 done, 1 bad input, 2 the solution blew up, 3 a file could not be written or\n"
    "read, 4 a checkpoint or data file is unusable, 64 stopped on request (run again with\n"
    "--resume), 70 a defect of Parapet. In parallel: mpirun -n RANKS parapet run INPUT";

struct Arguments {
  std::string input;
  std::vector<std::string> overrides;
  std::string folder;
  std::string max_walltime;
  std::string name;
  std::string report, bench_part;
  std::int64_t most_particles = 10'000'000;
  std::vector<double> near;
  std::vector<std::int64_t> particles;
  double step = 0.0;
  int ranks = 0;
  bool is_resumed = false, is_overwritten = false, is_quiet = false, is_short = false,
       is_json = false;
};

void print_on_root(const Communicator& world, const std::string& text) {
  if (world.is_root()) std::fputs(text.c_str(), stdout);
}

void add_input(CLI::App& command, Arguments& arguments) {
  command.add_option("input", arguments.input, "input file (TOML)")->required();
  command
      .add_option("--set", arguments.overrides,
                  "section.key=value: overrides what the input file says")
      ->allow_extra_args(false);
}

RunSettings read_settings(const Communicator& world, const Arguments& arguments,
                          const Machine& machine) {
  return RunSettings::read(world, arguments.input, arguments.overrides, machine);
}

FolderUse folder_use(const Arguments& arguments) {
  if (arguments.is_resumed) return FolderUse::resume;
  return arguments.is_overwritten ? FolderUse::overwrite : FolderUse::fresh;
}

ExitCode run_command(const Communicator& world, const Arguments& arguments, const Timer& since) {
  StopRequest::catch_signals();
  RunOptions options;
  if (!arguments.max_walltime.empty()) {
    options.max_walltime = parse_duration(arguments.max_walltime);
    if (!options.max_walltime) {
      throw Failure(
          ExitCode::bad_input,
          fmt::format("--max-walltime: \"{}\" is no duration like 3h50m", arguments.max_walltime),
          true);
    }
  }
  const RunSettings settings = read_settings(world, arguments, Machine::here(world));
  options.folder = arguments.folder.empty() ? settings.output.folder : arguments.folder;
  if (const auto fault = fault_in_folder_name(options.folder.string())) {
    throw Failure(ExitCode::bad_input, fmt::format("--folder: {}", *fault), true);
  }
  options.use = folder_use(arguments);
  options.is_quiet = arguments.is_quiet;
  options.since = since;
  return run(world, settings, options);
}

ExitCode check_command(const Communicator& world, const Arguments& arguments) {
  Machine machine = Machine::here(world);
  if (arguments.ranks > 0) machine = machine.with_ranks(arguments.ranks);
  const RunSettings settings = read_settings(world, arguments, machine);
  print_on_root(world, check_report(world, settings, machine));
  return ExitCode::done;
}

ExitCode analyse_command(const Communicator& world, const Arguments& arguments) {
  const RunSettings settings = read_settings(world, arguments, Machine::here(world));
  print_on_root(world, turing_report(settings, arguments.near, arguments.is_json));
  return ExitCode::done;
}

void add_commands(CLI::App& app, Arguments& arguments) {
  auto* run = app.add_subcommand("run", "compute what an input file says");
  add_input(*run, arguments);
  auto* resume = run->add_flag("--resume", arguments.is_resumed, "continue an interrupted run");
  run->add_flag("--overwrite", arguments.is_overwritten, "replace the run the folder holds")
      ->excludes(resume);
  run->add_option("--folder", arguments.folder, "write here, not where the input file says");
  run->add_option("--max-walltime", arguments.max_walltime,
                  "save the state and stop in time, e.g. 3h50m");
  run->add_flag("--quiet", arguments.is_quiet, "only warnings on the terminal");

  auto* check = app.add_subcommand("check", "what a run would do: nothing is written");
  add_input(*check, arguments);
  check->add_option("--ranks", arguments.ranks, "on so many ranks, all on a node like this")
      ->check(CLI::Range(1, 10'000'000));

  auto* turing = app.add_subcommand("analyse", "what theory says of an input file")
                     ->require_subcommand(1)
                     ->add_subcommand("turing", "which waves grow about the uniform steady state");
  add_input(*turing, arguments);
  turing->add_option("--near", arguments.near, "look for the state near here, e.g. 1,0.9")
      ->delimiter(',');
  turing->add_flag("--json", arguments.is_json, "as JSON");

  auto* compare = app.add_subcommand(
      "compare", "a process both ways: how far particles are from the density, and its slope in N");
  add_input(*compare, arguments);
  compare->add_option("--particles", arguments.particles, "numbers of them, e.g. 1000,10000")
      ->delimiter(',')
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000'000}));
  compare->add_option("--step", arguments.step, "of both views, in the place of [time] step")
      ->check(CLI::PositiveNumber);
  compare->add_flag("--json", arguments.is_json, "as JSON");

  app.add_subcommand("list", "the equations there are");
  app.add_subcommand("describe", "an equation or a section of the input file")
      ->add_option("name", arguments.name, "e.g. burgers, grid, initial")
      ->required();
  app.add_subcommand("info", "what a trajectory or checkpoint holds")
      ->add_option("file", arguments.input, "*.h5")
      ->required();
  auto* bench = app.add_subcommand("bench", "the speed of this machine and of Parapet on it");
  bench->add_option("--output", arguments.report, "write the JSON report here as well");
  bench->add_option("--folder", arguments.folder, "measure the speed of files here");
  bench->add_option("--only", arguments.bench_part, "one part of it")
      ->check(CLI::IsMember(std::vector<std::string>(bench_parts.begin(), bench_parts.end())));
  bench->add_option("--particles", arguments.most_particles, "of the largest number compared")
      ->check(CLI::Range(std::int64_t{100'000}, std::int64_t{10'000'000'000}));
  bench->add_flag("--short", arguments.is_short, "small sizes: seconds instead of minutes");
}

ExitCode dispatch(const Communicator& world, const CLI::App& app, const Arguments& arguments,
                  const Timer& since) {
  if (app.got_subcommand("run")) return run_command(world, arguments, since);
  if (app.got_subcommand("check")) return check_command(world, arguments);
  if (app.got_subcommand("analyse")) return analyse_command(world, arguments);
  if (app.got_subcommand("compare")) {
    print_on_root(world,
                  compare_report(world, {arguments.input, arguments.overrides, arguments.particles,
                                         arguments.step, arguments.is_json}));
  }
  if (app.got_subcommand("list")) print_on_root(world, equation_list());
  if (app.got_subcommand("describe")) print_on_root(world, manual_page(world, arguments.name));
  if (app.got_subcommand("info")) print_on_root(world, file_info(world, arguments.input));
  if (app.got_subcommand("bench")) {
    const std::string folder = arguments.folder.empty() ? "." : arguments.folder;
    print_on_root(world, run_bench(world, {arguments.is_short, folder, arguments.report,
                                           arguments.bench_part, arguments.most_particles}));
  }
  return ExitCode::done;
}

// CLI11 says of an unknown command only that one is needed.
std::string explanation_of(const CLI::App& app, const CLI::ParseError& error, int argc,
                           char** argv) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  const std::string word = argc > 1 ? argv[1] : "";
  const bool is_command =
      word.empty() || word[0] == '-' || std::find(names.begin(), names.end(), word) != names.end();
  if (is_command) return error.what();
  const auto nearest = nearest_name(word, names);
  return fmt::format("there is no command \"{}\"{}; there are: {}", word,
                     nearest ? fmt::format(" (did you mean \"{}\"?)", *nearest) : std::string(),
                     join(names));
}

// Every rank parses the same words; rank 0 alone speaks.
ExitCode parapet_main(const Communicator& world, int argc, char** argv) {
  const Timer since;
  Arguments arguments;
  CLI::App app("Parapet: parallel solvers for the equations behind machine learning.", "parapet");
  app.footer(footer);
  app.require_subcommand(1);
  app.set_version_flag("--version", [] { return version() + "\n" + library_versions(); });
  add_commands(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      if (world.is_root()) app.exit(error);
      return ExitCode::done;
    }
    if (argc == 1) print_on_root(world, app.help());
    throw Failure(ExitCode::bad_input, "parapet: " + explanation_of(app, error, argc, argv), true);
  }
  return dispatch(world, app, arguments, since);
}

}  // namespace
}  // namespace parapet

int main(int argc, char** argv) {
  return parapet::run_program(argc, argv, [&](const parapet::Communicator& world) {
    return parapet::parapet_main(world, argc, argv);
  });
}
