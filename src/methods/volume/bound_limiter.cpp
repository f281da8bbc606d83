#include "methods/volume/bound_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

constexpr double nothing_passes = 2.0;
constexpr double rounding = 1e-13;    // of the values about a cell
constexpr double spared = 1e-14;      // of the room, so that what fills it does not round beyond
constexpr double overlooked = 1e-11;  // of the bounds' distance: faint waves behind a shock

double share_of_gain(double limit) {
  return limit >= nothing_passes ? 0.0 : limit > 0.0 ? 1.0 - limit : 1.0;
}
double share_of_loss(double limit) {
  return limit >= nothing_passes ? 0.0 : limit < 0.0 ? 1.0 + limit : 1.0;
}

}  // namespace

BoundLimiter::BoundLimiter(CellGrid& cells)
    : cells_(cells),
      axes_(static_cast<std::size_t>(cells.grid().dimensions)),
      limits_(cells.layout().size) {
  std::fill_n(limits_.data(), limits_.size(), 0.0);
}

void BoundLimiter::apply(const double* before, double* after, const Extrema& bounds,
                         const Faces& faces) {
  const double distance = bounds.highest - bounds.lowest;
  const bool is_two_sided = bounds.highest < std::numeric_limits<double>::max();
  const Work work{before, after, bounds, is_two_sided ? overlooked * distance : 0.0, faces};
  auto outside = cells_outside(work);
  bool has_limited = false;
  while (cells_.communicator().any(!outside.empty())) {
    has_limited = true;
    limit_all(work, outside);
    exchange_limits();
    outside = make_again(work, outside);
  }
  for (const Index& cell : limited_cells_) limits_.data()[place(cell)] = 0.0;
  limited_cells_.clear();
  budgets_.clear();
  if (has_limited) exchange_limits();
}

void BoundLimiter::exchange_limits() {
  double* const limits = limits_.data();
  cells_.halo().exchange({&limits, 1});
}

/// Limits cells by what their neighbours' limits were before.
void BoundLimiter::limit_all(const Work& work, const std::vector<Index>& outside) {
  std::vector<double> wanted;
  for (const Index& cell : outside) wanted.push_back(limit_of(work, cell));
  for (std::size_t i = 0; i < outside.size(); ++i) {
    double& limit = limits_.data()[place(outside[i])];
    if (limit == 0.0) limited_cells_.push_back(outside[i]);
    limit = wanted[i];
  }
}

/// Makes the cells anew that have been limited or are next to one that has; returns those still
/// outside.
std::vector<BoundLimiter::Index> BoundLimiter::make_again(const Work& work,
                                                          const std::vector<Index>& newly_limited) {
  std::vector<Index> outside;
  for (const Index& cell : concerned(newly_limited)) {
    double& u = work.after[place(cell)];
    u = sum_of(budget(work, cell), cell);
    if (!is_outside(work, cell)) continue;
    const double inside = std::clamp(u, work.bounds.lowest, work.bounds.highest);
    if (limits_.data()[place(cell)] < nothing_passes) {
      outside.push_back(cell);
    } else if (std::abs(inside - u) < rounding * size_about(work, cell)) {
      u = inside;  // the monotone step itself may round so
    }
  }
  return outside;
}

bool BoundLimiter::is_own(const Index& cell) const {
  for (std::size_t a = 0; a < axes_; ++a) {
    if (cell[a] < 0 || cell[a] >= cells_.block().count[a]) return false;
  }
  return true;
}

bool BoundLimiter::is_outside(const Work& work, const Index& cell) const {
  const double u = work.after[place(cell)];
  return u < work.bounds.lowest - work.tolerance || u > work.bounds.highest + work.tolerance;
}

/// Of the field at a cell and its neighbours.
double BoundLimiter::size_about(const Work& work, const Index& cell) const {
  const double* const u = work.before + place(cell);
  double size = std::abs(u[0]);
  for (std::size_t a = 0; a < axes_; ++a) {
    const std::ptrdiff_t s = cells_.layout().stride[a];
    size += std::abs(u[-s]) + std::abs(u[s]);
  }
  return size;
}

std::vector<BoundLimiter::Index> BoundLimiter::cells_outside(const Work& work) const {
  std::vector<Index> found;
  const CellLayout& layout = cells_.layout();
  const auto along = static_cast<std::size_t>(layout.row_axis);
  layout.for_each_row([&](std::ptrdiff_t, std::int64_t i, std::int64_t j, std::int64_t k) {
    Index cell{i, j, k};
    for (cell[along] = 0; cell[along] < layout.row_length(); ++cell[along]) {
      if (is_outside(work, cell)) found.push_back(cell);
    }
  });
  return found;
}

