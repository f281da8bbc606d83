#pragma once

#include <vector>

#include "particles/force_rounding.hpp"
#include "particles/pair_rows.hpp"
#include "particles/word_exchange.hpp"

namespace parapet {

/// Forces −Σ_j ∇W(x_i − x_j) on each particle from all others, on all ranks, every pair evaluated
/// once for both of its particles. A rank's particles travel half way round the ring of ranks,
/// meet those of each rank they come to and return with the forces gathered (half-ring, as in
/// Plimpton 1995, § 2, for all pairs); with an even number of ranks the last meeting is shared.
///
/// Reproducible forces are whole multiples of a spacing (see ForceRounding), the same bits on any
/// number of ranks and in any order, and add up to exactly nothing.
template <int d, RadialLaw Law>
class PairSum {
 public:
  using Bounds = ForceRounding::Bounds;

  PairSum(const Communicator& communicator, const Law& law, bool is_reproducible,
          Processor processor = this_processor())
      : communicator_(communicator),
        law_(law),
        is_reproducible_(is_reproducible),
        processor_(processor) {}

  /// `count` particles of this rank, one array a component. A force that is not finite makes all
  /// reproducible ones NaN. Collective.
  void compute(const std::array<const double*, d>& x, std::size_t count,
               const std::array<double*, d>& force) {
    counts_ = communicator_.all_gather(static_cast<std::int64_t>(count));
    if (!is_reproducible_) {
      PlainForces forces;
      const auto sums = pass_round(forces, x, count);
      for (int c = 0; c < d; ++c) std::copy_n(sums.data() + at(c, count), count, force[at(c)]);
      return;
    }
    while (!compute_fixed(x, count, force)) continue;
  }

  const Bounds& bounds() const { return rounding_.bounds(); }
  void restore(const Bounds& bounds) { rounding_.restore(bounds); }

 private:
  static constexpr std::size_t at(int c, std::size_t count = 1) {
    return static_cast<std::size_t>(c) * count;
  }

  template <class Word>
  static PairArrays<d, Word> arrays(const double* x, Word* force, std::size_t count) {
    PairArrays<d, Word> result;
    for (int c = 0; c < d; ++c) {
      result.x[at(c)] = x + at(c, count);
      result.force[at(c)] = force + at(c, count);
    }
    return result;
  }

  std::size_t count_of(int rank) const {
    return static_cast<std::size_t>(counts_[static_cast<std::size_t>(rank)]);
  }
  int neighbour(int distance) const {
    const int size = communicator_.size();
    return (communicator_.rank() + distance + size) % size;
  }

  /// The forces on this rank's particles, component after component.
  template <class Forces>
  std::vector<typename Forces::Word> pass_round(Forces& forces,
                                                const std::array<const double*, d>& x,
                                                std::size_t count) {
    using Word = typename Forces::Word;
    std::vector<double> own_x;
    for (const double* component : x) own_x.insert(own_x.end(), component, component + count);
    std::vector<Word> own(d * count), guest(d * count);
    add_own_pairs<d>(law_, forces, arrays(own_x.data(), own.data(), count), count, processor_);
    const int size = communicator_.size(), meetings = size / 2;
    std::vector<double> guest_x = own_x;
    for (int s = 1; s <= meetings; ++s) {
      guest_x = moved_on(guest_x, s);
      guest = moved_on(guest, s);
      meet(forces, arrays(own_x.data(), own.data(), count), count,
           arrays(guest_x.data(), guest.data(), count_of(neighbour(-s))), s);
    }
    if (meetings == 0) return own;
    std::vector<Word> returned(d * count);
    exchange_words(communicator_, guest.data(), guest.size(), neighbour(-meetings), returned.data(),
                   returned.size(), neighbour(meetings));
    for (std::size_t i = 0; i < own.size(); ++i) own[i] += returned[i];
    return own;
  }

  /// What came here s − 1 ranks far goes to the next, and what comes is from s ranks before.
  template <class Word>
  std::vector<Word> moved_on(const std::vector<Word>& guest, int s) const {
    std::vector<Word> next(d * count_of(neighbour(-s)));
    exchange_words(communicator_, guest.data(), guest.size(), neighbour(1), next.data(),
                   next.size(), neighbour(-1));
    return next;
  }

  template <class Forces, class Arrays>
  void meet(Forces& forces, const Arrays& own, std::size_t count, const Arrays& guest, int s) {
    const std::size_t guests = count_of(neighbour(-s));
    if (2 * s < communicator_.size()) {
      return add_pairs<d>(law_, forces, own, count, guest, guests, processor_);
    }
    // Two ranks opposite each other are each other's guests: the lower one's first half of
    // particles meets all there, its second half all here.
    if (communicator_.rank() < s) {
      return add_pairs<d>(law_, forces, own, count / 2, guest, guests, processor_);
    }
    add_pairs<d>(law_, forces, own, count, guest.from(guests / 2), guests - guests / 2, processor_);
  }

  bool compute_fixed(const std::array<const double*, d>& x, std::size_t count,
                     const std::array<double*, d>& force) {
    double particles = 0.0;
    for (const auto n : counts_) particles += static_cast<double>(n);
    FixedForces forces{rounding_.spacing(particles)};
    const auto sums = pass_round(forces, x, count);
    return rounding_.settle(communicator_, sums, count, particles, forces.largest, force);
  }

  const Communicator& communicator_;
  Law law_;
  bool is_reproducible_;
  Processor processor_;
  ForceRounding rounding_;
  std::vector<std::int64_t> counts_;
};

}  // namespace parapet
