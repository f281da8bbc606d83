#include "particles/word_exchange.hpp"

#include <algorithm>
#include <numeric>

#include "base/mpi_native.hpp"

namespace parapet {

void exchange_words(const Communicator& communicator, const void* out, std::size_t out_count,
                    int to, void* in, std::size_t in_count, int from) {
  constexpr std::size_t most = std::size_t{1} << 30;  // MPI counts in int
  const auto* send = static_cast<const char*>(out);
  auto* receive = static_cast<char*>(in);
  while (out_count > 0 || in_count > 0) {
    const std::size_t sent = std::min(out_count, most), received = std::min(in_count, most);
    // Of nothing, no message: the other end may not be there to receive it.
    MPI_Request requests[2] = {MPI_REQUEST_NULL, MPI_REQUEST_NULL};
    if (received > 0) {
      check_mpi(MPI_Irecv(receive, static_cast<int>(received), MPI_UINT64_T, from, 0,
                          native(communicator), &requests[0]),
                "MPI_Irecv");
    }
    if (sent > 0) {
      check_mpi(MPI_Isend(send, static_cast<int>(sent), MPI_UINT64_T, to, 0, native(communicator),
                          &requests[1]),
                "MPI_Isend");
    }
    check_mpi(MPI_Waitall(2, requests, MPI_STATUSES_IGNORE), "MPI_Waitall");
    out_count -= sent, in_count -= received;
    send += 8 * sent, receive += 8 * received;
  }
}

namespace {

std::vector<std::size_t> places_of(const std::vector<std::size_t>& counts) {
  std::vector<std::size_t> places(counts.size() + 1, 0);
  std::partial_sum(counts.begin(), counts.end(), places.begin() + 1);
  return places;
}

}  // namespace

WordMessages exchange_with_all(const Communicator& communicator, const WordMessages& out) {
  const int size = communicator.size(), rank = communicator.rank();
  const std::vector<std::uint64_t> own(out.counts.begin(), out.counts.end());
  const auto all = communicator.all_gather(std::span<const std::uint64_t>(own));
  WordMessages in;
  for (int from = 0; from < size; ++from) {
    in.counts.push_back(all[static_cast<std::size_t>(from * size + rank)]);
  }
  const auto sent = places_of(out.counts), received = places_of(in.counts);
  in.words.resize(received.back());
  for (int s = 0; s < size; ++s) {
    const auto to = static_cast<std::size_t>((rank + s) % size);
    const auto from = static_cast<std::size_t>((rank + size - s) % size);
    const std::uint64_t* const message = out.words.data() + sent[to];
    std::uint64_t* const place = in.words.data() + received[from];
    if (s == 0) {
      std::copy_n(message, out.counts[to], place);
    } else {
      exchange_words(communicator, message, out.counts[to], static_cast<int>(to), place,
                     in.counts[from], static_cast<int>(from));
    }
  }
  return in;
}

}  // namespace parapet
