#pragma once

#include <bit>
#include <limits>
#include <optional>
#include <vector>

#include "particles/force_rounding.hpp"
#include "particles/near_bins.hpp"
#include "particles/near_images.hpp"
#include "particles/near_rows.hpp"

namespace parapet {

/// Forces −Σ_j ∇W(x_i − x_j) on each particle from all others nearer than a cutoff, on all ranks
/// and around periodic axes. A rank gets the places of others' particles near its own (halo
/// exchange, Plimpton 1995, § 4), whatever the division of particles among ranks; a pair on one
/// rank is evaluated once, another on each of its two.
///
/// Forces are whole multiples of a spacing, see ForceRounding: the same bits on any number of
/// ranks, in any order and for any bins, and they add up to exactly nothing.
template <int d, RadialLaw Law>
class NearSum {
 public:
  using Bounds = ForceRounding::Bounds;

  /// `cutoff`: a length above 0, at most half of a periodic axis. Places are within `domain`.
  NearSum(const Communicator& communicator, const Law& law, const Grid& domain, double cutoff,
          Processor processor = this_processor())
      : communicator_(communicator),
        law_{law, cutoff * cutoff},
        cutoff_(cutoff),
        processor_(processor),
        images_(communicator, domain, cutoff) {}

  /// `count` particles of this rank, one array a component. A place or a force that is not finite
  /// makes all forces NaN. Collective.
  void compute(const std::array<const double*, d>& x, std::size_t count,
               const std::array<double*, d>& force) {
    const auto all = communicator_.all_reduce(static_cast<std::int64_t>(count), Reduction::sum);
    const auto particles = static_cast<double>(all);
    sort(x, count);
    std::vector<std::uint64_t> sums(d * count), sorted(d * count);
    std::int64_t largest = 0;
    do {
      std::ranges::fill(sorted, 0);
      FixedForces forces{rounding_.spacing(particles)};
      if (is_lost_) forces.largest = std::bit_cast<std::int64_t>(infinity);
      if (!is_lost_) meet(forces, sorted);
      for (std::size_t c = 0; c < d; ++c) {
        for (std::size_t k = 0; k < count; ++k) {
          sums[c * count + own_.order[k]] = sorted[c * count + k];
        }
      }
      largest = forces.largest;
    } while (!rounding_.settle(communicator_, sums, count, particles, largest, force));
  }

