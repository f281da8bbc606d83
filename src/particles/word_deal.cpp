#include "particles/word_deal.hpp"

#include <limits>
#include <numeric>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "base/waiting.hpp"

namespace parapet {

namespace {

/// Counts and places as MPI wants them.
struct Deal {
  std::vector<int> counts, places;

  explicit Deal(const std::vector<std::size_t>& sizes) {
    std::size_t place = 0;
    for (const std::size_t size : sizes) {
      counts.push_back(static_cast<int>(size)), places.push_back(static_cast<int>(place));
      place += size;
    }
  }
};

std::size_t sum_of(const std::vector<std::size_t>& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
}

}  // namespace

DealtWords deal_words(const Communicator& communicator, const DealtWords& out) {
  std::vector<std::uint64_t> sent(out.counts.begin(), out.counts.end()), come(sent.size());
  {
    const Waiting waiting;
    check_mpi(MPI_Alltoall(sent.data(), 1, MPI_UINT64_T, come.data(), 1, MPI_UINT64_T,
                           native(communicator)),
              "MPI_Alltoall");
  }
  DealtWords in{{}, {come.begin(), come.end()}};
  deal_known_words(communicator, out, in);
  return in;
}

void deal_known_words(const Communicator& communicator, const DealtWords& out, DealtWords& in) {
  in.words.resize(sum_of(in.counts));
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<int>::max());
  const bool fits = out.words.size() <= most && in.words.size() <= most;
  collectively(communicator, [&] {
    require(fits, ExitCode::internal_error, "more than 2^31 numbers for a rank at once");
  });
  const Deal sent(out.counts), come(in.counts);
  const Waiting waiting;
  check_mpi(MPI_Alltoallv(out.words.data(), sent.counts.data(), sent.places.data(), MPI_UINT64_T,
                          in.words.data(), come.counts.data(), come.places.data(), MPI_UINT64_T,
                          native(communicator)),
            "MPI_Alltoallv");
}

}  // namespace parapet
