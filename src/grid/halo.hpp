#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "grid/cell_division.hpp"
#include "grid/cell_layout.hpp"

namespace parapet {

/// Which ghost cells an exchange fills: those beyond the faces of a block, or also those beyond its
/// edges and corners.
enum class GhostReach { faces, corners };

/// Fills the ghost cells of blocks from the blocks next to them, across periodic ends too; those
/// beyond an end of the domain are left alone. Between `begin` and `end` the messages are under
/// way, and cells away from the block's rim can be computed. Collective over the communicator.
class Halo {
 public:
  Halo(const Communicator& communicator, const Grid& grid, const CellDivision& division,
       const CellLayout& layout, GhostReach reach);
  Halo(Halo&&) noexcept;
  ~Halo();

  /// Arrays of the layout; the same until `end`, which fills the ghosts that come from other ranks.
  /// Those that come from this rank's own block are filled at once.
  void begin(std::span<double* const> arrays);
  void end();
  void exchange(std::span<double* const> arrays) {
    begin(arrays);
    end();
  }

  std::size_t memory_bytes() const;

 private:
  /// A box of cells in the layout's indices.
  struct Cells {
    std::array<std::int64_t, 3> begin{0, 0, 0}, count{1, 1, 1};
    std::size_t size() const { return static_cast<std::size_t>(count[0] * count[1] * count[2]); }
  };
  /// What goes to one neighbour and what comes from it, with the message tags of either.
  struct Neighbour {
    int rank;
    Cells sent, received;
    int send_tag, receive_tag;
    std::vector<double> outgoing, incoming;
  };
  struct Requests;

  void add_neighbour(const CellDivision& division, const std::array<int, 3>& direction);
  void unpack(const Neighbour& from, const std::vector<double>& values);
  template <class F>
  void for_each_piece(const Cells& cells, F&& act) const;

  const Communicator* communicator_;
  CellLayout layout_;
  std::vector<Neighbour> neighbours_;
  std::vector<double*> arrays_;
  std::unique_ptr<Requests> requests_;
};

}  // namespace parapet