  const Bounds& bounds() const { return rounding_.bounds(); }
  void restore(const Bounds& bounds) { rounding_.restore(bounds); }
  /// Pairs whose law was evaluated here in the last pass, those farther than the cutoff included.
  std::uint64_t evaluations() const { return evaluations_; }
  std::size_t memory_bytes() const {
    std::size_t numbers = 0;
    for (const auto* const arrays : {&x_, &guest_x_, &guest_shift_}) {
      for (const auto& one : *arrays) numbers += one.capacity();
    }
    return numbers * sizeof(double) + (own_.order.capacity() + own_.begin.capacity() +
                                       guests_.order.capacity() + guests_.begin.capacity()) *
                                          sizeof(std::uint32_t);
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  using Place = std::array<double, d>;
  using Columns = std::array<std::vector<double>, d>;

  void bound(const std::array<const double*, d>& x, std::size_t count) {
    lower_.fill(infinity), upper_.fill(-infinity);
    is_lost_ = false;
    for (std::size_t c = 0; c < d; ++c) {
      for (std::size_t i = 0; i < count; ++i) {
        const double place = x[c][i];
        is_lost_ = is_lost_ || !std::isfinite(place);
        lower_[c] = place < lower_[c] ? place : lower_[c];
        upper_[c] = place > upper_[c] ? place : upper_[c];
      }
    }
    if (count == 0 || is_lost_) lower_.fill(0.0), upper_.fill(0.0);  // nobody will be met
  }

  void sort(const std::array<const double*, d>& x, std::size_t count) {
    bound(x, count);
    const NearBins<d>& bins = bins_.emplace(lower_, upper_, count, cutoff_);
    std::vector<std::uint32_t> bin(count);
    for (std::size_t i = 0; i < count; ++i) {
      bin[i] = static_cast<std::uint32_t>(bins.bin_inside(place_of<d>(x, i)));
    }
    own_ = BinOrder::of(bin, bins.bins());
    for (std::size_t c = 0; c < d; ++c) put(x[c], own_.order, x_[c]);
    const auto found = images_.find(x, count, lower_, upper_);
    bin.clear();
    for (std::size_t n = 0; n < found.x[0].size(); ++n) {
      Place place;
      for (std::size_t c = 0; c < d; ++c) place[c] = found.x[c][n] + found.shift[c][n];
      bin.push_back(static_cast<std::uint32_t>(bins.bin_around(place)));
    }
    guests_ = BinOrder::of(bin, bins.bins());
    for (std::size_t c = 0; c < d; ++c) {
      put(found.x[c].data(), guests_.order, guest_x_[c]);
      put(found.shift[c].data(), guests_.order, guest_shift_[c]);
    }
  }

  static void put(const double* values, const std::vector<std::uint32_t>& order,
                  std::vector<double>& sorted) {
    sorted.resize(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) sorted[k] = values[order[k]];
  }

  /// Everything a particle of a bin may meet, as ranges of what is in order.
  struct Neighbours {
    std::vector<BinRange> own, guests;
  };

  Neighbours around(std::size_t bin, const typename NearBins<d>::Rows& rows) const {
    const auto reach = static_cast<std::size_t>(bins_->reach());
    Neighbours all;
    const auto add = [&](const BinOrder& order, std::size_t first, std::size_t last, auto& to) {
      const BinRange range = order.range(first, last);
      if (range.begin < range.end) to.push_back(range);
    };
    for (std::size_t n = 0; n < rows.offset.size(); ++n) {
      const std::size_t middle = bin + static_cast<std::size_t>(rows.offset[n]);
      if (n > 0 && n < rows.half) add(own_, middle - reach, middle + reach, all.own);
      if (!guests_.order.empty()) add(guests_, middle - reach, middle + reach, all.guests);
    }
    return all;
  }

  void meet(FixedForces& forces, std::vector<std::uint64_t>& sums) {
    const NearBins<d>& bins = *bins_;
    const auto rows = bins.rows();
    const std::size_t count = x_[0].size(), reach = static_cast<std::size_t>(bins.reach());
    PairArrays<d, std::uint64_t> own;
    GuestArrays<d> guests;
    for (std::size_t c = 0; c < d; ++c) {
      own.x[c] = x_[c].data(), own.force[c] = sums.data() + c * count;
      guests.x[c] = guest_x_[c].data(), guests.shift[c] = guest_shift_[c].data();
    }
    evaluations_ = 0;
    for (std::size_t bin = 0; bin < bins.bins(); ++bin) {
      const BinRange here = own_.range(bin, bin);
      if (here.begin == here.end) continue;
      const Neighbours near = around(bin, rows);
      const std::size_t end = own_.range(bin, bin + reach).end;
      meet_all(forces, own, guests, here, end, near);
      for (std::size_t i = here.begin; i < here.end; ++i) evaluations_ += end - i - 1;
      for (const auto* const some : {&near.own, &near.guests}) {
        for (const BinRange& range : *some) {
          evaluations_ += (range.end - range.begin) * (here.end - here.begin);
        }
      }
    }
  }

  template <class Meet>
  PARAPET_INLINE static void in_blocks(const BinRange& range, Meet&& meet) {
    for (std::size_t l = range.begin; l < range.end; l += pair_block) {
      meet(l, std::min(pair_block, range.end - l));
    }
  }

  /// Particles of a bin with those later up to `end`, and with their neighbours.
  void meet_all(FixedForces& forces, const PairArrays<d, std::uint64_t>& own,
                const GuestArrays<d>& guests, BinRange here, std::size_t end,
                const Neighbours& near) const {
    run_compiled_for(
        processor_, [&]() __attribute__((always_inline)) {
          const ShortLaw<Law> law = law_;
          FixedForces sums = forces;
          for (std::size_t i = here.begin; i < here.end; ++i) {
            const auto one = own.from(i);
            const auto meet_own = [&](std::size_t l, std::size_t count)
                __attribute__((always_inline)) {
              sums.template add_row<d>(law, one, own.from(l), count);
            };
            const auto meet_guests = [&](std::size_t l, std::size_t count)
                __attribute__((always_inline)) {
              add_guests<d>(law, sums, one, guests.from(l), count);
            };
            in_blocks({i + 1, end}, meet_own);
            for (const BinRange& range : near.own) in_blocks(range, meet_own);
            for (const BinRange& range : near.guests) in_blocks(range, meet_guests);
          }
          forces = sums;
        });
  }

  const Communicator& communicator_;
  ShortLaw<Law> law_;
  double cutoff_;
  Processor processor_;
  NearImages<d> images_;
  ForceRounding rounding_;
  Place lower_{}, upper_{};  ///< of this rank's particles
  bool is_lost_ = false;     ///< whether a place is not finite
  std::optional<NearBins<d>> bins_;
  BinOrder own_, guests_;
  Columns x_, guest_x_, guest_shift_;  ///< in order
  std::uint64_t evaluations_ = 0;
};

}  // namespace parapet
