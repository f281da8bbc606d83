#pragma once

#include <cstddef>

#include "base/communicator.hpp"

namespace parapet {

/// Sends `out_count` numbers of 8 bytes to the rank `to` and receives `in_count` from `from`; the
/// two memories do not overlap. To be called by both ends of each.
void exchange_words(const Communicator& communicator, const void* out, std::size_t out_count,
                    int to, void* in, std::size_t in_count, int from);

}  // namespace parapet
