#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// Lets one group of ranks tell the others, which are busy with members of their own, that the run
/// is to end: a stop request may reach one rank only, and a failure happens in one group.
class StopRelay {
 public:
  /// `group_roots`: the rank in `world` of every group's rank 0. Collective over `world`.
  StopRelay(const Communicator& world, const Communicator& group, std::vector<int> group_roots);
  ~StopRelay();

  /// Tells the other groups, once. Acts on the group's rank 0, nothing on its other ranks.
  void announce();

  /// Whether another group has announced; true on the group's rank 0 only, the others learn it from
  /// there. Local, does not wait.
  bool has_heard();

  /// Waits, asleep most of the time, until every rank has called this; meanwhile a rank on which
  /// `wants_to_stop` becomes true tells all groups that are still busy. Takes in what is under way:
  /// nobody may announce after it. Collective over `world`.
  void finish(const std::function<bool()>& wants_to_stop);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
