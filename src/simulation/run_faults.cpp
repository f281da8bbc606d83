#include "simulation/run_faults.hpp"

#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

constexpr double most_points = 9e15;  // beyond it a point's index is no longer exact in a double
constexpr double most_steps = 1e12;
constexpr double most_events = 1e7;
constexpr double whole = 1e-9;

void check_grid(InputFile& file, const RunSettings& settings) {
  const GridSettings& grid = settings.grid;
  const std::size_t axes = grid.points.size();
  const auto fits = [&](const std::vector<double>& values) {
    return values.size() == 1 || values.size() == axes;
  };
  const auto expected = fmt::format("expected one number, or {} like [grid] points", axes);
  if (!fits(grid.lower)) file.fault("grid", "lower", expected);
  if (!fits(grid.length)) file.fault("grid", "length", expected);
  if (const auto wanted = settings.only_dimensions(); wanted && *wanted != settings.dimensions()) {
    file.fault("grid", "points",
               fmt::format("{} numbers, but the equation \"{}\" exists in {} dimensions", axes,
                           settings.problem.name, *wanted));
  }
  double points = 1.0;
  for (const std::int64_t n : grid.points) points *= static_cast<double>(n);
  if (points > most_points) {
    file.fault("grid", "points",
               fmt::format("{:.3g} grid points are more than the {:.3g} Parapet can number", points,
                           most_points));
  }
}

void check_time(InputFile& file, const RunSettings& settings) {
  const TimeSettings& time = settings.time;
  if (time.step && time.tolerance) {
    file.fault("time", "step", "either `step` or `tolerance` is to be given, not both");
  }
  if (!time.step && !time.tolerance) {
    file.fault("time", "", "`step` or `tolerance` is to be given");
  }
  if (!time.step) return;
  if (*time.step > time.end) {
    file.fault("time", "step", fmt::format("{} is beyond the end, {}", *time.step, time.end));
  } else if (time.end / *time.step > most_steps) {
    file.fault(
        "time", "step",
        fmt::format("makes {:.2g} steps, more than {:.0g}", time.end / *time.step, most_steps));
  }
}

void check_folder(InputFile& file, const std::string& folder) {
  const std::filesystem::path path(folder);
  bool climbs = false;
  for (const auto& part : path) climbs = climbs || part == "..";
  if (path.is_absolute() || climbs) {
    file.fault("output", "folder",
               "an input file names a folder below the one the program is started in; for any "
               "other place use `--folder` on the command line");
  }
}

void check_interval(InputFile& file, const char* section, double interval, double end) {
  if (interval > end * (1.0 + whole)) {
    file.fault(section, "interval", fmt::format("{} is beyond the end, {}", interval, end));
  } else if (end / interval > most_events) {
    file.fault(section, "interval",
               fmt::format("makes {:.3g} of them, more than {:.0g}", end / interval, most_events));
  }
}

void check_output(InputFile& file, const RunSettings& settings) {
  const OutputSettings& output = settings.output;
  const double end = settings.time.end;
  check_folder(file, output.folder);
  if (output.frames && output.interval) {
    file.fault("output", "interval", "either `frames` or `interval` is to be given, not both");
  } else if (output.interval) {
    check_interval(file, "output", *output.interval, end);
    const double count = end / *output.interval;
    if (count >= 1.0 - whole && std::abs(count - std::round(count)) > whole * count) {
      file.fault("output", "interval",
                 fmt::format("[time] end = {} is not a whole number of intervals of {}", end,
                             *output.interval));
    }
  }
  if (output.file_layout() != FileLayout::pdebench) return;
  if (settings.grid.points.size() > 1) {
    file.fault("output", "layout", "PDEBench's layout holds one-dimensional fields only");
  }
  if (settings.components() > 1) {
    file.fault("output", "layout", "PDEBench's layout holds one scalar field only");
  }
  if (output.value_precision() != Precision::float32) {
    file.fault("output", "precision", "PDEBench's layout holds float32 values");
  }
}

void check_rest(InputFile& file, const RunSettings& settings, int ranks) {
  if (settings.diagnostics.interval) {
    check_interval(file, "diagnostics", *settings.diagnostics.interval, settings.time.end);
  }
  const std::string& every = settings.checkpoint.every;
  const auto seconds = parse_duration(every);
  if (every != "never" && (!seconds || *seconds <= 0.0)) {
    file.fault("checkpoint", "every",
               fmt::format("\"{}\" is no duration above zero like \"10min\" or \"1h30m\", nor "
                           "\"never\"",
                           every));
  }
  if (settings.ensemble.ranks_per_member > ranks) {
    file.fault("ensemble", "ranks_per_member",
               fmt::format("{} ranks are wanted for a member, there are {}",
                           settings.ensemble.ranks_per_member, ranks));
  }
}

void add_notes(RunSettings& settings) {
  if (settings.grid.dealiasing == "none") {
    settings.notes.emplace_back(
        "[grid] dealiasing = \"none\": products of fields alias onto the kept modes");
  }
  const int degree = settings.spectral_form().degree;
  if (settings.grid.dealiasing == "2/3" && degree > 2) {
    settings.notes.push_back(
        fmt::format("[grid] dealiasing = \"2/3\": products of {} fields alias onto the kept modes; "
                    "\"1/2\" or \"auto\" keeps them out",
                    degree));
  }
  if (settings.problem.form == "vector" && settings.grid.points.size() == 1) {
    settings.notes.emplace_back("[equation] form: in one dimension the vector form is the scalar");
  }
}

}  // namespace

void find_faults(InputFile& file, RunSettings& settings, const Machine& machine) {
  if (!settings.grid.points.empty()) check_grid(file, settings);
  check_time(file, settings);
  check_output(file, settings);
  check_rest(file, settings, machine.ranks);
  if (file.has_faults() || settings.grid.points.empty()) return;
  for (const auto& fault :
       settings.problem.initial.faults(settings.grid.grid(), settings.fields())) {
    file.fault("initial", "", fault);
  }
  refuse_too_large(file, settings, machine);
  add_notes(settings);
}

}  // namespace parapet
