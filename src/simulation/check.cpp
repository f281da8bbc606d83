#include "simulation/check.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/timer.hpp"
#include "methods/particles/particle_solver.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "simulation/initial_file.hpp"
#include "simulation/method.hpp"

namespace parapet {

namespace {

constexpr double most_points_measured = 1 << 20;
constexpr double seconds_measured = 0.3;

// The same problem with fewer points along each axis, where it has too many to try.
RunSettings made_smaller(RunSettings settings) {
  auto& points = settings.grid.points;
  double total = 1.0;
  for (const std::int64_t n : points) total *= static_cast<double>(n);
  while (total > most_points_measured && !settings.network) {
    auto& longest = *std::max_element(points.begin(), points.end());
    longest = std::max<std::int64_t>(2, longest / 2);
    total /= 2.0;
    // A file's field fits the run's own grid only.
    if (settings.problem.initial.kind == "file") settings.problem.initial.kind = "sine";
    for (GivenFieldSettings& given : settings.problem.given) {
      if (given.field.kind == "file") given.field.kind = "uniform";
    }
  }
  return settings;
}

double work_of(const RunSettings& settings) {
  const double points = static_cast<double>(settings.grid.grid().point_count());
  return points * std::log2(std::max(2.0, points));
}

struct Measurement {
  double seconds_per_step = 0.0;  // of one member, on the ranks at hand
  double courant = 0.0;           // of the steps the input asks for, 0 when error control decides
  double steps_to_end = 0.0;      // an estimate where error control decides
};

// A problem without time is one step, solved where it starts.
Measurement measure_start(const Communicator& group, const RunSettings& small) {
  const auto method = make_method(group, small, {});
  const auto solver = method->make_solver(0, 1);
  const Timer timer;
  method->start(*solver, 0, 0);
  Measurement result;
  result.steps_to_end = 1.0;
  result.seconds_per_step = timer.seconds();
  group.broadcast(result.seconds_per_step);
  return result;
}

// Steps are timed with those of the input; a smaller grid needs no smaller ones.
Measurement measure(const Communicator& group, const RunSettings& small) {
  const auto method = make_method(group, small, {});
  const auto solver = method->make_solver(0, 1);
  method->start(*solver, 0, 0);
  // A step of the exact integrator goes to its target at once, the last of which is far enough.
  const double share = small.is_exact() ? 1e-6 : 1.0;
  const auto target = [&] {
    const double t = solver->progress(0).time;
    return t + share * (small.time.end - t);
  };
  solver->step(target());
  Measurement result;
  result.courant = solver->progress(0).courant;
  const Timer timer;
  const MemberProgress before = solver->progress(0);
  while (group.all(timer.seconds() < seconds_measured)) {
    if (!solver->step(target()) && share == 1.0) break;
  }
  const double steps = solver->progress(0).steps - before.steps;
  const double advanced = solver->progress(0).time - before.time;
  result.seconds_per_step = timer.seconds() / std::max(1.0, steps);
  if (advanced > 0.0) result.steps_to_end = small.time.end / (advanced / steps);
  group.broadcast(result.seconds_per_step);
  return result;
}

std::string time_text(const Communicator& world, const RunSettings& settings,
                      const Machine& machine, const Forecast& forecast) {
  const RunSettings small = made_smaller(settings);
  const int ranks = std::min(world.size(), forecast.division.ranks_per_member);
  const Communicator group = world.split(world.rank() / ranks);
  const Measurement measured =
      small.is_steady() ? measure_start(group, small) : measure(group, small);
  const double steps = forecast.steps > 0.0 ? forecast.steps : measured.steps_to_end;
  const double scale =
      work_of(settings) / work_of(small) * ranks / forecast.division.ranks_per_member;
  const double members_a_group =
      std::max(1.0, static_cast<double>(settings.ensemble.members) / forecast.division.groups);
  const double seconds = measured.seconds_per_step * scale * steps * members_a_group;
  std::string text = fmt::format(
      "time: about {} on {}, if they are as fast as these: {:.3g} steps a member, {:.3g} s each by "
      "steps measured now on {}{}{}\n",
      format_duration(seconds), counted(machine.ranks, "rank"), steps,
      measured.seconds_per_step * scale, counted(ranks, "rank"),
      work_of(small) < work_of(settings) ? " on a smaller grid, scaled by N log N" : "",
      ranks < forecast.division.ranks_per_member ? "; what more ranks exchange is not counted"
                                                 : "");
  if (measured.courant > 1.0) {
    text += fmt::format(
        "warning: the step is {:.2g} times the longest stable one at the beginning; beyond 1 "
        "the steps are too large, see [time] step\n",
        measured.courant);
  }
  return text;
}

std::string division_text(const RunSettings& settings, const Machine& machine,
                          const Forecast& forecast) {
  const Division& division = forecast.division;
  const auto members = settings.ensemble.members;
  std::string text = fmt::format("members: {}, {} at a time on each of {} of {}\ngrid: {}\n",
                                 members, forecast.batch, counted(division.groups, "group"),
                                 counted(division.ranks_per_member, "rank"),
                                 describe_division(settings, division.ranks_per_member));
  if (members < division.groups) {
    text += fmt::format("warning: {} of {} ranks will have nothing to do\n",
                        machine.ranks - members * division.ranks_per_member, machine.ranks);
  }
  return text;
}

std::string interaction_text(const RunSettings& settings) {
  if (!settings.has_particles()) return {};
  if (is_particle_system(settings.problem.equation)) {
    return fmt::format("interaction: {}\n",
                       system_interaction(settings.problem.equation, settings.dimensions()));
  }
  const auto [name, reason] = choose_interaction(settings.problem.equation, settings.grid.grid(),
                                                 settings.method_options().particles);
  return fmt::format("interaction: {} ({})\n", name, reason);
}

std::string memory_text(const Forecast& forecast, const Machine& machine) {
  std::string text =
      fmt::format("memory: about {} a rank\n", format_bytes(forecast.memory_per_rank));
  const double node = forecast.memory_per_rank * machine.ranks_per_node;
  if (node > machine.node_memory) {
    text += fmt::format("warning: {} ranks need {}; this node has {}\n", machine.ranks_per_node,
                        format_bytes(node), format_bytes(machine.node_memory));
  }
  return text;
}

std::string report_of(const Communicator& world, const RunSettings& settings,
                      const Machine& machine) {
  contents_of_files(world, settings, /*is_resumed=*/false);
  const Forecast forecast(settings, machine);
  std::string text = fmt::format("{}: no faults\n", settings.name);
  for (const auto& note : settings.notes) text += "warning: " + note + "\n";
  text += division_text(settings, machine, forecast);
  text += interaction_text(settings);
  text += memory_text(forecast, machine);
  text += fmt::format("writes into {}: trajectory {} ({} frames), checkpoints {} each\n",
                      settings.output.folder, format_bytes(forecast.trajectory_bytes),
                      settings.output.frame_count(settings.time.end),
                      format_bytes(forecast.checkpoint_bytes));
  return text + time_text(world, settings, machine, forecast) + "\n" + settings.resolved;
}

}  // namespace

std::string check_report(const Communicator& world, const RunSettings& settings,
                         const Machine& machine) {
  try {
    return report_of(world, settings, machine);
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::bad_input) throw;
    throw settings.placed(failure);
  }
}

}  // namespace parapet
