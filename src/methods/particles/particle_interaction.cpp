#include "methods/particles/particle_interaction.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/fixed_point_sum.hpp"
#include "methods/density/cell_convolution.hpp"
#include "methods/particles/particle_solver.hpp"
#include "methods/particles/particle_store.hpp"
#include "methods/particles/random_batches.hpp"

namespace parapet {

namespace {

/// Where W = ½ κ |r|²: by the mean place of all.
class ByMean final : public ParticleInteraction {
 public:
  ByMean(const CellGrid& cells, std::int64_t total)
      : cells_(cells), total_(static_cast<double>(total)) {}

  void add_member(const AnyEquation&, const ParticleProcess& process, std::uint32_t) override {
    springs_.push_back(*process.spring);
  }
  // The mean is that of whole numbers of a share of the domain: no order changes it.
  void prepare(std::size_t member, const Moment& now) override {
    const Grid& grid = cells_.grid();
    std::vector<FixedPointSum> sums;
    for (std::size_t a = 0; a < now.at.x.size(); ++a) {
      const double reach =
          std::max(std::abs(grid.lower[a]), std::abs(grid.lower[a] + grid.length[a]));
      sums.emplace_back(4.0 * reach);
      sums.back().add({now.at.x[a], now.at.count});
    }
    FixedPointSum::reduce(cells_.communicator(), sums);
    for (std::size_t a = 0; a < sums.size(); ++a) {
      mean_[a] =
          sums[a].holds() ? sums[a].value() / total_ : std::numeric_limits<double>::quiet_NaN();
    }
    spring_ = springs_[member] * now.mass;
  }
  void add(std::span<const double* const> x, std::size_t, std::size_t count,
           std::span<double* const> b) const override {
    for (std::size_t a = 0; a < b.size(); ++a) {
      for (std::size_t i = 0; i < count; ++i) b[a][i] -= spring_ * (x[a][i] - mean_[a]);
    }
  }
  std::size_t memory_bytes() const override { return 0; }

 private:
  const CellGrid& cells_;
  double total_;
  std::vector<double> springs_;   ///< κ of each member
  std::array<double, 3> mean_{};  ///< place of all
  double spring_ = 0.0;
};

/// Through the particles' density on the cells.
class ThroughMesh final : public ParticleInteraction {
 public:
  ThroughMesh(CellGrid& cells, ParticleCells& between, std::int64_t total)
      : cells_(cells),
        between_(between),
        total_(static_cast<double>(total)),
        density_(cells.layout().size),
        potential_(cells.layout().size) {
    std::fill_n(density_.data(), density_.size(), 0.0);
    std::fill_n(potential_.data(), potential_.size(), 0.0);
  }

  void add_member(const AnyEquation&, const ParticleProcess& process, std::uint32_t) override {
    convolutions_.push_back(std::make_unique<CellConvolution>(cells_, process.density.interaction));
  }
  void prepare(std::size_t member, const Moment& now) override {
    mesh_ = now.mesh;
    mesh_ != nullptr ? act_through(*mesh_, member, now) : act_through(between_, member, now);
  }
  void add(std::span<const double* const> x, std::size_t, std::size_t count,
           std::span<double* const> b) const override {
    mesh_ != nullptr ? mesh_->add_slopes(x, count, b) : between_.add_slopes(x, count, b);
  }
  std::size_t memory_bytes() const override {
    std::size_t bytes = density_.bytes() + potential_.bytes();
    for (const auto& one : convolutions_) bytes += one->memory_bytes();
    return bytes;
  }

 private:
  template <class Between>
  void act_through(Between& between, std::size_t member, const Moment& now) {
    between.spread(now.at.x, now.at.is_there, now.at.count, total_, now.mass, density_.data());
    convolutions_[member]->apply(density_.data(), potential_.data());
    between.set_potential(potential_.data());
  }

  CellGrid& cells_;
  ParticleCells& between_;
  double total_;
  std::vector<std::unique_ptr<CellConvolution>> convolutions_;
  AlignedArray<double> density_, potential_;
  BoxMesh* mesh_ = nullptr;
};

/// Forces that are found for all particles at once.
class ByForces : public ParticleInteraction {
 public:
  void add(std::span<const double* const>, std::size_t begin, std::size_t count,
           std::span<double* const> b) const override {
    for (std::size_t a = 0; a < b.size(); ++a) {
      const double* const force = force_[a].data() + begin;
      for (std::size_t i = 0; i < count; ++i) b[a][i] += force[i];
    }
  }
  std::size_t memory_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& one : force_) bytes += one.bytes();
    return bytes;
  }

