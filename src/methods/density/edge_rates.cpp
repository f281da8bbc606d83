#include "methods/density/edge_rates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "methods/density/edge_sampler.hpp"

namespace parapet {

bool is_inside(const CellGrid& cells, const std::array<std::int64_t, 3>& cell,
               const std::array<int, 3>& step) {
  const Grid& grid = cells.grid();
  for (std::size_t a = 0; a < 3; ++a) {
    if (step[a] == 0 || grid.is_periodic[a]) continue;
    const std::int64_t there = cells.block().offset[a] + cell[a] + step[a];
    if (there < 0 || there >= grid.points[a]) return false;
  }
  return true;
}

EdgeRates::EdgeRates(CellGrid& cells, bool has_cross) : cells_(&cells), has_cross_(has_cross) {
  const int d = cells.grid().dimensions;
  std::vector<std::array<int, 3>> steps;
  for (int a = 0; a < d; ++a) {
    std::array<int, 3> step{0, 0, 0};
    step[static_cast<std::size_t>(a)] = 1;
    steps.push_back(step);
    for (int b = a + 1; b < d && has_cross; ++b) {
      for (const int sign : {1, -1}) {
        step[static_cast<std::size_t>(b)] = sign;
        steps.push_back(step);
      }
      step[static_cast<std::size_t>(b)] = 0;
    }
  }
  for (const auto& step : steps) {
    const auto& stride = cells.layout().stride;
    const std::ptrdiff_t to = step[0] * stride[0] + step[1] * stride[1] + step[2] * stride[2];
    directions_.push_back({step, to, make_field(), make_field()});
  }
  leaving_ = make_field();
}

EdgeRates::Field EdgeRates::make_field() const {
  Field made(cells_->layout().size);
  std::fill_n(made.data(), made.size(), 0.0);
  return made;
}

void EdgeRates::tabulate(const DensityProcess& process, double time) {
  std::string fault;
  std::fill_n(absorbed_.data(), absorbed_.size(), 0.0);
  for (Direction& direction : directions_) tabulate_edges(process, time, direction, fault);
  const auto& ends = cells_->boundaries();
  for (int axis = 0; axis < cells_->grid().dimensions; ++axis) {
    for (const int side : {0, 1}) {
      if (ends[static_cast<std::size_t>(axis)][static_cast<std::size_t>(side)] !=
          BoundaryKind::absorbing)
        continue;
      if (absorbed_.size() == 0) absorbed_ = make_field();
      tabulate_absorption(process, time, axis, side, fault);
    }
  }
  throw_bad_process(cells_->communicator(), fault);
  finish();
}

void EdgeRates::tabulate_edges(const DensityProcess& process, double time, Direction& direction,
                               std::string& fault) {
  EdgeSampler sampler(*cells_, process, time, direction.step, has_cross_);
  const CellLayout& layout = cells_->layout();
  const auto row_axis = static_cast<std::size_t>(layout.row_axis);
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const auto laws = sampler.laws(i, j, k);
    for (std::size_t n = 0; n < laws.size(); ++n) {
      std::array<std::int64_t, 3> cell{i, j, k};
      cell[row_axis] += static_cast<std::int64_t>(n);
      const bool is_edge = is_inside(*cells_, cell, direction.step);
      const RatePair pair = exponential_pair(laws[n].diffusion, laws[n].drift);
      direction.out.data()[row + static_cast<std::ptrdiff_t>(n)] = is_edge ? pair.out : 0.0;
      direction.in.data()[row + static_cast<std::ptrdiff_t>(n)] = is_edge ? pair.in : 0.0;
    }
  });
  direction.is_degenerate = sampler.is_degenerate();
  if (fault.empty()) fault = sampler.fault();
}

