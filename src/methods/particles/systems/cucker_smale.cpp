#include <cmath>

#include "base/elementary.hpp"
#include "base/fixed_point_sum.hpp"
#include "base/random.hpp"
#include "methods/particles/systems/member_sums.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/normal_noise.hpp"
#include "particles/source_sum.hpp"

namespace parapet {

namespace {

/// ψ(|y − x|) (w − v), of a target (x, v) and a source (y, w).
template <std::size_t d>
struct Alignment {
  static constexpr std::size_t targets = 2 * d, sources = 2 * d, sums = d;

  double inverse_square;  ///< 1/l²
  double beta;

  PARAPET_INLINE void add(const double* target, const double* source, double* sum) const {
    double square = 0.0;
    for (std::size_t a = 0; a < d; ++a) {
      square += (source[a] - target[a]) * (source[a] - target[a]);
    }
    const double psi = elementary::exp(-beta * elementary::log(1.0 + square * inverse_square));
    for (std::size_t a = 0; a < d; ++a) sum[a] += psi * (source[d + a] - target[d + a]);
  }
};

template <std::size_t d>
class Flock final : public ParticleDynamics {
 public:
  Flock(const CuckerSmale& e, const SystemFrame& frame)
      : equation_(e), frame_(frame), noise_(frame.seed, frame.member, static_cast<int>(d)) {
    for (auto* const arrays : {&acceleration_, &next_}) {
      arrays->assign(d, std::vector<double>(frame.count));
    }
  }

  void start(ParticleNumberArrays x) override {
    const RandomStream stream(frame_.seed, Purpose::particle_numbers, frame_.member);
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t i = 0; i < frame_.count; ++i) {
        const std::uint64_t id = static_cast<std::uint64_t>(frame_.first) + i;
        x[d + a][i] = equation_.spread * stream.normal(id, static_cast<std::uint32_t>(a));
      }
    }
  }

  void advance(ParticleNumberArrays x, const SystemStep& step) override;

  std::vector<double> quantities(ParticleNumberArrays x) override;

  std::size_t memory_bytes() const override { return sizeof(double) * frame_.count * 2 * d; }

 private:
  using Arrays = std::vector<std::vector<double>>;

  void align(ParticleNumberArrays x, Arrays& acceleration) const;

  CuckerSmale equation_;
  SystemFrame frame_;
  NormalNoise noise_;
  Arrays acceleration_, next_;
};

template <std::size_t d>
void Flock<d>::align(ParticleNumberArrays x, Arrays& acceleration) const {
  const std::vector<const double*> rows(x.begin(), x.end());
  const GatheredRows sources(frame_.ranks, rows, frame_.count);
  std::array<const double*, 2 * d> targets;
  std::copy(rows.begin(), rows.end(), targets.begin());
  std::array<double*, d> sums;
  for (std::size_t a = 0; a < d; ++a) sums[a] = acceleration[a].data();
  const double l = equation_.l;
  add_sources(Alignment<d>{1.0 / (l * l), equation_.beta}, targets, frame_.count, sources, sums);
  const double share = equation_.K / static_cast<double>(frame_.total);
  for (auto& component : acceleration) {
    for (double& value : component) value *= share;
  }
}

// With the drift (v, a) where the step begins and, by Heun, where it would end; noise in v alone.
template <std::size_t d>
void Flock<d>::advance(ParticleNumberArrays x, const SystemStep& step) {
  align(x, acceleration_);
  const double dt = step.dt, kick = std::sqrt(2.0 * equation_.D * dt);
  Arrays xi(d, std::vector<double>(frame_.count)), before;
  std::vector<double*> out;
  for (auto& component : xi) out.push_back(component.data());
  if (kick > 0.0) {
    noise_.fill(static_cast<std::uint64_t>(frame_.first), frame_.count, {step.number, 0}, out);
  }
  for (std::size_t a = 0; a < d; ++a) before.emplace_back(x[d + a], x[d + a] + frame_.count);
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t i = 0; i < frame_.count; ++i) {
      x[a][i] += dt * x[d + a][i];
      x[d + a][i] += dt * acceleration_[a][i] + kick * xi[a][i];
    }
  }
  if (frame_.integrator != "heun") return;
  align(x, next_);
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t i = 0; i < frame_.count; ++i) {
      x[a][i] += 0.5 * dt * (x[d + a][i] - before[a][i]);
      x[d + a][i] += 0.5 * dt * (next_[a][i] - acceleration_[a][i]);
    }
  }
}

template <std::size_t d>
std::vector<double> Flock<d>::quantities(ParticleNumberArrays x) {
  const std::size_t n = frame_.count;
  std::vector<std::vector<double>> rows;
  for (std::size_t a = 0; a < d; ++a) rows.emplace_back(x[d + a], x[d + a] + n);
  for (std::size_t a = 0; a < 2 * d; ++a) {
    auto& squares = rows.emplace_back(x[a], x[a] + n);
    for (double& value : squares) value *= value;
  }
  for (std::size_t a = 0; a < d; ++a) rows.emplace_back(x[a], x[a] + n);
  const auto mean = means_of(frame_, rows);
  double place = 0.0, velocity = 0.0, energy = 0.0;
  for (std::size_t a = 0; a < d; ++a) {
    place += mean[d + a] - mean[3 * d + a] * mean[3 * d + a];
    velocity += mean[2 * d + a] - mean[a] * mean[a];
    energy += 0.5 * mean[2 * d + a];
  }
  std::vector<double> all(mean.begin(), mean.begin() + d);
  all.insert(all.end(), {velocity, place, energy});
  return all;
}

}  // namespace

SystemTraits system_traits(const CuckerSmale&, int dimensions) {
  SystemTraits traits;
  traits.integrators = {"heun", "euler-maruyama"};
  for (int a = 0; a < dimensions; ++a) {
    traits.quantities.push_back(std::string("mean_velocity_") + "xyz"[a]);
  }
  for (const char* const name : {"velocity_variance", "position_variance", "kinetic_energy"}) {
    traits.quantities.emplace_back(name);
  }
  traits.ends = {BoundaryKind::outflow};
  traits.interaction = "direct: every pair, in the order of their numbers";
  traits.scratch = 6.0 * dimensions;
  return traits;
}

SystemFaults system_faults(const CuckerSmale&, const Grid&, const MethodOptions&) {
  return {};
}

std::unique_ptr<ParticleDynamics> make_dynamics(const CuckerSmale& e, const SystemFrame& frame) {
  if (frame.grid.dimensions == 1) return std::make_unique<Flock<1>>(e, frame);
  if (frame.grid.dimensions == 2) return std::make_unique<Flock<2>>(e, frame);
  return std::make_unique<Flock<3>>(e, frame);
}

}  // namespace parapet
