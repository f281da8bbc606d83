#include "methods/implicit_reaction_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/failure.hpp"
#include "methods/elliptic/conduction_multigrid.hpp"
#include "methods/implicit/implicit_stepper.hpp"
#include "methods/implicit/linear_diffusion.hpp"
#include "methods/reaction_cells.hpp"

namespace parapet {

namespace {

class ImplicitReactionSolver final : public ReactionCells, private ImplicitSystem {
 public:
  ImplicitReactionSolver(CellGrid& cells, std::vector<PointReaction> reactions,
                         const StepControl& control, const MethodOptions& options)
      : ReactionCells(cells, std::move(reactions), control, options, 1,
                      ImplicitStepper::estimated_order(options.integrator)),
        count_(static_cast<std::size_t>(components())),
        at_(make_state()),
        change_(make_state()),
        solve_(make_state()),
        stepper_(cells.communicator(), *this, options.integrator, options.solve_tolerance,
                 options.petsc) {
    for (std::size_t i = 0; i < count_ * count_; ++i) slopes_.push_back(make_field());
    for (std::size_t c = 0; c < count_; ++c) {
      multigrids_.push_back(std::make_unique<ConductionMultigrid>(cells));
    }
    for (std::vector<double>* one : {&before_, &after_}) one->resize(size());
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = ReactionCells::memory_bytes() + stepper_.memory_bytes();
    bytes += (3 * count_ + count_ * count_) * at_[0].bytes() + 2 * size() * sizeof(double);
    for (const auto& one : multigrids_) bytes += one->memory_bytes();
    return bytes;
  }

 protected:
  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }
  void advance(std::size_t member, std::span<const double> steps) override {
    compute_step(member, steps[0]);
    accept(member);
  }
  void step_member(std::size_t member, double target) override {
    is_fixed() ? ReactionCells::step_member(member, target) : adapted_step(member, target);
  }

 private:
  std::size_t cell_count() const { return cells().cell_count(); }

  // ---- the system ----------------------------------------------------------------------------

  std::size_t size() const override { return count_ * cell_count(); }
  void evaluate(const double* u, double* f) override;
  void linearise(const double* u, double shift) override;
  void apply(const double* x, double* y) override;
  void precondition(const double* y, double* x) override;

  void use_member(std::size_t member);
  ImplicitStep compute_step(std::size_t member, double dt);
  void accept(std::size_t member);
  void adapted_step(std::size_t member, double target);
  double relative_rate(std::size_t member);
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
  std::size_t member_ = none;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  double shift_ = 0.0;
  std::vector<Field> at_, change_, solve_;
  std::vector<Field> slopes_;  ///< ∂R/∂u, row after row
  std::vector<LinearDiffusion> diffusion_;
  std::vector<std::unique_ptr<ConductionMultigrid>> multigrids_;
  std::vector<double> before_, after_;
  ImplicitStepper stepper_;
};

void ImplicitReactionSolver::use_member(std::size_t member) {
  if (member == member_) return;
  member_ = member;
  diffusion_.clear();
  const Grid& grid = cells().grid();
  double volume = 1.0;
  for (int axis = 0; axis < grid.dimensions; ++axis) volume *= grid.spacing(axis);
  Field coefficient(cells().layout().size);
  for (std::size_t c = 0; c < count_; ++c) {
    const double diffusivity = reaction(member).diffusivity[c];
    diffusion_.emplace_back(cells(), radius_of(options()), diffusivity);
    if (diffusivity == 0.0) continue;
    // Over the volume: the system is one of values, not of what cells hold.
    std::fill_n(coefficient.data(), coefficient.size(), diffusivity / volume);
    multigrids_[c]->set_coefficient(coefficient.data());
  }
}

void ImplicitReactionSolver::evaluate(const double* u, double* f) {
  to_fields(u, at_);
  const Stage only_rate{0.0, 1.0};
  sweep(member_, {&only_rate, 1}, pointers_of(at_), pointers_of(change_));
  from_fields(change_, f);
}

/// Also prepares the preconditioner, in which a component has its own slope alone. Where that makes
/// a perturbation grow it is left out: a cycle needs a mass.
void ImplicitReactionSolver::linearise(const double* u, double shift) {
  to_fields(u, at_);
  shift_ = shift;
  std::vector<const double*> in(count_);
  std::vector<double*> out(count_ * count_);
  for_each_row([&](std::ptrdiff_t row, std::size_t length) {
    for (std::size_t c = 0; c < count_; ++c) in[c] = at_[c].data() + row;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = slopes_[i].data() + row;
    reaction(member_).jacobian({in, out, length});
  });
  for (std::size_t c = 0; c < count_; ++c) {
    double* const mass = solve_[c].data();
    const double* const slope = slopes_[c * count_ + c].data();
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      for (std::size_t i = static_cast<std::size_t>(row); i < row + length; ++i) {
        mass[i] = shift - std::min(slope[i], 0.0);
      }
    });
    if (reaction(member_).diffusivity[c] > 0.0) multigrids_[c]->set_mass(mass);
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
      const double* const own = change_[c].data() + row;
      double* const to = y + c * cell_count() + next;
      diffusion_[c].along_row(own, length, diffused.data());
      for (std::size_t i = 0; i < length; ++i) to[i] = shift_ * own[i] - diffused[i];
      for (std::size_t d = 0; d < count_; ++d) {
        const double* const slope = slopes_[c * count_ + d].data() + row;
        const double* const other = change_[d].data() + row;
        for (std::size_t i = 0; i < length; ++i) to[i] -= slope[i] * other[i];
      }
    }
    next += length;
  });
}

