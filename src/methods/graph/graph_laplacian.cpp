#include "methods/graph/graph_laplacian.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "base/waiting.hpp"

namespace parapet {

struct GraphLaplacian::Requests {
  MPI_Comm communicator = MPI_COMM_NULL;
  std::vector<MPI_Request> all;
};

GraphLaplacian::GraphLaplacian(const Graph& graph, const CellGrid& cells)
    : offset_(cells.block().offset[0]),
      own_(cells.cell_count()),
      requests_(std::make_unique<Requests>()) {
  const Communicator& ranks = cells.communicator();
  require(cells.grid().point_count() == graph.nodes, ExitCode::internal_error,
          "the line has no cell for every node");
  requests_->communicator = native(ranks);
  make_rows(graph);
  // Ranks without nodes come last, and begin where the line ends.
  const std::int64_t begin = own_ > 0 ? offset_ : graph.nodes;
  auto begins = ranks.all_gather(begin);
  begins.push_back(graph.nodes);
  make_partners(begins, ranks.rank());
  for (const double sum : strength_) largest_strength_ = std::max(largest_strength_, sum);
  largest_strength_ = ranks.all_reduce(largest_strength_, Reduction::maximum);
}

GraphLaplacian::GraphLaplacian(GraphLaplacian&&) noexcept = default;
GraphLaplacian::~GraphLaplacian() = default;

void GraphLaplacian::make_rows(const Graph& graph) {
  const auto end = offset_ + static_cast<std::int64_t>(own_);
  const auto is_own = [&](std::int64_t node) { return node >= offset_ && node < end; };
  std::vector<std::vector<std::pair<std::int64_t, double>>> rows(own_);
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    const auto& [a, b] = graph.edges[e];
    for (const auto& [node, other] : {std::pair{a, b}, std::pair{b, a}}) {
      if (!is_own(node)) continue;
      rows[static_cast<std::size_t>(node - offset_)].emplace_back(other, graph.weights[e]);
      if (!is_own(other)) ghosts_.push_back(other);
    }
  }
  std::ranges::sort(ghosts_);
  ghosts_.erase(std::unique(ghosts_.begin(), ghosts_.end()), ghosts_.end());
  require(size() <= std::numeric_limits<std::uint32_t>::max(), ExitCode::bad_input,
          "a rank has too many nodes: use more ranks");
  const auto place_of = [&](std::int64_t node) {
    if (is_own(node)) return static_cast<std::uint32_t>(node - offset_);
    const auto at = std::ranges::lower_bound(ghosts_, node) - ghosts_.begin();
    return static_cast<std::uint32_t>(own_) + static_cast<std::uint32_t>(at);
  };
  first_.push_back(0);
  for (auto& row : rows) {
    std::ranges::sort(row);
    double sum = 0.0;
    for (const auto& [other, weight] : row) {
      neighbour_.push_back(place_of(other));
      weight_.push_back(weight);
      sum += weight;
    }
    first_.push_back(neighbour_.size());
    strength_.push_back(sum);
  }
}

/// Edges go both ways, so a rank sends to another what joins its nodes with that one's.
void GraphLaplacian::make_partners(const std::vector<std::int64_t>& begins, int self) {
  for (int rank = 0; rank + 1 < static_cast<int>(begins.size()); ++rank) {
    const auto r = static_cast<std::size_t>(rank);
    const auto low = std::ranges::lower_bound(ghosts_, begins[r]) - ghosts_.begin();
    const auto high = std::ranges::lower_bound(ghosts_, begins[r + 1]) - ghosts_.begin();
    if (rank == self || low == high) continue;
    const std::size_t from = own_ + static_cast<std::size_t>(low);
    const std::size_t to = own_ + static_cast<std::size_t>(high);
    Partner partner{rank, {}, from, to - from};
    for (std::size_t node = 0; node < own_; ++node) {
      bool is_wanted = false;
      for_each_neighbour(
          node, [&](std::size_t n, double) { is_wanted = is_wanted || (n >= from && n < to); });
      if (is_wanted) partner.sent.push_back(node);
    }
    partners_.push_back(std::move(partner));
  }
}

void GraphLaplacian::exchange(std::span<double* const> arrays) {
  auto& requests = requests_->all;
  const auto post = [&](auto call, std::vector<double>& values, int rank) {
    check_mpi(call(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, rank, 0,
                   requests_->communicator, &requests.emplace_back()),
              "exchange of a graph's nodes");
  };
  for (Partner& partner : partners_) {
    partner.incoming.resize(partner.received_count * arrays.size());
    post(MPI_Irecv, partner.incoming, partner.rank);
  }
  for (Partner& partner : partners_) {
    partner.outgoing.clear();
    for (const double* array : arrays) {
      for (const std::size_t node : partner.sent) partner.outgoing.push_back(array[node]);
    }
    post(MPI_Isend, partner.outgoing, partner.rank);
  }
  {
    const Waiting waiting;
    check_mpi(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
              "MPI_Waitall");
  }
  requests.clear();
  for (const Partner& partner : partners_) {
    const double* from = partner.incoming.data();
    for (double* array : arrays) {
      std::copy_n(from, partner.received_count, array + partner.received);
      from += partner.received_count;
    }
  }
}

void GraphLaplacian::apply(const double* u, double* to) const {
  for (std::size_t i = 0; i < own_; ++i) {
    double sum = 0.0;
    for (std::size_t e = first_[i]; e < first_[i + 1]; ++e) {
      sum += weight_[e] * (u[neighbour_[e]] - u[i]);
    }
    to[i] = sum;
  }
}

std::size_t GraphLaplacian::memory_bytes() const {
  std::size_t bytes = first_.size() * sizeof(std::size_t) + ghosts_.size() * sizeof(std::int64_t) +
                      neighbour_.size() * (sizeof(std::uint32_t) + sizeof(double)) +
                      strength_.size() * sizeof(double);
  for (const Partner& partner : partners_) {
    bytes += partner.sent.size() * sizeof(std::size_t) +
             (partner.outgoing.capacity() + partner.incoming.capacity()) * sizeof(double);
  }
  return bytes;
}

}  // namespace parapet
