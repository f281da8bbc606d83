#include "base/communicator.hpp"

#include <array>
#include <exception>
#include <utility>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "base/waiting.hpp"

namespace parapet {

struct Communicator::Handle {
  MPI_Comm comm = MPI_COMM_NULL;
  int exceptions_at_birth = std::uncaught_exceptions();

  explicit Handle(MPI_Comm owned) : comm(owned) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // Freeing is collective: while an exception unwinds, the other ranks may never arrive.
  ~Handle() {
    int is_finalized = 0;
    MPI_Finalized(&is_finalized);
    const bool is_unwinding = std::uncaught_exceptions() > exceptions_at_birth;
    if (comm != MPI_COMM_NULL && is_finalized == 0 && !is_unwinding) MPI_Comm_free(&comm);
  }
};

namespace {

template <class T>
MPI_Datatype mpi_type() {
  if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
  if constexpr (std::is_same_v<T, float>) return MPI_FLOAT;
  if constexpr (std::is_same_v<T, std::int32_t>) return MPI_INT32_T;
  if constexpr (std::is_same_v<T, std::int64_t>) return MPI_INT64_T;
  if constexpr (std::is_same_v<T, std::uint64_t>) return MPI_UINT64_T;
  if constexpr (std::is_same_v<T, char>) return MPI_CHAR;
}

MPI_Op mpi_operation(Reduction operation) {
  switch (operation) {
    case Reduction::sum:
      return MPI_SUM;
    case Reduction::minimum:
      return MPI_MIN;
    case Reduction::maximum:
      return MPI_MAX;
  }
  throw Failure(ExitCode::internal_error, "unknown reduction");
}

// MPI counts are int: longer messages go in pieces of this many elements.
constexpr std::size_t largest_message = std::size_t{1} << 30;

template <class T, class F>
void in_pieces(std::span<T> values, F&& send) {
  for (std::size_t begin = 0; begin < values.size(); begin += largest_message) {
    const auto piece = values.subspan(begin, std::min(largest_message, values.size() - begin));
    send(piece.data(), static_cast<int>(piece.size()));
  }
}

MPI_Comm split_native(MPI_Comm parent, int colour) {
  int rank = 0;
  check_mpi(MPI_Comm_rank(parent, &rank), "MPI_Comm_rank");
  MPI_Comm child = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split(parent, colour, rank, &child), "MPI_Comm_split");
  return child;
}

}  // namespace

MPI_Comm native(const Communicator& communicator) {
  return communicator.handle().comm;
}

void check_mpi(int status, const char* call) {
  if (status == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(status, text.data(), &length);
  throw Failure(
      ExitCode::internal_error,
      std::string(call) + ": " + std::string(text.data(), static_cast<std::size_t>(length)));
}

Communicator::Communicator(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {
  check_mpi(MPI_Comm_rank(handle_->comm, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(handle_->comm, &size_), "MPI_Comm_size");
}

Communicator::Communicator(Communicator&&) noexcept = default;
Communicator& Communicator::operator=(Communicator&&) noexcept = default;
Communicator::~Communicator() = default;

Communicator Communicator::world() {
  return Communicator(std::make_unique<Handle>(split_native(MPI_COMM_WORLD, 0)));
}

Communicator Communicator::self() {
  return Communicator(std::make_unique<Handle>(split_native(MPI_COMM_SELF, 0)));
}

// MPI_Comm_split, unlike MPI_Comm_dup, never copies a topology.
Communicator Communicator::split(int colour) const {
  return Communicator(std::make_unique<Handle>(split_native(handle_->comm, colour)));
}

void Communicator::barrier() const {
  check_mpi(MPI_Barrier(handle_->comm), "MPI_Barrier");
}

template <Transmissible T>
void Communicator::broadcast(std::span<T> values, int root) const {
  in_pieces(values, [&](T* data, int count) {
    check_mpi(MPI_Bcast(data, count, mpi_type<T>(), root, handle_->comm), "MPI_Bcast");
  });
}

void Communicator::broadcast(std::string& text, int root) const {
  auto length = static_cast<std::int64_t>(text.size());
  broadcast(length, root);
  text.resize(static_cast<std::size_t>(length));
  broadcast(std::span<char>(text.data(), text.size()), root);
}

template <Transmissible T>
void Communicator::all_reduce(std::span<T> values, Reduction operation) const {
  const Waiting waiting;
  in_pieces(values, [&](T* data, int count) {
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, data, count, mpi_type<T>(), mpi_operation(operation),
                            handle_->comm),
              "MPI_Allreduce");
  });
}

template <Transmissible T>
std::vector<T> Communicator::all_gather(std::span<const T> values) const {
  std::vector<T> gathered(values.size() * static_cast<std::size_t>(size_));
  const int count = static_cast<int>(values.size());
  check_mpi(MPI_Allgather(values.data(), count, mpi_type<T>(), gathered.data(), count,
                          mpi_type<T>(), handle_->comm),
            "MPI_Allgather");
  return gathered;
}

#define PARAPET_INSTANTIATE(T)                                              \
  template void Communicator::broadcast<T>(std::span<T>, int) const;        \
  template void Communicator::all_reduce<T>(std::span<T>, Reduction) const; \
  template std::vector<T> Communicator::all_gather<T>(std::span<const T> values) const;
PARAPET_INSTANTIATE(double)
PARAPET_INSTANTIATE(float)
PARAPET_INSTANTIATE(std::int32_t)
PARAPET_INSTANTIATE(std::int64_t)
PARAPET_INSTANTIATE(std::uint64_t)
PARAPET_INSTANTIATE(char)
#undef PARAPET_INSTANTIATE

void collectively(const Communicator& communicator, const std::function<void()>& action) {
  constexpr std::int32_t nobody = INT32_MAX;
  std::int32_t failing_rank = nobody;
  std::int32_t code = 0;
  std::string message;
  try {
    action();
  } catch (const Failure& failure) {
    failing_rank = communicator.rank();
    code = static_cast<std::int32_t>(failure.code());
    message = failure.what();
  } catch (const std::exception& error) {
    failing_rank = communicator.rank();
    code = static_cast<std::int32_t>(ExitCode::internal_error);
    message = error.what();
  }
  const auto first = communicator.all_reduce(failing_rank, Reduction::minimum);
  if (first == nobody) return;
  communicator.broadcast(code, first);
  communicator.broadcast(message, first);
  throw Failure(static_cast<ExitCode>(code), message, true);
}

void on_root(const Communicator& communicator, const std::function<void()>& action) {
  collectively(communicator, [&] {
    if (communicator.is_root()) action();
  });
}

}  // namespace parapet
