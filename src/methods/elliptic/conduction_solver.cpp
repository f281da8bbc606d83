#include "methods/elliptic/conduction_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/bounded_sum.hpp"
#include "base/exact_sum.hpp"

namespace parapet {

namespace {

/// to = a + factor · b at the block's cells.
void add_scaled(const CellLayout& layout, const double* a, double factor, const double* b,
                double* to) {
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t i = row; i < row + layout.row_length(); ++i) to[i] = a[i] + factor * b[i];
  });
}

/// Takes the mean of a field away.
void centre(const CellGrid& cells, double* field) {
  ExactSum sum;
  const CellLayout& layout = cells.layout();
  const auto length = static_cast<std::size_t>(layout.row_length());
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    sum.add(std::span<const double>(field + row, length));
  });
  sum.reduce(cells.communicator());
  const double mean = sum.round() / static_cast<double>(cells.grid().point_count());
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (double* u = field + row; u < field + row + length; ++u) *u -= mean;
  });
}

}  // namespace

CellProduct::CellProduct(const CellGrid& cells)
    : cells_(cells), terms_(static_cast<std::size_t>(cells.layout().row_length())) {}

void CellProduct::for_each_row(const double* a, const double* b,
                               const std::function<void(std::span<const double>)>& use) {
  cells_.layout().for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      terms_[i] = a[row + static_cast<std::ptrdiff_t>(i)] * b[row + static_cast<std::ptrdiff_t>(i)];
    }
    use(terms_);
  });
}

double CellProduct::largest(const double* a, const double* b) {
  double most = 0.0, poison = 0.0;
  for_each_row(a, b, [&](std::span<const double> terms) {
    for (const double term : terms) {
      most = std::max(most, std::abs(term));
      poison += 0.0 * term;  // NaN, which max() would hide
    }
  });
  return cells_.communicator().all_reduce(most, Reduction::maximum) +
         cells_.communicator().all_reduce(poison, Reduction::sum);
}

std::array<double, 2> CellProduct::sum_within(double bound, const double* a, const double* b) {
  BoundedSum sum(bound);
  for_each_row(a, b, [&](std::span<const double> terms) { sum.add(terms); });
  std::array<double, 2> all{sum.value(), sum.size()};
  cells_.communicator().all_reduce(std::span<double>(all), Reduction::sum);
  return all;
}

double CellProduct::operator()(const double* a, const double* b) {
  constexpr double too_coarse = 0x1p-16, too_large = 1e270;
  const auto safe = [&] {
    return 2.0 * largest(a, b) * static_cast<double>(cells_.grid().point_count());
  };
  double bound = size_ > 0.0 ? 4.0 * size_ : safe();
  while (bound > 0.0 && bound < too_large) {
    const auto [value, size] = sum_within(bound, a, b);
    size_ = size;
    if (size > bound) {
      bound = safe();
    } else if (size > 0.0 && size < too_coarse * bound) {
      bound = 2.0 * size;
    } else {
      return value;
    }
  }
  return bound == 0.0 ? 0.0 : std::numeric_limits<double>::quiet_NaN();
}

ConductionSolver::ConductionSolver(CellGrid& cells)
    : cells_(cells),
      multigrid_(cells),
      r_(multigrid_.finest().make_field()),
      z_(multigrid_.finest().make_field()),
      p_(multigrid_.finest().make_field()),
      q_(multigrid_.finest().make_field()) {}

LinearResult ConductionSolver::solve(const double* f, double* u, double tolerance, int most) {
  const CellLayout& layout = cells_.layout();
  ConductionLevel& network = multigrid_.finest();
  double *const r = r_.data(), *const z = z_.data(), *const p = p_.data(), *const q = q_.data();
  CellProduct of_residuals(cells_), of_steps(cells_), of_squares(cells_);
  std::fill_n(u, layout.size, 0.0);
  add_scaled(layout, f, 0.0, f, r);
  if (network.is_singular()) centre(cells_, r);
  LinearResult result;
  const double size = std::sqrt(of_squares(r, r));
  double reached = size, rz = 0.0;
  while (reached > tolerance * size && result.iterations < most) {
    multigrid_.cycle(r, z);
    const double last = std::exchange(rz, of_residuals(r, z));
    const bool is_first = result.iterations == 0;  // p is then that of an earlier solution
    add_scaled(layout, z, is_first ? 0.0 : rz / last, is_first ? z : p, p);
    network.exchange(p);
    network.apply(p, q);
    const double step = rz / of_steps(p, q);
    add_scaled(layout, u, step, p, u);
    add_scaled(layout, r, -step, q, r);
    reached = std::sqrt(of_squares(r, r));
    ++result.iterations;
  }
  if (network.is_singular()) centre(cells_, u);
  network.exchange(u);
  network.residual(f, u, r);
  const double left = std::sqrt(of_squares(r, r));
  result.residual = size > 0.0 ? left / size : left;
  result.has_converged = reached <= tolerance * size;
  return result;
}

std::size_t ConductionSolver::memory_bytes() const {
  return multigrid_.memory_bytes() + 4 * r_.bytes();
}

}  // namespace parapet
