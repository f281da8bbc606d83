#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "particles/near_ranks.hpp"
#include "particles/word_deal.hpp"

namespace parapet {

template <int d>
std::array<double, d> place_of(const std::array<const double*, d>& x, std::size_t i) {
  std::array<double, d> place;
  for (std::size_t c = 0; c < d; ++c) place[c] = x[c][i];
  return place;
}

/// What lies within a cutoff of the box of a rank's particles and is none of them: particles of
/// other ranks, and images around periodic axes of those and of its own.
template <int d>
class NearImages {
 public:
  using Place = std::array<double, d>;

  /// Places in the domain, and how far each is moved: by 0 or a length of the domain along each
  /// axis.
  struct Found {
    std::array<std::vector<double>, d> x, shift;
  };

  NearImages(const Communicator& communicator, const Grid& domain, double cutoff)
      : communicator_(communicator),
        domain_(domain),
        wide_(cutoff * (1.0 + 1e-9)),
        ranks_(communicator, domain, cutoff) {}

  /// `count` particles of this rank within the box from `lower` to `upper`. Collective.
  Found find(const std::array<const double*, d>& x, std::size_t count, const Place& lower,
             const Place& upper) {
    lower_ = lower, upper_ = upper;
    Found found;
    if (count > 0 && reaches_round()) {
      for (std::size_t i = 0; i < count; ++i) add_images(place_of<d>(x, i), true, found);
    }
    if (communicator_.size() == 1) return found;
    const DealtWords in = deal_words(communicator_, sent(x, count));
    for (std::size_t n = 0; count > 0 && n < in.words.size(); n += d) {
      Place place;
      for (std::size_t c = 0; c < d; ++c) place[c] = std::bit_cast<double>(in.words[n + c]);
      add_images(place, false, found);
    }
    return found;
  }

 private:
  bool is_near(std::size_t c, double place) const {
    return place >= lower_[c] - wide_ && place <= upper_[c] + wide_;
  }

  /// Whether any of this rank's particles could be near another one's image.
  bool reaches_round() const {
    for (std::size_t c = 0; c < d; ++c) {
      if (domain_.is_periodic[c] && is_near(c, lower_[c] + domain_.length[c])) return true;
    }
    return false;
  }

  /// To each rank the places of those near it.
  DealtWords sent(const std::array<const double*, d>& x, std::size_t count) {
    const std::span<const double* const> places(x);
    ranks_.look_at(places, count);
    std::vector<std::vector<std::uint64_t>> words(static_cast<std::size_t>(communicator_.size()));
    for (std::size_t i = 0; i < count; ++i) {
      ranks_.for_each(places, i, [&](int rank) {
        auto& to = words[static_cast<std::size_t>(rank)];
        for (std::size_t c = 0; c < d; ++c) to.push_back(std::bit_cast<std::uint64_t>(x[c][i]));
      });
    }
    DealtWords out;
    for (const auto& few : words) {
      out.words.insert(out.words.end(), few.begin(), few.end());
      out.counts.push_back(few.size());
    }
    return out;
  }

  /// Those of a particle near the box; of this rank's own one not itself.
  void add_images(const Place& x, bool is_own, Found& found) const {
    std::array<std::array<double, 3>, d> shift;
    std::array<std::size_t, d> shifts{};
    std::size_t all = 1;
    for (std::size_t c = 0; c < d; ++c) {
      for (const double turns : {0.0, 1.0, -1.0}) {
        const double by = turns * domain_.length[c];
        if (turns != 0.0 && !domain_.is_periodic[c]) continue;
        if (is_near(c, x[c] + by)) shift[c][shifts[c]++] = by;
      }
      all *= shifts[c];
    }
    for (std::size_t n = 0; n < all; ++n) {
      Place by;
      std::size_t rest = n;
      bool is_moved = false;
      for (std::size_t c = 0; c < d; ++c) {
        by[c] = shift[c][rest % shifts[c]];
        rest /= shifts[c];
        is_moved = is_moved || by[c] != 0.0;
      }
      if (is_own && !is_moved) continue;
      for (std::size_t c = 0; c < d; ++c) {
        found.x[c].push_back(x[c]), found.shift[c].push_back(by[c]);
      }
    }
  }

  const Communicator& communicator_;
  Grid domain_;
  double wide_;  ///< the cutoff, and a little for rounding
  NearRanks ranks_;
  Place lower_{}, upper_{};
};

}  // namespace parapet
