#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "grid/aligned_array.hpp"

namespace parapet {

/// What one rank sends to another and receives from it, counted in doubles.
struct Route {
  std::size_t send_count = 0;
  std::size_t send_offset = 0;  ///< in this rank's outgoing array
  std::size_t receive_count = 0;
  std::size_t receive_offset = 0;  ///< in the other rank's outgoing array
};

/// An exchange of blocks between all ranks of a communicator: fill `outgoing()`, `run()`, read
/// `incoming(rank)`. Blocks may be empty and of any size (beyond 2³¹ values too).
class Exchange {
 public:
  explicit Exchange(const Communicator& communicator);
  Exchange(Exchange&&) noexcept;
  ~Exchange();

  /// Sets the routes to every rank and makes room for what they send; what was received before is
  /// gone. Collective, and the same kind of exchange on every rank.
  void open(std::vector<Route> routes);
  double* outgoing() { return outgoing_.data(); }
  double* outgoing_to(int rank) {
    return outgoing_.data() + routes_[static_cast<std::size_t>(rank)].send_offset;
  }
  void run();
  const double* incoming(int rank) const { return incoming_[static_cast<std::size_t>(rank)]; }

  std::size_t bytes() const { return outgoing_.bytes() + received_.bytes(); }

 private:
  struct Requests;
  const Communicator* communicator_;
  std::vector<Route> routes_;
  std::vector<const double*> incoming_;
  AlignedArray<double> outgoing_, received_;
  std::unique_ptr<Requests> requests_;
};

}  // namespace parapet
