#include "methods/density/flux_correction.hpp"

#include <algorithm>

namespace parapet {

namespace {

/// The difference of two schemes' fluxes, per step.
class FluxDifference {
 public:
  FluxDifference(const EdgeRates& high, std::span<const StageFlux> high_stages,
                 const EdgeRates& low, std::span<const StageFlux> low_stages, double tau)
      : high_(high), low_(low), high_stages_(high_stages), low_stages_(low_stages), tau_(tau) {}

  /// Through the edge in direction e from x.
  double through(std::size_t e, std::ptrdiff_t x) const {
    return tau_ * (flow(high_.directions()[e], high_stages_, x) -
                   flow(low_.directions()[e], low_stages_, x));
  }
  /// Through absorbing ends.
  double absorbed(std::ptrdiff_t x) const {
    if (low_.absorbed().size() == 0) return 0.0;
    double difference = 0.0;
    for (const StageFlux& s : high_stages_) difference += s.weight * s.stage[x];
    for (const StageFlux& s : low_stages_) difference -= s.weight * s.stage[x];
    return tau_ * low_.absorbed().data()[x] * difference;
  }

 private:
  static double flow(const EdgeRates::Direction& e, std::span<const StageFlux> stages,
                     std::ptrdiff_t x) {
    double sum = 0.0;
    for (const StageFlux& s : stages) {
      sum += s.weight * (e.out.data()[x] * s.stage[x] - e.in.data()[x] * s.stage[x + e.stride]);
    }
    return sum;
  }

  const EdgeRates &high_, &low_;
  std::span<const StageFlux> high_stages_, low_stages_;
  double tau_;
};

template <class F>
void for_each_place(const CellLayout& layout, F&& act) {
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) act(x);
  });
}

}  // namespace

void add_fluxes(const EdgeRates& rates, const double* u, double tau,
                std::span<const StageFlux> stages, double* result) {
  const CellLayout& layout = rates.cells().layout();
  const double* const absorbed = rates.absorbed().size() > 0 ? rates.absorbed().data() : nullptr;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    const std::ptrdiff_t end = row + layout.row_length();
    for (std::ptrdiff_t x = row; x < end; ++x) result[x] = u[x];
    for (const StageFlux& stage : stages) {
      const double* const v = stage.stage;
      const double factor = tau * stage.weight;
      for (std::ptrdiff_t x = row; x < end && absorbed != nullptr; ++x) {
        result[x] -= factor * absorbed[x] * v[x];
      }
      for (const EdgeRates::Direction& e : rates.directions()) {
        const double *const out = e.out.data(), *const in = e.in.data();
        const std::ptrdiff_t s = e.stride;
        for (std::ptrdiff_t x = row; x < end; ++x) {
          const double above = factor * (out[x] * v[x] - in[x] * v[x + s]);
          const double below = factor * (out[x - s] * v[x - s] - in[x - s] * v[x]);
          result[x] += below - above;
        }
      }
    }
  });
}

void correct_fluxes(const EdgeRates& high_rates, std::span<const StageFlux> high_stages,
                    const EdgeRates& low_rates, std::span<const StageFlux> low_stages, double tau,
                    double* low, double* scratch) {
  const FluxDifference difference(high_rates, high_stages, low_rates, low_stages, tau);
  CellGrid& cells = low_rates.cells();
  const auto& directions = low_rates.directions();
  double* const share = scratch;  // of what leaves a cell, what it can spare
  for_each_place(cells.layout(), [&](std::ptrdiff_t x) {
    double leaving = std::max(difference.absorbed(x), 0.0);
    for (std::size_t e = 0; e < directions.size(); ++e) {
      leaving += std::max(difference.through(e, x), 0.0);
      leaving += std::max(-difference.through(e, x - directions[e].stride), 0.0);
    }
    const double there = std::max(low[x], 0.0);
    share[x] = leaving > there ? there / leaving : 1.0;
  });
  cells.halo().exchange({&share, 1});
  const auto limited = [&](std::size_t e, std::ptrdiff_t x) {
    const double flow = difference.through(e, x);
    return flow > 0.0 ? share[x] * flow : share[x + directions[e].stride] * flow;
  };
  for_each_place(cells.layout(), [&](std::ptrdiff_t x) {
    const double through_end = difference.absorbed(x);
    double change = through_end > 0.0 ? -share[x] * through_end : -through_end;
    for (std::size_t e = 0; e < directions.size(); ++e) {
      change += limited(e, x - directions[e].stride) - limited(e, x);
    }
    low[x] += change;
  });
}

}  // namespace parapet
