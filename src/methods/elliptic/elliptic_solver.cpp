#include "methods/elliptic/elliptic_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/exact_sum.hpp"
#include "base/failure.hpp"
#include "methods/elliptic/conduction_solver.hpp"

namespace parapet {

namespace {

/// Conjugate gradients with multigrid take about ten iterations; this many only where a varies by
/// more than doubles resolve.
constexpr int most_iterations = 200;

class EllipticSolver final : public CellSolver {
 public:
  EllipticSolver(CellGrid& cells, std::size_t members, bool has_permeability,
                 const MethodOptions& options)
      : CellSolver(cells, members, has_permeability ? 3 : 2, StepControl{}, options),
        has_permeability_(has_permeability),
        solver_(cells),
        right_side_(make_field()) {
    if (has_permeability_) return;
    Field ones(cells.layout().size);
    std::fill_n(ones.data(), ones.size(), 1.0);
    solver_.multigrid().set_coefficient(ones.data());
  }

  void settle(std::size_t member) override {
    set_up(member);
    require_balance(member);
    const LinearResult result = solver_.solve(right_side_.data(), field(member, 0).data(),
                                              options().solve_tolerance, most_iterations);
    MemberProgress& progress = own_progress(member);
    progress.steps = result.iterations;
    progress.error_estimate = result.residual;
    require_finite(member, member);
    if (result.has_converged) return;
    throw Failure(
        ExitCode::blew_up,
        fmt::format("member {}: after {} iterations the residual is {:.2g} of the "
                    "right-hand side, not {:.2g}",
                    member, result.iterations, result.residual, options().solve_tolerance),
        true);
  }

  /// A solution does not change; what is left to be solved stands for the change.
  RateOfChange rate_of_change(std::size_t member) override {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {0.0, nan, progress(member).error_estimate};
  }

  std::vector<double> quantities(std::size_t member) override {
    return {progress(member).steps, progress(member).error_estimate};
  }

  std::size_t memory_bytes() const override {
    return CellSolver::memory_bytes() + solver_.memory_bytes() + right_side_.bytes();
  }

 private:
  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }
  void advance(std::size_t, std::span<const double>) override {}
  void evaluate_rate(std::size_t, std::span<double* const>) override {}

  /// The network of a member's permeability and the right-hand side: f integrated over the cells,
  /// and what values at ends send inside.
  void set_up(std::size_t member) {
    if (has_permeability_) {
      require_positive(member);
      solver_.multigrid().set_coefficient(field(member, 1).data());
    }
    const Grid& grid = cells().grid();
    double volume = 1.0;
    for (int axis = 0; axis < grid.dimensions; ++axis) volume *= grid.spacing(axis);
    const double* const f = field(member, has_permeability_ ? 2 : 1).data();
    for (std::size_t i = 0; i < right_side_.size(); ++i) right_side_.data()[i] = volume * f[i];
    for (int axis = 0; axis < grid.dimensions; ++axis) {
      for (const int side : {0, 1}) add_end(axis, side);
    }
  }

  void add_end(int axis, int side) {
    const auto a = static_cast<std::size_t>(axis), s = static_cast<std::size_t>(side);
    if (cells().boundaries()[a][s] != BoundaryKind::dirichlet) return;
    const double value = options().boundary_value(axis, side, 0, 1);
    const ConductionLevel& network = solver_.multigrid().finest();
    cells().for_each_edge(
        axis, side, [&](std::ptrdiff_t place, std::ptrdiff_t, const std::array<std::int64_t, 3>&) {
          right_side_.data()[place] += value * network.end_conductance(axis, side, place);
        });
  }

  template <class F>
  void for_each_row(F&& act) const {
    const CellLayout& layout = cells().layout();
    const auto length = static_cast<std::size_t>(layout.row_length());
    layout.for_each_row(
        [&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) { act(row, length); });
  }

  void require_positive(std::size_t member) {
    const double* const a = field(member, 1).data();
    double least = std::numeric_limits<double>::infinity();
    bool is_number = true;
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      for (std::size_t i = 0; i < length; ++i) {
        const double value = a[row + static_cast<std::ptrdiff_t>(i)];
        least = std::fmin(least, value);
        is_number = is_number && std::isfinite(value);
      }
    });
    least = cells().communicator().all_reduce(least, Reduction::minimum);
    is_number = cells().communicator().all(is_number);
    if (least > 0.0 && is_number) return;
    const std::string found = is_number ? fmt::format("{:.4g}", least) : "no finite number";
    throw Failure(
        ExitCode::bad_input,
        fmt::format("[equation.permeability] of member {} is {} somewhere: expected values "
                    "above 0",
                    member, found),
        true);
  }

  void require_balance(std::size_t member) {
    if (!solver_.multigrid().finest().is_singular()) return;
    ExactSum sum, size;
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      for (std::size_t i = 0; i < length; ++i) {
        const double f = right_side_.data()[row + static_cast<std::ptrdiff_t>(i)];
        sum.add(f);
        size.add(std::abs(f));
      }
    });
    sum.reduce(cells().communicator());
    size.reduce(cells().communicator());
    constexpr double rounding = 1e-6;  // sources may come from files of single precision
    if (std::abs(sum.round()) <= rounding * size.round()) return;
    throw Failure(
        ExitCode::bad_input,
        fmt::format("[equation.source] of member {}: its mean is {:.3g} of its mean size, but no "
                    "end of the domain takes it up: expected a source of zero mean, or a "
                    "\"dirichlet\" end",
                    member, sum.round() / size.round()),
        true);
  }

  bool has_permeability_;
  ConductionSolver solver_;
  Field right_side_;
};

}  // namespace

CellTraits elliptic_traits(bool has_permeability) {
  CellTraits traits;
  traits.components = has_permeability ? 3 : 2;
  traits.ghosts = ConductionMultigrid::ghosts;
  traits.reach = GhostReach::corners;
  // Of each level resistances, conductances and weights along the axes, a diagonal and three
  // vectors, the coarse levels together at most the finest one again; four vectors beside.
  traits.shared_arrays = 37.0;
  traits.holds_averages = true;
  traits.takes_courant = false;
  traits.ends = {BoundaryKind::no_flux, BoundaryKind::dirichlet, BoundaryKind::absorbing};
  traits.quantities = {"iterations", "residual"};
  traits.integrators = {"conjugate-gradients"};
  traits.orders = {2};
  return traits;
}

std::unique_ptr<Solver> make_elliptic_solver(CellGrid& cells, std::size_t members,
                                             bool has_permeability, const MethodOptions& options) {
  return std::make_unique<EllipticSolver>(cells, members, has_permeability, options);
}

}  // namespace parapet
