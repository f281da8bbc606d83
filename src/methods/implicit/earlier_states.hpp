#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "methods/implicit/implicit_stepper.hpp"

namespace parapet {

/// What members were a step ago, of an integrator that begins a step from there too ("bdf2"); of
/// the others nothing. Arrays hold this rank's values, a component after the other.
class EarlierStates {
 public:
  EarlierStates(const std::string& integrator, std::size_t members, std::size_t components,
                std::size_t values)
      : values_(values), states_(count(integrator) * members) {
    for (auto& state : states_) state.resize(components * values);
  }

  /// States before the present one that an integrator needs.
  static std::size_t count(const std::string& integrator) { return integrator == "bdf2" ? 1 : 0; }
  bool is_empty() const { return states_.empty(); }

  std::span<double> component(std::size_t member, std::size_t number) {
    return std::span(states_[member]).subspan(number * values_, values_);
  }

  /// Puts where implicit Euler is to begin a step of length `dt` in the place of the present state,
  /// which is kept for the next step; returns how long its step is. `previous` is the length of the
  /// step before, 0 if there is none.
  double begin_step(std::size_t member, double dt, double previous, std::span<double> present) {
    const MultistepStart start(dt, previous);
    std::vector<double>& kept = states_[member];
    for (std::size_t i = 0; i < present.size(); ++i) {
      const double here = present[i];
      present[i] = start.now * here + start.before * kept[i];
      kept[i] = here;
    }
    return start.length;
  }

  std::size_t memory_bytes() const {
    return states_.empty() ? 0 : states_.size() * states_[0].size() * sizeof(double);
  }

 private:
  std::size_t values_;
  std::vector<std::vector<double>> states_;  ///< of each member
};

}  // namespace parapet
