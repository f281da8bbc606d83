#include "simulation/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "simulation/machine.hpp"

namespace parapet {

namespace {

constexpr double base_memory = 6e7;  // of a rank that has done nothing but start MPI and HDF5
constexpr double bytes_per_complex = 16.0;
constexpr double coefficients_per_mode = 7.0;  // doubles of ETDRK4 for one step size

bool has_own_parameters(const RunSettings& settings) {
  return std::any_of(settings.varied.begin(), settings.varied.end(),
                     [](const auto& varied) { return varied.section == "equation"; });
}

double member_memory(const RunSettings& settings) {
  const SpectralFormTraits form = settings.spectral_form();
  const double stepper = 3.0 * (form.fields + form.products) + form.derived;
  const double coefficients =
      has_own_parameters(settings) ? form.symbols * coefficients_per_mode * sizeof(double) : 0.0;
  return kept_modes(settings) * (stepper * bytes_per_complex + coefficients);
}

// The transform's arrays have one axis in full, the coefficients are those of a few step sizes, and
// a frame is a field in physical space, once as computed and once as stored.
double shared_memory(const RunSettings& settings) {
  const SpectralFormTraits form = settings.spectral_form();
  const double inside = std::max(form.fields + form.derived, form.products);
  const double sets = settings.time.tolerance ? 4.0 : 2.0;
  const double modes = kept_modes(settings);
  const double transform = inside * bytes_per_complex * 1.5;
  const double points = static_cast<double>(settings.grid.grid().point_count());
  return modes * (transform + sets * form.symbols * coefficients_per_mode * sizeof(double)) +
         points * form.fields * 2.5 * sizeof(double);
}

double memory_of(const RunSettings& settings, double batch, double ranks) {
  return base_memory +
         (batch * member_memory(settings) + shared_memory(settings)) / std::max(1.0, ranks);
}

int wished_ranks_per_member(const RunSettings& settings, const Machine& machine) {
  const auto wished = static_cast<int>(settings.ensemble.ranks_per_member);
  if (wished > 0) return wished;
  // The transform deals whole short lines: a second rank would have nothing to do.
  const auto& points = settings.grid.points;
  const bool is_short_line =
      points.size() == 1 && points[0] < SpectralTransform::Options{}.shortest_split_line;
  if (is_short_line) return 1;
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
  const Dealiasing rule = settings.transform_options().dealiasing;
  const double share = rule == Dealiasing::none ? 2.0 : rule == Dealiasing::one_half ? 4.0 : 3.0;
  double count = 1.0;
  for (const std::int64_t n : settings.grid.points) {
    count *= 2.0 * std::floor(static_cast<double>(n) / share) + 1.0;
  }
  return std::ceil(count / 2.0);
}

Forecast::Forecast(const RunSettings& settings, const Machine& machine)
    : division(machine.ranks, wished_ranks_per_member(settings, machine)) {
  batch = batch_of(settings, division);
  memory_per_rank = memory_of(settings, static_cast<double>(batch), division.ranks_per_member);
  const double frames = static_cast<double>(settings.output.frame_count(settings.time.end));
  const double points = static_cast<double>(settings.grid.grid().point_count());
  const double value = settings.output.value_precision() == Precision::float32 ? 4.0 : 8.0;
  trajectory_bytes = frames * points * settings.components() * value *
                     static_cast<double>(settings.ensemble.members);
  checkpoint_bytes =
      kept_modes(settings) * settings.components() * bytes_per_complex * static_cast<double>(batch);
  if (settings.time.step) {
    steps = static_cast<double>(schedule_of(settings).step_count(*settings.time.step));
  }
}

void refuse_too_large(InputFile& file, const RunSettings& settings, const Machine& machine) {
  const Forecast forecast(settings, machine);
  const double needed = forecast.memory_per_rank * machine.ranks_per_node;
  if (needed <= machine.node_memory) return;
  file.fault("grid", "points",
             fmt::format("needs {}, node has {} ({} ranks on it, {} each)", format_bytes(needed),
                         format_bytes(machine.node_memory), machine.ranks_per_node,
                         format_bytes(forecast.memory_per_rank)));
}

}  // namespace parapet
