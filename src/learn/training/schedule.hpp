#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace parapet {

/// Learning rate over a run: a linear rise from zero during the warm-up, then half a cosine from
/// `peak` down to `peak · final_fraction` (Loshchilov & Hutter 2017, without restarts), or
/// constant.
struct Schedule {
  double peak = 1e-3;
  double final_fraction = 0.0;
  std::int64_t warmup_steps = 0;
  std::int64_t total_steps = 1;
  bool is_constant = false;

  /// Rate of step 0, 1, …, total_steps − 1.
  double rate(std::int64_t step) const {
    if (step < warmup_steps) {
      return peak * static_cast<double>(step + 1) / static_cast<double>(warmup_steps);
    }
    if (is_constant || total_steps <= warmup_steps) return peak;
    const double done =
        static_cast<double>(step - warmup_steps) / static_cast<double>(total_steps - warmup_steps);
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    return peak * (final_fraction + (1.0 - final_fraction) * cosine);
  }
};

}  // namespace parapet
