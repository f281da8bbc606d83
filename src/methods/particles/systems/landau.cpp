#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "base/exact_sum.hpp"
#include "methods/particles/systems/landau_blobs.hpp"
#include "methods/particles/systems/landau_collisions.hpp"
#include "methods/particles/systems/system_dynamics.hpp"
#include "particles/source_sum.hpp"

namespace parapet {

namespace {

template <std::size_t d>
using Point = std::array<double, d>;

/// Numbers of this rank's particles or cells, one row a number.
using Rows = std::vector<std::vector<double>>;

std::vector<const double*> reading(const Rows& rows) {
  std::vector<const double*> all;
  for (const auto& row : rows) all.push_back(row.data());
  return all;
}

template <std::size_t d>
class Molecules final : public ParticleDynamics {
 public:
  Molecules(const Landau& e, const SystemFrame& frame) : equation_(e), frame_(frame) {
    double h = 0.0;
    for (std::size_t a = 0; a < d; ++a) {
      const double spacing = frame_.grid.spacing(static_cast<int>(a));
      h = std::max(h, spacing);
      cell_volume_ *= spacing;
    }
    const double epsilon = 0.64 * std::pow(h, 1.98);
    slope_ = 0.5 / epsilon;
    peak_ = std::pow(2.0 * std::numbers::pi * epsilon, -0.5 * static_cast<double>(d));
    own_cells_ = cells_of(frame_.first, frame_.count);
  }

  void advance(ParticleNumberArrays x, const SystemStep& step) override {
    Rows before, first;
    for (std::size_t a = 0; a < d; ++a) before.emplace_back(x[a], x[a] + frame_.count);
    const auto move = [&](const Rows& rate, double dt) {
      for (std::size_t a = 0; a < d; ++a) {
        for (std::size_t p = 0; p < frame_.count; ++p) x[a][p] = before[a][p] + dt * rate[a][p];
      }
    };
    first = rate(x);
    move(first, step.dt);
    if (frame_.integrator == "euler") return;
    Rows mean = rate(x);
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t p = 0; p < frame_.count; ++p) mean[a][p] = 0.5 * (first[a][p] + mean[a][p]);
    }
    move(mean, step.dt);
  }

  std::vector<double> quantities(ParticleNumberArrays x) override {
    std::vector<double> all;
    const auto sum_of = [&](auto&& term) {
      std::vector<double> terms(frame_.count);
      for (std::size_t p = 0; p < frame_.count; ++p) terms[p] = x[d][p] * term(p);
      all.push_back(exact_sum(frame_.ranks, terms));
    };
    const auto square = [&](std::size_t p) {
      double sum = 0.0;
      for (std::size_t a = 0; a < d; ++a) sum += x[a][p] * x[a][p];
      return sum;
    };
    sum_of([&](std::size_t p) { return 0.5 * square(p); });
    for (std::size_t a = 0; a < d; ++a) sum_of([&](std::size_t p) { return x[a][p]; });
    sum_of([&](std::size_t p) { return square(p) * square(p); });
    std::vector<double> f = blob_density(gathered(x, d + 1), own_cells_);
    for (double& value : f) value *= -cell_volume_ * std::log(value);
    all.push_back(exact_sum(frame_.ranks, f));
    return all;
  }

  bool sets_density() const override { return true; }
  void density(ParticleNumberArrays x, const Box& block, std::span<double> values) override {
    std::ranges::copy(blob_density(gathered(x, d + 1), cells_of(block)), values.begin());
  }

  std::size_t memory_bytes() const override {
    return sizeof(double) * ((d + 1) * static_cast<std::size_t>(frame_.total) + d * frame_.count);
  }

 private:
  Point<d> middle(std::int64_t cell) const {
    Point<d> v;
    for (std::size_t a = d; a-- > 0; cell /= frame_.grid.points[a]) {
      v[a] = frame_.grid.coordinate(static_cast<int>(a), cell % frame_.grid.points[a]);
    }
    return v;
  }
  Rows cells_of(std::int64_t first, std::size_t count) const {
    Rows rows(d, std::vector<double>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const Point<d> v = middle(first + static_cast<std::int64_t>(i));
      for (std::size_t a = 0; a < d; ++a) rows[a][i] = v[a];
    }
    return rows;
  }
  Rows cells_of(const Box& box) const {
    Rows rows(d);
    for (std::int64_t i = 0; i < box.size(); ++i) {
      std::int64_t rest = i;
      for (std::size_t a = d; a-- > 0; rest /= box.count[a]) {
        rows[a].push_back(
            frame_.grid.coordinate(static_cast<int>(a), box.offset[a] + rest % box.count[a]));
      }
    }
    return rows;
  }

