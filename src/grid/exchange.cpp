#include "grid/exchange.hpp"

#include <algorithm>

#include "base/mpi_native.hpp"
#include "base/waiting.hpp"

namespace parapet {

struct Exchange::Requests {
  std::vector<MPI_Request> list;
};

namespace {

// MPI counts are int: longer blocks go in several messages, which keep their order.
constexpr std::size_t largest_message = std::size_t{1} << 30;

template <class F>
void in_messages(std::size_t count, F&& post) {
  for (std::size_t begin = 0; begin < count; begin += largest_message) {
    post(begin, static_cast<int>(std::min(largest_message, count - begin)));
  }
}

}  // namespace

Exchange::Exchange(RankGroup& group)
    : group_(&group), is_sharing_(group.is_sharing()), requests_(std::make_unique<Requests>()) {}
Exchange::~Exchange() = default;

void Exchange::open(std::vector<Route> routes, std::size_t volume) {
  routes_ = std::move(routes);
  // The ranks of the node may still be reading what was exchanged last, unless they have met since.
  if (is_sharing_ && last_meeting_ != 0 && last_meeting_ == group_->meetings()) group_->meet();
  make_room(volume);
  set_incoming();
}

void Exchange::make_room(std::size_t volume) {
  std::size_t to_send = 0, to_receive = 0;
  for (int rank = 0; rank < group_->communicator().size(); ++rank) {
    const Route& route = routes_[static_cast<std::size_t>(rank)];
    to_send = std::max(to_send, route.send_offset + route.send_count);
    if (is_message(rank)) to_receive += route.receive_count;
  }
  if (is_sharing_ && (volume > volume_ || !shared_.is_allocated())) {
    is_sharing_ = shared_.allocate(*group_, to_send);
    volume_ = volume;
    if (!is_sharing_) return make_room(volume);
  }
  if (!is_sharing_ && private_.size() < to_send) private_ = AlignedArray<double>(to_send);
  if (received_.size() < to_receive) received_ = AlignedArray<double>(to_receive);
  outgoing_ = is_sharing_ ? shared_.own(*group_) : private_.data();
}

void Exchange::set_incoming() {
  const int size = group_->communicator().size(), here = group_->communicator().rank();
  incoming_.resize(routes_.size());
  std::size_t received = 0;
  for (int rank = 0; rank < size; ++rank) {
    const Route& route = routes_[static_cast<std::size_t>(rank)];
    const double*& from = incoming_[static_cast<std::size_t>(rank)];
    if (rank == here) {
      from = outgoing_ + route.send_offset;
    } else if (is_shared_with(rank)) {
      from = shared_.of(group_->place_on_node(rank)) + route.receive_offset;
    } else {
      from = received_.data() + received;
      received += route.receive_count;
    }
  }
}

void Exchange::run() {
  if (group_->communicator().size() == 1) return;
  post_messages();
  const Waiting waiting;
  if (is_sharing_) {
    group_->meet();
    last_meeting_ = group_->meetings();
  }
  auto& requests = requests_->list;
  check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
            "MPI_Waitall");
}

// Every rank starts with another partner, so that no rank is flooded.
void Exchange::post_messages() {
  const int size = group_->communicator().size(), here = group_->communicator().rank();
  MPI_Comm const comm = native(group_->communicator());
  auto& requests = requests_->list;
  requests.clear();
  for (int step = 1; step < size; ++step) {
    const int peer = (here + size - step) % size;
    if (!is_message(peer)) continue;
    auto* const to = const_cast<double*>(incoming(peer));
    in_messages(routes_[static_cast<std::size_t>(peer)].receive_count, [&](std::size_t at, int n) {
      MPI_Irecv(to + at, n, MPI_DOUBLE, peer, 0, comm, &requests.emplace_back());
    });
  }
  for (int step = 1; step < size; ++step) {
    const int peer = (here + step) % size;
    if (!is_message(peer)) continue;
    const double* const from = outgoing_to(peer);
    in_messages(routes_[static_cast<std::size_t>(peer)].send_count, [&](std::size_t at, int n) {
      MPI_Isend(from + at, n, MPI_DOUBLE, peer, 0, comm, &requests.emplace_back());
    });
  }
}

}  // namespace parapet
