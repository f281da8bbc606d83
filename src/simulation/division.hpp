#pragma once

#include <cstdint>
#include <vector>

namespace parapet {

/// Members advanced together: indices [first, first + count).
struct Batch {
  std::int64_t first = 0;
  std::int64_t count = 0;

  bool operator==(const Batch&) const = default;
};

/// How the ranks of a run are divided into groups and the members among the groups. Groups are of
/// `ranks_per_member` neighbouring ranks; ranks that are left over join the last group. Batches are
/// dealt to the groups in turn; a group may have none. A member's result never depends on this.
struct Division {
  int groups = 1;
  int ranks_per_member = 1;

  Division(int ranks, int wished_ranks_per_member);

  int group_of(int rank) const;
  int first_rank_of(int group) const { return group * ranks_per_member; }
  /// The entries of `all` that are this group's.
  std::vector<Batch> share_of(int group, const std::vector<Batch>& all) const;
};

/// Members, in order, cut into runs of neighbours of at most `largest`.
std::vector<Batch> cut_into_batches(const std::vector<std::int64_t>& members, std::int64_t largest);

/// How many members to advance together: enough to keep FFTW and the vector units busy, few enough
/// for their state to stay in cache and for every group to have several batches.
std::int64_t batch_size(std::int64_t values_per_member, std::int64_t members, int groups);

}  // namespace parapet
