#include "simulation/equivalent_cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "base/communicator.hpp"
#include "base/failure.hpp"
#include "base/timer.hpp"
#include "grid/spectral_transform.hpp"
#include "io/trajectory_reader.hpp"
#include "methods/spectral_solver.hpp"

namespace parapet {

namespace {

constexpr std::int64_t fewest_points = 8, most_steps = 1 << 14;
constexpr int timings = 5;

using Wavenumber = std::array<std::int64_t, 3>;
using Coefficients = std::map<Wavenumber, Complex>;

Grid grid_with(const Grid& fine, const std::array<std::int64_t, 3>& points) {
  Grid grid = fine;
  grid.points = points;
  return grid;
}

/// One member: its start as Fourier coefficients, and the values to be reached.
struct Case {
  Burgers equation;
  std::vector<Coefficients> start;          ///< of each component
  std::vector<std::vector<double>> target;  ///< of each component, on the comparison grid
};

/// The trajectory's side of the task: what is computed, on which grid it is compared.
class Reference {
 public:
  explicit Reference(const EquivalentTask& task)
      : self_(Communicator::self()), reader_(task.trajectory), layout_(reader_.layout()) {
    auto points = layout_.grid.points;
    for (int a = 0; a < layout_.grid.dimensions; ++a) {
      points[static_cast<std::size_t>(a)] /= task.stride;
    }
    comparison_ = std::make_unique<SpectralTransform>(
        self_, grid_with(layout_.grid, points),
        SpectralTransform::Options{Dealiasing::none, Planning::estimate, {}});
    fine_ = std::make_unique<SpectralTransform>(
        self_, layout_.grid, SpectralTransform::Options{Dealiasing::none, Planning::estimate, {}});
    duration_ = layout_.times[static_cast<std::size_t>(task.target_frame)] -
                layout_.times[static_cast<std::size_t>(task.input_frame)];
    for (const auto member : task.members) cases_.push_back(read_case(task, member));
  }

  const Grid& grid() const { return layout_.grid; }
  std::string form() const {
    return layout_.equation.find("vector") != std::string::npos ? "vector" : "scalar";
  }
  int components() const { return layout_.fields.front().components; }
  double duration() const { return duration_; }
  const std::vector<Case>& cases() const { return cases_; }
  const Communicator& self() const { return self_; }

  // Relative L2 distance of a coarse solution from the target, on the comparison grid.
  double error_of(const Case& one, SpectralTransform& coarse, SpectralSolver& solver) {
    double error = 0.0, norm = 0.0;
    std::vector<Complex> modes(comparison_->mode_count());
    std::vector<double> values(comparison_->point_count());
    for (int c = 0; c < components(); ++c) {
      Coefficients found;
      const auto from = solver.modes(0, c);
      coarse.for_each_mode([&](std::size_t i, const Mode& m) { found[m.wavenumber] = from[i]; });
      fill(*comparison_, found, modes);
      const Complex* const source = modes.data();
      double* const result = values.data();
      comparison_->to_points({&source, 1}, {&result, 1});
      const auto& target = one.target[static_cast<std::size_t>(c)];
      for (std::size_t i = 0; i < values.size(); ++i) {
        error += (values[i] - target[i]) * (values[i] - target[i]);
        norm += target[i] * target[i];
      }
    }
    return std::sqrt(error / norm);
  }

  static void fill(SpectralTransform& transform, const Coefficients& from,
                   std::span<Complex> modes) {
    transform.for_each_mode([&](std::size_t i, const Mode& m) {
      const auto found = from.find(m.wavenumber);
      modes[i] = found == from.end() ? Complex(0.0) : found->second;
    });
  }

 private:
  Case read_case(const EquivalentTask& task, std::int64_t member) {
    Case one;
    for (Parameter* parameter : one.equation.parameters()) {
      for (const auto& known : layout_.parameters) {
        if (known.name != parameter->name) continue;
        const auto index = known.values.size() == 1 ? 0 : static_cast<std::size_t>(member);
        parameter->value = known.values[index];
      }
    }
    for (int c = 0; c < components(); ++c) {
      const auto start = component(member, task.input_frame, c);
      std::vector<Complex> modes(fine_->mode_count());
      const double* const source = start.data();
      Complex* const result = modes.data();
      fine_->to_modes({&source, 1}, {&result, 1});
      auto& coefficients = one.start.emplace_back();
      fine_->for_each_mode(
          [&](std::size_t i, const Mode& m) { coefficients[m.wavenumber] = modes[i]; });
      one.target.push_back(every_stride(component(member, task.target_frame, c), task.stride));
    }
    return one;
  }

  std::vector<double> component(std::int64_t member, std::int64_t frame, int c) const {
    const auto all = reader_.read_block(0, member, frame, {{0, 0, 0}, layout_.grid.points});
    const auto n = static_cast<std::size_t>(components());
    std::vector<double> values(all.size() / n);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = all[i * n + static_cast<std::size_t>(c)];
    }
    return values;
  }

