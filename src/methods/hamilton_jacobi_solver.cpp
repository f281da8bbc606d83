#include "methods/hamilton_jacobi_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "methods/one_sided_slopes.hpp"

namespace parapet {

namespace {

constexpr std::array<double, 4> second_order = {-2.0, 1.0, 0.0, 0.0};
constexpr std::array<double, 4> sixth_order = {-49.0 / 18.0, 3.0 / 2.0, -3.0 / 20.0, 1.0 / 90.0};

bool is_high_order(const MethodOptions& options) {
  return options.order != 1;
}

double smaller_of_one_sign(double a, double b) {
  if (a * b <= 0.0) return 0.0;
  return std::abs(a) < std::abs(b) ? a : b;
}

class HamiltonJacobiSolver final : public CellSolver {
 public:
  HamiltonJacobiSolver(CellGrid& cells, std::vector<LineHamiltonian> equations,
                       const StepControl& control, const MethodOptions& options)
      : CellSolver(cells, equations.size(), 1, control, options),
        equations_(std::move(equations)),
        is_high_order_(is_high_order(options)),
        weights_(is_high_order_ ? sixth_order : second_order),
        row_(static_cast<std::size_t>(cells.layout().row_length())),
        first_stage_(make_field()),
        second_stage_(make_field()),
        rate_(row_) {
    for (auto* rows : {&x_, &below_, &above_}) rows->fill(std::vector<double>(row_));
    const int axis = cells.layout().row_axis;
    const auto along = static_cast<std::size_t>(axis);
    for (std::size_t i = 0; i < row_; ++i) {
      const std::int64_t place = cells.block().offset[along] + static_cast<std::int64_t>(i);
      x_[along][i] = cells.grid().coordinate(axis, place);
    }
  }

  std::size_t memory_bytes() const override {
    return CellSolver::memory_bytes() + 2 * first_stage_.bytes() + 10 * row_ * sizeof(double);
  }

 protected:
  double longest_step(std::size_t member) override {
    double* const u = field(member, 0).data();
    member_ = member;
    fill_ghosts({&u, 1});
    std::array<double, 3> density{0.0, 0.0, 0.0};
    double of_viscosity = 0.0;
    for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
      const double h = cells().grid().spacing(axis);
      density[static_cast<std::size_t>(axis)] = 1.0 / h;
      of_viscosity += largest_eigenvalue() / (2.0 * h * h);
    }
    // The largest over all points, and NaN (0 times infinity too) where a single one is.
    double most = 0.0, poison = 0.0;
    for_each_line(u, plain_slopes, [&](const SlopeLine& line, std::ptrdiff_t) {
      equations_[member].passage(line, density, rate_.data());
      for (const double rate : rate_) {
        most = std::max(most, rate);
        poison += 0.0 * rate;
      }
    });
    const double all = cells().communicator().all_reduce(most, Reduction::maximum) +
                       cells().communicator().all_reduce(poison, Reduction::sum) +
                       equations_[member].diffusivity * of_viscosity;
    return all == 0.0 ? std::numeric_limits<double>::infinity() : 1.0 / all;
  }

  void evaluate_rate(std::size_t member, std::span<double* const> rate) override {
    for_each_rate(member, field(member, 0).data(), [&](std::ptrdiff_t row) {
      std::copy(rate_.begin(), rate_.end(), rate[0] + row);
    });
  }

  void advance(std::size_t member, std::span<const double> steps) override {
    const double dt = steps.front();  // steps_at_once() is 1
    double* const u = field(member, 0).data();
    double *const v = first_stage_.data(), *const w = second_stage_.data();
    take_stage(member, {u, v, 1.0, dt}, u);
    take_stage(member, {u, w, 0.25, dt}, v);
    take_stage(member, {u, u, 2.0 / 3.0, dt}, w);
  }

  void fill_ends(std::span<double* const> components) override {
    for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
      for (const int side : {0, 1}) fill_end(components[0], axis, side);
    }
  }

 private:
  /// to = (1 − share) start + share (v + dt L(v)) for some v.
  struct Stage {
    const double* start;
    double* to;
    double share, dt;
  };

  void take_stage(std::size_t member, const Stage& stage, double* v) {
    for_each_rate(member, v, [&](std::ptrdiff_t row) {
      const double *const u = stage.start + row, *const from = v + row;
      double* const to = stage.to + row;
      const double rest = 1.0 - stage.share;
      for (std::size_t i = 0; i < row_; ++i) {
        to[i] = rest * u[i] + stage.share * (from[i] + stage.dt * rate_[i]);
      }
    });
  }

  /// Calls act(row) for every row of cells when rate_ holds its ∂u/∂t.
  template <class F>
  void for_each_rate(std::size_t member, double* u, F&& act) {
    member_ = member;
    fill_ghosts({&u, 1});
    const LineHamiltonian& equation = equations_[member];
    const auto slopes = is_high_order_ ? weno_slopes : plain_slopes;
    for_each_line(u, slopes, [&](const SlopeLine& line, std::ptrdiff_t row) {
      equation.godunov(line, rate_.data());
      for (double& rate : rate_) rate = -rate;
      if (equation.diffusivity > 0.0) add_viscosity(equation.diffusivity, u + row);
      act(row);
    });
  }

