#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "base/exact_sum.hpp"
#include "base/random.hpp"
#include "equations/process.hpp"
#include "grid/partition.hpp"

/// What tests of sums over pairs have in common.
namespace parapet {

template <int d>
using Place = std::array<double, d>;
template <int d>
using Places = std::vector<Place<d>>;

template <int d>
Places<d> random_places(std::uint64_t count) {
  const RandomStream stream(21, Purpose::test);
  Places<d> all(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    for (std::size_t c = 0; c < d; ++c) {
      all[i][c] = 2.0 * stream.normal(i, static_cast<std::uint32_t>(c));
    }
  }
  return all;
}

enum class Deal { blocks, cards, last_rank };

inline bool is_mine(const Communicator& group, Deal deal, std::size_t index, std::size_t count) {
  const auto i = static_cast<std::int64_t>(index);
  const Partition part{static_cast<std::int64_t>(count), group.size()};
  if (deal == Deal::blocks) return i >= part.begin(group.rank()) && i < part.end(group.rank());
  if (deal == Deal::cards) return i % group.size() == group.rank();
  return group.rank() == group.size() - 1;
}

// The forces on all particles, by this group of ranks; on every rank.
template <int d, class Sum>
Places<d> forces_on(const Communicator& group, Sum& sum, const Places<d>& all,
                    Deal deal = Deal::blocks) {
  std::array<std::vector<double>, d> x, force;
  std::vector<std::size_t> mine;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!is_mine(group, deal, i, all.size())) continue;
    mine.push_back(i);
    for (std::size_t c = 0; c < d; ++c) x[c].push_back(all[i][c]);
  }
  std::array<const double*, d> from;
  std::array<double*, d> to;
  for (std::size_t c = 0; c < d; ++c) {
    force[c].resize(mine.size(), 1e300);
    from[c] = x[c].data(), to[c] = force[c].data();
  }
  sum.compute(from, mine.size(), to);
  std::vector<double> gathered(all.size() * d);
  for (std::size_t k = 0; k < mine.size(); ++k) {
    for (std::size_t c = 0; c < d; ++c) gathered[mine[k] * d + c] = force[c][k];
  }
  group.all_reduce(std::span<double>(gathered), Reduction::sum);
  Places<d> result(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t c = 0; c < d; ++c) result[i][c] = gathered[i * d + c];
  }
  return result;
}

template <int d, class E>
double plain_slope(const E& equation, double square) {
  if constexpr (HasRadialSlope<E>) {
    return equation.radial_slope(square, d);
  } else {
    std::array<Dual<1>, d> r;
    r[0] = Dual<1>::variable(std::sqrt(square), 0);
    return equation.interaction(r.data(), d).slope[0] / std::sqrt(square);
  }
}

template <int d>
double largest_of(const Places<d>& forces) {
  double largest = 0.0;
  for (const auto& force : forces) {
    for (const double component : force) largest = std::max(largest, std::abs(component));
  }
  return largest;
}

template <int d>
double distance(const Places<d>& a, const Places<d>& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t c = 0; c < d; ++c) {
      if (!(std::abs(a[i][c] - b[i][c]) <= largest)) largest = std::abs(a[i][c] - b[i][c]);
    }
  }
  return largest;
}

template <int d>
void expect_no_net_force(const Places<d>& forces) {
  for (std::size_t c = 0; c < d; ++c) {
    ExactSum net;
    for (const auto& force : forces) net.add(force[c]);
    EXPECT_EQ(net.round(), 0.0);
  }
}

}  // namespace parapet
