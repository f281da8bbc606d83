#include "methods/density/jko_flow.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

constexpr int most_iterations = 200, most_inner_iterations = 200;
constexpr double tolerance = 1e-12;      // of a step's last correction, over the distance of walls
constexpr double worst_accepted = 1e-7;  // where rounding lets it come no closer
constexpr std::int64_t most_interacting = 2048;

using Values = std::vector<double>;

/// D, its first entry, at the grid's points; and whether f is 0 there.
struct Sampled {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  bool has_drift = false;
};

Sampled sampled(const DensityProcess& process, const Grid& grid) {
  const auto count = static_cast<std::size_t>(grid.points[0]);
  Values x(count), f(count, 0.0);
  for (std::size_t i = 0; i < count; ++i) {
    x[i] = grid.coordinate(0, static_cast<std::int64_t>(i));
  }
  std::array<Values, 6> D;
  std::vector<double*> out;
  for (auto& entry : D) {
    entry.assign(count, 0.0);
    out.push_back(entry.data());
  }
  const std::array<const double*, 1> in{x.data()};
  const std::array<double*, 1> drift{f.data()};
  process.diffusion({in, out, count}, 0.0);
  if (process.drift) process.drift({in, drift, count}, 0.0);
  const auto [least, most] = std::ranges::minmax(D[0]);
  return {least, most, std::ranges::any_of(f, [](double one) { return one != 0.0; })};
}

/// Solves a symmetric tridiagonal system (Thomas).
Values solve_tridiagonal(Values diagonal, const Values& beside, Values right) {
  const std::size_t n = right.size();
  for (std::size_t i = 1; i < n; ++i) {
    const double factor = beside[i - 1] / diagonal[i - 1];
    diagonal[i] -= factor * beside[i - 1];
    right[i] -= factor * right[i - 1];
  }
  right[n - 1] /= diagonal[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) {
    right[i] = (right[i] - beside[i] * right[i + 1]) / diagonal[i];
  }
  return right;
}

double dot(const Values& a, const Values& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// A symmetric matrix, tridiagonal but for −`pairs` (i, k), row by row; empty: none.
struct Matrix {
  Values diagonal, beside, pairs;

  /// Row and column i of the unit matrix.
  void hold(std::size_t i) {
    const std::size_t n = diagonal.size();
    diagonal[i] = 1.0;
    if (i > 0) beside[i - 1] = 0.0;
    if (i + 1 < n) beside[i] = 0.0;
    for (std::size_t k = 0; k < n && !pairs.empty(); ++k) {
      pairs[i * n + k] = pairs[k * n + i] = 0.0;
    }
  }
  Values times(const Values& x) const {
    const std::size_t n = x.size();
    Values y(n);
    for (std::size_t i = 0; i < n; ++i) {
      y[i] = diagonal[i] * x[i];
      if (i > 0) y[i] += beside[i - 1] * x[i - 1];
      if (i + 1 < n) y[i] += beside[i] * x[i + 1];
      for (std::size_t k = 0; k < n; ++k) y[i] -= pairs[i * n + k] * x[k];
    }
    return y;
  }
};

/// Conjugate gradients, preconditioned by what is no pair, as far as the matrix is positive.
Values solve_with_pairs(const Matrix& H, const Values& right) {
  Values x(right.size(), 0.0), r = right, z = solve_tridiagonal(H.diagonal, H.beside, r), p = z;
  const double first = dot(r, z);
  double size = first;
  for (int iteration = 0; iteration < most_inner_iterations && size > 1e-24 * first; ++iteration) {
    const Values Hp = H.times(p);
    const double bend = dot(p, Hp);
    if (!(bend > 0.0)) return iteration == 0 ? z : x;
    const double length = size / bend;
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += length * p[i], r[i] -= length * Hp[i];
    z = solve_tridiagonal(H.diagonal, H.beside, r);
    const double next = dot(r, z);
    for (std::size_t i = 0; i < x.size(); ++i) p[i] = z[i] + next / size * p[i];
    size = next;
  }
  return x;
}

}  // namespace

