#include "methods/density/jko_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "methods/density/jko_flow.hpp"

namespace parapet {

namespace {

/// Of the whole mass: what lies beyond the first and the last cell that hold so much is left out;
/// what a cell between them holds at least, so that the gap between two heaps that meet keeps a
/// length far above the rounding of its ends.
constexpr double least_at_ends = 1e-12, least_between = 1e-8;

/// The part of the edges and masses of all cells that holds something; no masses: nothing does.
LineDensity filled_part(const std::vector<double>& state) {
  const std::ptrdiff_t cells = (std::ssize(state) - 1) / 2;
  const auto masses = state.begin() + cells + 1;
  const auto holds = [](double mass) { return mass != 0.0; };
  const auto first = std::find_if(masses, state.end(), holds) - masses;
  if (first == cells) return {};
  const auto last = std::find_if(state.rbegin(), state.rend() - cells - 1, holds).base() - masses;
  return {{state.begin() + first, state.begin() + last + 1}, {masses + first, masses + last}};
}

class JkoSolver final : public DensityBase {
 public:
  JkoSolver(CellGrid& cells, std::vector<DensityProcess> processes, const StepControl& control,
            const MethodOptions& options)
      : DensityBase(cells, processes.size(), control, options),
        step_(control.step.value_or(0.0)),
        processes_(std::move(processes)) {
    require(step_ > 0.0, ExitCode::internal_error, "jko steps are fixed ones");
    states_.assign(processes_.size(), std::vector<double>(2 * cell_count() + 1, 0.0));
  }

  StateArray state_array() const override {
    const std::array shape{std::ssize(states_.front()), std::ptrdiff_t{1}, std::ptrdiff_t{1}};
    StateArray array{{shape[0], shape[1], shape[2]}, {}};
    array.block.count = is_root() ? array.shape : std::array<std::int64_t, 3>{0, 0, 0};
    return array;
  }
  std::span<const double> state(std::size_t member, int, std::vector<double>&) override {
    if (!is_root()) return {};
    return states_[member];
  }
  void set_state(std::size_t member, int, std::span<const double> values) override {
    std::ranges::copy(values, states_[member].begin());
    ranks().broadcast(std::span<double>(states_[member]));
    project(states_[member], field(member, 0));
  }
  void set_points(std::size_t member, int component, std::span<const double> values) override;

  std::vector<double> quantities(std::size_t member) override;
  std::uint64_t digest(std::size_t member) override {
    Digest digest;
    const std::vector<double>& state = states_[member];
    for (std::size_t i = 0; i < state.size(); ++i) digest.add(state[i], i);
    return digest.value();
  }
  std::size_t memory_bytes() const override {
    return DensityBase::memory_bytes() + states_.size() * states_.front().size() * sizeof(double);
  }

 protected:
  const DensityProcess& process(std::size_t member) const override { return processes_[member]; }
  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }

  void advance(std::size_t member, std::span<const double> steps) override {
    states_[member] = after(member, steps.front());
    project(states_[member], field(member, 0));
  }
  /// The mean over another step.
  void evaluate_rate(std::size_t member, std::span<double* const> rate) override {
    Field then = make_field();
    project(after(member, step_), then);
    const double* const now = field(member, 0).data();
    for (std::size_t x = 0; x < then.size(); ++x) rate[0][x] = (then.data()[x] - now[x]) / step_;
  }

 private:
  const Communicator& ranks() const { return cells().communicator(); }
  bool is_root() const { return ranks().is_root(); }
  std::size_t cell_count() const { return static_cast<std::size_t>(cells().grid().points[0]); }

  JkoFlow flow(std::size_t member) const;
  std::vector<double> after(std::size_t member, double dt) const;
  void project(const std::vector<double>& state, Field& u) const;

