#include "methods/density/edge_rates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "methods/density/row_sampler.hpp"

namespace parapet {

namespace {

using Vector = std::array<double, 3>;

/// Rates out of and into the lower cell of an edge.
struct Pair {
  double out = 0.0, in = 0.0;
};

Pair exponential_pair(double diffusion, double q) {
  if (diffusion == 0.0) return {std::max(q, 0.0), std::max(-q, 0.0)};
  return {diffusion * bernoulli(-q / diffusion), diffusion * bernoulli(q / diffusion)};
}

/// D⁻¹ b in d dimensions, by Cramer's rule; not finite where D is singular.
Vector solve(const Tensor& D, const Vector& b, int d) {
  if (d == 1) return {b[0] / D.xx, 0.0, 0.0};
  if (d == 2) {
    const double det = D.xx * D.yy - D.xy * D.xy;
    return {(D.yy * b[0] - D.xy * b[1]) / det, (D.xx * b[1] - D.xy * b[0]) / det, 0.0};
  }
  const double xx = D.yy * D.zz - D.yz * D.yz, xy = D.xz * D.yz - D.xy * D.zz;
  const double xz = D.xy * D.yz - D.xz * D.yy, yy = D.xx * D.zz - D.xz * D.xz;
  const double yz = D.xy * D.xz - D.xx * D.yz, zz = D.xx * D.yy - D.xy * D.xy;
  const double det = D.xx * xx + D.xy * xy + D.xz * xz;
  return {(xx * b[0] + xy * b[1] + xz * b[2]) / det, (xy * b[0] + yy * b[1] + yz * b[2]) / det,
          (xz * b[0] + yz * b[1] + zz * b[2]) / det};
}

double entry(const Tensor& D, int a, int b) {
  if (a == b) return a == 0 ? D.xx : a == 1 ? D.yy : D.zz;
  return a + b == 1 ? D.xy : a + b == 2 ? D.xz : D.yz;
}

/// The weight λ_e of an edge in D/(h_a h_b) = Σ λ_e e eᵀ over the axes and the diagonals of faces.
double weight(const Tensor& D, const Vector& h, const std::array<int, 3>& step, int d) {
  std::array<int, 2> axes{-1, -1};
  int used = 0;
  for (int a = 0; a < d; ++a) {
    if (step[static_cast<std::size_t>(a)] != 0) axes[static_cast<std::size_t>(used++)] = a;
  }
  const auto scaled = [&](int a, int b) {
    return entry(D, a, b) / (h[static_cast<std::size_t>(a)] * h[static_cast<std::size_t>(b)]);
  };
  if (used == 2) {
    const double sign =
        step[static_cast<std::size_t>(axes[0])] * step[static_cast<std::size_t>(axes[1])];
    return std::max(0.0, sign * scaled(axes[0], axes[1]));
  }
  double rest = scaled(axes[0], axes[0]);
  for (int b = 0; b < d; ++b) {
    if (b != axes[0]) rest -= std::abs(scaled(axes[0], b));
  }
  return rest;
}

/// Samples what the rates of edges in one direction take, at their middles.
class EdgeSampler {
 public:
  EdgeSampler(const CellGrid& cells, const DensityProcess& process, double time,
              const std::array<int, 3>& step, bool has_cross)
      : row_(cells, time), process_(process), step_(step), has_cross_(has_cross) {
    const Grid& grid = cells.grid();
    d_ = grid.dimensions;
    for (int a = 0; a < d_; ++a) {
      h_[static_cast<std::size_t>(a)] = grid.spacing(a);
      if (step_[static_cast<std::size_t>(a)] != 0) axis_ = static_cast<std::size_t>(a);
    }
  }

  /// out and in of every cell of a row.
  std::vector<Pair> rates(std::int64_t i, std::int64_t j, std::int64_t k) {
    row_.move_to(i, j, k);
    return has_cross_ ? slanted() : along_axis();
  }
  const std::string& fault() const { return fault_; }
  bool is_degenerate() const { return is_degenerate_; }

 private:
  using Rows = std::vector<std::vector<double>>;

  RowSampler::Shift middle() const { return {0.5 * step_[0], 0.5 * step_[1], 0.5 * step_[2]}; }
  RowSampler::Shift shifted(double share) const {
    return {share * step_[0], share * step_[1], share * step_[2]};
  }
  static Tensor tensor(const Rows& D, std::size_t i) {
    return {D[0][i], D[1][i], D[2][i], D[3][i], D[4][i], D[5][i]};
  }

  std::vector<Pair> along_axis() {
    const auto V0 = row_.sample(process_.potential, 1, {});
    const auto V1 = row_.sample(process_.potential, 1, shifted(1.0));
    const auto D0 = row_.sample(process_.diffusion, 6, {});
    const auto D1 = row_.sample(process_.diffusion, 6, shifted(1.0));
    const auto D = row_.sample(process_.diffusion, 6, middle());
    const auto f = row_.sample(process_.drift, static_cast<std::size_t>(d_), middle());
    const double h = h_[axis_];
    std::vector<Pair> pairs(row_.length());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      check("potential", V0[0][i], i, {});
      check("drift", f[axis_][i], i, middle());
      check("diffusion", D[axis_][i], i, middle());
      if (D[axis_][i] < 0.0) note("the diffusion is negative", D[axis_][i], i, middle());
      is_degenerate_ = is_degenerate_ || D[axis_][i] == 0.0;
      const double dV = V1[0][i] - V0[0][i], dD = D1[axis_][i] - D0[axis_][i];
      const Pair pair = exponential_pair(D[axis_][i], h * f[axis_][i] - dV - dD);
      pairs[i] = {pair.out / (h * h), pair.in / (h * h)};
    }
    return pairs;
  }

