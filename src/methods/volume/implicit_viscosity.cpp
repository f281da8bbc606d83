#include "methods/volume/implicit_viscosity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "methods/volume/field_range.hpp"
#include "methods/volume/laplacian.hpp"

namespace parapet {

namespace {

/// Pareschi & Russo (2005), table 6.
constexpr double alpha = 0.24169426078821, beta = 0.06042356519705, eta = 0.12915286960590;

constexpr double largest_change = 0.1;  // of the field's range in a step
constexpr double faint = 1e-6;          // of the size at the start: a range that counts as none

/// Whether two components' systems differ by constants alone.
bool are_alike(const EndRules& one, const EndRules& other) {
  for (std::size_t a = 0; a < 3; ++a) {
    for (const std::size_t side : {0U, 1U}) {
      if (one[a][side].mirror != other[a][side].mirror) return false;
    }
  }
  return true;
}

/// Calls act(i) for every value of a component's arrays, ghosts included.
template <class F>
void for_each_value(const CellGrid& cells, std::span<double* const> fields, F&& act) {
  const auto size = static_cast<std::ptrdiff_t>(cells.layout().size);
  for (std::size_t c = 0; c < fields.size(); ++c) {
    for (std::ptrdiff_t i = 0; i < size; ++i) act(c, i);
  }
}

}  // namespace

ImplicitViscosity::ImplicitViscosity(CellGrid& cells, std::vector<EndRules> ends,
                                     const MethodOptions& options, bool has_fixed_steps)
    : cells_(cells),
      ends_(std::move(ends)),
      choice_(options.viscosity),
      tolerance_(options.solve_tolerance),
      has_fixed_steps_(has_fixed_steps) {
  for (EndRules& of_component : ends_) {
    for (std::size_t a = 0; a < 3; ++a) {
      for (const std::size_t side : {0U, 1U}) {
        if (cells.boundaries()[a][side] == BoundaryKind::outflow) {
          of_component[a][side] = {1.0, 0.0, 0.0};
        }
      }
    }
    price_ = std::max(price_, price_of_diffusion(cells, of_component));
  }
}

/// Solvers and arrays, when they are needed first.
void ImplicitViscosity::prepare() {
  if (!solvers_.empty()) return;
  for (std::size_t c = 0; c < ends_.size(); ++c) {
    const auto like = std::ranges::find_if(
        ends_, [&](const EndRules& other) { return are_alike(other, ends_[c]); });
    const auto first = static_cast<std::size_t>(like - ends_.begin());
    if (first == c) solvers_.push_back(make_diffusion_solver(cells_, ends_[c], tolerance_));
    solver_of_.push_back(first == c ? solvers_.back().get() : solver_of_[first]);
  }
  for (std::size_t i = 0; i < ends_.size() * roles; ++i) {
    Field& made = storage_.emplace_back(cells_.layout().size);
    std::fill_n(made.data(), made.size(), 0.0);
    pointers_.push_back(made.data());
  }
}

std::span<double* const> ImplicitViscosity::fields(int role) const {
  return std::span(pointers_).subspan(static_cast<std::size_t>(role) * ends_.size(), ends_.size());
}

void ImplicitViscosity::fill_ends(std::span<double* const> u) const {
  for (std::size_t c = 0; c < u.size(); ++c) {
    for (int axis = 0; axis < cells_.grid().dimensions; ++axis) {
      if (cells_.grid().is_periodic[static_cast<std::size_t>(axis)]) continue;
      for (const int side : {0, 1}) {
        cells_.fill_end(u[c], axis, side,
                        ends_[c][static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)]);
      }
    }
  }
}

double ImplicitViscosity::smoothing_rate(const Limits& limits, std::span<double* const> u) {
  cells_.halo().exchange(u);
  fill_ends(u);
  double range = faint * limits.scale, bend = 0.0;
  for (std::size_t c = 0; c < u.size(); ++c) {
    double* const second = fields(first_rate)[c];
    add_laplacian(cells_, u[c], 0.0, 1.0, second);
    const Extrema own = extrema_of(cells_, u[c]), bent = extrema_of(cells_, second);
    range = std::max(range, own.highest - own.lowest);
    bend = std::max({bend, bent.highest, -bent.lowest});
  }
  return limits.viscosity * bend / (largest_change * range);
}