// The density is 0 at the end, half a cell away.
void EdgeRates::tabulate_absorption(const DensityProcess& process, double time, int axis, int side,
                                    std::string& fault) {
  if (!cells_->is_at_end(axis, side)) return;
  const auto a = static_cast<std::size_t>(axis);
  const CellLayout& layout = cells_->layout();
  const std::int64_t last = side == 0 ? 0 : layout.block.count[a] - 1;
  const double h = cells_->grid().spacing(axis), outwards = side == 0 ? -1.0 : 1.0;
  RowSampler row_of(*cells_, time);
  RowSampler::Shift wall{};
  wall[a] = 0.5 * outwards;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    if (axis != layout.row_axis && std::array{i, j, k}[a] != last) return;
    row_of.move_to(i, j, k);
    const auto V0 = row_of.sample(process.potential, 1, {});
    const auto V1 = row_of.sample(process.potential, 1, wall);
    const auto D0 = row_of.sample(process.diffusion, 6, {});
    const auto D1 = row_of.sample(process.diffusion, 6, wall);
    const auto f = row_of.sample(process.drift, a + 1, wall);
    for (std::size_t n = 0; n < row_of.length(); ++n) {
      if (axis == layout.row_axis && static_cast<std::int64_t>(n) != last) continue;
      const double q = 0.5 * h * outwards * f[a][n] - (V1[0][n] - V0[0][n]) - (D1[a][n] - D0[a][n]);
      if (!(std::abs(q) <= 1e150) && fault.empty())
        fault = "drift or potential is not finite at an absorbing end";
      absorbed_.data()[row + static_cast<std::ptrdiff_t>(n)] +=
          exponential_pair(D1[a][n], q).out * 2.0 / (h * h);
    }
  });
}

void EdgeRates::finish() {
  std::vector<double*> arrays;
  for (Direction& direction : directions_) {
    arrays.push_back(direction.out.data());
    arrays.push_back(direction.in.data());
  }
  cells_->halo().exchange(arrays);
  const CellLayout& layout = cells_->layout();
  double largest = 0.0;
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) {
      double sum = absorbed_.size() > 0 ? absorbed_.data()[x] : 0.0;
      for (const Direction& e : directions_) {
        sum += e.out.data()[x] + e.in.data()[x - e.stride];
      }
      leaving_.data()[x] = sum;
      largest = std::max(largest, sum);
    }
  });
  largest = cells_->communicator().all_reduce(largest, Reduction::maximum);
  longest_positive_step_ = largest > 0.0 ? 1.0 / largest : std::numeric_limits<double>::infinity();
  for (Direction& e : directions_) e.is_degenerate = cells_->communicator().any(e.is_degenerate);
}

bool EdgeRates::is_upwind_somewhere() const {
  return std::ranges::any_of(directions_, &Direction::is_degenerate);
}

EdgeRates EdgeRates::centred() const {
  EdgeRates made(*cells_, has_cross_);
  for (std::size_t n = 0; n < directions_.size(); ++n) {
    const Direction& from = directions_[n];
    Direction& to = made.directions_[n];
    for (std::size_t x = 0; x < from.out.size(); ++x) {
      const double out = from.out.data()[x], in = from.in.data()[x];
      const bool is_upwind = from.is_degenerate && std::min(out, in) == 0.0;
      to.out.data()[x] = is_upwind ? 0.5 * (out - in) : out;
      to.in.data()[x] = is_upwind ? 0.5 * (in - out) : in;
    }
  }
  std::copy_n(leaving_.data(), leaving_.size(), made.leaving_.data());
  if (absorbed_.size() > 0) {
    made.absorbed_ = make_field();
    std::copy_n(absorbed_.data(), absorbed_.size(), made.absorbed_.data());
  }
  made.longest_positive_step_ = longest_positive_step_;
  return made;
}

void EdgeRates::apply(const double* u, double* du) const {
  const CellLayout& layout = cells_->layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    const std::ptrdiff_t end = row + layout.row_length();
    for (std::ptrdiff_t x = row; x < end; ++x) du[x] = 0.0;
    if (absorbed_.size() > 0) {
      for (std::ptrdiff_t x = row; x < end; ++x) du[x] = -absorbed_.data()[x] * u[x];
    }
    for (const Direction& e : directions_) {
      const double *const out = e.out.data(), *const in = e.in.data();
      const std::ptrdiff_t s = e.stride;
      for (std::ptrdiff_t x = row; x < end; ++x) {
        const double away = out[x] * u[x] - in[x] * u[x + s];
        du[x] += (out[x - s] * u[x - s] - in[x - s] * u[x]) - away;
      }
    }
  });
}

std::size_t EdgeRates::memory_bytes() const {
  std::size_t bytes = leaving_.bytes() + absorbed_.bytes();
  for (const Direction& e : directions_) bytes += e.out.bytes() + e.in.bytes();
  return bytes;
}

}  // namespace parapet
