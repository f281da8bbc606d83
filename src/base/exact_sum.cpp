#include "base/exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace parapet {

namespace {

constexpr int lowest_bit = -1074;  // exponent of the smallest subnormal number
constexpr int mantissa_bits = 53;
constexpr int limb_width = 32;

// The number Σ limbs[i] · 2^(32 i − 1074), every limb in [0, 2³²), as the nearest double.
double round_to_even(std::span<const std::int64_t> limbs) {
  const auto bit = [&](int position) -> std::uint64_t {
    if (position < 0) return 0;
    const auto limb =
        static_cast<std::uint64_t>(limbs[static_cast<std::size_t>(position / limb_width)]);
    return (limb >> (position % limb_width)) & 1;
  };
  int highest = static_cast<int>(limbs.size()) * limb_width - 1;
  while (highest >= 0 && bit(highest) == 0) --highest;
  const int lowest = std::max(highest - mantissa_bits + 1, 0);
  std::uint64_t mantissa = 0;
  for (int position = highest; position >= lowest; --position)
    mantissa = 2 * mantissa + bit(position);
  bool is_above_half = false;
  for (int position = lowest - 2; position >= 0 && !is_above_half; --position) {
    is_above_half = bit(position) != 0;
  }
  const bool rounds_up = bit(lowest - 1) != 0 && (is_above_half || (mantissa & 1) != 0);
  return std::ldexp(static_cast<double>(mantissa + (rounds_up ? 1 : 0)), lowest + lowest_bit);
}

}  // namespace

void ExactSum::add_special(double term) {
  const std::size_t kind = std::isnan(term) ? 0 : term > 0.0 ? 1 : 2;
  ++specials_[kind];
}

// Leaves every limb but the last in [0, 2³²); the last has the sign of the sum.
void ExactSum::propagate_carries() {
  for (std::size_t i = 0; i + 1 < limb_count; ++i) {
    const std::int64_t carry = limbs_[i] >> limb_bits;  // rounds down, also below zero
    limbs_[i] &= static_cast<std::int64_t>(limb_mask);
    limbs_[i + 1] += carry;
  }
  room_ = terms_between_carries;
}

void ExactSum::add(const ExactSum& other) {
  ExactSum tidy = other;
  tidy.propagate_carries();
  propagate_carries();
  for (std::size_t i = 0; i < limb_count; ++i) limbs_[i] += tidy.limbs_[i];
  for (std::size_t i = 0; i < specials_.size(); ++i) specials_[i] += tidy.specials_[i];
  propagate_carries();
}

void ExactSum::reduce(const Communicator& communicator) {
  propagate_carries();
  std::array<std::int64_t, limb_count + 3> message{};
  std::copy(limbs_.begin(), limbs_.end(), message.begin());
  std::copy(specials_.begin(), specials_.end(), message.begin() + limb_count);
  communicator.all_reduce(std::span<std::int64_t>(message), Reduction::sum);
  std::copy_n(message.begin(), limb_count, limbs_.begin());
  std::copy_n(message.begin() + limb_count, specials_.size(), specials_.begin());
  propagate_carries();
}

double ExactSum::round() const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (specials_[0] > 0 || (specials_[1] > 0 && specials_[2] > 0)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (specials_[1] > 0) return infinity;
  if (specials_[2] > 0) return -infinity;

  ExactSum magnitude = *this;
  magnitude.propagate_carries();
  const bool is_negative = magnitude.limbs_.back() < 0;
  if (is_negative) {
    for (std::int64_t& limb : magnitude.limbs_) limb = -limb;
    magnitude.propagate_carries();
  }
  // A last limb beyond 32 bits is far above the largest double.
  const bool is_huge = magnitude.limbs_.back() > static_cast<std::int64_t>(limb_mask);
  const double value = is_huge ? infinity : round_to_even(magnitude.limbs_);
  return is_negative ? -value : value;
}

double exact_sum(const Communicator& communicator, std::span<const double> terms) {
  ExactSum sum;
  sum.add(terms);
  sum.reduce(communicator);
  return sum.round();
}

}  // namespace parapet
