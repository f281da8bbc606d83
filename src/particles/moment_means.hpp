#pragma once

#include "particles/mean_field.hpp"

namespace parapet {

/// The means that a mean-field system acts through, over the particles of all ranks: the same bits
/// on any number of ranks and for any order of particles. Terms are rounded to 2⁻⁵⁰ of the power of
/// two at or above their largest size, so that the means follow from the particles alone.
template <MeanFieldSystem S>
class MomentMeans {
 public:
  using Values = std::array<double, S::moments>;

  /// `total`: how many particles there are on all ranks.
  MomentMeans(const Communicator& communicator, const S& system, std::uint64_t total)
      : communicator_(communicator), system_(system), total_(static_cast<double>(total)) {
    bounds_.fill(1.0);
  }

  const Values& mean() const { return mean_; }

  /// Of the particles as they stand. Collective.
  void measure(const ParticleArrays<S>& particles) {
    MomentSums<S> sums = empty();
    add_moments(system_, particles, sums);
    finish(particles, sums);
  }

  /// Moves the particles one step under the present means and takes their next ones in the same
  /// pass. Where a particle is no longer finite, means are NaN. Collective.
  template <class Step>
  void step(const Step& step, const ParticleArrays<S>& particles, const NormalNoise* noise,
            NoiseTime time) {
    MomentSums<S> sums = empty();
    move_and_add_moments(system_, step, particles, mean_, noise, time, sums);
    finish(particles, sums);
  }

 private:
  MomentSums<S> empty() const {
    MomentSums<S> sums;
    for (std::size_t k = 0; k < S::moments; ++k) sums[k] = FixedPointSum(bounds_[k]);
    return sums;
  }

  // What is decided here follows from the largest terms of all ranks: all ranks decide the same.
  void finish(const ParticleArrays<S>& particles, MomentSums<S>& sums) {
    FixedPointSum::reduce(communicator_, sums);
    bool is_redone = false;
    for (std::size_t k = 0; k < S::moments; ++k) {
      const double largest = sums[k].largest();
      const bool is_finite = largest < 0x1p900;
      // Another bound than this one would give other bits.
      const double bound = FixedPointSum(largest).bound();
      if (is_finite && bound != bounds_[k]) {
        bounds_[k] = bound;
        is_redone = true;
      }
      mean_[k] = is_finite ? sums[k].value() / total_ : std::numeric_limits<double>::quiet_NaN();
    }
    if (is_redone) measure(particles);
  }

  const Communicator& communicator_;
  S system_;
  double total_;
  Values mean_{}, bounds_{};
};

}  // namespace parapet
