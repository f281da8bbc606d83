#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "methods/particles/systems/member_sums.hpp"
#include "methods/particles/systems/moment_dynamics.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/neurons.hpp"

namespace parapet {

namespace {

double scaling_of(const SystemFrame& frame) {
  return frame.form == "neural-tangent" ? std::sqrt(static_cast<double>(frame.total)) : 1.0;
}

class Network final : public MomentDynamics<Neurons> {
 public:
  Network(const TwoLayerNetwork& e, const SystemFrame& frame)
      : MomentDynamics({scaling_of(frame), e.lambda}, frame, e.T), spread_(e.spread) {}

  void start(ParticleNumberArrays x) override {
    const RandomStream stream(frame().seed, Purpose::particle_numbers, frame().member);
    const auto axes = static_cast<std::size_t>(frame().grid.dimensions);
    for (std::size_t c = axes; c < Neurons::components; ++c) {
      for (std::size_t i = 0; i < frame().count; ++i) {
        const std::uint64_t id = static_cast<std::uint64_t>(frame().first) + i;
        x[c][i] = spread_ * stream.normal(id, static_cast<std::uint32_t>(c));
      }
    }
  }

  std::vector<double> quantities(ParticleNumberArrays x) override {
    double loss = 0.0, largest = 0.0;
    for (std::size_t j = 0; j < Neurons::moments; ++j) {
      const double r = system().residual(j, means().mean().data());
      loss += r * r / (2.0 * Neurons::moments);
      largest = std::isnan(r) ? r : std::max(largest, std::abs(r));
    }
    std::vector<std::vector<double>> squares;
    for (std::size_t c = 0; c < Neurons::components; ++c) {
      auto& row = squares.emplace_back(x[c], x[c] + frame().count);
      for (double& value : row) value *= value;
    }
    std::vector<double> all{loss, largest};
    const auto means = means_of(frame(), squares);
    all.insert(all.end(), means.begin(), means.end());
    return all;
  }

 private:
  double spread_;
};

}  // namespace

SystemTraits system_traits(const TwoLayerNetwork&, int) {
  SystemTraits traits;
  traits.integrators = {"euler-maruyama", "heun"};
  traits.quantities = {"loss", "largest_error", "mean_square_a", "mean_square_w", "mean_square_b"};
  traits.ends = {BoundaryKind::outflow};
  traits.interaction = "moments: the output at the points acts on all";
  traits.scratch = 3.0;  // by heun
  return traits;
}

SystemFaults system_faults(const TwoLayerNetwork&, const Grid&, const MethodOptions&) {
  return {};
}

std::unique_ptr<ParticleDynamics> make_dynamics(const TwoLayerNetwork& e,
                                                const SystemFrame& frame) {
  return std::make_unique<Network>(e, frame);
}

}  // namespace parapet
