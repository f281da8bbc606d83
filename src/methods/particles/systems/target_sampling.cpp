#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/formula.hpp"
#include "base/labelled_table.hpp"
#include "base/random.hpp"
#include "diagnostics/stein_discrepancy.hpp"
#include "methods/particles/systems/member_sums.hpp"
#include "methods/particles/systems/stein_sums.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "methods/particles/systems/target_density.hpp"
#include "particles/normal_noise.hpp"
#include "particles/source_sum.hpp"

namespace parapet {

namespace {

constexpr std::int64_t most_compared = 2000;  ///< particles whose discrepancy is told
constexpr std::size_t most_columns = 255;     ///< numbers that noise has for a particle

using Rows = std::vector<std::vector<double>>;

std::vector<double*> pointers_to(Rows& rows) {
  std::vector<double*> all;
  for (auto& row : rows) all.push_back(row.data());
  return all;
}

class Sampler final : public ParticleDynamics {
 public:
  Sampler(const TargetSampling& e, const SystemFrame& frame)
      : equation_(e),
        frame_(frame),
        coordinates_(static_cast<std::size_t>(e.particle_numbers(frame.grid.dimensions).positions)),
        target_(target_density(e, frame)),
        noise_(frame.seed, frame.member, static_cast<int>(coordinates_)),
        slope_(coordinates_, std::vector<double>(frame.count)) {}

  // As the prior has them, which is normal.
  void start(ParticleNumberArrays x) override {
    const RandomStream stream(frame_.seed, Purpose::particle_numbers, frame_.member);
    const double spread = equation_.p > 0.0 ? 1.0 / std::sqrt(equation_.p.value) : 1.0;
    for (auto c = static_cast<std::size_t>(frame_.grid.dimensions); c < coordinates_; ++c) {
      for (std::size_t i = 0; i < frame_.count; ++i) {
        const std::uint64_t id = static_cast<std::uint64_t>(frame_.first) + i;
        x[c][i] = spread * stream.normal(id, static_cast<std::uint32_t>(c));
      }
    }
  }

  void advance(ParticleNumberArrays x, const SystemStep& step) override {
    find_slopes(x);
    frame_.integrator == "langevin" ? diffuse(x, step) : descend(x, step);
  }

  std::vector<double> quantities(ParticleNumberArrays x) override;

  std::size_t memory_bytes() const override {
    return sizeof(double) * coordinates_ *
           (frame_.count + 2 * static_cast<std::size_t>(frame_.total));
  }

 private:
  void find_slopes(ParticleNumberArrays x) {
    const std::vector<const double*> at(x.begin(), x.end());
    target_->slope(at, pointers_to(slope_), frame_.count);
  }
  /// Means of all coordinates, then their variances.
  std::vector<double> moments(ParticleNumberArrays x) const;
  double bandwidth(ParticleNumberArrays x) const;
  /// Places and slopes of the first particles.
  GatheredRows gathered(ParticleNumberArrays x, std::int64_t most) const;
  double discrepancy(ParticleNumberArrays x) const;
  void descend(ParticleNumberArrays x, const SystemStep& step);
  void diffuse(ParticleNumberArrays x, const SystemStep& step);

