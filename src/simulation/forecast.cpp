#include "simulation/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "simulation/machine.hpp"

namespace parapet {

namespace {

constexpr double base_memory = 4e7;  // of a rank that has done nothing but start MPI and HDF5
constexpr double bytes_per_complex = 16.0;
constexpr std::int64_t shortest_split_graph = 5000;  // nodes

bool has_own_parameters(const RunSettings& settings) {
  return std::any_of(settings.varied.begin(), settings.varied.end(),
                     [](const auto& varied) { return varied.section == "equation"; });
}

/// Coefficient sets in use at once: of equal steps, or under error control of several lengths.
double coefficient_sets(const RunSettings& settings, double with_equal_steps) {
  return settings.time.tolerance ? 2.0 * with_equal_steps : with_equal_steps;
}

double coefficient_bytes(const RunSettings& settings) {
  return settings.spectral_form().coefficients * sizeof(double);
}

/// Bytes of one array of a field on cells, with its ghosts, as one rank of so many holds it.
double cell_array_bytes(const RunSettings& settings, double ranks) {
  const CellTraits traits = settings.cell_form();
  const double axes = settings.dimensions();
  const double cells = static_cast<double>(settings.grid.grid().point_count()) / ranks;
  const double side = std::pow(cells, 1.0 / axes);
  return std::pow(side + 2.0 * traits.ghosts, axes) * sizeof(double);
}

/// The graph, of which every rank has the whole, and the rows of its own nodes.
double graph_bytes(const RunSettings& settings, double ranks) {
  if (!settings.network) return 0.0;
  const auto edges = static_cast<double>(settings.network->edge_count());
  return edges * (sizeof(Graph::Edge) + sizeof(double) + 64.0 / ranks);
}

double cell_memory_of(const RunSettings& settings, double batch, double ranks) {
  const CellTraits traits = settings.cell_form();
  const double kept = batch * traits.arrays * traits.components + traits.shared_arrays;
  // The initial field passes through a transform; checkpoints and frames are copies without ghosts.
  const double copied = 2.0 * traits.components + 2.0;
  const double whole =
      traits.whole_grids * sizeof(double) * static_cast<double>(settings.grid.grid().point_count());
  const double particles = batch * traits.particle_bytes *
                           static_cast<double>(settings.particles.count) / std::max(1.0, ranks);
  return base_memory + whole + particles + graph_bytes(settings, std::max(1.0, ranks)) +
         (kept + copied) * cell_array_bytes(settings, std::max(1.0, ranks));
}

/// Numbers that a checkpoint keeps of each particle.
double particle_arrays(const RunSettings& settings) {
  const AnyEquation& equation = settings.problem.equation;
  return is_particle_system(equation) ? particle_numbers(equation, settings.dimensions()).count()
                                      : settings.dimensions() + 1;
}

double member_memory(const RunSettings& settings) {
  const double arrays = settings.spectral_form().arrays;
  const double coefficients = has_own_parameters(settings)
                                  ? coefficient_sets(settings, 1.0) * coefficient_bytes(settings)
                                  : 0.0;
  return kept_modes(settings) * (arrays * bytes_per_complex + coefficients);
}

/// Points along an axis over modes kept along it.
double points_per_mode(const RunSettings& settings) {
  const Dealiasing rule = settings.transform_options().dealiasing;
  return rule == Dealiasing::none ? 1.0 : rule == Dealiasing::one_half ? 2.0 : 1.5;
}

/// Between walls alone modes are real, stored with an imaginary part of zero.
bool has_real_modes(const RunSettings& settings) {
  const Grid grid = settings.grid.grid();
  const auto* const begin = grid.is_periodic.data();
  return std::none_of(begin, begin + grid.dimensions, [](bool is_periodic) { return is_periodic; });
}

/// A frame of the field with most components, as transformed and as stored, and the values that
/// are looked through for the largest.
double point_memory(const RunSettings& settings) {
  double values = 1.0;
  for (const FieldName& field : settings.fields()) {
    values = std::max(values, field.components == 1 ? 1.0 : 2.0 * field.components);
  }
  const double points = static_cast<double>(settings.grid.grid().point_count());
  return points * (values + 1.0) * sizeof(double);
}

/// Of the members of a batch together: the transform's arrays, of all inputs and products, have one
/// axis in full.
double shared_memory(const RunSettings& settings) {
  const SpectralFormTraits form = settings.spectral_form();
  const double value = has_real_modes(settings) ? 0.5 * bytes_per_complex : bytes_per_complex;
  const double transform = form.transformed * value * points_per_mode(settings);
  const double coefficients = coefficient_sets(settings, 2.0) * coefficient_bytes(settings);
  return kept_modes(settings) * (transform + coefficients) + point_memory(settings);
}

double memory_of(const RunSettings& settings, double batch, double ranks) {
  if (!settings.is_spectral()) return cell_memory_of(settings, batch, ranks);
  return base_memory +
         (batch * member_memory(settings) + shared_memory(settings)) / std::max(1.0, ranks);
}

int wished_ranks_per_member(const RunSettings& settings, const Machine& machine) {
  const auto wished = static_cast<int>(settings.ensemble.ranks_per_member);
  if (wished > 0) return wished;
  // The transform deals whole lines, if they are short or end at walls: a second rank would have
  // nothing to do.
  const auto& points = settings.grid.points;
  const bool is_short_line =
      settings.is_spectral() && points.size() == 1 &&
      (has_real_modes(settings) || points[0] < SpectralTransform::Options{}.shortest_split_line);
  // What the ranks of a small graph would exchange takes longer than its nodes do.
  const bool is_small_graph = settings.network && points[0] < shortest_split_graph;
  if (is_short_line || is_small_graph) return 1;
  const auto share =
      machine.ranks / std::min<std::int64_t>(machine.ranks, settings.ensemble.members);
  auto ranks = static_cast<int>(share);
  const double most = 0.8 * machine.memory_per_rank();
  while (ranks < machine.ranks && memory_of(settings, 1.0, ranks) > most) ++ranks;
  return ranks;
}

std::int64_t batch_of(const RunSettings& settings, const Division& division) {
  if (settings.ensemble.batch > 0) return settings.ensemble.batch;
  const auto values = settings.grid.grid().point_count() * settings.components();
  return batch_size(values, settings.ensemble.members, division.groups);
}

}  // namespace

Machine Machine::here(const Communicator& world) {
  return {world.size(), ranks_on_this_node(world), static_cast<double>(memory_limit())};
}

Machine Machine::with_ranks(int wanted) const {
  const auto processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return {wanted, std::min(wanted, std::max(processors, ranks_per_node)), node_memory};
}

Schedule schedule_of(const RunSettings& settings) {
  return Schedule(settings.output.frame_times(settings.time.end), settings.diagnostics.interval);
}

double kept_modes(const RunSettings& settings) {
  const Grid grid = settings.grid.grid();
  const double share = points_per_mode(settings);
  double count = 1.0;
  for (std::size_t a = 0; a < settings.grid.points.size(); ++a) {
    const auto n = static_cast<double>(grid.points[a]);
    count *= grid.is_periodic[a] ? 2.0 * std::floor(n / (2.0 * share)) + 1.0
                                 : std::min(n, std::floor(n / share) + 1.0);
  }
  return has_real_modes(settings) ? count : std::ceil(count / 2.0);
}

Forecast::Forecast(const RunSettings& settings, const Machine& machine)
    : division(machine.ranks, wished_ranks_per_member(settings, machine)) {
  batch = batch_of(settings, division);
  memory_per_rank = memory_of(settings, static_cast<double>(batch), division.ranks_per_member);
  const double frames = static_cast<double>(settings.output.frame_count(settings.time.end));
  const double points = static_cast<double>(settings.grid.grid().point_count());
  const double value = settings.output.value_precision() == Precision::float32 ? 4.0 : 8.0;
  double stored = 0.0;
  for (const FieldName& field : settings.output_fields()) stored += field.components;
  trajectory_bytes =
      frames * points * stored * value * static_cast<double>(settings.ensemble.members);
  const double state =
      settings.is_spectral() ? kept_modes(settings) * bytes_per_complex : points * sizeof(double);
  const int earlier = settings.is_spectral() ? 0 : settings.cell_form().earlier_states;
  checkpoint_bytes = state * settings.components() * (1 + earlier) * static_cast<double>(batch);
  if (settings.has_particles()) {
    checkpoint_bytes = static_cast<double>(settings.particles.count) * sizeof(double) *
                       particle_arrays(settings) * static_cast<double>(batch);
  }
  if (settings.time.step) {
    steps = static_cast<double>(schedule_of(settings).step_count(*settings.time.step));
  } else if (settings.is_exact()) {
    steps = static_cast<double>(schedule_of(settings).events().size() - 1);
  }
}

void refuse_too_large(InputFile& file, const RunSettings& settings, const Machine& machine) {
  const Forecast forecast(settings, machine);
  const double needed = forecast.memory_per_rank * machine.ranks_per_node;
  if (needed <= machine.node_memory) return;
  const bool is_on_graph = settings.network.has_value();
  file.fault(is_on_graph ? "graph" : "grid", is_on_graph ? "" : "points",
             fmt::format("needs {}, node has {} ({} ranks on it, {} each)", format_bytes(needed),
                         format_bytes(machine.node_memory), machine.ranks_per_node,
                         format_bytes(forecast.memory_per_rank)));
}

}  // namespace parapet