void ImplicitReactionSolver::precondition(const double* y, double* x) {
  to_fields(y, change_);
  for (std::size_t c = 0; c < count_; ++c) {
    if (reaction(member_).diffusivity[c] > 0.0) {
      multigrids_[c]->cycle(change_[c].data(), solve_[c].data());
      continue;
    }
    const double* const slope = slopes_[c * count_ + c].data();
    for_each_row([&](std::ptrdiff_t row, std::size_t length) {
      for (std::size_t i = static_cast<std::size_t>(row); i < row + length; ++i) {
        solve_[c].data()[i] = change_[c].data()[i] / (shift_ - std::min(slope[i], 0.0));
      }
    });
  }
  from_fields(solve_, x);
}

/// Puts the state after a step into after_.
ImplicitStep ImplicitReactionSolver::compute_step(std::size_t member, double dt) {
  use_member(member);
  for (std::size_t c = 0; c < count_; ++c) {
    copy_cells(cells().layout(), field(member, static_cast<int>(c)).data(),
               before_.data() + c * cell_count());
  }
  try {
    return stepper_.step(dt, before_.data(), after_.data());
  } catch (const Failure& failure) {
    if (failure.code() == ExitCode::blew_up) require_finite(member, member);
    throw;
  }
}

void ImplicitReactionSolver::accept(std::size_t member) {
  for (std::size_t c = 0; c < count_; ++c) {
    set_cells(cells().layout(), after_.data() + c * cell_count(),
              field(member, static_cast<int>(c)).data());
  }
}

void ImplicitReactionSolver::adapted_step(std::size_t member, double target) {
  MemberProgress& p = own_progress(member);
  if (p.error_estimate == not_measured) p.error_estimate = 0.0;
  controller().aim(p, target);
  controller().choose_first_rung(p, p.has_rung != 0.0 ? 0.0 : relative_rate(member));
  const double dt = controller().step_length(p);
  const double error = compute_step(member, dt).relative_error;
  if (controller().judge(p, dt, error, error)) accept(member);
}

double ImplicitReactionSolver::relative_rate(std::size_t member) {
  return ReactionCells::rate_of_change(member).relative;
}

}  // namespace

CellTraits implicit_traits(const PointReaction& reaction, int, const MethodOptions& options) {
  CellTraits traits = ReactionCells::traits_of(reaction, options, 1);
  traits.ghosts = std::max(traits.ghosts, ConductionMultigrid::ghosts);
  traits.reach = GhostReach::corners;
  const double components = traits.components;
  // Per component vectors of PETSc, work fields and a multigrid hierarchy; the slopes beside.
  traits.shared_arrays = components * (46.0 + 5.0 + 36.0) + components * components;
  traits.takes_tolerance = ImplicitStepper::estimated_order(options.integrator) > 0;
  traits.takes_courant = false;
  return traits;
}

std::unique_ptr<Solver> make_implicit_solver(CellGrid& cells, std::vector<PointReaction> reactions,
                                             const StepControl& control,
                                             const MethodOptions& options) {
  return std::make_unique<ImplicitReactionSolver>(cells, std::move(reactions), control, options);
}

}  // namespace parapet
