#include "methods/density/nonlinear_rates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "equations/dual.hpp"
#include "methods/density/edge_sampler.hpp"

namespace parapet {

namespace {

using Slopes = Dual<2>;

double value_of(double x) {
  return x;
}
double value_of(const Slopes& x) {
  return x.value;
}

Slopes bernoulli_of(const Slopes& x) {
  const double B = bernoulli(x.value);
  const double slope =
      std::abs(x.value) < 1e-4 ? -0.5 + x.value / 6.0 : B / x.value * (1.0 - B - x.value);
  return Slopes(B) + slope * (x - Slopes(x.value));
}

template <class T>
T power(const T& x, double exponent) {
  using std::exp;
  using std::log;
  if (exponent == 2.0) return x * x;
  if (value_of(x) <= 0.0) return T(0.0);
  return exp(exponent * log(x));
}

/// (a^m − b^m)/(a − b), by Taylor's series where that cancels.
template <class T>
T secant(const T& a, const T& b, double m) {
  if (m == 2.0) return a + b;
  const T middle = 0.5 * (a + b);
  const double size = value_of(middle);
  if (!(size > 0.0)) return T(0.0);
  if (std::abs(value_of(a - b)) > 1e-3 * size) return (power(a, m) - power(b, m)) / (a - b);
  const T ratio = (a - b) / middle;
  return m * power(middle, m - 1.0) * (1.0 + (m - 1.0) * (m - 2.0) / 24.0 * ratio * ratio);
}

/// What flows from a cell of density a to one of density b.
Slopes flow(const Slopes& a, const Slopes& b, const EdgeLaw& law, double scale, double m) {
  const Slopes D = law.diffusion + scale * secant(a, b, m);
  if (law.drift == 0.0) return D * (a - b);
  if (D.value == 0.0) return law.drift * (law.drift > 0.0 ? a : b);
  const Slopes z = law.drift / D;
  return D * (bernoulli_of(-z) * a - bernoulli_of(z) * b);
}

}  // namespace

NonlinearRates::NonlinearRates(CellGrid& cells, DensityProcess process)
    : cells_(&cells), process_(std::move(process)) {
  const EdgeRates form = make_rates();
  for (std::size_t e = 0; e < form.directions().size(); ++e) {
    edges_.push_back({form.make_field(), form.make_field()});
  }
  interaction_ = form.make_field();
  if (process_.interaction) convolution_.emplace(cells, process_.interaction);
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

void NonlinearRates::set_flows(const double* u, EdgeRates& rates) const {
  const double* const W = interaction_.data();
  const double scale = process_.pressure.scale, m = process_.pressure.exponent;
  rates.fill([&](std::size_t e, std::ptrdiff_t x, std::ptrdiff_t stride, double inverse_square) {
    double D = edges_[e].diffusion.data()[x];
    if (scale > 0.0) {
      const double a = std::max(u[x], 0.0), b = std::max(u[x + stride], 0.0);
      D += scale * inverse_square * secant(a, b, m);
    }
    const double q = edges_[e].drift.data()[x] - inverse_square * (W[x + stride] - W[x]);
    return exponential_pair(D, q);
  });
}

void NonlinearRates::set_slopes(const double* u, EdgeRates& rates) const {
  const double* const W = interaction_.data();
  const double scale = process_.pressure.scale, m = process_.pressure.exponent;
  rates.fill([&](std::size_t e, std::ptrdiff_t x, std::ptrdiff_t stride, double inverse_square) {
    const double q = edges_[e].drift.data()[x] - inverse_square * (W[x + stride] - W[x]);
    const double D = edges_[e].diffusion.data()[x];
    if (scale == 0.0) return exponential_pair(D, q);
    const auto a = Slopes::variable(std::max(u[x], 0.0), 0);
    const auto b = Slopes::variable(std::max(u[x + stride], 0.0), 1);
    const Slopes F = flow(a, b, {D, q}, scale * inverse_square, m);
    // Neither is negative but for rounding.
    return RatePair{std::max(F.slope[0], 0.0), std::max(-F.slope[1], 0.0)};
  });
}

std::size_t NonlinearRates::memory_bytes() const {
  std::size_t bytes = interaction_.bytes() + (convolution_ ? convolution_->memory_bytes() : 0);
  for (const Edge& edge : edges_) bytes += edge.diffusion.bytes() + edge.drift.bytes();
  return bytes;
}

}  // namespace parapet
