#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace parapet {

enum class Reduction { sum, minimum, maximum };

template <class T>
concept Transmissible =
    std::is_same_v<T, double> || std::is_same_v<T, float> || std::is_same_v<T, std::int32_t> ||
    std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t> || std::is_same_v<T, char>;

/// A group of ranks that work together; owns an MPI communicator that carries no topology (files
/// opened on a Cartesian communicator are silently corrupted by Open MPI 4.1, ompi issue 12718).
/// Movable, not copyable. The members declared "collective" must be called by every rank of the
/// group. The header does not need mpi.h; `mpi_native.hpp` gives the handle to those who do.
class Communicator {
 public:
  struct Handle;

  static Communicator world();  ///< every rank of the program; collective
  static Communicator self();   ///< this rank alone

  explicit Communicator(std::unique_ptr<Handle> handle);
  Communicator(Communicator&&) noexcept;
  Communicator& operator=(Communicator&&) noexcept;
  ~Communicator();

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }

  /// Divides the group: ranks with the same `colour` (≥ 0) form one new group, ordered by rank.
  /// Collective.
  Communicator split(int colour) const;
  Communicator duplicate() const { return split(0); }

  void barrier() const;

  template <Transmissible T>
  void broadcast(std::span<T> values, int root = 0) const;
  template <Transmissible T>
  void broadcast(T& value, int root = 0) const {
    broadcast(std::span<T>(&value, 1), root);
  }
  void broadcast(std::string& text, int root = 0) const;

  template <Transmissible T>
  void all_reduce(std::span<T> values, Reduction operation) const;
  template <Transmissible T>
  T all_reduce(T value, Reduction operation) const {
    all_reduce(std::span<T>(&value, 1), operation);
    return value;
  }
  bool any(bool value) const { return all_reduce<std::int32_t>(value, Reduction::maximum) != 0; }
  bool all(bool value) const { return all_reduce<std::int32_t>(value, Reduction::minimum) != 0; }

  /// Every rank's values one after another, in rank order, on every rank; all ranks must bring the
  /// same number of values.
  template <Transmissible T>
  std::vector<T> all_gather(std::span<const T> values) const;
  template <Transmissible T>
  std::vector<T> all_gather(T value) const {
    return all_gather(std::span<const T>(&value, 1));
  }

  const Handle& handle() const { return *handle_; }

 private:
  std::unique_ptr<Handle> handle_;
  int rank_ = 0;
  int size_ = 1;
};

/// Runs `action` on every rank and turns a failure of any rank into the same collective Failure on
/// all of them (that of the lowest failing rank), so that no rank waits for one that is gone.
/// `action` must not itself contain collective calls that a failing rank would miss. Collective.
void collectively(const Communicator& communicator, const std::function<void()>& action);

/// As `collectively`, but `action` runs on rank 0 alone.
void on_root(const Communicator& communicator, const std::function<void()>& action);

}  // namespace parapet
