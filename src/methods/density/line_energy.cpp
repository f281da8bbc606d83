#include "methods/density/line_energy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

constexpr double share_of_resolution = 0.05;

/// Derivatives from values two and one step below, in the middle, and one and two above.
double first_derivative(const std::array<double, 5>& f, double step) {
  return (8.0 * (f[3] - f[1]) - (f[4] - f[0])) / (12.0 * step);
}
double second_derivative(const std::array<double, 5>& f, double step) {
  return (16.0 * (f[3] + f[1]) - (f[4] + f[0]) - 30.0 * f[2]) / (12.0 * step * step);
}

std::vector<double> halves(const std::vector<double>& masses) {
  std::vector<double> made(masses.size() + 1, 0.0);
  for (std::size_t j = 0; j < masses.size(); ++j) {
    made[j] += 0.5 * masses[j], made[j + 1] += 0.5 * masses[j];
  }
  return made;
}

double diffusion_at(const DensityProcess& process, double x) {
  std::array<double, 6> D{};
  std::vector<double*> out;
  for (double& entry : D) out.push_back(&entry);
  const std::array<const double*, 1> in{&x};
  process.diffusion({in, out, 1}, 0.0);
  return D[0];
}

/// Densities at the edges with which the cubic between them is monotone.
std::vector<double> edge_densities(const LineDensity& density) {
  const std::size_t count = density.masses.size();
  std::vector<double> found(count + 1);
  const auto width = [&](std::size_t j) { return density.edges[j + 1] - density.edges[j]; };
  const auto within = [&](std::size_t j) { return density.masses[j] / width(j); };
  for (std::size_t i = 1; i < count; ++i) {
    const double before = width(i - 1), after = width(i);
    const double share = (before + 2.0 * after) / (3.0 * (before + after));
    found[i] = 1.0 / (share / within(i - 1) + (1.0 - share) / within(i));
  }
  // Through the mean of the last gap, with no more than a parabola there.
  const auto at_end = [](double mean, double next) {
    return std::clamp(1.5 * mean - 0.5 * next, 0.0, 3.0 * mean);
  };
  found[0] = count > 1 ? at_end(within(0), found[1]) : within(0);
  found[count] = count > 1 ? at_end(within(count - 1), found[count - 1]) : within(0);
  return found;
}

/// The share of a gap's mass below a place in it, 0 to 1, from the slopes of that at its ends.
double share_below(double place, double lower_slope, double upper_slope) {
  const double t = std::clamp(place, 0.0, 1.0), rest = 1.0 - t;
  const double share =
      t * t * (3.0 - 2.0 * t) + lower_slope * t * rest * rest - upper_slope * t * t * rest;
  return std::clamp(share, 0.0, 1.0);
}

}  // namespace

LineEnergy::LineEnergy(const DensityProcess& process, const LineDensity& density, double resolution)
    : process_(process),
      masses_(density.masses),
      edge_masses_(halves(masses_)),
      diffusion_(diffusion_at(process, density.edges.front())),
      difference_(share_of_resolution * resolution) {}

/// V at shifted edges.
std::vector<double> LineEnergy::potential(const std::vector<double>& edges, double shift) const {
  std::vector<double> V(edges.size(), 0.0), at = edges;
  for (double& x : at) x += shift;
  const std::array<const double*, 1> in{at.data()};
  const std::array<double*, 1> out{V.data()};
  if (process_.potential) process_.potential({in, out, at.size()}, 0.0);
  return V;
}

double LineEnergy::interaction(double separation) const {
  return process_.interaction(&separation);
}

/// Over which W is differentiated, not beyond 0, where it may have a kink.
double LineEnergy::offset(double separation) const {
  return std::min(difference_, 0.25 * separation);
}

double LineEnergy::value(const std::vector<double>& edges) const {
  const auto [s, m] = process_.pressure;
  double sum = 0.0;
  for (std::size_t j = 0; j < masses_.size(); ++j) {
    if (!(edges[j + 1] > edges[j])) return std::numeric_limits<double>::infinity();
    const double rho = masses_[j] / (edges[j + 1] - edges[j]);
    if (diffusion_ > 0.0) sum += masses_[j] * diffusion_ * std::log(rho);
    if (s > 0.0) sum += masses_[j] * s / (m - 1.0) * std::pow(rho, m - 1.0);
  }
  const auto V = potential(edges, 0.0);
  for (std::size_t i = 0; i < edges.size(); ++i) sum += edge_masses_[i] * V[i];
  if (!process_.interaction) return sum;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    double around = 0.5 * edge_masses_[i] * interaction(0.0);
    for (std::size_t k = i + 1; k < edges.size(); ++k) {
      around += edge_masses_[k] * interaction(edges[k] - edges[i]);
    }
    sum += edge_masses_[i] * around;
  }
  return sum;
}

