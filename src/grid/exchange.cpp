#include "grid/exchange.hpp"

#include <algorithm>

#include "base/mpi_native.hpp"

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

Exchange::Exchange(const Communicator& communicator)
    : communicator_(&communicator), requests_(std::make_unique<Requests>()) {}
Exchange::Exchange(Exchange&&) noexcept = default;
Exchange::~Exchange() = default;

void Exchange::open(std::vector<Route> routes) {
  routes_ = std::move(routes);
  const auto here = static_cast<std::size_t>(communicator_->rank());
  std::size_t to_send = 0, to_receive = 0;
  for (std::size_t peer = 0; peer < routes_.size(); ++peer) {
    const Route& route = routes_[peer];
    to_send = std::max(to_send, route.send_offset + route.send_count);
    if (peer != here) to_receive += route.receive_count;
  }
  if (outgoing_.size() < to_send) outgoing_ = AlignedArray<double>(to_send);
  if (received_.size() < to_receive) received_ = AlignedArray<double>(to_receive);
  incoming_.assign(routes_.size(), nullptr);
  std::size_t offset = 0;
  for (std::size_t peer = 0; peer < routes_.size(); ++peer) {
    if (peer == here) continue;
    incoming_[peer] = received_.data() + offset;
    offset += routes_[peer].receive_count;
  }
  incoming_[here] = outgoing_.data() + routes_[here].send_offset;
}

void Exchange::run() {
  const int size = communicator_->size(), here = communicator_->rank();
  MPI_Comm const comm = native(*communicator_);
  auto& requests = requests_->list;
  requests.clear();
  for (int step = 1; step < size; ++step) {
    const int peer = (here + size - step) % size;
    auto* const to = const_cast<double*>(incoming(peer));
    in_messages(routes_[static_cast<std::size_t>(peer)].receive_count, [&](std::size_t at, int n) {
      MPI_Irecv(to + at, n, MPI_DOUBLE, peer, 0, comm, &requests.emplace_back());
    });
  }
  for (int step = 1; step < size; ++step) {
    const int peer = (here + step) % size;
    const Route& route = routes_[static_cast<std::size_t>(peer)];
    const double* const from = outgoing_.data() + route.send_offset;
    in_messages(route.send_count, [&](std::size_t at, int n) {
      MPI_Isend(from + at, n, MPI_DOUBLE, peer, 0, comm, &requests.emplace_back());
    });
  }
  check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
            "MPI_Waitall");
}

}  // namespace parapet
