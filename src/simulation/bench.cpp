#include "simulation/bench.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/version.hpp"
#include "grid/fft_benchmark.hpp"
#include "io/io_benchmark.hpp"
#include "io/posix_file.hpp"
#include "methods/cole_hopf.hpp"
#include "methods/spectral_solver.hpp"
#include "simulation/bench_density.hpp"
#include "simulation/bench_particles.hpp"
#include "simulation/bench_reaction.hpp"
#include "simulation/bench_scaling.hpp"
#include "simulation/bench_timing.hpp"
#include "simulation/bench_volume.hpp"
#include "simulation/initial_condition.hpp"

namespace parapet {

namespace {

std::vector<Complex*> component_pointers(SpectralSolver& solver, std::size_t member) {
  std::vector<Complex*> pointers;
  for (int c = 0; c < solver.components(); ++c) pointers.push_back(solver.modes(member, c).data());
  return pointers;
}

/// One step of Burgers' equation beside as many of FFTW-MPI's own full transforms of that grid.
struct StepTiming {
  std::int64_t points = 0;
  int transforms = 0;
  double step = 0.0, fftw_mpi = 0.0;
};

/// ETDRK4 evaluates the products four times, each from `transforms_per_stage` transforms.
struct StepCase {
  std::string_view form;
  int transforms_per_stage;
};
constexpr StepCase scalar{"scalar", 2}, vector_in_3d{"vector", 10};

StepTime time_step(const Communicator& world, const Grid& grid, std::string_view form, int trials) {
  SpectralTransform::Options options;
  options.planning = Planning::measure;
  SpectralTransform transform(world, grid, options);
  Burgers equation;
  equation.viscosity.value = 1e-3;
  StepControl control;
  control.step = 1e-4;
  const auto solver = make_spectral_solver(transform, form, {{equation, {}}}, control);
  InitialSettings initial;
  set_initial_condition({initial, 1, 0, Burgers::fields(form, grid.dimensions)}, transform,
                        component_pointers(*solver, 0));
  solver->set_progress(0, MemberProgress{});
  solver->step(1.0);  // makes the coefficients
  return best_of(world, trials, [&] { solver->step(1.0); });
}

std::string step_text(const StepTiming& timing) {
  return fmt::format(
      "{{\"points\": {}, \"step_ms\": {:.4g}, \"transforms\": {}, "
      "\"fftw_mpi_transforms_ms\": {:.4g}, \"step_over_fftw_mpi\": {:.4g}}},\n",
      timing.points, timing.step * 1e3, timing.transforms, timing.fftw_mpi * 1e3,
      timing.step / timing.fftw_mpi);
}

/// The transforms of one grid of n points an axis, which are measured once, and the steps of the
/// cases on it.
std::string steps_text(const Communicator& world, int dimensions, std::int64_t n, int trials,
                       std::span<const StepCase> cases) {
  Grid grid;
  grid.dimensions = dimensions;
  std::fill_n(grid.points.begin(), dimensions, n);
  const TransformTiming eight = measure_transforms(world, grid, 1);
  std::string text = fmt::format(
      "  \"transforms_{}d\": {{\"points\": {}, \"transforms\": 8, \"parapet_ms\": {:.4g}, "
      "\"fftw_mpi_ms\": {:.4g}, \"no_flux_ms\": {:.4g}, \"no_flux_over_periodic\": {:.4g}}},\n",
      dimensions, n, eight.four_pointwise_applications * 1e3, eight.fftw_mpi_eight_transforms * 1e3,
      eight.four_between_walls * 1e3, eight.four_between_walls / eight.four_pointwise_applications);
  for (const StepCase& one : cases) {
    const int transforms = 4 * one.transforms_per_stage;
    const double fftw_mpi = eight.fftw_mpi_eight_transforms / 8.0 * transforms;
    text += fmt::format("  \"burgers_{}d_{}\": ", dimensions, one.form);
    text += step_text({n, transforms, time_step(world, grid, one.form, trials).seconds, fftw_mpi});
  }
  return text;
}

std::string burgers_text(const Communicator& world, bool is_short) {
  const int trials = is_short ? 3 : 12;
  return steps_text(world, 2, is_short ? 128 : 1024, trials, std::array{scalar}) +
         steps_text(world, 3, is_short ? 32 : 128, trials, std::array{scalar, vector_in_3d});
}

/// The data set of the Fourier neural operator's paper (Li et al. 2021), made and compared with the
/// exact solution.
struct EnsembleTiming {
  std::int64_t members = 0, points = 0;
  double tolerance = 0.0, members_per_second = 0.0, largest_error = 0.0;
};

double error_of(SpectralTransform& transform, SpectralSolver& solver, std::size_t member,
                const std::vector<Complex>& start, double viscosity) {
  const Grid& grid = transform.grid();
  const auto exact = ColeHopf(start, grid.length[0], viscosity).at(1.0, grid.points[0]);
  std::vector<double> computed(transform.point_count());
  const Complex* modes = solver.modes(member, 0).data();
  double* points = computed.data();
  transform.to_points({&modes, 1}, {&points, 1});
  double difference = 0.0, size = 0.0;
  for (std::size_t i = 0; i < computed.size(); ++i) {
    difference += (computed[i] - exact[i]) * (computed[i] - exact[i]);
    size += exact[i] * exact[i];
  }
  return std::sqrt(difference / size);
}

ScalingCase spectral_case(bool is_short) {
  Grid grid;
  grid.dimensions = 3;
  grid.points.fill(is_short ? 32 : 128);
  return {"burgers_3d_vector_spectral", [=](const Communicator& ranks) {
            return time_step(ranks, grid, vector_in_3d.form, is_short ? 2 : 5);
          }};
}

std::string scaling_text(const Communicator& world, bool is_short) {
  std::vector<ScalingCase> cases = reaction_scaling(is_short);
  for (auto& one : volume_scaling(is_short)) cases.push_back(std::move(one));
  for (auto& one : density_scaling(is_short)) cases.push_back(std::move(one));
  for (auto& one : particle_scaling(is_short)) cases.push_back(std::move(one));
  cases.push_back(spectral_case(is_short));
  return bench_scaling(world, cases, is_short);
}

EnsembleTiming time_ensemble(const Communicator& world, bool is_short) {
  const Communicator self = world.split(world.rank());
  EnsembleTiming timing;
  timing.points = is_short ? 512 : 8192;
  timing.tolerance = 3e-8;
  const std::size_t batch = 8, batches = is_short ? 1 : 6;
  Grid grid;
  grid.points = {timing.points, 1, 1};
  SpectralTransform transform(self, grid, {});
  const Burgers equation;
  StepControl control;
  control.tolerance = timing.tolerance;
  const auto solver = make_spectral_solver(
      transform, "scalar", std::vector<SpectralMember>(batch, {equation, {}}), control);
  const InitialSettings initial;
  double seconds = 0.0;
  for (std::size_t b = 0; b < batches; ++b) {
    std::vector<std::vector<Complex>> starts;
    world.barrier();
    const Timer timer;
    for (std::size_t m = 0; m < batch; ++m) {
      const auto number =
          (b * static_cast<std::size_t>(world.size()) + static_cast<std::size_t>(world.rank())) *
              batch +
          m;
      set_initial_condition({initial, 1, number, {{"u"}}}, transform,
                            component_pointers(*solver, m));
      solver->set_progress(m, MemberProgress{});
      starts.push_back(gather_line_modes(transform, solver->modes(m, 0).data()));
    }
    while (solver->step(1.0)) {
    }
    seconds += timer.seconds();
    for (std::size_t m = 0; m < batch; ++m) {
      timing.largest_error = std::max(
          timing.largest_error, error_of(transform, *solver, m, starts[m], equation.viscosity));
    }
  }
  timing.members = static_cast<std::int64_t>(batch * batches) * world.size();
  timing.members_per_second =
      static_cast<double>(timing.members) / world.all_reduce(seconds, Reduction::maximum);
  timing.largest_error = world.all_reduce(timing.largest_error, Reduction::maximum);
  return timing;
}

std::string io_text(const Communicator& world, const BenchOptions& options) {
  const IoSpeed speed = options.is_short ? measure_io(world, options.folder, 256, 4, 2)
                                         : measure_io(world, options.folder);
  return fmt::format(
      "  \"io_gb_per_s\": {{\"raw_collective\": {:.4g}, \"trajectory\": {:.4g}, "
      "\"raw_collective_synced\": {:.4g}, \"trajectory_synced\": {:.4g}, \"trajectory_read\": "
      "{:.4g}, \"checkpoint\": {:.4g}, \"trajectory_over_raw\": {:.3g}, "
      "\"trajectory_over_raw_synced\": {:.3g}}},\n",
      speed.raw_collective / 1e9, speed.trajectory / 1e9, speed.raw_collective_synced / 1e9,
      speed.trajectory_synced / 1e9, speed.trajectory_read / 1e9, speed.checkpoint / 1e9,
      speed.trajectory / speed.raw_collective,
      speed.trajectory_synced / speed.raw_collective_synced);
}

std::string ensemble_text(const Communicator& world, bool is_short) {
  const EnsembleTiming line = time_ensemble(world, is_short);
  return fmt::format(
      "  \"fno_data_set\": {{\"points\": {}, \"members\": {}, \"tolerance\": {:g}, "
      "\"members_per_s\": {:.4g}, \"largest_relative_error\": {:.3g}}},\n",
      line.points, line.members, line.tolerance, line.members_per_second, line.largest_error);
}

/// Lines of the report, each with a comma at its end.
std::string part_text(const Communicator& world, const BenchOptions& options, std::string_view part,
                      double memory) {
  if (part == "burgers") return burgers_text(world, options.is_short);
  if (part == "reaction") return bench_reaction(world, options.is_short);
  if (part == "volume") return bench_volume(world, memory, options.is_short);
  if (part == "density") return bench_density(world, options.is_short);
  if (part == "particles") {
    return bench_particles(world, options.most_particles, options.is_short);
  }
  if (part == "scaling") return scaling_text(world, options.is_short);
  if (part == "ensemble") return ensemble_text(world, options.is_short);
  return io_text(world, options);
}

}  // namespace

std::string run_bench(const Communicator& world, const BenchOptions& options) {
  const double memory = memory_bandwidth(world, options.is_short);
  std::string json = fmt::format(
      "{{\n  \"parapet\": \"{}\",\n  \"ranks\": {},\n  \"memory_triad_gb_per_s\": {:.4g}",
      version(), world.size(), memory / 1e9);
  for (const std::string_view part : bench_parts) {
    if (!options.only.empty() && options.only != part) continue;
    std::string text = part_text(world, options, part, memory);
    text.resize(text.size() - 2);  // the last comma and line end
    json += ",\n" + text;
  }
  json += "\n}\n";
  if (!options.report.empty()) {
    on_root(world, [&] { replace_file(options.report, json); });
  }
  return json;
}

}  // namespace parapet
