#include "methods/density/density_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "methods/density/density_process.hpp"
#include "methods/density/density_quantities.hpp"
#include "methods/density/edge_rates.hpp"
#include "methods/density/flux_correction.hpp"
#include "methods/density/rate_equation.hpp"

namespace parapet {

namespace {

constexpr double tolerance = 1e-13;  // of the linear solver, over the norm of the density
const double gamma = 1.0 - std::sqrt(0.5);

enum class Integrator { backward_euler, sdirk2, ssprk3 };
constexpr std::array<std::string_view, 3> integrators = {"backward-euler", "sdirk2", "ssprk3"};

Integrator integrator_of(const MethodOptions& options) {
  const auto found = std::ranges::find(integrators, options.integrator);
  return found == integrators.end() ? Integrator::backward_euler
                                    : static_cast<Integrator>(found - integrators.begin());
}

/// A member's process and its rates.
struct Generator {
  DensityProcess process;
  EdgeRates monotone;                ///< never negative
  std::optional<EdgeRates> centred;  ///< where something does not diffuse: second order
  std::optional<RateEquation> equation, monotone_equation;
  std::optional<DensityQuantities> quantities;

  Generator(CellGrid& cells, DensityProcess its_process)
      : process(std::move(its_process)), monotone(cells, process.has_cross_diffusion) {}

  const EdgeRates& rates() const { return centred ? *centred : monotone; }
  void tabulate(double time, bool is_centred) {
    monotone.tabulate(process, time);
    if (is_centred && monotone.is_upwind_somewhere()) centred = monotone.centred();
    if (equation) equation->set_rates(rates(), monotone);
    if (monotone_equation) monotone_equation->set_rates(monotone, monotone);
  }
  RateEquation& implicit() {
    if (!equation) equation.emplace(monotone.cells()).set_rates(rates(), monotone);
    return *equation;
  }
  RateEquation& implicit_monotone() {
    if (!centred) return implicit();
    if (!monotone_equation) {
      monotone_equation.emplace(monotone.cells()).set_rates(monotone, monotone);
    }
    return *monotone_equation;
  }
};

class DensitySolver final : public CellSolver {
 public:
  DensitySolver(CellGrid& cells, const std::vector<AnyEquation>& equations,
                const StepControl& control, const MethodOptions& options)
      : CellSolver(cells, equations.size(), 1, control, options),
        integrator_(integrator_of(options)),
        is_centred_(options.order != 1) {
    for (const AnyEquation& equation : equations) {
      generators_.emplace_back(cells, density_process(equation, cells.grid().dimensions));
      generators_.back().tabulate(0.0, is_centred_);
    }
    for (Field* field : {&first_, &second_, &next_, &work_}) *field = make_field();
  }

  void to_points(std::size_t member, int first, std::span<double* const> fields) override {
    Field& u = field(member, 0);
    if (first > 0) exchange(u);
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const int which = first + static_cast<int>(f);
      if (which == 0) {
        copy_cells(cells().layout(), u.data(), fields[f]);
      } else {
        score(u.data(), which - 1, fields[f]);
      }
    }
  }

  std::vector<double> quantities(std::size_t member) override {
    Generator& g = generators_[member];
    if (!g.quantities) g.quantities.emplace(cells(), g.process);
    exchange(field(member, 0));
    return g.quantities->measure(field(member, 0).data(), progress(member).time);
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = CellSolver::memory_bytes() + 4 * first_.bytes();
    for (const Generator& g : generators_) {
      bytes += g.monotone.memory_bytes() + (g.centred ? g.centred->memory_bytes() : 0);
      if (g.equation) bytes += g.equation->memory_bytes();
    }
    return bytes;
  }

 protected:
  double longest_step(std::size_t member) override {
    if (integrator_ != Integrator::ssprk3) return std::numeric_limits<double>::infinity();
    const Generator& g = generators_[member];
    const double longest = g.monotone.longest_positive_step();
    if (!g.process.elapsed || !std::isfinite(longest)) return longest;
    return time_for(g.process, progress(member).time, longest);
  }

  void evaluate_rate(std::size_t member, std::span<double* const> rate) override {
    Generator& g = generators_[member];
    const double time = progress(member).time;
    if (g.process.depends_on_time) g.tabulate(time, is_centred_);
    const auto u = pointers(member);
    fill_ghosts(u);
    g.rates().apply(u[0], rate[0]);
    if (g.process.elapsed) scale(rate[0], rate_of_elapsed(g.process, time));
  }

  void advance(std::size_t member, std::span<const double> steps) override {
    const double dt = steps.front();  // steps_at_once() is 1
    Generator& g = generators_[member];
    const double time = progress(member).time;
    // Rates frozen half way are second order (Magnus 1954).
    if (g.process.depends_on_time) g.tabulate(time + 0.5 * dt, is_centred_);
    const double tau = g.process.elapsed_at(time + dt) - g.process.elapsed_at(time);
    Field& u = field(member, 0);
    exchange(u);
    if (integrator_ == Integrator::ssprk3) return explicit_step(g, tau, u);
    if (integrator_ == Integrator::sdirk2) return two_stages(g, tau, u);
    one_stage(g, tau, u);
  }