  /// −∇V + f − ∇·D at the middles, by differences over one cell.
  Rows driving() {
    Rows b = row_.sample(process_.drift, static_cast<std::size_t>(d_), middle());
    for (int axis = 0; axis < d_; ++axis) {
      const auto a = static_cast<std::size_t>(axis);
      RowSampler::Shift lower = middle(), upper = middle();
      lower[a] -= 0.5, upper[a] += 0.5;
      const auto V0 = row_.sample(process_.potential, 1, lower);
      const auto V1 = row_.sample(process_.potential, 1, upper);
      const auto D0 = row_.sample(process_.diffusion, 6, lower);
      const auto D1 = row_.sample(process_.diffusion, 6, upper);
      for (std::size_t i = 0; i < row_.length(); ++i) {
        b[a][i] -= (V1[0][i] - V0[0][i]) / h_[a];
        for (int c = 0; c < d_; ++c) {
          const double change = entry(tensor(D1, i), c, axis) - entry(tensor(D0, i), c, axis);
          b[static_cast<std::size_t>(c)][i] -= change / h_[a];
        }
      }
    }
    return b;
  }

  std::vector<Pair> slanted() {
    const Rows b = driving();
    const auto D = row_.sample(process_.diffusion, 6, middle());
    std::vector<Pair> pairs(row_.length());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const Tensor here = tensor(D, i);
      const double lambda = weight(here, h_, step_, d_);
      Vector along{};
      for (std::size_t a = 0; a < static_cast<std::size_t>(d_); ++a) along[a] = b[a][i];
      const Vector g = solve(here, along, d_);
      double peclet = 0.0;
      for (std::size_t a = 0; a < 3; ++a) peclet += step_[a] * h_[a] * g[a];
      check("drift over the diffusion", peclet, i, middle());
      if (!(lambda >= 0.0)) {
        note(
            "the diffusion tensor is too slanted for cells of this shape: an axis's own entry "
            "over h_a² falls short of the others' over h_a h_b by",
            -lambda, i, middle());
      }
      const Pair pair = exponential_pair(1.0, peclet);
      pairs[i] = {lambda * pair.out, lambda * pair.in};
    }
    return pairs;
  }

  void check(const char* what, double value, std::size_t i, const RowSampler::Shift& shift) {
    if (!(std::abs(value) <= 1e150)) note(fmt::format("the {} is", what), value, i, shift);
  }
  void note(const std::string& what, double value, std::size_t i, const RowSampler::Shift& shift) {
    if (!fault_.empty()) return;
    const auto x = row_.place(i, shift);
    fault_ = fmt::format("{} {} at ({:.6g}", what, value, x[0]);
    for (std::size_t a = 1; a < static_cast<std::size_t>(d_); ++a)
      fault_ += fmt::format(", {:.6g}", x[a]);
    fault_ += ")";
  }

  RowSampler row_;
  const DensityProcess& process_;
  std::array<int, 3> step_;
  bool has_cross_;
  int d_ = 1;
  std::size_t axis_ = 0;
  Vector h_{1.0, 1.0, 1.0};
  std::string fault_;
  bool is_degenerate_ = false;
};

void throw_if_any(const Communicator& communicator, std::string fault) {
  const auto first = communicator.all_reduce<std::int32_t>(
      fault.empty() ? communicator.size() : communicator.rank(), Reduction::minimum);
  if (first == communicator.size()) return;
  communicator.broadcast(fault, first);
  throw Failure(ExitCode::bad_input, fault, true);
}

}  // namespace

double bernoulli(double x) {
  if (x == 0.0) return 1.0;
  return x / std::expm1(x);
}

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
  throw_if_any(cells_->communicator(), fault);
  finish();
}

void EdgeRates::tabulate_edges(const DensityProcess& process, double time, Direction& direction,
                               std::string& fault) {
  EdgeSampler sampler(*cells_, process, time, direction.step, has_cross_);
  const CellLayout& layout = cells_->layout();
  const auto row_axis = static_cast<std::size_t>(layout.row_axis);
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    const auto pairs = sampler.rates(i, j, k);
    for (std::size_t n = 0; n < pairs.size(); ++n) {
      std::array<std::int64_t, 3> cell{i, j, k};
      cell[row_axis] += static_cast<std::int64_t>(n);
      const bool is_edge = is_inside(*cells_, cell, direction.step);
      direction.out.data()[row + static_cast<std::ptrdiff_t>(n)] = is_edge ? pairs[n].out : 0.0;
      direction.in.data()[row + static_cast<std::ptrdiff_t>(n)] = is_edge ? pairs[n].in : 0.0;
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
