#include "methods/solver.hpp"

#include <algorithm>

namespace parapet {

std::array<double, MemberProgress::number_count> MemberProgress::to_numbers() const {
  std::array<double, number_count> numbers = {
      time,     leg_start,  leg_end,        leg_steps, steps,        rejected,     rung,
      has_rung, last_error, error_estimate, courant,   longest_step, previous_step};
  const auto rest = std::ranges::copy(balance.to_numbers(), numbers.begin() + 13).out;
  const auto end = std::ranges::copy(std::array{range.lowest, range.highest, range.scale},
                                     std::ranges::copy(scales, rest).out)
                       .out;
  std::ranges::copy(own, end);
  return numbers;
}

MemberProgress MemberProgress::from_numbers(std::span<const double, number_count> n) {
  MemberProgress progress{n[0], n[1], n[2], n[3],  n[4],  n[5], n[6],
                          n[7], n[8], n[9], n[10], n[11], n[12]};
  progress.balance = EnergyBalance::from_numbers(n.subspan<13, EnergyBalance::number_count>());
  const auto rest = n.last<std::tuple_size_v<EnergyScales> + 6>();
  std::ranges::copy(rest.first<std::tuple_size_v<EnergyScales>>(), progress.scales.begin());
  const auto range = rest.last<6>();
  progress.range = {range[0], range[1], range[2]};
  std::ranges::copy(range.last<3>(), progress.own.begin());
  return progress;
}

}  // namespace parapet
