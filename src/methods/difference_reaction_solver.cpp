#include "methods/difference_reaction_solver.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace parapet {

namespace {

constexpr std::array<double, 3> second_order = {-2.0, 1.0, 0.0};
constexpr std::array<double, 3> fourth_order = {-5.0 / 2.0, 4.0 / 3.0, -1.0 / 12.0};

std::int64_t order_of(const MethodOptions& options) {
  return options.order == 0 ? 2 : options.order;
}

class DifferenceReactionSolver final : public CellSolver {
 public:
  DifferenceReactionSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                           const StepControl& control, const MethodOptions& options)
      : CellSolver(cells, reactions.size(), static_cast<int>(reactions[0].diffusivity.size()),
                   control, options),
        reactions_(std::move(reactions)),
        weights_(order_of(options) == 4 ? fourth_order : second_order),
        row_(static_cast<std::size_t>(components() * cells.layout().row_length())) {
    for (int c = 0; c < components(); ++c) {
      stage_.push_back(make_field());
      rate_.push_back(make_field());
    }
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = CellSolver::memory_bytes() + row_.size() * sizeof(double);
    for (const Field& one : stage_) bytes += 2 * one.bytes();
    return bytes;
  }

 protected:
  /// dt Λ ≤ 2 is stable (the method's real interval ends at 2.51), with Λ the largest eigenvalue of
  /// the diffusion; of the reaction nothing is assumed.
  double longest_step(std::size_t member) override {
    double largest = 0.0;
    for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
      const double h = cells().grid().spacing(axis);
      largest += (2.0 * weights_[1] - weights_[0] - 2.0 * weights_[2]) / (h * h);
    }
    const auto& all = reactions_[member].diffusivity;
    largest *= *std::max_element(all.begin(), all.end());
    return largest > 0.0 ? 2.0 / largest : std::numeric_limits<double>::infinity();
  }

  void evaluate_rate(std::size_t member, std::span<double* const> rate) override {
    rate_of(member, pointers(member), rate);
  }

  void advance(std::size_t member, double dt) override {
    const auto u = pointers(member), v = pointers_of(stage_), L = pointers_of(rate_);
    rate_of(member, u, L);
    combine(v, {1.0, u}, {0.0, v}, dt, L);
    rate_of(member, v, L);
    combine(v, {0.75, u}, {0.25, v}, 0.25 * dt, L);
    rate_of(member, v, L);
    combine(u, {1.0 / 3.0, u}, {2.0 / 3.0, v}, 2.0 / 3.0 * dt, L);
  }

 private:
  using Pointers = std::vector<double*>;
  struct Share {
    double weight;
    const Pointers& of;
  };

  static Pointers pointers_of(std::vector<Field>& fields) {
    Pointers all;
    for (Field& one : fields) all.push_back(one.data());
    return all;
  }

  /// result = a + b + factor · rate, cell by cell.
  void combine(const Pointers& result, const Share& a, const Share& b, double factor,
               const Pointers& rate) {
    const CellLayout& layout = cells().layout();
    for (std::size_t c = 0; c < result.size(); ++c) {
      double* const to = result[c];
      const double *p = a.of[c], *q = b.of[c], *r = rate[c];
      layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
        for (std::ptrdiff_t i = row; i < row + layout.row_length(); ++i) {
          to[i] = a.weight * p[i] + b.weight * q[i] + factor * r[i];
        }
      });
    }
  }

  void rate_of(std::size_t member, const Pointers& u, std::span<double* const> rate) {
    fill_ghosts(u);
    const CellLayout& layout = cells().layout();
    const auto length = static_cast<std::size_t>(layout.row_length());
    std::vector<const double*> in(u.size());
    std::vector<double*> out(u.size());
    for (std::size_t c = 0; c < u.size(); ++c) out[c] = row_.data() + c * length;
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::size_t c = 0; c < u.size(); ++c) in[c] = u[c] + row;
      reactions_[member].reaction({in, out, length});
      for (std::size_t c = 0; c < u.size(); ++c) {
        add_diffusion(reactions_[member].diffusivity[c], u[c] + row, out[c], rate[c] + row, length);
      }
    });
  }

  void add_diffusion(double diffusivity, const double* u, const double* reaction, double* rate,
                     std::size_t length) {
    for (std::size_t i = 0; i < length; ++i) {
      double sum = 0.0;
      for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
        const double h = cells().grid().spacing(axis);
        const std::ptrdiff_t s = cells().layout().stride[static_cast<std::size_t>(axis)];
        const double* const at = u + i;
        double along = weights_[0] * at[0] + weights_[1] * (at[s] + at[-s]);
        if (weights_[2] != 0.0) along += weights_[2] * (at[2 * s] + at[-2 * s]);
        sum += along / (h * h);
      }
      rate[i] = diffusivity * sum + reaction[i];
    }
  }

  std::vector<PointReaction> reactions_;
  std::array<double, 3> weights_;
  std::vector<double> row_;
  std::vector<Field> stage_, rate_;
};

}  // namespace

CellTraits difference_traits(const PointReaction& reaction, const MethodOptions& options) {
  CellTraits traits;
  traits.components = static_cast<int>(reaction.diffusivity.size());
  traits.ghosts = order_of(options) == 4 ? 2 : 1;
  traits.shared_arrays = 2.0 * traits.components;
  traits.conserves_mean = reaction.conserves_mean;
  traits.ends = {BoundaryKind::no_flux, BoundaryKind::dirichlet};
  traits.integrators = {"ssprk3"};
  traits.orders = {2, 4};
  return traits;
}

std::unique_ptr<Solver> make_difference_solver(CellGrid& cells,
                                               std::vector<PointReaction> reactions,
                                               const StepControl& control,
                                               const MethodOptions& options) {
  return std::make_unique<DifferenceReactionSolver>(cells, std::move(reactions), control, options);
}

}  // namespace parapet