 private:
  template <class F>
  void for_each_cell(F&& act) const {
    const CellLayout& layout = cells().layout();
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) act(x);
    });
  }
  void exchange(Field& field) {
    double* const array = field.data();
    cells().halo().exchange({&array, 1});
  }
  void scale(double* array, double factor) const {
    for_each_cell([&](std::ptrdiff_t x) { array[x] *= factor; });
  }
  double reduced(double own, Reduction how) const {
    return cells().communicator().all_reduce(own, how);
  }

  /// ∂ log ρ/∂x_axis at the cells; one-sided at ends, 0 where there is nothing.
  void score(const double* u, int axis, double* result) const {
    const auto a = static_cast<std::size_t>(axis);
    const CellLayout& layout = cells().layout();
    const std::ptrdiff_t s = layout.stride[a];
    const double h = cells().grid().spacing(axis);
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      std::array<std::int64_t, 3> cell{i, j, k};
      for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) {
        const bool is_first = cells().is_at_end(axis, 0) && cell[a] == 0;
        const bool is_last = cells().is_at_end(axis, 1) && cell[a] == layout.block.count[a] - 1;
        const std::ptrdiff_t below = is_first ? x : x - s, above = is_last ? x : x + s;
        const double distance = (is_first ? 0.0 : h) + (is_last ? 0.0 : h);
        const bool is_sound = u[below] > 0.0 && u[above] > 0.0 && distance > 0.0;
        *result++ = is_sound ? (std::log(u[above]) - std::log(u[below])) / distance : 0.0;
        ++cell[static_cast<std::size_t>(layout.row_axis)];
      }
    });
  }

  static double rate_of_elapsed(const DensityProcess& process, double time) {
    const double h = 1e-6 * std::max(1.0, std::abs(time));
    return (process.elapsed(time + h) - process.elapsed(time)) / h;
  }
  /// The time in which so much of the process's own time goes by.
  static double time_for(const DensityProcess& process, double from, double tau) {
    const double begin = process.elapsed(from);
    double low = 0.0, high = 1.0;
    while (process.elapsed(from + high) - begin < tau && high < 1e100) low = high, high *= 2.0;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (process.elapsed(from + middle) - begin < tau ? low : high) = middle;
    }
    return low;
  }

  /// Solves (1 − τ G) result = b; the ghosts of b are filled, those of the result are after it.
  void solve(RateEquation& equation, const EdgeRates& rates, double tau, const Field& b,
             Field& result) {
    rates.apply(b.data(), work_.data());
    double size = 0.0, change = 0.0;
    for_each_cell([&](std::ptrdiff_t x) {
      work_.data()[x] *= tau;
      size += b.data()[x] * b.data()[x];
      change += work_.data()[x] * work_.data()[x];
    });
    size = std::sqrt(reduced(size, Reduction::sum));
    change = std::sqrt(reduced(change, Reduction::sum));
    const double wanted = std::min(tolerance * size, 0.01 * change);
    if (change != 0.0) equation.solve(tau, work_.data(), work_.data(), wanted);
    for_each_cell([&](std::ptrdiff_t x) { result.data()[x] = b.data()[x] + work_.data()[x]; });
    exchange(result);
  }

  void one_stage(Generator& g, double tau, Field& u) {
    solve(g.implicit(), g.rates(), tau, u, first_);
    if (!g.centred) return finish_monotone(g, tau, u);
    const std::array stages{StageFlux{1.0, first_.data()}};
    finish(g, tau, u, stages, first_);
  }

  void two_stages(Generator& g, double tau, Field& u) {
    const double share = (1.0 - gamma) / gamma;
    solve(g.implicit(), g.rates(), gamma * tau, u, first_);
    for_each_cell([&](std::ptrdiff_t x) {
      next_.data()[x] = u.data()[x] + share * (first_.data()[x] - u.data()[x]);
    });
    exchange(next_);
    solve(g.implicit(), g.rates(), gamma * tau, next_, second_);
    const std::array stages{StageFlux{1.0 - gamma, first_.data()},
                            StageFlux{gamma, second_.data()}};
    finish(g, tau, u, stages, second_);
  }

  void explicit_step(Generator& g, double tau, Field& u) {
    const EdgeRates& rates = g.rates();
    std::array stages{StageFlux{1.0, u.data()}, StageFlux{0.0, first_.data()},
                      StageFlux{0.0, second_.data()}};
    const std::span all(stages);
    add_fluxes(rates, u.data(), tau, all.first(1), first_.data());
    exchange(first_);
    stages[0].weight = stages[1].weight = 0.25;
    add_fluxes(rates, u.data(), tau, all.first(2), second_.data());
    exchange(second_);
    stages[0].weight = stages[1].weight = 1.0 / 6.0, stages[2].weight = 2.0 / 3.0;
    add_fluxes(rates, u.data(), tau, all, next_.data());
    if (g.centred && smallest(next_) < 0.0) {
      const std::array low{StageFlux{1.0, u.data()}};
      add_fluxes(g.monotone, u.data(), tau, low, next_.data());
      correct_fluxes(rates, stages, g.monotone, low, tau, next_.data(), work_.data());
      // What rounding leaves of a cell that gives all it has.
      for_each_cell([&](std::ptrdiff_t x) { next_.data()[x] = std::max(next_.data()[x], 0.0); });
    }
    std::swap(u, next_);
  }

  double smallest(const Field& field) const {
    double least = std::numeric_limits<double>::infinity();
    for_each_cell([&](std::ptrdiff_t x) { least = std::min(least, field.data()[x]); });
    return reduced(least, Reduction::minimum);
  }
  double largest(const Field& field) const {
    double most = 0.0;
    for_each_cell([&](std::ptrdiff_t x) { most = std::max(most, field.data()[x]); });
    return reduced(most, Reduction::maximum);
  }

  /// The new density from the fluxes of `stages`, the last of which was solved for. What the solver
  /// has left negative, within its tolerance, becomes what was solved for, or nothing.
  void finish(Generator& g, double tau, Field& u, std::span<const StageFlux> stages,
              const Field& last) {
    add_fluxes(g.rates(), u.data(), tau, stages, next_.data());
    if (smallest(next_) < -10.0 * tolerance * largest(u)) {
      Field low = make_field();
      solve(g.implicit_monotone(), g.monotone, tau, u, low);
      const std::array low_stages{StageFlux{1.0, low.data()}};
      add_fluxes(g.monotone, u.data(), tau, low_stages, next_.data());
      correct_fluxes(g.rates(), stages, g.monotone, low_stages, tau, next_.data(), work_.data());
    }
    double defect = 0.0, mass = 0.0;
    for_each_cell([&](std::ptrdiff_t x) {
      double& value = next_.data()[x];
      if (value < 0.0) {
        const double instead = std::clamp(last.data()[x], 0.0, -value);
        defect += value - instead;
        value = instead;
      }
      mass += value;
    });
    keep_mass(defect, mass);
    std::swap(u, next_);
  }

  /// As finish(), for rates none of which is negative: where the solver's residual is not small
  /// against the density, a Jacobi sweep takes the place of the fluxes.
  void finish_monotone(Generator& g, double tau, Field& u) {
    double* const solved = first_.data();
    for (std::size_t x = 0; x < first_.size(); ++x) solved[x] = std::max(solved[x], 0.0);
    const std::array stages{StageFlux{1.0, solved}};
    add_fluxes(g.monotone, u.data(), tau, stages, next_.data());
    const double* const leaving = g.monotone.leaving().data();
    double defect = 0.0, mass = 0.0;
    for_each_cell([&](std::ptrdiff_t x) {
      double& value = next_.data()[x];
      if (!(std::abs(value - solved[x]) <= 0.5 * solved[x])) {
        const double stays = tau * leaving[x];
        const double instead = std::max(value + stays * solved[x], 0.0) / (1.0 + stays);
        defect += value - instead;
        value = instead;
      }
      mass += value;
    });
    keep_mass(defect, mass);
    std::swap(u, next_);
  }

  void keep_mass(double defect, double mass) {
    std::array sums{defect, mass};
    cells().communicator().all_reduce(std::span<double>(sums), Reduction::sum);
    if (sums[0] != 0.0 && sums[1] > 0.0) scale(next_.data(), 1.0 + sums[0] / sums[1]);
  }

  Integrator integrator_;
  bool is_centred_;
  std::vector<Generator> generators_;
  Field first_, second_, next_, work_;
};

}  // namespace