  GatheredRows gathered(ParticleNumberArrays x, std::size_t numbers) const {
    const std::vector<const double*> rows(x.begin(),
                                          x.begin() + static_cast<std::ptrdiff_t>(numbers));
    return {frame_.ranks, rows, frame_.count};
  }

  /// f∗ψ_ε at points.
  std::vector<double> blob_density(const GatheredRows& particles, const Rows& at) const {
    std::vector<double> f(at[0].size());
    std::array<const double*, d> targets;
    std::ranges::copy(reading(at), targets.begin());
    add_sources(Blobs<d>{slope_}, targets, f.size(), particles, {f.data()});
    for (double& value : f) value *= peak_;
    return f;
  }

  /// F at the particles, with the sum over cells that makes E_ε = h^d Σ_l f_l log f_l fall:
  ///   F_p = h^d Σ_l ∇ψ_ε(v_p − v_l) (log f_l + 1)
  Rows forces(ParticleNumberArrays x, const GatheredRows& particles) const {
    std::vector<double> g = blob_density(particles, own_cells_);
    for (double& value : g) value = std::log(value) + 1.0;
    auto rows = reading(own_cells_);
    rows.push_back(g.data());
    const GatheredRows cells(frame_.ranks, rows, frame_.count);
    Rows F(d, std::vector<double>(frame_.count));
    std::array<const double*, d> targets;
    std::array<double*, d> sums;
    for (std::size_t a = 0; a < d; ++a) {
      targets[a] = x[a];
      sums[a] = F[a].data();
    }
    add_sources(BlobSlopes<d>{slope_}, targets, frame_.count, cells, sums);
    const double scale = -2.0 * slope_ * peak_ * cell_volume_;
    for (auto& row : F) {
      for (double& value : row) value *= scale;
    }
    return F;
  }

  Rows rate(ParticleNumberArrays x) const {
    const GatheredRows particles = gathered(x, d + 1);
    Rows F = forces(x, particles);
    const GatheredRows all_forces(frame_.ranks, reading(F), frame_.count);
    CollisionMoments<d> moments;
    for (std::size_t q = 0; q < particles.count(); ++q) {
      Point<d> v, force;
      for (std::size_t a = 0; a < d; ++a) {
        v[a] = particles.row(a)[q];
        force[a] = all_forces.row(a)[q];
      }
      moments.add(particles.row(d)[q], v, force);
    }
    for (std::size_t p = 0; p < frame_.count; ++p) {
      Point<d> v, force;
      for (std::size_t a = 0; a < d; ++a) {
        v[a] = x[a][p];
        force[a] = F[a][p];
      }
      const Point<d> sum = moments.sum_at(v, force);
      for (std::size_t a = 0; a < d; ++a) F[a][p] = -equation_.B * sum[a];
    }
    return F;
  }

  Landau equation_;
  SystemFrame frame_;
  double slope_ = 0.0;        ///< 1/(2ε)
  double peak_ = 0.0;         ///< ψ_ε(0)
  double cell_volume_ = 1.0;  ///< h^d
  Rows own_cells_;            ///< middles of as many cells as this rank has particles
};

}  // namespace

SystemTraits system_traits(const Landau&, int dimensions) {
  SystemTraits traits;
  traits.integrators = {"heun", "euler"};
  traits.quantities = {"kinetic_energy"};
  for (const char axis : std::string_view("xyz").substr(0, static_cast<std::size_t>(dimensions))) {
    traits.quantities.push_back(fmt::format("momentum_{}", axis));
  }
  traits.quantities.insert(traits.quantities.end(), {"fourth_moment", "entropy"});
  traits.ends = {BoundaryKind::outflow};
  traits.interaction = "direct: every blob at every cell; moments: collisions";
  traits.holds_averages = false;
  traits.scratch = 6.0 * dimensions;
  return traits;
}

SystemFaults system_faults(const Landau&, const Grid& grid, const MethodOptions& options) {
  SystemFaults faults;
  if (grid.dimensions == 1) {
    faults.emplace_back("grid.points",
                        "collisions of molecules need 2 or 3 axes: on a line they "
                        "only exchange velocities");
  }
  if (options.particles.count != grid.point_count()) {
    faults.emplace_back("particles.count",
                        fmt::format("one particle starts in each cell: {} of them, not {}",
                                    grid.point_count(), options.particles.count));
  }
  return faults;
}

std::unique_ptr<ParticleDynamics> make_dynamics(const Landau& e, const SystemFrame& frame) {
  if (frame.grid.dimensions == 2) return std::make_unique<Molecules<2>>(e, frame);
  return std::make_unique<Molecules<3>>(e, frame);
}

}  // namespace parapet
