#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/random.hpp"
#include "methods/particles/systems/moment_dynamics.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/moments.hpp"

namespace parapet {

namespace {

constexpr double full_turn = 2.0 * std::numbers::pi;

/// ω of one oscillator, by the inverse of its distribution where that is elementary.
double natural_frequency(const Kuramoto& e, const std::string& form, const RandomStream& stream,
                         std::uint64_t id) {
  const double gamma = e.gamma;
  if (form == "identical") return e.omega;
  if (form == "gaussian") return e.omega + gamma * stream.normal(id);
  const double u = stream.uniform(id) - 0.5;
  if (form == "uniform") return e.omega + 2.0 * gamma * u;
  return e.omega + gamma * std::tan(std::numbers::pi * u);
}

class Oscillators final : public MomentDynamics<PhaseOscillators> {
 public:
  Oscillators(const Kuramoto& e, const SystemFrame& frame)
      : MomentDynamics({{}, e.K}, frame, e.D), equation_(e) {}

  void start(ParticleNumberArrays x) override {
    const RandomStream stream(frame().seed, Purpose::particle_numbers, frame().member);
    for (std::size_t i = 0; i < frame().count; ++i) {
      const std::uint64_t id = static_cast<std::uint64_t>(frame().first) + i;
      x[1][i] = natural_frequency(equation_, frame().form, stream, id);
    }
  }

  // A mean of cosines to the mean phase has the error √(variance/N), which their double angles
  // tell.
  std::vector<double> quantities(ParticleNumberArrays x) override {
    MomentMeans<TwoHarmonics> means(frame().ranks, {}, static_cast<std::uint64_t>(frame().total));
    ParticleArrays<TwoHarmonics> arrays{{x[0]}, {}, frame().count};
    means.measure(arrays);
    const auto& m = means.mean();
    const double r = std::hypot(m[0], m[1]), psi = std::atan2(m[1], m[0]);
    const double along = m[2] * std::cos(2.0 * psi) + m[3] * std::sin(2.0 * psi);
    const double variance = std::max(0.0, 0.5 * (1.0 + along) - r * r);
    return {r, std::sqrt(variance / static_cast<double>(frame().total)), psi,
            std::hypot(m[2], m[3])};
  }

 private:
  struct TwoHarmonics : TrigonometricMoments<2> {
    static constexpr std::size_t constants = 0;
    template <class X>
    PARAPET_INLINE void drift(const X*, const double*, const double*, X* b) const {
      b[0] = 0.0;
    }
  };

  Kuramoto equation_;
};

}  // namespace

SystemTraits system_traits(const Kuramoto&, int) {
  SystemTraits traits;
  traits.integrators = {"euler-maruyama", "heun"};
  traits.quantities = {"order_parameter", "order_parameter_error", "mean_phase",
                       "second_order_parameter"};
  traits.is_circular = true;
  traits.interaction = "moments: the order parameter acts on all";
  traits.scratch = 1.0;  // by heun
  return traits;
}

SystemFaults system_faults(const Kuramoto&, const Grid& grid, const MethodOptions&) {
  if (std::abs(grid.length[0] - full_turn) <= 1e-9 * full_turn) return {};
  return {{"grid.length", fmt::format("{} is not the way round of a phase, 2 pi = {:.15g}",
                                      grid.length[0], full_turn)}};
}

std::unique_ptr<ParticleDynamics> make_dynamics(const Kuramoto& e, const SystemFrame& frame) {
  return std::make_unique<Oscillators>(e, frame);
}

}  // namespace parapet
