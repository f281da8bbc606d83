#include "methods/implicit_reaction_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/failure.hpp"
#include "base/processors.hpp"
#include "methods/implicit/diffusion_multigrid.hpp"
#include "methods/implicit/implicit_cells.hpp"
#include "methods/implicit/linear_diffusion.hpp"
#include "methods/reaction_cells.hpp"

namespace parapet {

namespace {

/// to = scale · own − other.
void subtract_row(const double* own, double scale, const double* other, std::size_t length,
                  double* to) {
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        for (std::size_t i = 0; i < length; ++i) to[i] = scale * own[i] - other[i];
      });
}

/// to += sign · a · b.
void add_product(const double* a, const double* b, double sign, std::size_t length, double* to) {
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        for (std::size_t i = 0; i < length; ++i) to[i] += sign * (a[i] * b[i]);
      });
}

class ImplicitReactionSolver final : public ImplicitCells<ReactionCells> {
 public:
  ImplicitReactionSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                         const StepControl& control, const MethodOptions& options)
      : ImplicitCells(cells, std::move(reactions), control, options, std::size_t{1}),
        count_(count()),
        at_(make_state()),
        change_(make_state()),
        mass_(make_state()),
        right_(cell_count()) {
    for (std::size_t i = 0; i < count_ * count_; ++i) slopes_.push_back(make_field());
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = ImplicitCells::memory_bytes();
    bytes += (3 * count_ + count_ * count_) * at_[0].bytes();
    for (const auto& one : multigrids_) bytes += one ? one->memory_bytes() : 0;
    return bytes;
  }

 private:
  void evaluate(const double* u, double* f) override;
  void linearise(const double* u, double shift) override;
  void apply(const double* x, double* y) override;
  void precondition(const double* y, double* x) override;

  void use_member(std::size_t member) override;
  void fill_homogeneous(std::vector<Field>& fields);

  void to_fields(const double* u, std::vector<Field>& fields) const {
    for (std::size_t c = 0; c < count_; ++c) {
      set_cells(cells().layout(), u + c * cell_count(), fields[c].data());
    }
  }
  void from_fields(const std::vector<Field>& fields, double* u) const {
    for (std::size_t c = 0; c < count_; ++c) {
      copy_cells(cells().layout(), fields[c].data(), u + c * cell_count());
    }
  }
  /// Calls act(place in an array, length) for the rows of cells.
  template <class F>
  void for_each_row(F&& act) const {
    const CellLayout& layout = cells().layout();
    const auto length = static_cast<std::size_t>(layout.row_length());
    layout.for_each_row(
        [&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) { act(row, length); });
  }

  std::size_t count_;
  static constexpr double least_mass = 0.25;  ///< of the preconditioner, over the shift
  double shift_ = 0.0;
  std::vector<Field> at_, change_;
  std::vector<Field> mass_;    ///< of the preconditioner
  std::vector<Field> slopes_;  ///< ∂R/∂u, row after row
  std::vector<LinearDiffusion> diffusion_;
  std::vector<std::unique_ptr<DiffusionMultigrid>> multigrids_;  ///< of components that diffuse
  std::vector<double> right_;
};

void ImplicitReactionSolver::use_member(std::size_t member) {
  diffusion_.clear();
  multigrids_.resize(count_);
  for (std::size_t c = 0; c < count_; ++c) {
    const double diffusivity = reaction(member).diffusivity[c];
    diffusion_.emplace_back(cells(), radius_of(options()), diffusivity);
    if (diffusivity == 0.0) continue;
    if (!multigrids_[c]) multigrids_[c] = std::make_unique<DiffusionMultigrid>(cells());
    multigrids_[c]->set_diffusivity(diffusivity);
  }
}

void ImplicitReactionSolver::evaluate(const double* u, double* f) {
  to_fields(u, at_);
  const Stage only_rate{0.0, 1.0};
  sweep(member(), {&only_rate, 1}, pointers_of(at_), pointers_of(change_));
  from_fields(change_, f);
}