  TargetSampling equation_;
  SystemFrame frame_;
  std::size_t coordinates_;
  std::unique_ptr<TargetDensity> target_;
  NormalNoise noise_;
  Rows slope_;  ///< ∂U/∂x of this rank's particles
};

std::vector<double> Sampler::moments(ParticleNumberArrays x) const {
  Rows rows;
  for (std::size_t c = 0; c < coordinates_; ++c) rows.emplace_back(x[c], x[c] + frame_.count);
  const auto mean = means_of(frame_, rows);
  for (std::size_t c = 0; c < coordinates_; ++c) {
    for (double& value : rows[c]) value = (value - mean[c]) * (value - mean[c]);
  }
  auto all = mean;
  const auto variance = means_of(frame_, rows);
  all.insert(all.end(), variance.begin(), variance.end());
  return all;
}

// The mean squared distance of two particles is twice the sum of the variances, N/(N − 1) times.
double Sampler::bandwidth(ParticleNumberArrays x) const {
  if (equation_.h > 0.0) return equation_.h;
  const auto all = moments(x);
  const double n = static_cast<double>(frame_.total);
  double variance = 0.0;
  for (std::size_t c = 0; c < coordinates_; ++c) variance += all[coordinates_ + c];
  const double h = 2.0 * variance * n / (n - 1.0) / std::log(n + 1.0);
  return h > 0.0 ? h : 1.0;  // all in one place, or one alone: k is 1 whatever h
}

GatheredRows Sampler::gathered(ParticleNumberArrays x, std::int64_t most) const {
  std::vector<const double*> rows(x.begin(), x.end());
  for (const auto& row : slope_) rows.push_back(row.data());
  const auto count =
      std::clamp<std::int64_t>(most - frame_.first, 0, static_cast<std::int64_t>(frame_.count));
  return {frame_.ranks, rows, static_cast<std::size_t>(count)};
}

void Sampler::descend(ParticleNumberArrays x, const SystemStep& step) {
  const double h = bandwidth(x);
  const GatheredRows sources = gathered(x, frame_.total);
  const std::vector<const double*> at(x.begin(), x.end());
  Rows sums(coordinates_, std::vector<double>(frame_.count));
  add_stein_pairs(h, at, frame_.count, sources, pointers_to(sums));
  const double share = step.dt / static_cast<double>(frame_.total);
  for (std::size_t c = 0; c < coordinates_; ++c) {
    for (std::size_t i = 0; i < frame_.count; ++i) x[c][i] += share * sums[c][i];
  }
}

void Sampler::diffuse(ParticleNumberArrays x, const SystemStep& step) {
  Rows xi(coordinates_, std::vector<double>(frame_.count));
  const auto out = pointers_to(xi);
  noise_.fill(static_cast<std::uint64_t>(frame_.first), frame_.count, {step.number, 0}, out);
  const double kick = std::sqrt(2.0 * step.dt);
  for (std::size_t c = 0; c < coordinates_; ++c) {
    for (std::size_t i = 0; i < frame_.count; ++i) {
      x[c][i] += kick * xi[c][i] - step.dt * slope_[c][i];
    }
  }
}

// Of the first particles: all are alike.
double Sampler::discrepancy(ParticleNumberArrays x) const {
  const GatheredRows some = gathered(x, most_compared);
  Rows scores;
  std::vector<const double*> at, score;
  for (std::size_t c = 0; c < coordinates_; ++c) {
    at.push_back(some.row(c));
    const double* const slope = some.row(coordinates_ + c);
    auto& minus = scores.emplace_back(slope, slope + some.count());
    for (double& value : minus) value = -value;
  }
  for (const auto& row : scores) score.push_back(row.data());
  return stein_discrepancy(frame_.ranks, {at, score, some.count()});
}

std::vector<double> Sampler::quantities(ParticleNumberArrays x) {
  const std::vector<const double*> at(x.begin(), x.end());
  Rows U(1, std::vector<double>(frame_.count));
  target_->values(at, U[0]);
  std::vector<double> all = means_of(frame_, U);
  find_slopes(x);
  all.push_back(discrepancy(x));
  const auto of_coordinates = moments(x);
  all.insert(all.end(), of_coordinates.begin(), of_coordinates.end());
  return all;
}

}  // namespace

SystemTraits system_traits(const TargetSampling& e, int dimensions) {
  const int coordinates = e.particle_numbers(dimensions).positions;
  SystemTraits traits;
  traits.integrators = {"stein-descent", "langevin"};
  traits.quantities = {"mean_potential", "stein_discrepancy"};
  for (const char* const what : {"mean", "variance"}) {
    for (int c = 0; c < coordinates; ++c) {
      traits.quantities.push_back(e.coefficients > 0 ? fmt::format("{}_{}", what, c + 1)
                                                     : fmt::format("{}_{}", what, "xyz"[c]));
    }
  }
  traits.ends = {BoundaryKind::outflow};
  traits.interaction = "stein-descent: every pair, in the order of their numbers; langevin: none";
  traits.scratch = 5.0 * coordinates;
  return traits;
}

SystemFaults system_faults(const TargetSampling& e, const Grid& grid,
                           const MethodOptions& options) {
  const auto axes = static_cast<std::size_t>(grid.dimensions);
  if (const LabelledTable* const table = options.particles.table) {
    if (table->columns >= axes && table->columns <= most_columns) return {};
    return {{"particles.table", fmt::format("has {} features, expected {}, as many as the grid's "
                                            "axes, to {}",
                                            table->columns, axes, most_columns)}};
  }
  if (e.U.texts.empty()) return {{"equation.potential", "there is no text: a formula of x, y, z"}};
  const std::vector<std::string> all{"x", "y", "z"};
  const auto fault =
      Formula::fault(e.U.texts[0], {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(axes)});
  if (fault) return {{"equation.potential", *fault}};
  return {};
}

std::unique_ptr<ParticleDynamics> make_dynamics(const TargetSampling& e, const SystemFrame& frame) {
  return std::make_unique<Sampler>(e, frame);
}

}  // namespace parapet
