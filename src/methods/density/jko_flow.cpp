#include "methods/density/jko_flow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/failure.hpp"

namespace parapet {

namespace {

constexpr int most_iterations = 200;
constexpr double tolerance = 1e-11;  // of a step's last correction, over the extent of the points
constexpr double difference = 1e-4;  // over which V is differentiated

/// Solves a symmetric tridiagonal system (Thomas); `right` becomes the solution.
void solve(std::vector<double> diagonal, const std::vector<double>& beside,
           std::vector<double>& right) {
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
}

/// The one number that D is, NaN where it is not.
double even_diffusion(const DensityProcess& process, const std::vector<double>& points) {
  std::array<std::vector<double>, 6> D;
  std::vector<double*> out;
  for (auto& entry : D) {
    entry.assign(points.size(), 0.0);
    out.push_back(entry.data());
  }
  const std::array<const double*, 1> in{points.data()};
  process.diffusion({in, out, points.size()}, 0.0);
  const auto [least, most] = std::ranges::minmax(D[0]);
  return least == most ? least : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<double> quantiles(std::span<const double> density, double lower, double spacing,
                              std::size_t count) {
  double mass = 0.0;
  for (const double u : density) mass += u;
  std::vector<double> made;
  double below = 0.0;
  std::size_t cell = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double level = mass * (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    while (cell + 1 < density.size() && below + density[cell] < level) below += density[cell++];
    const double share = density[cell] > 0.0 ? (level - below) / density[cell] : 0.0;
    made.push_back(lower + spacing * (static_cast<double>(cell) + std::clamp(share, 0.0, 1.0)));
  }
  return made;
}

JkoFlow::JkoFlow(DensityProcess process, std::vector<double> points, double mass)
    : process_(std::move(process)),
      points_(std::move(points)),
      point_mass_(mass / static_cast<double>(points_.size())),
      diffusion_(even_diffusion(process_, points_)) {
  const bool is_gradient = process_.dimensions == 1 && !process_.drift && !process_.interaction &&
                           !process_.signal && !process_.elapsed && !process_.depends_on_time &&
                           diffusion_ >= 0.0;
  if (is_gradient && std::ranges::is_sorted(points_)) return;
  throw Failure(
      ExitCode::bad_input,
      "this is no gradient flow on the line with one diffusivity and without interaction, "
      "or the points do not ascend");
}

JkoFlow::Gap JkoFlow::gap(double width) const {
  const double rho = point_mass_ / width;
  const auto [s, m] = process_.pressure;
  const double power = s > 0.0 ? s * std::pow(rho, m) : 0.0;
  return {diffusion_ * rho + power, (diffusion_ * rho + m * power) / width};
}

/// V at shifted points.
std::vector<double> JkoFlow::potential(const std::vector<double>& points, double shift) const {
  std::vector<double> V(points.size(), 0.0), at = points;
  for (double& x : at) x += shift;
  const std::array<const double*, 1> in{at.data()};
  const std::array<double*, 1> out{V.data()};
  if (process_.potential) process_.potential({in, out, at.size()}, 0.0);
  return V;
}

double JkoFlow::free_energy(const std::vector<double>& points) const {
  const auto [s, m] = process_.pressure;
  const auto V = potential(points, 0.0);
  double sum = 0.0;
  for (const double value : V) sum += point_mass_ * value;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double rho = point_mass_ / (points[i + 1] - points[i]);
    sum += point_mass_ * diffusion_ * std::log(rho);
    if (s > 0.0) sum += point_mass_ * s / (m - 1.0) * std::pow(rho, m - 1.0);
  }
  return sum;
}

/// Not finite where points do not ascend.
double JkoFlow::objective(const std::vector<double>& points, double tau) const {
  double square = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && !(points[i] > points[i - 1])) return std::numeric_limits<double>::infinity();
    square += (points[i] - points_[i]) * (points[i] - points_[i]);
  }
  return 0.5 * point_mass_ * square / tau + free_energy(points);
}

std::vector<double> JkoFlow::newton_change(const std::vector<double>& points, double tau) const {
  const std::size_t n = points.size();
  const auto below = potential(points, -difference), here = potential(points, 0.0),
             above = potential(points, difference);
  std::vector<double> diagonal(n), beside(n, 0.0), right(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double slope = (above[i] - below[i]) / (2.0 * difference);
    const double bend = (above[i] - 2.0 * here[i] + below[i]) / (difference * difference);
    diagonal[i] = point_mass_ * std::max(1.0 / tau + bend, 0.1 / tau);
    right[i] = -point_mass_ * ((points[i] - points_[i]) / tau + slope);
  }
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const Gap between = gap(points[i + 1] - points[i]);
    diagonal[i] += between.stiffness, diagonal[i + 1] += between.stiffness;
    beside[i] = -between.stiffness;
    right[i] -= between.pressure, right[i + 1] += between.pressure;
  }
  solve(std::move(diagonal), beside, right);
  return right;
}

void JkoFlow::step(double tau) {
  std::vector<double> found = points_;
  const double extent = points_.back() - points_.front();
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const auto change = newton_change(found, tau);
    double largest = 0.0;
    for (const double one : change) largest = std::max(largest, std::abs(one));
    if (largest <= tolerance * extent) {
      points_ = std::move(found);
      return;
    }
    const double before = objective(found, tau);
    std::vector<double> tried = found;
    for (double length = 1.0; length > 1e-10; length *= 0.5) {
      for (std::size_t i = 0; i < found.size(); ++i) tried[i] = found[i] + length * change[i];
      if (objective(tried, tau) <= before + 1e-13 * std::abs(before)) break;
    }
    found = tried;
  }
  throw Failure(ExitCode::blew_up, "the minimum of a step of length " + std::to_string(tau) +
                                       " in the distance of Wasserstein is not found");
}

}  // namespace parapet
