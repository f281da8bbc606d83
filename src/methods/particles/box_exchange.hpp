#pragma once

#include <cstdint>
#include <vector>

#include "grid/cell_grid.hpp"
#include "particles/word_deal.hpp"

namespace parapet {

/// Between a rank's box of cells with the layer around it, where its particles are, and the blocks
/// in which fields are divided. A cell of the layer beyond an end stands for the one at the end, or
/// across a periodic axis.
class BoxExchange {
 public:
  /// An empty box exchanges nothing. Collective.
  BoxExchange(const CellGrid& cells, const Box& box);

  /// Adds up what all ranks have of each cell, at the rank of the cell: whole numbers of the box
  /// and its layer in, of this rank's block out, x slowest. Collective.
  void add_up(const std::uint64_t* around, std::vector<std::uint64_t>& block);

  /// The opposite way: `width` numbers a cell. Collective.
  void hand_out(const std::vector<double>& block, std::size_t width, double* around);

 private:
  std::vector<std::int64_t> axis_cells(const CellGrid& cells, const Box& box,
                                       std::size_t axis) const;

  const Communicator* communicator_;
  std::size_t block_size_;
  /// Places around the box, by the rank of their cells, and in this block, by the rank that asks
  /// for them: those of other ranks, and of this one.
  std::vector<std::size_t> around_, here_, own_around_, own_here_;
  std::vector<std::size_t> asked_, answered_;  ///< how many of them for each other rank
  DealtWords out_, in_;                        ///< kept: new memory has to be cleared
};

}  // namespace parapet
