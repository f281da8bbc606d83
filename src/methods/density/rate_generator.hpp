#pragma once

#include <optional>
#include <utility>

#include "methods/density/edge_rates.hpp"
#include "methods/density/rate_equation.hpp"

namespace parapet {

/// A member's process, its rates, and what solves implicit steps with them.
class RateGenerator {
 public:
  /// With `is_centred` fluxes are central where nothing diffuses. Rates are those at time 0.
  /// Collective.
  RateGenerator(CellGrid& cells, DensityProcess process, bool is_centred)
      : process_(std::move(process)),
        is_centred_(is_centred),
        monotone_(cells, process_.has_cross_diffusion) {
    tabulate(0.0);
  }

  /// Without a process or rates: fill() makes them. Collective.
  explicit RateGenerator(CellGrid& cells) : is_centred_(false), monotone_(cells, false) {}

  const DensityProcess& process() const { return process_; }
  /// Never negative.
  const EdgeRates& monotone() const { return monotone_; }
  /// The better ones: the same, unless something does not diffuse.
  const EdgeRates& rates() const { return centred_ ? *centred_ : monotone_; }
  bool is_monotone() const { return !centred_; }

  /// Makes the rates those at a time. Collective.
  void tabulate(double time) {
    monotone_.tabulate(process_, time);
    if (is_centred_ && monotone_.is_upwind_somewhere()) centred_ = monotone_.centred();
    if (equation_) equation_->set_rates(rates(), monotone_);
    if (monotone_equation_) monotone_equation_->set_rates(monotone_, monotone_);
  }

  /// Makes the rates those of EdgeRates::fill(), none of them negative. Collective.
  template <class F>
  void fill(F&& pair_at) {
    monotone_.fill(pair_at);
    if (equation_) equation_->set_rates(monotone_, monotone_);
  }

  /// 1 − τ G of rates() and of monotone(). Collective.
  RateEquation& equation() {
    if (!equation_) equation_.emplace(monotone_.cells()).set_rates(rates(), monotone_);
    return *equation_;
  }
  RateEquation& monotone_equation() {
    if (is_monotone()) return equation();
    if (!monotone_equation_) {
      monotone_equation_.emplace(monotone_.cells()).set_rates(monotone_, monotone_);
    }
    return *monotone_equation_;
  }

  std::size_t memory_bytes() const {
    return monotone_.memory_bytes() + (centred_ ? centred_->memory_bytes() : 0) +
           (equation_ ? equation_->memory_bytes() : 0) +
           (monotone_equation_ ? monotone_equation_->memory_bytes() : 0);
  }

 private:
  DensityProcess process_;
  bool is_centred_;
  EdgeRates monotone_;
  std::optional<EdgeRates> centred_;
  std::optional<RateEquation> equation_, monotone_equation_;
};

}  // namespace parapet
