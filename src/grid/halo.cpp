#include "grid/halo.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "base/waiting.hpp"

namespace parapet {

struct Halo::Requests {
  MPI_Comm communicator = MPI_COMM_NULL;
  std::vector<MPI_Request> all;
};

namespace {

int tag_of(const std::array<int, 3>& direction) {
  return ((direction[0] + 1) * 3 + direction[1] + 1) * 3 + direction[2] + 1;
}

std::array<int, 3> opposite(const std::array<int, 3>& direction) {
  return {-direction[0], -direction[1], -direction[2]};
}

bool is_reached(const std::array<int, 3>& direction, const Grid& grid, GhostReach reach) {
  int steps = 0;
  for (std::size_t a = 0; a < 3; ++a) {
    if (direction[a] != 0 && static_cast<int>(a) >= grid.dimensions) return false;
    steps += std::abs(direction[a]);
  }
  return steps == 1 || (steps > 1 && reach == GhostReach::corners);
}

}  // namespace

Halo::Halo(const Communicator& communicator, const Grid& grid, const CellDivision& division,
           const CellLayout& layout, GhostReach reach)
    : communicator_(&communicator), layout_(layout), requests_(std::make_unique<Requests>()) {
  requests_->communicator = native(communicator);
  if (layout_.block.size() == 0) return;
  for (int x = -1; x <= 1; ++x) {
    for (int y = -1; y <= 1; ++y) {
      for (int z = -1; z <= 1; ++z) {
        const std::array<int, 3> direction{x, y, z};
        if (is_reached(direction, grid, reach)) add_neighbour(division, direction);
      }
    }
  }
}

Halo::Halo(Halo&&) noexcept = default;
Halo::~Halo() = default;

void Halo::add_neighbour(const CellDivision& division, const std::array<int, 3>& direction) {
  auto place = division.place(communicator_->rank());
  for (std::size_t a = 0; a < 3; ++a) place[a] += direction[a];
  const int rank = division.rank_at(place);
  if (rank < 0) return;
  Neighbour neighbour{rank, {}, {}, tag_of(direction), tag_of(opposite(direction)), {}, {}};
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t cells = layout_.block.count[a], ghosts = layout_.ghosts[a];
    require(direction[a] == 0 || cells >= ghosts, ExitCode::internal_error,
            "a block is thinner than its ghost layers");
    Cells &sent = neighbour.sent, &received = neighbour.received;
    sent.count[a] = received.count[a] = direction[a] == 0 ? cells : ghosts;
    sent.begin[a] = direction[a] > 0 ? cells - ghosts : 0;
    received.begin[a] = direction[a] > 0 ? cells : direction[a] < 0 ? -ghosts : 0;
  }
  neighbours_.push_back(std::move(neighbour));
}

/// Calls act(place, count) for the contiguous pieces of a box of cells.
template <class F>
void Halo::for_each_piece(const Cells& cells, F&& act) const {
  const auto row = static_cast<std::size_t>(layout_.row_axis);
  std::array<std::int64_t, 3> count = cells.count;
  count[row] = 1;
  for (std::int64_t i = 0; i < count[0]; ++i) {
    for (std::int64_t j = 0; j < count[1]; ++j) {
      for (std::int64_t k = 0; k < count[2]; ++k) {
        act(layout_.at(cells.begin[0] + i, cells.begin[1] + j, cells.begin[2] + k),
            cells.count[row]);
      }
    }
  }
}

void Halo::begin(std::span<double* const> arrays) {
  arrays_.assign(arrays.begin(), arrays.end());
  auto& requests = requests_->all;
  const auto post = [&](auto call, std::vector<double>& values, int rank, int tag) {
    check_mpi(call(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, rank, tag,
                   requests_->communicator, &requests.emplace_back()),
              "halo exchange");
  };
  const int self = communicator_->rank();
  for (Neighbour& n : neighbours_) {
    if (n.rank == self) continue;
    n.incoming.resize(n.received.size() * arrays_.size());
    post(MPI_Irecv, n.incoming, n.rank, n.receive_tag);
  }
  for (Neighbour& n : neighbours_) {
    n.outgoing.resize(n.sent.size() * arrays_.size());
    double* to = n.outgoing.data();
    for (const double* array : arrays_) {
      for_each_piece(n.sent, [&](std::ptrdiff_t place, std::int64_t count) {
        to = std::copy_n(array + place, count, to);
      });
    }
    if (n.rank != self) post(MPI_Isend, n.outgoing, n.rank, n.send_tag);
  }
  for (const Neighbour& n : neighbours_) {
    if (n.rank != self) continue;
    const auto is_mirror = [&](const Neighbour& other) { return other.send_tag == n.receive_tag; };
    unpack(n, std::find_if(neighbours_.begin(), neighbours_.end(), is_mirror)->outgoing);
  }
}

void Halo::unpack(const Neighbour& from, const std::vector<double>& values) {
  const double* next = values.data();
  for (double* array : arrays_) {
    for_each_piece(from.received, [&](std::ptrdiff_t place, std::int64_t count) {
      std::copy_n(next, count, array + place);
      next += count;
    });
  }
}

void Halo::end() {
  auto& requests = requests_->all;
  {
    const Waiting waiting;
    check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
              "MPI_Waitall");
  }
  requests.clear();
  for (const Neighbour& n : neighbours_) {
    if (n.rank != communicator_->rank()) unpack(n, n.incoming);
  }
}

std::size_t Halo::memory_bytes() const {
  std::size_t values = 0;
  for (const Neighbour& n : neighbours_) values += n.outgoing.capacity() + n.incoming.capacity();
  return values * sizeof(double);
}

}  // namespace parapet
