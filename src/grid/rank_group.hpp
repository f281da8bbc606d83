#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/communicator.hpp"
#include "grid/aligned_array.hpp"

namespace parapet {

/// The ranks of a communicator that exchange blocks, and which of them share memory: those of a
/// node, in parts of at most `most_ranks_sharing_memory`, each called a node below.
class RankGroup {
 public:
  RankGroup(const Communicator& communicator, int most_ranks_sharing_memory);

  const Communicator& communicator() const { return *communicator_; }
  const Communicator& node() const { return node_; }
  bool is_sharing() const { return node_.size() > 1; }
  /// Rank within the node, or −1 if elsewhere.
  int place_on_node(int rank) const { return places_[static_cast<std::size_t>(rank)]; }

  /// Waits until every rank of the node has come here; all it wrote before is then visible.
  void meet();
  /// How often `meet` was called.
  std::uint64_t meetings() const { return meetings_; }

 private:
  const Communicator* communicator_;
  Communicator node_;
  std::vector<int> places_;
  std::uint64_t meetings_ = 0;
};

/// Memory of this rank, readable by every rank of its node at the place `of(rank)`. It belongs to
/// no file system, so no limit of one (as of /dev/shm in containers) applies.
class NodeMemory {
 public:
  NodeMemory() = default;
  NodeMemory(const NodeMemory&) = delete;
  NodeMemory& operator=(const NodeMemory&) = delete;
  ~NodeMemory() { release(); }

  /// Replaces the memory by `doubles` values on every rank of the node. False, on all of them, if
  /// the system does not allow it. Collective over the node.
  bool allocate(const RankGroup& group, std::size_t doubles);
  double* own(const RankGroup& group) const;
  const double* of(int place_on_node) const {
    return mappings_[static_cast<std::size_t>(place_on_node)].values;
  }
  bool is_allocated() const { return !mappings_.empty(); }
  std::size_t own_bytes() const { return own_bytes_; }

 private:
  struct Mapping {
    double* values = nullptr;
    std::size_t bytes = 0;
  };
  bool map_all(const RankGroup& group, int file, std::size_t bytes);
  void release();

  std::vector<Mapping> mappings_;
  std::size_t own_bytes_ = 0;
};

}  // namespace parapet