  /// Calls act(line, row) for every row of cells, with the slopes of u there.
  template <class F>
  void for_each_line(const double* u, OneSidedSlopes slopes, F&& act) {
    const CellGrid& grid = cells();
    const SlopeLine line{{x_[0].data(), x_[1].data(), x_[2].data()},
                         {below_[0].data(), below_[1].data(), below_[2].data()},
                         {above_[0].data(), above_[1].data(), above_[2].data()},
                         row_};
    grid.layout().for_each_row(
        [&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
          const std::array<std::int64_t, 3> at{i, j, k};
          for (int axis = 0; axis < grid.grid().dimensions; ++axis) {
            const auto a = static_cast<std::size_t>(axis);
            if (axis != grid.layout().row_axis) {
              const std::int64_t place = grid.block().offset[a] + at[a];
              std::fill(x_[a].begin(), x_[a].end(), grid.grid().coordinate(axis, place));
            }
            slopes(u + row, grid.layout().stride[a], 1.0 / grid.grid().spacing(axis), row_,
                   below_[a].data(), above_[a].data());
          }
          act(line, row);
        });
  }

  void add_viscosity(double diffusivity, const double* u) {
    for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
      const std::ptrdiff_t s = cells().layout().stride[static_cast<std::size_t>(axis)];
      const double h = cells().grid().spacing(axis), scale = diffusivity / (h * h);
      for (std::size_t i = 0; i < row_; ++i) {
        const double* const at = u + i;
        double sum = weights_[0] * at[0] + weights_[1] * (at[s] + at[-s]);
        if (is_high_order_) {
          sum += weights_[2] * (at[2 * s] + at[-2 * s]) + weights_[3] * (at[3 * s] + at[-3 * s]);
        }
        rate_[i] += scale * sum;
      }
    }
  }

  /// Of minus the second difference that `weights_` are, spacing 1: 4 or 272/45.
  double largest_eigenvalue() const {
    return -weights_[0] + 2.0 * (weights_[1] - weights_[2] + weights_[3]);
  }

  void fill_end(double* u, int axis, int side) const {
    const auto a = static_cast<std::size_t>(axis);
    if (cells().boundaries()[a][static_cast<std::size_t>(side)] != BoundaryKind::outflow) {
      return cells().fill_end(u, axis, side, ghost_rule(0, axis, side));
    }
    cells().for_each_edge(axis, side,
                          [&](std::ptrdiff_t place, std::ptrdiff_t outwards,
                              const std::array<std::int64_t, 3>& index) {
                            extrapolate(u + place, outwards, index, axis, side);
                          });
  }

  void extrapolate(double* edge, std::ptrdiff_t outwards, const std::array<std::int64_t, 3>& index,
                   int axis, int side) const {
    const Grid& grid = cells().grid();
    std::array<double, 3> x{};
    for (int a = 0; a < grid.dimensions; ++a) {
      const auto of = static_cast<std::size_t>(a);
      x[of] = grid.coordinate(a, index[of]);
    }
    const auto inside = [&](int n) { return edge[-n * outwards]; };
    const double h = side == 1 ? grid.spacing(axis) : -grid.spacing(axis);
    const double found = (inside(0) - inside(1)) / h;
    const double slope = equations_[member_].outgoing(x.data(), found, axis, side == 1);
    double bend = 0.0;
    if (is_high_order_ && slope == found && grid.points[static_cast<std::size_t>(axis)] >= 4) {
      bend = smaller_of_one_sign(inside(0) - 2.0 * inside(1) + inside(2),
                                 inside(1) - 2.0 * inside(2) + inside(3));
    }
    for (std::int64_t layer = 1; layer <= cells().ghosts(); ++layer) {
      const auto n = static_cast<double>(layer);
      edge[layer * outwards] = edge[0] + n * h * slope + 0.5 * n * (n + 1.0) * bend;
    }
  }

  std::vector<LineHamiltonian> equations_;
  std::size_t member_ = 0;  ///< whose ghosts are filled
  bool is_high_order_;
  std::array<double, 4> weights_;
  std::size_t row_;
  Field first_stage_, second_stage_;
  std::array<std::vector<double>, 3> x_, below_, above_;
  std::vector<double> rate_;
};

}  // namespace

CellTraits hamilton_jacobi_traits(const MethodOptions& options) {
  CellTraits traits;
  traits.ghosts = is_high_order(options) ? 3 : 1;
  traits.shared_arrays = 2.0;
  traits.ends = {BoundaryKind::outflow, BoundaryKind::dirichlet, BoundaryKind::no_flux};
  traits.integrators = {"ssprk3"};
  traits.orders = {5, 1};
  return traits;
}

std::unique_ptr<Solver> make_hamilton_jacobi_solver(CellGrid& cells,
                                                    std::vector<LineHamiltonian> equations,
                                                    const StepControl& control,
                                                    const MethodOptions& options) {
  return std::make_unique<HamiltonJacobiSolver>(cells, std::move(equations), control, options);
}

}  // namespace parapet