  double step_;
  std::vector<DensityProcess> processes_;
  std::vector<std::vector<double>> states_;  ///< all edges, x upwards, and masses; on every rank
};

/// Each cell between its edges.
void JkoSolver::set_points(std::size_t member, int, std::span<const double> values) {
  const Grid& grid = cells().grid();
  const double h = grid.spacing(0);
  const std::size_t count = cell_count();
  std::vector<double> masses(count, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    masses[static_cast<std::size_t>(cells().block().offset[0]) + i] = values[i] * h;
  }
  ranks().all_reduce(std::span<double>(masses), Reduction::sum);
  double whole = 0.0;
  for (const double mass : masses) whole += mass;
  const auto holds = [&](double mass) { return mass > least_at_ends * whole; };
  const auto first = std::ranges::find_if(masses, holds);
  const auto last = std::find_if(masses.rbegin(), masses.rend(), holds).base();
  if (first == masses.end()) {
    throw Failure(ExitCode::bad_input, "[initial] holds no mass that \"jko\" steps could move",
                  true);
  }
  std::fill(masses.begin(), first, 0.0);
  std::fill(last, masses.end(), 0.0);
  const auto is_heap = [&](double mass) { return mass > least_between * whole; };
  const auto heap_begin = std::find_if(first, last, is_heap);
  const auto heap_end = std::find_if(masses.rbegin(), masses.rend(), is_heap).base();
  for (auto mass = heap_begin; mass < heap_end; ++mass) {
    *mass = std::max(*mass, least_between * whole);
  }
  double now = 0.0;
  for (auto mass = first; mass != last; ++mass) now += *mass;
  for (auto mass = first; mass != last; ++mass) *mass *= whole / now;
  std::vector<double>& state = states_[member];
  for (std::size_t i = 0; i <= count; ++i) {
    state[i] = grid.lower[0] + h * static_cast<double>(i);
  }
  state[count] = grid.lower[0] + grid.length[0];
  std::ranges::copy(masses, state.begin() + std::ssize(masses) + 1);
  collectively(ranks(), [&] { flow(member); });  // it refuses an energy that is not finite
  project(state, field(member, 0));
}

JkoFlow JkoSolver::flow(std::size_t member) const {
  const Grid& grid = cells().grid();
  return {processes_[member],
          {grid.lower[0], grid.lower[0] + grid.length[0]},
          grid.spacing(0),
          filled_part(states_[member])};
}

/// The state after a step.
std::vector<double> JkoSolver::after(std::size_t member, double dt) const {
  std::vector<double> next = states_[member];
  on_root(ranks(), [&] {
    JkoFlow moving = flow(member);
    moving.step(elapsed_in(member, dt));
    const auto masses = next.begin() + std::ssize(next) / 2 + 1;
    const auto first = std::find_if(masses, next.end(), [](double m) { return m != 0.0; }) - masses;
    std::ranges::copy(moving.edges(), next.begin() + first);
  });
  ranks().broadcast(std::span<double>(next));
  return next;
}

void JkoSolver::project(const std::vector<double>& state, Field& u) const {
  const Grid& grid = cells().grid();
  const double h = grid.spacing(0);
  const Box block = cells().block();
  std::vector<double> values(cells().cell_count(), 0.0);
  const bool is_sound = std::ranges::all_of(state, [](double x) { return std::isfinite(x); });
  const LineDensity density = is_sound ? filled_part(state) : LineDensity{};
  if (!is_sound) std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
  if (!density.masses.empty() && !values.empty()) {
    values = cell_masses(density, grid.lower[0], h, block.offset[0], block.count[0]);
    for (double& value : values) value /= h;
  }
  set_cells(cells().layout(), values.data(), u.data());
}

/// The free energy is that of the state, which the steps make fall.
std::vector<double> JkoSolver::quantities(std::size_t member) {
  auto all = DensityBase::quantities(member);
  const auto names = DensityQuantities::names(1);
  const auto at = std::ranges::find(names, "free_energy") - names.begin();
  all[static_cast<std::size_t>(at)] = flow(member).free_energy();
  return all;
}

}  // namespace

std::unique_ptr<Solver> make_jko_solver(CellGrid& cells, std::vector<DensityProcess> processes,
                                        const StepControl& control, const MethodOptions& options) {
  return std::make_unique<JkoSolver>(cells, std::move(processes), control, options);
}

}  // namespace parapet
