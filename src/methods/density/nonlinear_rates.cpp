#include "methods/density/nonlinear_rates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "methods/density/edge_sampler.hpp"

namespace parapet {

namespace {

/// (a^p − b^p)/(a − b), by Taylor's series where that cancels.
double secant(double a, double b, double p) {
  if (p == 1.0) return 1.0;
  if (p == 2.0) return a + b;
  const double middle = 0.5 * (a + b), ratio = (a - b) / middle;
  if (std::abs(ratio) > 1e-3) return (std::pow(a, p) - std::pow(b, p)) / (a - b);
  return p * std::pow(middle, p - 1.0) * (1.0 + (p - 1.0) * (p - 2.0) / 24.0 * ratio * ratio);
}

/// An edge with a pressure s ρ^m between densities a and b, none negative.
struct PressureEdge {
  double a, b, q, s, m;

  /// −Δ(V + W∗ρ + s m/(m − 1) ρ^{m−1}), what drives the flow.
  double drive() const {
    return q + s * m / (m - 1.0) * (std::pow(a, m - 1.0) - std::pow(b, m - 1.0));
  }
  /// With which M·drive = s (a^m − b^m) where q = 0.
  double mobility() const {
    if (!(a + b > 0.0)) return 0.0;
    return (m - 1.0) / m * secant(a, b, m) / secant(a, b, m - 1.0);
  }

  RatePair flows() const {
    const double G = drive(), M = mobility();
    const double donor = G > 0.0 ? a : b;
    const double rate = std::abs(G) * (M < most * donor ? M / donor : most);
    return G > 0.0 ? RatePair{rate, 0.0} : RatePair{0.0, rate};
  }

  /// ∂F/∂a and −∂F/∂b, nearly: what would be negative is left out, and M varies as (a + b)/2.
  RatePair slopes() const {
    const double G = drive(), M = mobility();
    const bool is_free = M < most * (G > 0.0 ? a : b);
    const double by_a = s * m * std::pow(a, m - 1.0), by_b = s * m * std::pow(b, m - 1.0);
    if (is_free) return {std::max(0.5 * q + by_a, 0.0), std::max(by_b - 0.5 * q, 0.0)};
    if (G > 0.0) return {most * (G + by_a), most * (b > 0.0 ? a / b * by_b : 0.0)};
    return {most * (a > 0.0 ? b / a * by_a : 0.0), most * (by_b - G)};
  }

  static constexpr double most = 2.0;  ///< M over the density of the cell that gives
};

}  // namespace

NonlinearRates::NonlinearRates(CellGrid& cells, DensityProcess process)
    : cells_(&cells), process_(std::move(process)) {
  const EdgeRates form = make_rates();
  for (std::size_t e = 0; e < form.directions().size(); ++e) {
    edges_.push_back({form.make_field(), form.make_field()});
  }
  interaction_ = form.make_field();
  if (process_.interaction) convolution_.emplace(cells, process_.interaction);
  if (process_.signal) convolution_.emplace(cells, *process_.signal);
  tabulate(0.0);
}

void NonlinearRates::tabulate(double time) {
  const EdgeRates form = make_rates();
  std::vector<double*> arrays;
  std::string fault;
  for (std::size_t e = 0; e < edges_.size(); ++e) {
    EdgeSampler sampler(*cells_, process_, time, form.directions()[e].step,
                        process_.has_cross_diffusion);
    Edge& edge = edges_[e];
    const CellLayout& layout = cells_->layout();
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      const auto laws = sampler.laws(i, j, k);
      for (std::size_t n = 0; n < laws.size(); ++n) {
        edge.diffusion.data()[row + static_cast<std::ptrdiff_t>(n)] = laws[n].diffusion;
        edge.drift.data()[row + static_cast<std::ptrdiff_t>(n)] = laws[n].drift;
      }
    });
    if (fault.empty()) fault = sampler.fault();
    arrays.push_back(edge.diffusion.data()), arrays.push_back(edge.drift.data());
  }
  throw_bad_process(cells_->communicator(), fault);
  cells_->halo().exchange(arrays);
}

void NonlinearRates::interact(const double* density) {
  if (convolution_) convolution_->apply(density, interaction_.data());
}

template <class F>
void NonlinearRates::fill(const double* u, EdgeRates& rates, F&& of_pressure) const {
  const double* const W = interaction_.data();
  const auto [scale, m] = process_.pressure;
  rates.fill([&](std::size_t e, std::ptrdiff_t x, std::ptrdiff_t stride, double inverse_square) {
    const double q = edges_[e].drift.data()[x] - inverse_square * (W[x + stride] - W[x]);
    if (!(scale > 0.0)) return exponential_pair(edges_[e].diffusion.data()[x], q);
    const double a = std::max(u[x], 0.0), b = std::max(u[x + stride], 0.0);
    return of_pressure(PressureEdge{a, b, q, scale * inverse_square, m});
  });
}

void NonlinearRates::set_flows(const double* u, EdgeRates& rates) const {
  fill(u, rates, [](const PressureEdge& edge) { return edge.flows(); });
}

void NonlinearRates::set_slopes(const double* u, EdgeRates& rates) const {
  fill(u, rates, [](const PressureEdge& edge) { return edge.slopes(); });
}

std::size_t NonlinearRates::memory_bytes() const {
  std::size_t bytes = interaction_.bytes() + (convolution_ ? convolution_->memory_bytes() : 0);
  for (const Edge& edge : edges_) bytes += edge.diffusion.bytes() + edge.drift.bytes();
  return bytes;
}

}  // namespace parapet