std::string jko_refusal(const DensityProcess& process, const Grid& grid) {
  if (grid.dimensions > 1) return "\"jko\" steps are for 1 dimension: they move quantiles";
  if (grid.is_periodic[0]) return "\"jko\" steps are for the line, with \"no-flux\" ends";
  if (process.depends_on_time) return "\"jko\" steps need functions that do not depend on time";
  if (process.signal)
    return "\"jko\" steps have no signal within a box, only interactions W(x - y)";
  const Sampled found = sampled(process, grid);
  if (found.has_drift) return "\"jko\" steps are for gradient flows: `potential`, no drift";
  if (!(found.least == found.most && found.least >= 0.0)) {
    return "\"jko\" steps are for gradient flows: the diffusion is to be one number";
  }
  if (!process.interaction) return {};
  const double zero = 0.0;
  if (!std::isfinite(process.interaction(&zero))) {
    return "\"jko\" steps need an interaction that is finite at 0";
  }
  if (grid.points[0] <= most_interacting) return {};
  return fmt::format("\"jko\" steps take an interaction on at most {} points", most_interacting);
}

JkoFlow::JkoFlow(const DensityProcess& process, const Walls& walls, double resolution,
                 LineDensity density)
    : walls_(walls), energy_(process, density, resolution), edges_(std::move(density.edges)) {
  const bool is_within = edges_.front() >= walls_[0] && edges_.back() <= walls_[1];
  require(is_within && std::isfinite(free_energy()), ExitCode::bad_input,
          "the edges of the density do not ascend between the walls, or its free energy is not "
          "finite");
}

/// W₂²/2τ + E.
double JkoFlow::objective(const std::vector<double>& edges, double tau) const {
  const auto& n = energy_.edge_masses();
  double square = 0.0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    square += n[i] * (edges[i] - edges_[i]) * (edges[i] - edges_[i]);
  }
  return 0.5 * square / tau + energy_.value(edges);
}

/// Newton's. What stands at a wall and is driven against it stays.
std::vector<double> JkoFlow::newton_change(const std::vector<double>& edges, double tau) const {
  const auto& n = energy_.edge_masses();
  const std::size_t last = edges.size() - 1;
  auto [curvature, gaps, pairs] = energy_.curvature(edges);
  Values right = energy_.slopes(edges);
  Matrix H{Values(edges.size()), Values(edges.size(), 0.0), std::move(pairs)};
  for (std::size_t i = 0; i <= last; ++i) {
    right[i] = -right[i] - n[i] * (edges[i] - edges_[i]) / tau;
    H.diagonal[i] = std::max(n[i] / tau + curvature[i], 0.1 * n[i] / tau);
  }
  for (std::size_t j = 0; j < last; ++j) {
    H.diagonal[j] += gaps[j], H.diagonal[j + 1] += gaps[j];
    H.beside[j] = -gaps[j];
  }
  const bool is_held_below = edges[0] <= walls_[0] && right[0] < 0.0;
  const bool is_held_above = edges[last] >= walls_[1] && right[last] > 0.0;
  if (is_held_below) H.hold(0), right[0] = 0.0;
  if (is_held_above) H.hold(last), right[last] = 0.0;
  return H.pairs.empty() ? solve_tridiagonal(std::move(H.diagonal), H.beside, std::move(right))
                         : solve_with_pairs(H, right);
}

/// As far along a change as the objective does not rise.
std::vector<double> JkoFlow::moved(const std::vector<double>& edges, const Values& change,
                                   double tau) const {
  const double before = objective(edges, tau);
  std::vector<double> tried = edges;
  for (double length = 1.0; length > 1e-10; length *= 0.5) {
    for (std::size_t i = 0; i < edges.size(); ++i) tried[i] = edges[i] + length * change[i];
    tried.front() = std::max(tried.front(), walls_[0]);
    tried.back() = std::min(tried.back(), walls_[1]);
    if (objective(tried, tau) <= before + 1e-14 * std::abs(before)) return tried;
  }
  return edges;
}

void JkoFlow::step(double tau) {
  std::vector<double> found = edges_;
  double before = std::numeric_limits<double>::infinity();
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const Values change = newton_change(found, tau);
    double largest = 0.0;
    for (const double one : change) {
      largest = std::isnan(one) ? std::numeric_limits<double>::infinity()
                                : std::max(largest, std::abs(one));
    }
    largest /= walls_[1] - walls_[0];
    const double now = objective(found, tau);
    const bool is_stuck = now > before - 1e-14 * std::abs(before) && largest <= worst_accepted;
    if (largest <= tolerance || is_stuck) {
      edges_ = std::move(found);
      return;
    }
    if (!std::isfinite(largest)) break;
    found = moved(found, change, tau);
    before = now;
  }
  throw Failure(ExitCode::blew_up,
                fmt::format("the minimum of a \"jko\" step of length {} is not found; is it too "
                            "long, or does the density concentrate?",
                            tau));
}

}  // namespace parapet
