#include "methods/cell_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exact_sum.hpp"
#include "base/failure.hpp"
#include "diagnostics/cell_diagnostics.hpp"

namespace parapet {

namespace {

double reduced(const CellGrid& cells, ExactSum& sum) {
  sum.reduce(cells.communicator());
  return sum.round();
}

}  // namespace

CellSolver::CellSolver(CellGrid& cells, std::size_t members, int components,
                       const StepControl& control, const MethodOptions& options,
                       double estimated_order)
    : cells_(cells),
      components_(components),
      controller_(control, estimated_order),
      courant_(control.courant),
      is_fixed_(control.step.has_value()),
      options_(options),
      progress_(members) {
  const std::size_t count = members * static_cast<std::size_t>(components);
  for (std::size_t f = 0; f < count; ++f) fields_.push_back(make_field());
}

CellSolver::Field CellSolver::make_field() const {
  Field made(cells_.layout().size);
  std::fill_n(made.data(), made.size(), 0.0);
  return made;
}

std::vector<double*> CellSolver::pointers(std::size_t member) {
  std::vector<double*> all;
  for (int c = 0; c < components_; ++c) all.push_back(field(member, c).data());
  return all;
}

std::vector<double*> CellSolver::pointers_of(std::vector<Field>& fields) {
  std::vector<double*> all;
  for (Field& one : fields) all.push_back(one.data());
  return all;
}

std::vector<std::array<std::array<GhostRule, 2>, 3>> CellSolver::end_rules() const {
  std::vector<std::array<std::array<GhostRule, 2>, 3>> rules(static_cast<std::size_t>(components_));
  for (std::size_t c = 0; c < rules.size(); ++c) {
    for (int axis = 0; axis < cells_.grid().dimensions; ++axis) {
      for (const int side : {0, 1}) {
        rules[c][static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)] =
            ghost_rule(static_cast<int>(c), axis, side);
      }
    }
  }
  return rules;
}

std::span<const double> CellSolver::state(std::size_t member, int component,
                                          std::vector<double>& scratch) {
  scratch.resize(cells_.cell_count());
  copy_cells(cells_.layout(), field(member, component).data(), scratch.data());
  return scratch;
}

void CellSolver::set_state(std::size_t member, int component, std::span<const double> values) {
  set_cells(cells_.layout(), values.data(), field(member, component).data());
}

void CellSolver::to_points(std::size_t member, int first, std::span<double* const> fields) {
  for (std::size_t f = 0; f < fields.size(); ++f) {
    copy_cells(cells_.layout(), field(member, first + static_cast<int>(f)).data(), fields[f]);
  }
}

bool CellSolver::step(double target) {
  bool is_short = false;
  for (std::size_t m = 0; m < progress_.size(); ++m) {
    if (progress_[m].time < target) step_member(m, target);
    is_short = is_short || progress_[m].time < target;
  }
  return is_short;
}

void CellSolver::step_member(std::size_t member, double target) {
  controller_.aim(progress_[member], target);
  MemberProgress ahead = progress_[member];
  std::vector<double> steps;
  while (steps.size() < steps_at_once() && ahead.time < target) {
    steps.push_back(is_fixed_ ? fixed_step(ahead) : courant_step(member, ahead));
  }
  if (is_fixed_) watch_fixed_steps(member, steps);
  ahead.courant = std::max(ahead.courant, progress_[member].courant);
  advance(member, steps);
  ahead.previous_step = steps.back();
  ahead.own = progress_[member].own;  // which the advance keeps itself
  progress_[member] = ahead;
}

double CellSolver::fixed_step(MemberProgress& ahead) const {
  const double dt = controller_.step_length(ahead);
  controller_.advance(ahead);
  return dt;
}

// The last two steps to a target share what is left, so that none is tiny.
double CellSolver::courant_step(std::size_t member, MemberProgress& ahead) {
  const double remaining = ahead.leg_end - ahead.time;
  const double longest = longest_step(member), wanted = courant_ * longest;
  if (!(wanted > 1e-14 * (ahead.leg_end - ahead.leg_start))) {  // NaN included
    require_finite(member, member);
    throw Failure(ExitCode::blew_up, "the stable time step has become too small to go on", true);
  }
  double dt = remaining;
  if (wanted < remaining) dt = wanted < 0.5 * remaining ? wanted : 0.5 * remaining;
  ahead.courant = std::max(ahead.courant, dt / longest);
  const double reached = ahead.time + dt;
  ahead.time = dt >= remaining ? ahead.leg_end : reached;
  ahead.steps += 1.0, ahead.leg_steps += 1.0;
  return dt;
}

