#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "base/random.hpp"
#include "equations/all.hpp"
#include "methods/method_options.hpp"
#include "particles/word_exchange.hpp"

namespace parapet {

/// Forces of an equation's W within batches of particles, see find_batch_forces.
class BatchForces {
 public:
  virtual ~BatchForces() = default;
  /// One array an axis.
  virtual void find(std::size_t size, std::size_t batches, std::span<const double* const> x,
                    std::span<double* const> force) const = 0;
};

/// Interaction by random batches (Jin, Li & Liu 2020, RBM-1): at every step all N particles are
/// divided anew into batches of p, and each meets those of its own only. Where the equation has
/// (M/N) Σ_{j≠i} F_ij, M the mass of all, a batch of p gives M (N − 1)/N · 1/(p − 1) Σ F_ij, the
/// same on average over all divisions. The N mod p left over are a batch of their own, or, if it is
/// one only, the (p + 1)-th of the last.
///
/// A step's division is a permutation by (seed, member, step), and a batch is added up in its
/// order: the same bits on any number of ranks. Batches are divided among ranks; positions go there
/// and forces come back.
class RandomBatches {
 public:
  /// `first`: number of this rank's first particle; `member` of the run.
  RandomBatches(const Communicator& ranks, const AnyEquation& equation, int dimensions,
                const ParticleOptions& options, std::uint64_t first, std::uint32_t member);

  /// −∇W∗ρ of this rank's `count` particles, whose mass is `mass` with that of all others, in the
  /// division of a step. Collective.
  void compute(std::span<const double* const> x, std::size_t count, std::uint32_t step, double mass,
               std::span<double* const> force);

  std::size_t memory_bytes() const;

 private:
  /// Where a particle is: its batch and which of the batch it is.
  struct Seat {
    std::uint64_t batch = 0, place = 0;
  };

  Seat seat(std::uint64_t slot) const;
  int rank_of(std::uint64_t batch) const;
  std::uint64_t first_batch(int rank) const;
  std::uint64_t size_of(std::uint64_t batch) const;
  WordMessages send(std::span<const double* const> x, std::size_t count, std::uint32_t step);
  std::vector<std::size_t> find_seats(const WordMessages& messages);
  void meet(double mass);

  const Communicator& ranks_;
  std::unique_ptr<BatchForces> forces_;
  std::size_t dimensions_;
  std::uint64_t total_, batch_, first_, batches_;
  RandomStream stream_;
  std::vector<std::size_t> order_;    ///< where each own particle is among those sent
  std::vector<double> x_, force_;     ///< of this rank's batches, axis after axis
  std::size_t seats_ = 0, full_ = 0;  ///< how many; batches of equal size, which come first
};

/// Null where the equation states no W of the distance.
std::unique_ptr<BatchForces> batch_forces(const AnyEquation& equation, int dimensions,
                                          double softening);

}  // namespace parapet