std::vector<double> LineEnergy::slopes(const std::vector<double>& edges) const {
  const auto [s, m] = process_.pressure;
  std::array<std::vector<double>, 5> V;
  for (std::size_t n = 0; n < 5; ++n) {
    V[n] = potential(edges, (static_cast<double>(n) - 2.0) * difference_);
  }
  std::vector<double> slope(edges.size());
  for (std::size_t i = 0; i < edges.size(); ++i) {
    slope[i] = edge_masses_[i] *
               first_derivative({V[0][i], V[1][i], V[2][i], V[3][i], V[4][i]}, difference_);
  }
  for (std::size_t j = 0; j < masses_.size(); ++j) {
    const double rho = masses_[j] / (edges[j + 1] - edges[j]);
    const double pressure = diffusion_ * rho + (s > 0.0 ? s * std::pow(rho, m) : 0.0);
    slope[j] += pressure, slope[j + 1] -= pressure;
  }
  for (std::size_t i = 0; process_.interaction && i < edges.size(); ++i) {
    for (std::size_t k = i + 1; k < edges.size(); ++k) {
      const double r = edges[k] - edges[i], h = offset(r);
      const std::array W{interaction(r - 2.0 * h), interaction(r - h), 0.0, interaction(r + h),
                         interaction(r + 2.0 * h)};
      const double force = edge_masses_[i] * edge_masses_[k] * first_derivative(W, h);
      slope[k] += force, slope[i] -= force;
    }
  }
  return slope;
}

LineEnergy::Curvature LineEnergy::curvature(const std::vector<double>& edges) const {
  const auto [s, m] = process_.pressure;
  std::array<std::vector<double>, 5> V;
  for (std::size_t n = 0; n < 5; ++n) {
    V[n] = potential(edges, (static_cast<double>(n) - 2.0) * difference_);
  }
  Curvature made{std::vector<double>(edges.size()), std::vector<double>(masses_.size()), {}};
  for (std::size_t i = 0; i < edges.size(); ++i) {
    made.diagonal[i] =
        edge_masses_[i] *
        second_derivative({V[0][i], V[1][i], V[2][i], V[3][i], V[4][i]}, difference_);
  }
  for (std::size_t j = 0; j < masses_.size(); ++j) {
    const double width = edges[j + 1] - edges[j], rho = masses_[j] / width;
    made.gaps[j] = (diffusion_ * rho + (s > 0.0 ? m * s * std::pow(rho, m) : 0.0)) / width;
  }
  if (process_.interaction) add_interaction(edges, made);
  return made;
}

void LineEnergy::add_interaction(const std::vector<double>& edges, Curvature& curvature) const {
  const std::size_t count = edges.size();
  curvature.pairs.assign(count * count, 0.0);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = i + 1; k < count; ++k) {
      const double r = edges[k] - edges[i], h = offset(r);
      const std::array W{interaction(r - 2.0 * h), interaction(r - h), interaction(r),
                         interaction(r + h), interaction(r + 2.0 * h)};
      const double bend = edge_masses_[i] * edge_masses_[k] * second_derivative(W, h);
      curvature.pairs[i * count + k] = curvature.pairs[k * count + i] = bend;
      curvature.diagonal[i] += bend, curvature.diagonal[k] += bend;
    }
  }
}

std::vector<double> cell_masses(const LineDensity& density, double lower, double h,
                                std::int64_t first, std::int64_t count) {
  const auto& [edges, masses] = density;
  const auto slopes = edge_densities(density);
  std::vector<double> held(static_cast<std::size_t>(count), 0.0);
  const auto cell_of = [&](double x) {
    return static_cast<std::int64_t>(std::floor((x - lower) / h)) - first;
  };
  for (std::size_t j = 0; j < masses.size(); ++j) {
    const double width = edges[j + 1] - edges[j], scale = width / masses[j];
    const auto below = [&](double x) {
      return share_below((x - edges[j]) / width, slopes[j] * scale, slopes[j + 1] * scale);
    };
    const std::int64_t begin = std::max<std::int64_t>(cell_of(edges[j]) - 1, 0);
    const std::int64_t end = std::min(cell_of(edges[j + 1]) + 2, count);
    for (std::int64_t c = begin; c < end; ++c) {
      const double left = lower + h * static_cast<double>(first + c);
      const double right = lower + h * static_cast<double>(first + c + 1);
      held[static_cast<std::size_t>(c)] += masses[j] * std::max(below(right) - below(left), 0.0);
    }
  }
  return held;
}

}  // namespace parapet