  std::vector<double> every_stride(const std::vector<double>& values, std::int64_t stride) const {
    const auto& n = layout_.grid.points;
    std::vector<double> result;
    for (std::int64_t i = 0; i < n[0]; i += stride) {
      for (std::int64_t j = 0; j < n[1]; j += stride) {
        for (std::int64_t k = 0; k < n[2]; k += stride) {
          result.push_back(values[static_cast<std::size_t>((i * n[1] + j) * n[2] + k)]);
        }
      }
    }
    return result;
  }

  Communicator self_;
  TrajectoryReader reader_;
  const TrajectoryLayout& layout_;
  std::unique_ptr<SpectralTransform> comparison_, fine_;
  double duration_ = 0.0;
  std::vector<Case> cases_;
};

void start(const Case& one, SpectralTransform& transform, SpectralSolver& solver) {
  for (std::size_t c = 0; c < one.start.size(); ++c) {
    Reference::fill(transform, one.start[c], solver.modes(0, static_cast<int>(c)));
  }
  solver.set_progress(0, {});
}

std::unique_ptr<SpectralSolver> solver_of(const Case& one, SpectralTransform& transform,
                                          const std::string& form, double step) {
  return make_spectral_solver(transform, form, {{one.equation, {}}}, {step, 1e-9});
}

// Mean error over the members; infinite when one blew up.
double mean_error(Reference& reference, SpectralTransform& transform, double step) {
  double sum = 0.0;
  try {
    for (const auto& one : reference.cases()) {
      const auto solver = solver_of(one, transform, reference.form(), step);
      start(one, transform, *solver);
      while (solver->step(reference.duration())) continue;
      sum += reference.error_of(one, transform, *solver);
    }
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::blew_up) throw;
    return std::numeric_limits<double>::infinity();
  }
  const double mean = sum / static_cast<double>(reference.cases().size());
  return std::isfinite(mean) ? mean : std::numeric_limits<double>::infinity();
}

// Fastest of some runs of the first member; plans and coefficients are made before.
double seconds_of(Reference& reference, SpectralTransform& transform, double step) {
  const auto& one = reference.cases().front();
  const auto solver = solver_of(one, transform, reference.form(), step);
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= timings; ++i) {
    start(one, transform, *solver);
    const Timer timer;
    while (solver->step(reference.duration())) continue;
    if (i > 0) best = std::min(best, timer.seconds());
  }
  return best;
}

// The largest step on this grid that reaches the error, if one does. Once more steps no longer help
// the grid is too coarse.
std::optional<EquivalentCost> cost_on(Reference& reference, std::int64_t points, double error) {
  auto counts = reference.grid().points;
  for (int a = 0; a < reference.grid().dimensions; ++a)
    counts[static_cast<std::size_t>(a)] = points;
  SpectralTransform transform(reference.self(), grid_with(reference.grid(), counts), {});
  double before = std::numeric_limits<double>::infinity();
  for (std::int64_t steps = 1; steps <= most_steps; steps *= 2) {
    const double step = reference.duration() / static_cast<double>(steps);
    const double reached = mean_error(reference, transform, step);
    if (reached <= error) {
      return EquivalentCost{points, step, reached, seconds_of(reference, transform, step),
                            "ETDRK4 pseudo-spectral"};
    }
    // An error that more steps no longer change is the grid's own. (It may grow where few steps are
    // unstable.)
    if (std::abs(reached - before) <= 0.02 * reached) break;
    before = reached;
  }
  return std::nullopt;
}

bool is_known(const EquivalentTask& task) {
  const TrajectoryReader reader(task.trajectory);
  const auto& layout = reader.layout();
  const bool is_forced = layout.input_text.find("[forcing]") != std::string::npos;
  return layout.equation.starts_with("burgers") && !is_forced && layout.fields.size() == 1 &&
         task.target_frame > task.input_frame && !task.members.empty() && task.error > 0.0;
}

}  // namespace

std::optional<EquivalentCost> equivalent_cost(const EquivalentTask& task) {
  if (!is_known(task)) return std::nullopt;
  Reference reference(task);
  std::optional<EquivalentCost> best;
  int worse = 0;
  for (std::int64_t base = fewest_points; base <= reference.grid().points[0]; base *= 2) {
    for (const std::int64_t points : {base, base + base / 2}) {
      if (points > reference.grid().points[0]) break;
      const auto found = cost_on(reference, points, task.error);
      if (!found) continue;
      if (!best || found->seconds < best->seconds) {
        best = found;
      } else if (++worse == 2) {
        return best;  // finer grids only take longer
      }
    }
  }
  return best;
}

}  // namespace parapet
