#include "methods/density/smallest_value.hpp"

#include <limits>

namespace parapet {

double smallest_value(const CellGrid& cells, const double* field) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const CellLayout& layout = cells.layout();
  double least = infinity;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) {
      if (field[x] >= least) continue;
      least = field[x] < least ? field[x] : -infinity;
    }
  });
  return cells.communicator().all_reduce(least, Reduction::minimum);
}

}  // namespace parapet