const BoundLimiter::Budget& BoundLimiter::budget(const Work& work, const Index& cell) {
  const auto [at, is_new] = budgets_.try_emplace(place(cell));
  if (is_new) at->second = new_budget(work, cell);
  return at->second;
}

BoundLimiter::Budget BoundLimiter::new_budget(const Work& work, const Index& cell) const {
  const CellLayout& layout = cells_.layout();
  const std::ptrdiff_t own = place(cell), relative = own - layout.origin;
  Budget made{work.before[own], {}};
  for (std::size_t a = 0; a < axes_; ++a) {
    const auto below = work.faces(static_cast<int>(a), relative - layout.stride[a]);
    const auto above = work.faces(static_cast<int>(a), relative);
    made.low += below.low - above.low;
    made.gains[2 * a] = below.high - below.low;
    made.gains[2 * a + 1] = above.low - above.high;
  }
  return made;
}

std::array<double, 6> BoundLimiter::limited(const Budget& budget, const Index& cell,
                                            double own) const {
  std::array<double, 6> left{};
  const CellLayout& layout = cells_.layout();
  for (std::size_t f = 0; f < 2 * axes_; ++f) {
    const std::ptrdiff_t s = layout.stride[f / 2];
    const double other = limits_.data()[place(cell) + (f % 2 == 0 ? -s : s)];
    const double gain = budget.gains[f];
    left[f] = gain * (gain > 0.0 ? std::min(share_of_gain(own), share_of_loss(other))
                                 : std::min(share_of_loss(own), share_of_gain(other)));
  }
  return left;
}

double BoundLimiter::sum_of(const Budget& budget, const Index& cell) const {
  double sum = budget.low;
  for (const double gain : limited(budget, cell, limits_.data()[place(cell)])) sum += gain;
  return sum;
}

// At first what the cell loses is taken into account, which may become less when its neighbours are
// limited; if it then is outside still, it is not.
double BoundLimiter::limit_of(const Work& work, const Index& cell) {
  const double own = limits_.data()[place(cell)];
  const bool is_high = work.after[place(cell)] > work.bounds.highest;
  const Budget& made = budget(work, cell);
  double gained = 0.0, lost = 0.0;
  for (const double gain : limited(made, cell, 0.0)) (gain > 0.0 ? gained : lost) += gain;
  const double moved = is_high ? gained : -lost;
  double room = is_high ? work.bounds.highest - made.low : made.low - work.bounds.lowest;
  if (own == 0.0) room += is_high ? -lost : gained;
  if (!(moved > 0.0)) return nothing_passes;
  const double reduction = std::clamp(1.0 - (1.0 - spared) * room / moved, 0.0, 1.0);
  const double wanted = is_high ? reduction : -reduction;
  const bool is_tighter = wanted * own >= 0.0 && std::abs(wanted) > std::abs(own);
  return is_tighter ? wanted : nothing_passes;
}

/// Cells that are limited, the own ones next to them and those next to limited ones of other ranks.
std::vector<BoundLimiter::Index> BoundLimiter::concerned(const std::vector<Index>& limited) const {
  std::vector<Index> found(limited);
  for (const Index& cell : limited) {
    for (std::size_t a = 0; a < axes_; ++a) {
      for (const std::int64_t step : {-1, 1}) {
        Index next = cell;
        next[a] += step;
        if (is_own(next)) found.push_back(next);
      }
    }
  }
  add_rim(found);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// Cells at the block's rim whose neighbour on another rank is limited.
void BoundLimiter::add_rim(std::vector<Index>& to) const {
  if (cells_.cell_count() == 0) return;
  const auto& count = cells_.block().count;
  for (std::size_t a = 0; a < axes_; ++a) {
    Index end = count;
    end[a] = 1;
    const std::int64_t last = count[a] - 1;
    for (std::int64_t i = 0; i < end[0]; ++i) {
      for (std::int64_t j = 0; j < end[1]; ++j) {
        for (std::int64_t k = 0; k < end[2]; ++k) {
          Index cell{i, j, k};
          const std::ptrdiff_t s = cells_.layout().stride[a];
          if (limits_.data()[place(cell) - s] != 0.0) to.push_back(cell);
          cell[a] = last;
          if (limits_.data()[place(cell) + s] != 0.0) to.push_back(cell);
        }
      }
    }
  }
}

}  // namespace parapet