// Looked at before the steps that contain every sixteenth one.
void CellSolver::watch_fixed_steps(std::size_t member, std::span<const double> steps) {
  MemberProgress& p = progress_[member];
  const double since = std::fmod(p.steps, check_interval);
  if (since != 0.0 && since + static_cast<double>(steps.size()) <= check_interval) return;
  require_finite(member, member);
  p.courant = std::max(p.courant, steps[0] / longest_step(member));
}

GhostRule CellSolver::ghost_rule(int component, int axis, int side) const {
  const auto a = static_cast<std::size_t>(axis), s = static_cast<std::size_t>(side);
  switch (cells_.boundaries()[a][s]) {
    case BoundaryKind::dirichlet:
      return {-1.0, 0.0, 2.0 * options_.boundary_value(axis, side, component, components_)};
    case BoundaryKind::absorbing:
      return {-1.0, 0.0, 0.0};
    case BoundaryKind::outflow:
      return {0.0, 1.0, 0.0};
    case BoundaryKind::reflecting:
      return {is_normal_velocity(component, axis) ? -1.0 : 1.0, 0.0, 0.0};
    case BoundaryKind::no_flux:
    case BoundaryKind::periodic:
      break;
  }
  return {1.0, 0.0, 0.0};
}

void CellSolver::fill_ends(std::span<double* const> components) {
  for (std::size_t c = 0; c < components.size(); ++c) {
    for (int axis = 0; axis < cells_.grid().dimensions; ++axis) {
      if (cells_.grid().is_periodic[static_cast<std::size_t>(axis)]) continue;
      for (const int side : {0, 1}) {
        cells_.fill_end(components[c], axis, side, ghost_rule(static_cast<int>(c), axis, side));
      }
    }
  }
}

void CellSolver::fill_ghosts(std::span<double* const> components) {
  cells_.halo().exchange(components);
  fill_ends(components);
}

FieldDiagnostics CellSolver::diagnose(std::size_t member) {
  const auto own = pointers(member);
  fill_ghosts(own);
  const std::vector<const double*> fields(own.begin(), own.end());
  return parapet::diagnose(cells_, fields);
}

RateOfChange CellSolver::rate_of_change(std::size_t member) {
  std::vector<Field> rates;
  std::vector<double*> to;
  for (int c = 0; c < components_; ++c) to.push_back(rates.emplace_back(make_field()).data());
  evaluate_rate(member, to);
  ExactSum work, change, size;
  const CellLayout& layout = cells_.layout();
  for (int c = 0; c < components_; ++c) {
    const double *u = field(member, c).data(), *rate = to[static_cast<std::size_t>(c)];
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
      for (std::ptrdiff_t i = row; i < row + layout.row_length(); ++i) {
        work.add(u[i] * rate[i]);
        change.add(rate[i] * rate[i]);
        size.add(u[i] * u[i]);
      }
    });
  }
  const double points = static_cast<double>(cells_.grid().point_count());
  const double of_change = reduced(cells_, change), of_size = reduced(cells_, size);
  const double relative = of_size > 0.0 ? std::sqrt(of_change / of_size) : std::sqrt(of_change);
  return {reduced(cells_, work) / points, std::numeric_limits<double>::quiet_NaN(), relative};
}

double CellSolver::energy_residual(std::size_t) {
  return std::numeric_limits<double>::quiet_NaN();
}

std::uint64_t CellSolver::digest(std::size_t member) {
  const auto own = pointers(member);
  return cells_digest(cells_, std::vector<const double*>(own.begin(), own.end()));
}

void CellSolver::require_finite(std::size_t member, std::size_t member_in_run) {
  const auto own = pointers(member);
  throw_unless_finite(cells_, std::vector<const double*>(own.begin(), own.end()), member_in_run,
                      progress_[member].time);
}

std::size_t CellSolver::memory_bytes() const {
  std::size_t bytes = cells_.halo().memory_bytes();
  for (const Field& one : fields_) bytes += one.bytes();
  return bytes;
}

}  // namespace parapet
