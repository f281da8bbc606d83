#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "grid/exchange.hpp"
#include "grid/kept_modes.hpp"
#include "grid/partition.hpp"

namespace parapet {

/// The factors exp(±2πi n2·k1/N) between the two passes over a long line of N = N1·N2 points.
/// Every factor is a product of values computed directly, none comes from a recurrence.
class Twiddles {
 public:
  explicit Twiddles(const Factors& factors);

  /// Multiplies entry k1 of `line` by exp(+2πi n2·k1/N), for all k1 < line.size().
  void apply(std::int64_t n2, std::span<Complex> line);
  /// The same with exp(−…).
  void apply_conjugate(std::int64_t n2, std::span<Complex> line);

  std::size_t bytes() const { return (fine_.size() + coarse_.size()) * sizeof(Complex); }

 private:
  static constexpr std::size_t block = 64;
  Complex root(std::int64_t exponent) const;
  void prepare(std::int64_t n2, std::size_t length);
  template <bool IsConjugate>
  void multiply(std::span<Complex> line) const;

  std::int64_t fine_count_;
  std::vector<Complex> fine_, coarse_;        ///< exp(2πi j/N) for j < R, and for multiples of R
  std::vector<Complex> in_block_, of_block_;  ///< of the line in hand
};

/// Reorders real fields between their natural order, point N2·n1 + n2 with n1 divided among ranks,
/// and lines over n1 with n2 divided among ranks.
class LongLineOrder {
 public:
  LongLineOrder(RankGroup& group, const Factors& factors);

  std::int64_t begin() const { return n1_.begin(here_) * factors_.n2; }
  std::int64_t count() const { return n1_.count(here_) * factors_.n2; }

  void open_lines(std::size_t fields);
  void put_line(const double* line, std::size_t n2, std::size_t field);
  void send_lines() { to_natural_.run(); }
  void get_natural(double* values, std::size_t field) const;

  void open_natural(std::size_t fields);
  void put_natural(const double* values, std::size_t field);
  void send_natural() { to_lines_.run(); }
  void get_line(double* line, std::size_t n2, std::size_t field) const;

  std::size_t bytes() const { return to_natural_.bytes() + to_lines_.bytes(); }

 private:
  std::vector<Route> routes(std::size_t fields, bool is_to_lines) const;
  int here_, size_;
  Factors factors_;
  Partition n1_, n2_;
  Exchange to_natural_, to_lines_;
};

}  // namespace parapet