double ImplicitViscosity::rate_beside(const Limits& limits, std::span<double* const> u) {
  is_next_implicit_ = false;
  if (choice_ == "explicit" || !(limits.viscosity > 0.0)) return limits.viscous;
  if (has_fixed_steps_) return 0.0;
  const double explicit_rate = limits.advective + limits.viscous;
  const bool is_asked_for = choice_ == "implicit";
  if (!is_asked_for && !(explicit_rate > price_ * limits.advective)) return limits.viscous;
  prepare();
  const double smoothing = smoothing_rate(limits, u);
  if (!is_asked_for && !(explicit_rate > price_ * (limits.advective + smoothing))) {
    return limits.viscous;
  }
  is_next_implicit_ = true;
  return smoothing;
}

bool ImplicitViscosity::is_implicit(const Limits& limits, double dt) const {
  if (!has_fixed_steps_) return is_next_implicit_;
  if (choice_ == "explicit" || !(limits.viscosity > 0.0)) return false;
  return choice_ == "implicit" || dt * limits.viscous > 0.5;
}

void ImplicitViscosity::solve(double c, std::span<double* const> v) {
  for (std::size_t i = 0; i < v.size(); ++i) solver_of_[i]->solve(c, ends_[i], v[i]);
}

/// The change is c L v of the solution v.
void ImplicitViscosity::solve_for_change(double c, std::span<double* const> v,
                                         std::span<double* const> change) {
  for_each_value(cells_, v, [&](std::size_t n, std::ptrdiff_t i) { change[n][i] = -v[n][i]; });
  solve(c, v);
  for_each_value(cells_, v, [&](std::size_t n, std::ptrdiff_t i) { change[n][i] += v[n][i]; });
}

// With G = F + νL: stages 3 and 4 have F and νL of the stages before, of which G and the changes
// α dt νL are known.
void ImplicitViscosity::advance(double viscosity, double dt, std::span<double* const> u,
                                std::span<double* const> out, const Sweep& sweep) {
  prepare();
  const double c = alpha * dt * viscosity;
  const auto v = fields(first_stage), w = fields(second_stage), x = fields(third_stage);
  const auto g = fields(first_rate), h = fields(second_rate);
  const auto k1 = fields(first_change), k2 = fields(first_change + 1),
             k3 = fields(first_change + 2);
  for_each_value(cells_, u, [&](std::size_t n, std::ptrdiff_t i) { v[n][i] = u[n][i]; });
  solve_for_change(c, v, k1);
  for_each_value(cells_, u, [&](std::size_t n, std::ptrdiff_t i) { v[n][i] = u[n][i] - k1[n][i]; });
  solve_for_change(c, v, k2);
  sweep({0, v, u, g, {0.0, 0.0, dt}});
  for_each_value(cells_, u, [&](std::size_t n, std::ptrdiff_t i) {
    w[n][i] = u[n][i] + (g[n][i] - k2[n][i]);
  });
  solve_for_change(c, w, k3);
  sweep({1, w, u, h, {0.0, 0.0, dt}});
  constexpr double of_1 = beta / alpha, of_2 = (eta - 0.25) / alpha,
                   of_3 = (0.25 - beta - eta - alpha) / alpha;
  for_each_value(cells_, u, [&](std::size_t n, std::ptrdiff_t i) {
    const double sum = g[n][i] + h[n][i];
    x[n][i] = u[n][i] + 0.25 * sum + (of_1 * k1[n][i] + of_2 * k2[n][i] + of_3 * k3[n][i]);
    g[n][i] = u[n][i] + sum / 6.0;
  });
  solve(c, x);
  sweep({2, x, g, out, {1.0, 0.0, 2.0 / 3.0 * dt}});
}

std::size_t ImplicitViscosity::memory_bytes() const {
  std::size_t bytes = 0;
  for (const Field& one : storage_) bytes += one.bytes();
  for (const auto& one : solvers_) bytes += one->memory_bytes();
  return bytes;
}

}  // namespace parapet
