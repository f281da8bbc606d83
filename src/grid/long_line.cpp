#include "grid/long_line.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace parapet {

namespace {

Complex unit_root(std::int64_t exponent, std::int64_t order) {
  const long double angle = 2.0L * std::numbers::pi_v<long double> *
                            static_cast<long double>(exponent) / static_cast<long double>(order);
  return {static_cast<double>(std::cos(angle)), static_cast<double>(std::sin(angle))};
}

// std::complex's own product looks for infinities, which keeps it from being vectorised.
Complex product(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// Calls f(i, j) for all i < rows, j < columns, tile by tile, so that a transposition reads and
/// writes whole cache lines.
template <class F>
void for_each_tile(std::int64_t rows, std::int64_t columns, F&& f) {
  constexpr std::int64_t tile = 16;
  for (std::int64_t i0 = 0; i0 < rows; i0 += tile) {
    for (std::int64_t j0 = 0; j0 < columns; j0 += tile) {
      for (std::int64_t i = i0; i < std::min(i0 + tile, rows); ++i) {
        for (std::int64_t j = j0; j < std::min(j0 + tile, columns); ++j) f(i, j);
      }
    }
  }
}

}  // namespace

Twiddles::Twiddles(const Factors& factors) {
  const std::int64_t order = factors.n1 * factors.n2;
  fine_count_ = 1;
  while (fine_count_ * fine_count_ < order) fine_count_ *= 2;
  for (std::int64_t j = 0; j < fine_count_; ++j) fine_.push_back(unit_root(j, order));
  for (std::int64_t j = 0; j < order; j += fine_count_) coarse_.push_back(unit_root(j, order));
}

Complex Twiddles::root(std::int64_t exponent) const {
  return product(coarse_[static_cast<std::size_t>(exponent / fine_count_)],
                 fine_[static_cast<std::size_t>(exponent % fine_count_)]);
}

void Twiddles::prepare(std::int64_t n2, std::size_t length) {
  in_block_.resize(std::min(block, length));
  of_block_.resize((length + block - 1) / block);
  for (std::size_t j = 0; j < in_block_.size(); ++j) {
    in_block_[j] = root(n2 * static_cast<std::int64_t>(j));
  }
  for (std::size_t j = 0; j < of_block_.size(); ++j) {
    of_block_[j] = root(n2 * static_cast<std::int64_t>(j * block));
  }
}

template <bool IsConjugate>
void Twiddles::multiply(std::span<Complex> line) const {
  for (std::size_t begin = 0; begin < line.size(); begin += block) {
    const Complex of_block = of_block_[begin / block];
    const std::size_t count = std::min(block, line.size() - begin);
    for (std::size_t j = 0; j < count; ++j) {
      const Complex factor = product(of_block, in_block_[j]);
      line[begin + j] = product(line[begin + j], IsConjugate ? std::conj(factor) : factor);
    }
  }
}

void Twiddles::apply(std::int64_t n2, std::span<Complex> line) {
  prepare(n2, line.size());
  multiply<false>(line);
}

void Twiddles::apply_conjugate(std::int64_t n2, std::span<Complex> line) {
  prepare(n2, line.size());
  multiply<true>(line);
}

LongLineOrder::LongLineOrder(RankGroup& group, const Factors& factors)
    : here_(group.communicator().rank()),
      size_(group.communicator().size()),
      factors_(factors),
      n1_{factors.n1, size_},
      n2_{factors.n2, size_},
      to_natural_(group),
      to_lines_(group) {}

// The block between the owner of some n2 and the owner of some n1, either way, is stored as
// [field][n2][n1].
std::vector<Route> LongLineOrder::routes(std::size_t fields, bool is_to_lines) const {
  const Partition& from = is_to_lines ? n1_ : n2_;
  const Partition& to = is_to_lines ? n2_ : n1_;
  std::vector<Route> routes(static_cast<std::size_t>(size_));
  const auto values = [&](std::int64_t a, std::int64_t b) {
    return fields * static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
  };
  for (int rank = 0; rank < size_; ++rank) {
    routes[static_cast<std::size_t>(rank)] = {
        .send_count = values(from.count(here_), to.count(rank)),
        .send_offset = values(from.count(here_), to.begin(rank)),
        .receive_count = values(from.count(rank), to.count(here_)),
        .receive_offset = values(from.count(rank), to.begin(here_))};
  }
  return routes;
}

void LongLineOrder::open_lines(std::size_t fields) {
  to_natural_.open(routes(fields, false), fields);
}
void LongLineOrder::open_natural(std::size_t fields) {
  to_lines_.open(routes(fields, true), fields);
}

void LongLineOrder::put_line(const double* line, std::size_t n2, std::size_t field) {
  for (int rank = 0; rank < size_; ++rank) {
    double* const block = to_natural_.outgoing_to(rank);
    const auto count = static_cast<std::size_t>(n1_.count(rank));
    const std::size_t at = (field * static_cast<std::size_t>(n2_.count(here_)) + n2) * count;
    std::copy_n(line + n1_.begin(rank), count, block + at);
  }
}

void LongLineOrder::get_line(double* line, std::size_t n2, std::size_t field) const {
  for (int rank = 0; rank < size_; ++rank) {
    const double* const block = to_lines_.incoming(rank);
    const auto count = static_cast<std::size_t>(n1_.count(rank));
    const std::size_t at = (field * static_cast<std::size_t>(n2_.count(here_)) + n2) * count;
    std::copy_n(block + at, count, line + n1_.begin(rank));
  }
}

void LongLineOrder::get_natural(double* values, std::size_t field) const {
  const std::int64_t count1 = n1_.count(here_);
  for (int rank = 0; rank < size_; ++rank) {
    const std::int64_t begin2 = n2_.begin(rank), count2 = n2_.count(rank);
    const double* const block =
        to_natural_.incoming(rank) + static_cast<std::int64_t>(field) * count1 * count2;
    for_each_tile(count1, count2, [&](std::int64_t i, std::int64_t j) {
      values[i * factors_.n2 + begin2 + j] = block[j * count1 + i];
    });
  }
}

void LongLineOrder::put_natural(const double* values, std::size_t field) {
  const std::int64_t count1 = n1_.count(here_);
  for (int rank = 0; rank < size_; ++rank) {
    const std::int64_t begin2 = n2_.begin(rank), count2 = n2_.count(rank);
    double* const block =
        to_lines_.outgoing_to(rank) + static_cast<std::int64_t>(field) * count1 * count2;
    for_each_tile(count1, count2, [&](std::int64_t i, std::int64_t j) {
      block[j * count1 + i] = values[i * factors_.n2 + begin2 + j];
    });
  }
}

}  // namespace parapet
