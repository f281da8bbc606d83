#include "simulation/stop_relay.hpp"

#include <algorithm>
#include <deque>

#include "base/mpi_native.hpp"

namespace parapet {

class StopRelay::Implementation {
 public:
  Implementation(const Communicator& world, bool is_group_root, std::vector<int> group_roots)
      : world_(world.duplicate()), is_group_root_(is_group_root), others_(std::move(group_roots)) {
    others_.erase(std::remove(others_.begin(), others_.end(), world.rank()), others_.end());
  }

  void announce() {
    if (!is_group_root_ || has_announced_) return;
    has_announced_ = true;
    for (const int other : others_) {
      requests_.emplace_back();
      check_mpi(MPI_Isend(&message_, 1, MPI_CHAR, other, 0, native(world_), &requests_.back()),
                "MPI_Isend");
    }
  }

  bool has_heard() {
    if (!is_group_root_ || others_.empty()) return false;
    for (int is_there = 1; is_there != 0;) {
      check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, 0, native(world_), &is_there, MPI_STATUS_IGNORE),
                "MPI_Iprobe");
      if (is_there != 0) receive();
    }
    return received_ > 0;
  }

  void finish() {
    const auto announcers = world_.all_reduce<std::int64_t>(has_announced_, Reduction::sum);
    if (is_group_root_) {
      while (received_ < announcers - (has_announced_ ? 1 : 0)) receive();
    }
    for (auto& request : requests_) {
      check_mpi(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");
    }
    requests_.clear();
  }

 private:
  void receive() {
    char ignored = 0;
    check_mpi(MPI_Recv(&ignored, 1, MPI_CHAR, MPI_ANY_SOURCE, 0, native(world_), MPI_STATUS_IGNORE),
              "MPI_Recv");
    ++received_;
  }

  Communicator world_;
  bool is_group_root_;
  std::vector<int> others_;
  std::deque<MPI_Request> requests_;
  std::int64_t received_ = 0;
  bool has_announced_ = false;
  char message_ = 1;
};

StopRelay::StopRelay(const Communicator& world, const Communicator& group,
                     std::vector<int> group_roots)
    : implementation_(
          std::make_unique<Implementation>(world, group.is_root(), std::move(group_roots))) {}
StopRelay::~StopRelay() = default;

void StopRelay::announce() {
  implementation_->announce();
}
bool StopRelay::has_heard() {
  return implementation_->has_heard();
}
void StopRelay::finish() {
  implementation_->finish();
}

}  // namespace parapet
