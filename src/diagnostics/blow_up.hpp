#pragma once

#include <cstddef>
#include <string>

#include "base/communicator.hpp"

namespace parapet {

/// A value beyond this in magnitude, NaN or infinite is no solution any more.
inline constexpr double largest_sound = 1e100;

/// Throws the same collective Failure(blew_up) on every rank, which names member, time and the
/// lowest rank's `fault`, unless the text is empty on all of them. Collective.
void throw_if_blown_up(const Communicator& communicator, std::string fault, std::size_t member,
                       double time);

}  // namespace parapet
