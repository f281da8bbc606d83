#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "base/random.hpp"
#include "methods/particles/systems/member_sums.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/normal_noise.hpp"

namespace parapet {

namespace {

using Point = std::vector<double>;
using Objective = double (*)(const Point& z);

double rastrigin(const Point& z) {
  double sum = 0.0;
  for (const double c : z) sum += c * c + 10.0 * (1.0 - std::cos(2.0 * std::numbers::pi * c));
  return sum;
}

double ackley(const Point& z) {
  double square = 0.0, cosines = 0.0;
  for (const double c : z) square += c * c, cosines += std::cos(2.0 * std::numbers::pi * c);
  const double n = static_cast<double>(z.size());
  return 20.0 * (1.0 - std::exp(-0.2 * std::sqrt(square / n))) + std::numbers::e -
         std::exp(cosines / n);
}

double griewank(const Point& z) {
  double sum = 0.0, product = 1.0;
  for (std::size_t c = 0; c < z.size(); ++c) {
    sum += z[c] * z[c];
    product *= std::cos(z[c] / std::sqrt(static_cast<double>(c + 1)));
  }
  return 1.0 + sum / 4000.0 - product;
}

double rosenbrock(const Point& z) {
  double sum = 0.0;
  for (std::size_t c = 0; c + 1 < z.size(); ++c) {
    const double y = z[c] + 1.0, step = z[c + 1] + 1.0 - y * y;
    sum += 100.0 * step * step + (1.0 - y) * (1.0 - y);
  }
  return sum;
}

double sphere(const Point& z) {
  double sum = 0.0;
  for (const double c : z) sum += c * c;
  return sum;
}

Objective objective_of(const std::string& form) {
  if (form == "rastrigin") return rastrigin;
  if (form == "ackley") return ackley;
  if (form == "griewank") return griewank;
  if (form == "rosenbrock") return rosenbrock;
  return sphere;
}

class Consensus final : public ParticleDynamics {
 public:
  Consensus(const ConsensusOptimisation& e, const SystemFrame& frame)
      : equation_(e),
        frame_(frame),
        coordinates_(static_cast<std::size_t>(e.particle_numbers(frame.grid.dimensions).positions)),
        objective_(objective_of(frame.form)),
        noise_(frame.seed, frame.member, static_cast<int>(coordinates_)),
        values_(frame.count) {}

  void start(ParticleNumberArrays x) override {
    const RandomStream stream(frame_.seed, Purpose::particle_numbers, frame_.member);
    const auto last = static_cast<std::size_t>(frame_.grid.dimensions - 1);
    for (std::size_t c = last + 1; c < coordinates_; ++c) {
      for (std::size_t i = 0; i < frame_.count; ++i) {
        const std::uint64_t id = static_cast<std::uint64_t>(frame_.first) + i;
        x[c][i] = frame_.grid.lower[last] +
                  frame_.grid.length[last] * stream.uniform(id, static_cast<std::uint32_t>(c));
      }
    }
  }
  void adopt(ParticleNumberArrays x) override { agree(x); }
  void advance(ParticleNumberArrays x, const SystemStep& step) override;
  std::vector<double> quantities(ParticleNumberArrays x) override;
  std::size_t memory_bytes() const override {
    return sizeof(double) * frame_.count * (1 + coordinates_);
  }

 private:
  void agree(ParticleNumberArrays x);

  ConsensusOptimisation equation_;
  SystemFrame frame_;
  std::size_t coordinates_;
  Objective objective_;
  NormalNoise noise_;
  std::vector<double> values_;  ///< f of this rank's particles
  std::vector<double> mean_;    ///< m
  double least_ = 0.0;          ///< of f, on all ranks
};

// Weights are taken relative to the largest: e^{−α (f − min f)}.
void Consensus::agree(ParticleNumberArrays x) {
  Point z(coordinates_);
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < frame_.count; ++i) {
    for (std::size_t c = 0; c < coordinates_; ++c) z[c] = x[c][i] - equation_.shift;
    values_[i] = objective_(z);
    least = std::min(least, values_[i]);
  }
  least_ = frame_.ranks.all_reduce(least, Reduction::minimum);
  std::vector<std::vector<double>> rows(coordinates_ + 1, std::vector<double>(frame_.count));
  for (std::size_t i = 0; i < frame_.count; ++i) {
    const double weight = std::exp(-equation_.alpha * (values_[i] - least_));
    rows[coordinates_][i] = weight;
    for (std::size_t c = 0; c < coordinates_; ++c) rows[c][i] = weight * x[c][i];
  }
  mean_ = sums_of(frame_.ranks, rows);
  for (std::size_t c = 0; c < coordinates_; ++c) mean_[c] /= mean_[coordinates_];
  mean_.resize(coordinates_);
}

void Consensus::advance(ParticleNumberArrays x, const SystemStep& step) {
  std::vector<std::vector<double>> xi(coordinates_, std::vector<double>(frame_.count));
  std::vector<double*> out;
  for (auto& component : xi) out.push_back(component.data());
  noise_.fill(static_cast<std::uint64_t>(frame_.first), frame_.count, {step.number, 0}, out);
  const double pull = equation_.lambda * step.dt, spread = equation_.sigma * std::sqrt(step.dt);
  for (std::size_t c = 0; c < coordinates_; ++c) {
    for (std::size_t i = 0; i < frame_.count; ++i) {
      x[c][i] += (x[c][i] - mean_[c]) * (spread * xi[c][i] - pull);
    }
  }
  agree(x);
}

std::vector<double> Consensus::quantities(ParticleNumberArrays x) {
  std::vector<std::vector<double>> rows(2, std::vector<double>(frame_.count));
  Point z(coordinates_);
  for (std::size_t i = 0; i < frame_.count; ++i) {
    rows[0][i] = values_[i];
    for (std::size_t c = 0; c < coordinates_; ++c) {
      rows[1][i] += (x[c][i] - mean_[c]) * (x[c][i] - mean_[c]);
    }
  }
  const auto means = means_of(frame_, rows);
  double off = 0.0;
  for (std::size_t c = 0; c < coordinates_; ++c) {
    z[c] = mean_[c] - equation_.shift;
    off = std::max(off, std::abs(z[c]));
  }
  return {objective_(z), least_, means[0], off, means[1] / static_cast<double>(coordinates_)};
}

}  // namespace

SystemTraits system_traits(const ConsensusOptimisation& e, int dimensions) {
  SystemTraits traits;
  traits.integrators = {"euler-maruyama"};
  traits.quantities = {"objective_of_consensus", "least_objective", "mean_objective",
                       "consensus_off_minimiser", "variance"};
  traits.ends = {BoundaryKind::outflow};
  traits.interaction = "moments: the weighted mean acts on all";
  traits.scratch = 2.0 * e.particle_numbers(dimensions).positions + 2.0;
  return traits;
}

SystemFaults system_faults(const ConsensusOptimisation& e, const Grid& grid, const MethodOptions&) {
  SystemFaults faults;
  if (e.n.value != std::floor(e.n.value)) {
    faults.emplace_back("equation.dimension", "is a whole number");
  } else if (e.n < grid.dimensions) {
    faults.emplace_back("equation.dimension",
                        "is less than the grid's: particles have at least "
                        "its coordinates");
  }
  return faults;
}

std::unique_ptr<ParticleDynamics> make_dynamics(const ConsensusOptimisation& e,
                                                const SystemFrame& frame) {
  return std::make_unique<Consensus>(e, frame);
}

}  // namespace parapet