CellTraits density_traits(const AnyEquation& equation, int dimensions,
                          const MethodOptions& options) {
  const DensityProcess process = density_process(equation, dimensions);
  CellTraits traits;
  traits.ghosts = 1;
  traits.reach = process.has_cross_diffusion ? GhostReach::corners : GhostReach::faces;
  const double directions = process.has_cross_diffusion ? dimensions * dimensions : dimensions;
  const bool is_implicit = integrator_of(options) != Integrator::ssprk3;
  traits.arrays = 2.0 + 2.0 * directions + (is_implicit ? 4.0 * (3.0 * directions + 3.0) : 0.0);
  traits.shared_arrays = 4.0;
  traits.conserves_mean = true;
  traits.holds_averages = true;
  traits.takes_courant = !is_implicit;
  traits.holds_density = true;
  traits.ends = {BoundaryKind::no_flux, BoundaryKind::absorbing};
  traits.integrators = {integrators.begin(), integrators.end()};
  traits.orders = {2, 1};
  traits.quantities = DensityQuantities::names(dimensions);
  traits.derived_fields = {{"score", dimensions}};
  return traits;
}

std::unique_ptr<Solver> make_density_solver(CellGrid& cells,
                                            const std::vector<AnyEquation>& equations,
                                            const StepControl& control,
                                            const MethodOptions& options) {
  return std::make_unique<DensitySolver>(cells, equations, control, options);
}

}  // namespace parapet