 protected:
  static std::vector<const double*> places(const ParticleRow& at) {
    return {at.x.begin(), at.x.end()};
  }
  /// An array an axis with room for the forces on some particles.
  std::vector<double*> room(const ParticleRow& at) {
    force_.resize(at.x.size());
    std::vector<double*> all;
    for (auto& axis : force_) {
      if (axis.size() < at.count) axis = AlignedArray<double>(at.count);
      all.push_back(axis.data());
    }
    return all;
  }

 private:
  std::vector<AlignedArray<double>> force_;
};

/// Between all pairs, or those within a cutoff.
class ByPairs final : public ByForces {
 public:
  ByPairs(const CellGrid& cells, const ParticleOptions& options, bool are_near)
      : cells_(cells), options_(options), are_near_(are_near) {}

  void add_member(const AnyEquation& equation, const ParticleProcess&, std::uint32_t) override {
    const Grid& grid = cells_.grid();
    const Communicator& ranks = cells_.communicator();
    cutoffs_.push_back(are_near_ ? cutoff_of(equation, grid, options_)
                                 : std::numeric_limits<double>::infinity());
    pairs_.push_back(are_near_
                         ? near_forces(ranks, equation, grid, options_.softening, cutoffs_.back())
                         : pair_forces(ranks, equation, grid.dimensions, options_.softening));
  }
  void prepare(std::size_t member, const Moment& now) override {
    pairs_[member]->compute(places(now.at), now.at.count,
                            now.mass / static_cast<double>(options_.count), room(now.at));
  }
  std::array<double, 2> bounds(std::size_t member) const override {
    return pairs_[member]->bounds();
  }
  void restore(std::size_t member, const std::array<double, 2>& bounds) override {
    pairs_[member]->restore(bounds);
  }
  double cutoff(std::size_t member) const override { return cutoffs_[member]; }
  std::size_t memory_bytes() const override {
    std::size_t bytes = ByForces::memory_bytes();
    for (const auto& one : pairs_) bytes += one->memory_bytes();
    return bytes;
  }

 private:
  const CellGrid& cells_;
  ParticleOptions options_;
  bool are_near_;
  std::vector<std::unique_ptr<PairForces>> pairs_;
  std::vector<double> cutoffs_;
};

class ByBatches final : public ByForces {
 public:
  ByBatches(const CellGrid& cells, const ParticleOptions& options)
      : cells_(cells), options_(options) {}

  void add_member(const AnyEquation& equation, const ParticleProcess&,
                  std::uint32_t number) override {
    const Communicator& ranks = cells_.communicator();
    const std::int64_t first = IndexDivision(options_.count, ranks.size()).begin(ranks.rank());
    batches_.emplace_back(ranks, equation, cells_.grid().dimensions, options_,
                          static_cast<std::uint64_t>(first), number);
  }
  void prepare(std::size_t member, const Moment& now) override {
    batches_[member].compute(places(now.at), now.at.count, now.step, now.mass, room(now.at));
  }
  std::size_t memory_bytes() const override {
    std::size_t bytes = ByForces::memory_bytes();
    for (const RandomBatches& one : batches_) bytes += one.memory_bytes();
    return bytes;
  }

 private:
  const CellGrid& cells_;
  ParticleOptions options_;
  std::vector<RandomBatches> batches_;
};

}  // namespace

std::unique_ptr<ParticleInteraction> make_interaction(std::string_view name, CellGrid& cells,
                                                      ParticleCells& between,
                                                      const ParticleOptions& options) {
  if (name == "none") return nullptr;
  if (name == "moments") return std::make_unique<ByMean>(cells, options.count);
  if (name == "mesh") return std::make_unique<ThroughMesh>(cells, between, options.count);
  if (name == "random-batch") return std::make_unique<ByBatches>(cells, options);
  return std::make_unique<ByPairs>(cells, options, /*are_near=*/name == "cells");
}

}  // namespace parapet
