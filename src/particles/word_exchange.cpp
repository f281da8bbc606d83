#include "particles/word_exchange.hpp"

#include <algorithm>

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

}  // namespace parapet
