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

  void put_in_bins(const std::array<const double*, d>& x, std::size_t count) {
    bins_.emplace(lower_, upper_, count, cutoff_, is_fine_);
    std::vector<std::uint32_t> bin(count);
    for (std::size_t i = 0; i < count; ++i) {
      bin[i] = static_cast<std::uint32_t>(bins_->bin_inside(place_of<d>(x, i)));
    }
    own_ = BinOrder::of(bin, bins_->bins());
  }

  /// How many are in a bin of half the cutoff around a particle, on average.
  double crowd() const {
    double squares = 0.0;
    for (std::size_t b = 0; b + 1 < own_.begin.size(); ++b) {
      const double n = own_.begin[b + 1] - own_.begin[b];
      squares += n * n;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(own_.order.size(), 1));
    return squares / count * std::pow(0.5 * cutoff_, d) / bins_->volume();
  }

  void sort(const std::array<const double*, d>& x, std::size_t count) {
    bound(x, count);
    put_in_bins(x, count);
    if (const bool is_fine = crowd() >= 8.0; is_fine != is_fine_) {
      is_fine_ = is_fine;
      put_in_bins(x, count);
    }
    const NearBins<d>& bins = *bins_;
    for (std::size_t c = 0; c < d; ++c) put(x[c], own_.order, x_[c]);
    const auto found = images_.find(x, count, lower_, upper_);
    std::vector<std::uint32_t> bin;
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

  /// Whom the particles of a bin may meet, as ranges of what is in order: themselves and those
  /// later than they are, and images.
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
      if (n < rows.half) add(own_, n == 0 ? bin : middle - reach, middle + reach, all.own);
      if (!guests_.order.empty()) add(guests_, middle - reach, middle + reach, all.guests);
    }
    return all;
  }

  void meet(FixedForces& forces, std::vector<std::uint64_t>& sums) {
    const auto rows = bins_->rows();
    evaluations_ = 0;
    for (std::size_t bin = 0; bin < bins_->bins(); ++bin) {
      const BinRange here = own_.range(bin, bin);
      const std::size_t ones = here.end - here.begin;
      if (ones == 0) continue;
      const Neighbours near = around(bin, rows);
      // One after another, for long rows; the bin's own are the first.
      const std::size_t own = gather(near.own, x_, near_x_);
      const std::size_t guests = gather(near.guests, guest_x_, near_guest_x_);
      gather(near.guests, guest_shift_, near_shift_);
      for (auto& component : near_force_) component.assign(own, 0);
      meet_all(forces, ones, own, guests);
      give_back(near.own, sums);
      evaluations_ += ones * (own + guests) - ones * (ones + 1) / 2;
    }
  }

  static std::size_t gather(const std::vector<BinRange>& ranges, const Columns& from, Columns& to) {
    for (std::size_t c = 0; c < d; ++c) {
      to[c].clear();
      for (const auto& [begin, end] : ranges) {
        to[c].insert(to[c].end(), from[c].data() + begin, from[c].data() + end);
      }
    }
    return to[0].size();
  }

  void give_back(const std::vector<BinRange>& ranges, std::vector<std::uint64_t>& sums) const {
    const std::size_t count = x_[0].size();
    for (std::size_t c = 0; c < d; ++c) {
      const std::uint64_t* force = near_force_[c].data();
      for (const auto& [begin, end] : ranges) {
        for (std::size_t k = begin; k < end; ++k) sums[c * count + k] += *force++;
      }
    }
  }

  /// The first `ones` of those gathered with all `own` that are later, and with images.
  void meet_all(FixedForces& forces, std::size_t ones, std::size_t own, std::size_t guests) {
    PairArrays<d, std::uint64_t> all;
    GuestArrays<d> images;
    for (std::size_t c = 0; c < d; ++c) {
      all.x[c] = near_x_[c].data(), all.force[c] = near_force_[c].data();
      images.x[c] = near_guest_x_[c].data(), images.shift[c] = near_shift_[c].data();
    }
    run_compiled_for(
        processor_, [&]() __attribute__((always_inline)) {
          const ShortLaw<Law> law = law_;
          FixedForces sums = forces;
          for (std::size_t l = 0; l < own; l += pair_block) {
            const std::size_t end = std::min(l + pair_block, own);
            for (std::size_t i = 0; i < std::min(ones, end - 1); ++i) {
              const std::size_t first = std::max(l, i + 1);
              sums.template add_row<d>(law, all.from(i), all.from(first), end - first);
            }
          }
          for (std::size_t l = 0; l < guests; l += pair_block) {
            const std::size_t n = std::min(pair_block, guests - l);
            for (std::size_t i = 0; i < ones; ++i) {
              add_guests<d>(law, sums, all.from(i), images.from(l), n);
            }
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
  bool is_fine_ = false;  ///< what bins are best was last time
  BinOrder own_, guests_;
  Columns x_, guest_x_, guest_shift_;           ///< in order
  Columns near_x_, near_guest_x_, near_shift_;  ///< of one bin's neighbours
  std::array<std::vector<std::uint64_t>, d> near_force_;
  std::uint64_t evaluations_ = 0;
};

}  // namespace parapet
