#include "methods/particles/particle_base.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/digest.hpp"

namespace parapet {

std::uint64_t ParticleBase::digest(std::size_t member) {
  Digest sum;
  const auto all = static_cast<std::uint64_t>(options().particles.count);
  const auto first = static_cast<std::uint64_t>(first_id());
  const Columns particles = columns(member);
  for (std::size_t c = 0; c < particles.column.size(); ++c) {
    for (std::size_t i = 0; i < particles.count; ++i) {
      const std::uint64_t id = particles.ids == nullptr ? first + i : particles.ids[i];
      sum.add(particles.column[c][i], c * all + id);
    }
  }
  return cells().communicator().all_reduce(sum.value(), Reduction::sum);
}

void ParticleBase::require_finite(std::size_t member, std::size_t member_in_run) {
  constexpr auto nobody = std::numeric_limits<std::int64_t>::max();
  constexpr double farthest = 1e100;
  std::int64_t lost = nobody;
  const Columns particles = columns(member);
  for (const double* const column : particles.column) {
    for (std::size_t i = 0; i < particles.count; ++i) {
      if (std::abs(column[i]) < farthest) continue;
      const std::int64_t id = particles.ids == nullptr
                                  ? first_id() + static_cast<std::int64_t>(i)
                                  : static_cast<std::int64_t>(particles.ids[i]);
      lost = std::min(lost, id);
    }
  }
  lost = cells().communicator().all_reduce(lost, Reduction::minimum);
  if (lost == nobody) return;
  throw Failure(ExitCode::blew_up,
                fmt::format("member {}: particle {} {} by t = {:.6g}: take shorter steps",
                            member_in_run, lost, loss(), progress(member).time),
                true);
}

}  // namespace parapet
