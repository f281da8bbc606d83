#include "methods/density/edge_flux.hpp"

#include <algorithm>

namespace parapet {

namespace {

/// How an edge's flow to a cell and that away from it count.
struct Shares {
  double to = 0.5, away = 0.5;
};

/// What passes an absorbing end is not the flow of an edge: the other side's stands for it.
Shares shares_at(const CellGrid& cells, const std::array<std::int64_t, 3>& cell,
                 const std::array<int, 3>& step, int axis) {
  const auto a = static_cast<std::size_t>(axis);
  const auto is_absorbed = [&](int way) {
    const std::size_t side = step[a] * way > 0 ? 1 : 0;
    std::array<int, 3> along{};
    along[a] = step[a] * way;
    return cells.boundaries()[a][side] == BoundaryKind::absorbing && !is_inside(cells, cell, along);
  };
  if (is_absorbed(1)) return {1.0, 0.0};
  if (is_absorbed(-1)) return {0.0, 1.0};
  return {};
}

}  // namespace

void edge_flux(const EdgeRates& rates, const double* u, int axis, double pace, double* flux) {
  const CellGrid& cells = rates.cells();
  const CellLayout& layout = cells.layout();
  const double factor = pace * cells.grid().spacing(axis);
  const auto a = static_cast<std::size_t>(axis),
             row_axis = static_cast<std::size_t>(layout.row_axis);
  std::fill_n(flux, cells.cell_count(), 0.0);
  for (const EdgeRates::Direction& e : rates.directions()) {
    if (e.step[a] == 0) continue;
    const double *const out = e.out.data(), *const in = e.in.data();
    const auto flow = [&](std::ptrdiff_t x) { return out[x] * u[x] - in[x] * u[x + e.stride]; };
    double* at = flux;
    layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
      std::array<std::int64_t, 3> cell{i, j, k};
      for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x, ++cell[row_axis]) {
        const Shares share = shares_at(cells, cell, e.step, axis);
        *at++ += factor * e.step[a] * (share.to * flow(x - e.stride) + share.away * flow(x));
      }
    });
  }
}

}  // namespace parapet