/// Also prepares the preconditioner, in which a component's own slope is part of its mass. Where
/// the slope makes a perturbation grow faster than most of the shift it counts in part: a cycle
/// needs a mass.
void ImplicitReactionSolver::linearise(const double* u, double shift) {
  to_fields(u, at_);
  shift_ = shift;
  std::vector<const double*> in(count_);
  std::vector<double*> out(count_ * count_);
  for_each_row([&](std::ptrdiff_t row, std::size_t length) {
    for (std::size_t c = 0; c < count_; ++c) in[c] = at_[c].data() + row;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = slopes_[i].data() + row;
    reaction(member()).jacobian({in, out, length});
  });
  for (std::size_t c = 0; c < count_; ++c) {
    double* const mass = mass_[c].data();
    const double* const slope = slopes_[c * count_ + c].data();
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      for (std::size_t i = static_cast<std::size_t>(row); i < row + length; ++i) {
        mass[i] = std::max(shift - slope[i], least_mass * shift);
      }
    });
    if (reaction(member()).diffusivity[c] > 0.0) {
      multigrids_[c]->set_mass(mass, least_mass * shift);
    }
  }
}

/// Ghosts of a change of the state: Dirichlet values do not change.
void ImplicitReactionSolver::fill_homogeneous(std::vector<Field>& fields) {
  const auto all = pointers_of(fields);
  cells().halo().exchange(all);
  for (std::size_t c = 0; c < count_; ++c) {
    for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
      if (cells().grid().is_periodic[static_cast<std::size_t>(axis)]) continue;
      for (const int side : {0, 1}) {
        GhostRule rule = ghost_rule(static_cast<int>(c), axis, side);
        rule.constant = 0.0;
        cells().fill_end(all[c], axis, side, rule);
      }
    }
  }
}

void ImplicitReactionSolver::apply(const double* x, double* y) {
  to_fields(x, change_);
  fill_homogeneous(change_);
  std::size_t next = 0;
  std::vector<double> diffused(static_cast<std::size_t>(cells().layout().row_length()));
  for_each_row([&](std::ptrdiff_t row, std::size_t length) {
    for (std::size_t c = 0; c < count_; ++c) {
      double* const to = y + c * cell_count() + next;
      diffusion_[c].along_row(change_[c].data() + row, length, diffused.data());
      subtract_row(change_[c].data() + row, shift_, diffused.data(), length, to);
      for (std::size_t d = 0; d < count_; ++d) {
        add_product(slopes_[c * count_ + d].data() + row, change_[d].data() + row, -1.0, length,
                    to);
      }
    }
    next += length;
  });
}

/// One component after the other, with what is known by then of those before it; those that do not
/// diffuse are divided by their mass.
void ImplicitReactionSolver::precondition(const double* y, double* x) {
  for (std::size_t c = 0; c < count_; ++c) {
    const std::size_t own = c * cell_count();
    std::copy_n(y + own, cell_count(), right_.data());
    std::size_t next = 0;
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      for (std::size_t d = 0; d < c; ++d) {
        add_product(slopes_[c * count_ + d].data() + row, x + d * cell_count() + next, 1.0, length,
                    right_.data() + next);
      }
      next += length;
    });
    if (reaction(member()).diffusivity[c] > 0.0) {
      multigrids_[c]->cycle(right_.data(), x + own);
      continue;
    }
    next = 0;
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      const double* const mass = mass_[c].data() + row;
      for (std::size_t i = 0; i < length; ++i) x[own + next + i] = right_[next + i] / mass[i];
      next += length;
    });
  }
}

}  // namespace

CellTraits implicit_traits(const PointReaction& reaction, int, const MethodOptions& options) {
  CellTraits traits = ReactionCells::traits_of(reaction, options, 1);
  traits.ghosts = std::max(traits.ghosts, DiffusionMultigrid::ghosts);
  traits.reach = GhostReach::corners;
  const double components = traits.components;
  // Per component vectors of PETSc, work fields and a multigrid hierarchy, which takes 7 where
  // cells can be joined along all axes and up to 36 else; the slopes beside.
  traits.shared_arrays = components * (52.0 + 6.0 + 29.0) + components * components;
  traits.takes_tolerance = ImplicitStepper::estimated_order(options.integrator) > 0;
  traits.takes_courant = false;
  traits.earlier_states = static_cast<int>(EarlierStates::count(options.integrator));
  traits.arrays += traits.earlier_states;
  return traits;
}

std::unique_ptr<Solver> make_implicit_solver(CellGrid& cells, std::vector<PointReaction> reactions,
                                             const StepControl& control,
                                             const MethodOptions& options) {
  return std::make_unique<ImplicitReactionSolver>(cells, std::move(reactions), control, options);
}

}  // namespace parapet
