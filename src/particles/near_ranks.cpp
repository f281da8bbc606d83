#include "particles/near_ranks.hpp"

#include <algorithm>
#include <cmath>

namespace parapet {

namespace {

constexpr auto width = static_cast<std::size_t>(NearRanks::slots / 64);

bool have_any_in_common(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  for (std::size_t w = 0; w < width; ++w) {
    if ((a[w] & b[w]) != 0) return true;
  }
  return false;
}

bool has(std::span<const std::uint64_t> taken, std::size_t slot) {
  return (taken[slot / 64] >> (slot % 64) & 1) != 0;
}

}  // namespace

std::size_t NearRanks::slot_of(std::size_t axis, double x) const {
  const double at = (x - grid_.lower[axis]) / grid_.length[axis] * slots;
  return at > 0.0 ? static_cast<std::size_t>(std::min(at, slots - 1.0)) : 0;
}

/// With those within the reach, and one more on each side for rounding.
NearRanks::Slots NearRanks::widened(std::size_t axis, std::span<const std::uint64_t> taken) const {
  const int more = static_cast<int>(
      std::min(std::ceil(reach_ / grid_.length[axis] * slots) + 1.0, double(slots)));
  std::array<int, 3 * slots + 1> turns{};  // a slot's begin and end, around twice
  for (int slot = 0; slot < slots; ++slot) {
    if (!has(taken, static_cast<std::size_t>(slot))) continue;
    ++turns[static_cast<std::size_t>(slots + slot - more)];
    --turns[static_cast<std::size_t>(std::min(slots + slot + more + 1, 3 * slots))];
  }
  Slots wide{};
  int depth = 0;
  for (int n = 0; n < 3 * slots; ++n) {
    depth += turns[static_cast<std::size_t>(n)];
    const bool is_inside = n >= slots && n < 2 * slots;
    if (depth == 0 || (!is_inside && !grid_.is_periodic[axis])) continue;
    const auto slot = static_cast<std::size_t>(n % slots);
    wide[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  return wide;
}

void NearRanks::look_at(std::span<const double* const> x, std::size_t count) {
  const std::size_t d = x.size();
  std::vector<std::uint64_t> own(d * width, 0);
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t slot = slot_of(a, x[a][i]);
      own[a * width + slot / 64] |= std::uint64_t{1} << (slot % 64);
    }
  }
  const auto all = communicator_.all_gather(std::span<const std::uint64_t>(own));
  std::vector<Slots> near;  // d a rank
  ranks_.clear();
  for (int rank = 0; rank < communicator_.size(); ++rank) {
    if (rank == communicator_.rank()) continue;
    const std::span theirs = std::span(all).subspan(static_cast<std::size_t>(rank) * own.size());
    bool is_near = true;
    std::array<Slots, 3> wide;
    for (std::size_t a = 0; a < d && is_near; ++a) {
      wide[a] = widened(a, theirs.subspan(a * width, width));
      is_near = have_any_in_common(std::span(own).subspan(a * width, width), wide[a]);
    }
    if (!is_near) continue;
    ranks_.push_back(rank);
    near.insert(near.end(), wide.begin(), wide.begin() + static_cast<std::ptrdiff_t>(d));
  }
  for (std::size_t a = 0; a < d; ++a) {
    tables_[a].assign(slots * blocks(), 0);
    for (std::size_t n = 0; n < ranks_.size(); ++n) {
      for (std::size_t slot = 0; slot < slots; ++slot) {
        if (!has(near[n * d + a], slot)) continue;
        tables_[a][slot * blocks() + n / 64] |= std::uint64_t{1} << (n % 64);
      }
    }
  }
}

}  // namespace parapet
