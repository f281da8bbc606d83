#include "learn/training/ordered_sum.hpp"

#include <algorithm>
#include <memory>
#include <type_traits>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"

namespace parapet {

template <class T>
struct OrderedSum<T>::Pending {
  MPI_Request request = MPI_REQUEST_NULL;
};

namespace {

template <class T>
MPI_Datatype type_of() {
  return std::is_same_v<T, float> ? MPI_FLOAT : MPI_DOUBLE;
}

// The checker takes start() and finish() for calls that may see different numbers of ranks.
void wait(MPI_Request& request) {
  // NOLINTNEXTLINE(clang-analyzer-optin.mpi.MPI-Checker)
  check_mpi(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");
}

}  // namespace

template <class T>
OrderedSum<T>::OrderedSum(const Communicator& communicator)
    : communicator_(&communicator), pending_(std::make_unique<Pending>()) {}
template <class T>
OrderedSum<T>::OrderedSum(OrderedSum&&) noexcept = default;
template <class T>
OrderedSum<T>::~OrderedSum() = default;

template <class T>
void OrderedSum<T>::start(std::span<T> values) {
  require(values.size() < (std::size_t{1} << 31), ExitCode::internal_error,
          "a sum over ranks of 2³¹ values or more");
  values_ = values;
  const int ranks = communicator_->size();
  if (ranks == 1) return;
  const auto total = static_cast<std::int64_t>(values.size());
  const auto first = [&](int rank) { return static_cast<int>(total * rank / ranks); };
  counts_.resize(static_cast<std::size_t>(ranks));
  offsets_ = arrivals_ = positions_ = counts_;
  const int mine = first(communicator_->rank() + 1) - first(communicator_->rank());
  for (int rank = 0; rank < ranks; ++rank) {
    const auto r = static_cast<std::size_t>(rank);
    offsets_[r] = first(rank);
    counts_[r] = first(rank + 1) - first(rank);
    arrivals_[r] = mine;
    positions_[r] = rank * mine;
  }
  received_.resize(static_cast<std::size_t>(mine) * static_cast<std::size_t>(ranks));
  check_mpi(MPI_Ialltoallv(values_.data(), counts_.data(), offsets_.data(), type_of<T>(),
                           received_.data(), arrivals_.data(), positions_.data(), type_of<T>(),
                           native(*communicator_), &pending_->request),
            "MPI_Ialltoallv");
}

template <class T>
void OrderedSum<T>::finish() {
  const int ranks = communicator_->size();
  if (ranks == 1) return;
  wait(pending_->request);
  const auto self = static_cast<std::size_t>(communicator_->rank());
  const auto mine = static_cast<std::size_t>(counts_[self]);
  T* sum = values_.data() + offsets_[self];
  std::copy_n(received_.data(), mine, sum);
  for (std::size_t rank = 1; rank < static_cast<std::size_t>(ranks); ++rank) {
    const T* part = received_.data() + rank * mine;
    for (std::size_t i = 0; i < mine; ++i) sum[i] += part[i];
  }
  check_mpi(
      MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values_.data(), counts_.data(),
                      offsets_.data(), type_of<T>(), native(*communicator_), &pending_->request),
      "MPI_Iallgatherv");
  wait(pending_->request);
}

template <class T>
void ordered_sum(const Communicator& communicator, std::span<T> values) {
  OrderedSum<T> sum(communicator);
  sum.start(values);
  sum.finish();
}

template class OrderedSum<float>;
template class OrderedSum<double>;
template void ordered_sum(const Communicator&, std::span<float>);
template void ordered_sum(const Communicator&, std::span<double>);

}  // namespace parapet
