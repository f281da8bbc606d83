#pragma once

#include <cmath>
#include <memory>

#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/moment_means.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {

/// A MeanFieldSystem whose components are the particles' positions, its constants the numbers
/// behind them. Integrators "euler-maruyama" (weak order 1) and "heun" (the mean of the drifts
/// where a step begins and where it would end, with the same noise: weak order 2, noise being the
/// same everywhere). Its `wrap`, if it has one, keeps components in range.
template <MeanFieldSystem S>
class MomentDynamics : public ParticleDynamics {
 public:
  /// `diffusivity` D of all components, noise √(2D).
  MomentDynamics(const S& system, const SystemFrame& frame, double diffusivity)
      : frame_(frame),
        system_(system),
        means_(frame.ranks, system, static_cast<std::uint64_t>(frame.total)),
        noise_(frame.seed, frame.member, static_cast<int>(S::components)),
        diffusivity_(diffusivity) {}

  void adopt(ParticleNumberArrays x) override { means_.measure(arrays_of(x)); }

  void advance(ParticleNumberArrays x, const SystemStep& step) override {
    frame_.integrator == "heun" ? advance_by_heun(x, step) : advance_by_euler(x, step);
  }

  std::size_t memory_bytes() const override {
    return sizeof(double) * S::components * before_[0].size();
  }

 protected:
  using Means = MomentMeans<S>;

  ParticleArrays<S> arrays_of(ParticleNumberArrays x) const {
    ParticleArrays<S> arrays;
    for (std::size_t c = 0; c < S::components; ++c) arrays.x[c] = x[c];
    for (std::size_t k = 0; k < S::constants; ++k) arrays.constants[k] = x[S::components + k];
    arrays.count = frame_.count;
    arrays.first = static_cast<std::uint64_t>(frame_.first);
    return arrays;
  }
  const SystemFrame& frame() const { return frame_; }
  const Means& means() const { return means_; }
  const S& system() const { return system_; }

 private:
  using Euler = EulerMaruyama<S::components>;

  bool is_noisy() const { return diffusivity_ > 0.0; }
  double noise_of(double dt) const { return std::sqrt(2.0 * diffusivity_ * dt); }

  void advance_by_euler(ParticleNumberArrays x, const SystemStep& step) {
    Euler euler{step.dt, {}};
    euler.noise.fill(noise_of(step.dt));
    means_.step(euler, arrays_of(x), is_noisy() ? &noise_ : nullptr, {step.number, 0});
  }

  void advance_by_heun(ParticleNumberArrays x, const SystemStep& step) {
    for (std::size_t c = 0; c < S::components; ++c) before_[c].assign(x[c], x[c] + frame_.count);
    const ParticleArrays<S> arrays = arrays_of(x);
    Euler euler{step.dt, {}};
    euler.noise.fill(noise_of(step.dt));
    means_.step(euler, arrays, is_noisy() ? &noise_ : nullptr, {step.number, 0});
    means_.step(euler, arrays, nullptr, {step.number, 0});
    take_mean(x, step);
    means_.measure(arrays);
  }

  // Behind two steps of which the first had the noise: ½ (X₀ + X₂) lacks half of it.
  void take_mean(ParticleNumberArrays x, const SystemStep& step) {
    constexpr std::size_t chunk = 512;
    std::array<std::array<double, chunk>, S::components> xi{};
    std::array<double*, S::components> out;
    for (std::size_t c = 0; c < S::components; ++c) out[c] = xi[c].data();
    const double half = 0.5 * noise_of(step.dt);
    for (std::size_t begin = 0; begin < frame_.count; begin += chunk) {
      const std::size_t count = std::min(chunk, frame_.count - begin);
      if (is_noisy()) {
        noise_.fill(static_cast<std::uint64_t>(frame_.first) + begin, count, {step.number, 0}, out);
      }
      for (std::size_t c = 0; c < S::components; ++c) {
        for (std::size_t i = 0; i < count; ++i) {
          x[c][begin + i] = 0.5 * (before_[c][begin + i] + x[c][begin + i]) + half * xi[c][i];
        }
      }
    }
  }

  SystemFrame frame_;
  S system_;
  Means means_;
  NormalNoise noise_;
  double diffusivity_;
  std::array<std::vector<double>, S::components> before_;
};

}  // namespace parapet
