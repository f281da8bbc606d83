#include "simulation/stop_relay.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <thread>

#include "base/mpi_native.hpp"

namespace parapet {

class StopRelay::Implementation {
 public:
  Implementation(const Communicator& world, bool is_group_root, std::vector<int> group_roots)
      : world_(world.duplicate()), is_group_root_(is_group_root), others_(std::move(group_roots)) {
    others_.erase(std::remove(others_.begin(), others_.end(), world.rank()), others_.end());
  }

  bool is_group_root() const { return is_group_root_; }

  void announce() {
    if (has_announced_) return;
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

  void finish(const std::function<bool()>& wants_to_stop) {
    wait_for_all(wants_to_stop);
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
  // A rank that spins in a barrier takes the processor from those that still work.
  void wait_for_all(const std::function<bool()>& wants_to_stop) {
    MPI_Request everyone = MPI_REQUEST_NULL;
    check_mpi(MPI_Ibarrier(native(world_), &everyone), "MPI_Ibarrier");
    for (int is_complete = 0; is_complete == 0;) {
      if (wants_to_stop()) announce();
      check_mpi(MPI_Test(&everyone, &is_complete, MPI_STATUS_IGNORE), "MPI_Test");
      if (is_complete == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

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
  if (implementation_->is_group_root()) implementation_->announce();
}
bool StopRelay::has_heard() {
  return implementation_->has_heard();
}
void StopRelay::finish(const std::function<bool()>& wants_to_stop) {
  implementation_->finish(wants_to_stop);
}

}  // namespace parapet
