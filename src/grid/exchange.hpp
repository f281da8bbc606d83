#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "grid/aligned_array.hpp"
#include "grid/rank_group.hpp"

namespace parapet {

/// What one rank sends to another and receives from it, counted in doubles.
struct Route {
  std::size_t send_count = 0;
  std::size_t send_offset = 0;  ///< in this rank's outgoing array
  std::size_t receive_count = 0;
  std::size_t receive_offset = 0;  ///< in the other rank's outgoing array
};

/// An exchange of blocks between all ranks of a group: fill `outgoing()`, `run()`, read
/// `incoming(rank)`. Blocks may be empty and of any size (beyond 2³¹ values too). Ranks of one node
/// read each other's blocks where they lie; the others send messages.
class Exchange {
 public:
  explicit Exchange(RankGroup& group);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange();

  /// Makes room for an exchange with these routes; what was received before is gone. `volume`
  /// measures the sizes: the same on every rank, and no block is larger than in any earlier
  /// exchange of the same or larger volume. Collective.
  void open(std::vector<Route> routes, std::size_t volume);
  double* outgoing() { return outgoing_; }
  double* outgoing_to(int rank) {
    return outgoing_ + routes_[static_cast<std::size_t>(rank)].send_offset;
  }
  void run();
  const double* incoming(int rank) const { return incoming_[static_cast<std::size_t>(rank)]; }

  std::size_t bytes() const { return private_.bytes() + received_.bytes() + shared_.own_bytes(); }

 private:
  struct Requests;
  bool is_shared_with(int rank) const { return is_sharing_ && group_->place_on_node(rank) >= 0; }
  bool is_message(int rank) const {
    return rank != group_->communicator().rank() && !is_shared_with(rank);
  }
  void make_room(std::size_t volume);
  void set_incoming();
  void post_messages();

  RankGroup* group_;
  std::vector<Route> routes_;
  std::vector<const double*> incoming_;
  double* outgoing_ = nullptr;
  bool is_sharing_;
  std::size_t volume_ = 0;
  std::uint64_t last_meeting_ = 0;  ///< the one of the last run, 0 before the first
  NodeMemory shared_;
  AlignedArray<double> private_, received_;
  std::unique_ptr<Requests> requests_;
};

}  // namespace parapet
