#include <cmath>

#include "base/random.hpp"
#include "methods/particles/formula_slope.hpp"
#include "methods/particles/systems/member_sums.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {

namespace {

constexpr std::size_t chunk = 512;
constexpr std::size_t most_axes = 3;

/// BAOAB (Leimkuhler & Matthews 2013): half a kick, half a drift, friction and noise exactly, and
/// the halves in reverse; of second order, and exact for the variance of x in a harmonic potential.
/// Or Euler & Maruyama's step.
class Inertial final : public ParticleDynamics {
 public:
  Inertial(const InertialLangevin& e, const SystemFrame& frame)
      : equation_(e),
        frame_(frame),
        axes_(static_cast<std::size_t>(frame.grid.dimensions)),
        potential_(e.V.texts[0], frame.grid.dimensions),
        noise_(frame.seed, frame.member, frame.grid.dimensions) {}

  void start(ParticleNumberArrays x) override {
    const RandomStream stream(frame_.seed, Purpose::particle_numbers, frame_.member);
    const double thermal = std::sqrt(equation_.T.value);
    for (std::size_t a = 0; a < axes_; ++a) {
      for (std::size_t i = 0; i < frame_.count; ++i) {
        const std::uint64_t id = static_cast<std::uint64_t>(frame_.first) + i;
        x[axes_ + a][i] = thermal * stream.normal(id, static_cast<std::uint32_t>(a));
      }
    }
  }

  void advance(ParticleNumberArrays x, const SystemStep& step) override {
    for (std::size_t begin = 0; begin < frame_.count; begin += chunk) {
      advance_some(x, begin, std::min(chunk, frame_.count - begin), step);
    }
  }

  std::vector<double> quantities(ParticleNumberArrays x) override {
    std::vector<std::vector<double>> rows(2 + axes_, std::vector<double>(frame_.count));
    const std::vector<const double*> at(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(axes_));
    potential_.values(at, rows[0]);
    for (std::size_t a = 0; a < axes_; ++a) {
      for (std::size_t i = 0; i < frame_.count; ++i) {
        const double v = x[axes_ + a][i];
        rows[1][i] += 0.5 * v * v;
        rows[2 + a][i] = x[a][i] * x[a][i];
      }
    }
    const auto mean = means_of(frame_, rows);
    std::vector<double> all{mean[0] + mean[1], mean[0], 2.0 * mean[1] / static_cast<double>(axes_)};
    all.insert(all.end(), mean.begin() + 2, mean.end());
    return all;
  }

 private:
  using Rows = std::array<std::array<double, chunk>, most_axes>;

  void advance_some(ParticleNumberArrays x, std::size_t begin, std::size_t count,
                    const SystemStep& step) const;
  void find_slope(ParticleNumberArrays x, std::size_t begin, std::size_t count, Rows& slope) const;

  InertialLangevin equation_;
  SystemFrame frame_;
  std::size_t axes_;
  FormulaSlope potential_;
  NormalNoise noise_;
};

void Inertial::find_slope(ParticleNumberArrays x, std::size_t begin, std::size_t count,
                          Rows& slope) const {
  std::array<const double*, most_axes> at{};
  std::array<double*, most_axes> out{};
  for (std::size_t a = 0; a < axes_; ++a) at[a] = x[a] + begin, out[a] = slope[a].data();
  potential_.slope(std::span(at).first(axes_), std::span(out).first(axes_), count);
}

void Inertial::advance_some(ParticleNumberArrays x, std::size_t begin, std::size_t count,
                            const SystemStep& step) const {
  Rows slope, xi;
  std::array<double*, most_axes> out{};
  for (std::size_t a = 0; a < axes_; ++a) out[a] = xi[a].data();
  noise_.fill(static_cast<std::uint64_t>(frame_.first) + begin, count, {step.number, 0},
              std::span(out).first(axes_));
  const double dt = step.dt, gamma = equation_.gamma, T = equation_.T;
  const bool is_splitting = frame_.integrator == "baoab";
  const double kept = is_splitting ? std::exp(-gamma * dt) : 1.0 - gamma * dt;
  const double noise = std::sqrt(is_splitting ? T * (1.0 - kept * kept) : 2.0 * gamma * T * dt);
  const auto each = [&](auto&& act) {
    for (std::size_t a = 0; a < axes_; ++a) {
      double *const place = x[a] + begin, *const v = x[axes_ + a] + begin;
      for (std::size_t i = 0; i < count; ++i) act(place[i], v[i], slope[a][i], xi[a][i]);
    }
  };
  find_slope(x, begin, count, slope);
  if (!is_splitting) {
    return each([&](double& q, double& v, double V, double xi_of) {
      q += dt * v;
      v += noise * xi_of + (kept - 1.0) * v - dt * V;
    });
  }
  each([&](double& q, double& v, double V, double xi_of) {
    v -= 0.5 * dt * V;
    q += 0.5 * dt * v;
    v = kept * v + noise * xi_of;
    q += 0.5 * dt * v;
  });
  find_slope(x, begin, count, slope);
  each([&](double&, double& v, double V, double) { v -= 0.5 * dt * V; });
}

}  // namespace

SystemTraits system_traits(const InertialLangevin&, int dimensions) {
  SystemTraits traits;
  traits.integrators = {"baoab", "euler-maruyama"};
  traits.quantities = {"mean_energy", "mean_potential", "kinetic_temperature"};
  for (int a = 0; a < dimensions; ++a) {
    traits.quantities.push_back(std::string("mean_square_") + "xyz"[a]);
  }
  traits.ends = {BoundaryKind::outflow};
  return traits;
}

SystemFaults system_faults(const InertialLangevin& e, const Grid&, const MethodOptions&) {
  if (!e.V.texts.empty()) return {};
  return {{"equation.potential", "there is no text: a formula of x, y and z"}};
}

std::unique_ptr<ParticleDynamics> make_dynamics(const InertialLangevin& e,
                                                const SystemFrame& frame) {
  return std::make_unique<Inertial>(e, frame);
}

}  // namespace parapet
