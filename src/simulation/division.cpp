#include "simulation/division.hpp"

#include <algorithm>

namespace parapet {

Division::Division(int ranks, int wished_ranks_per_member)
    : groups(std::max(1, ranks / wished_ranks_per_member)),
      ranks_per_member(std::min(ranks, wished_ranks_per_member)) {}

int Division::group_of(int rank) const {
  return std::min(rank / ranks_per_member, groups - 1);
}

std::vector<Batch> Division::share_of(int group, const std::vector<Batch>& all) const {
  std::vector<Batch> mine;
  for (std::size_t i = static_cast<std::size_t>(group); i < all.size();
       i += static_cast<std::size_t>(groups)) {
    mine.push_back(all[i]);
  }
  return mine;
}

std::vector<Batch> cut_into_batches(const std::vector<std::int64_t>& members,
                                    std::int64_t largest) {
  std::vector<Batch> all;
  for (const std::int64_t member : members) {
    const bool joins =
        !all.empty() && all.back().count < largest && all.back().first + all.back().count == member;
    if (joins) {
      ++all.back().count;
    } else {
      all.push_back({member, 1});
    }
  }
  return all;
}

std::int64_t batch_size(std::int64_t values_per_member, std::int64_t members, int groups) {
  constexpr std::int64_t values_in_cache = 1 << 16, most = 64, batches_per_group = 4;
  const std::int64_t by_cache = values_in_cache / std::max<std::int64_t>(1, values_per_member);
  const std::int64_t by_share = members / (groups * batches_per_group);
  return std::clamp<std::int64_t>(std::min(by_cache, by_share), 1, most);
}

}  // namespace parapet
