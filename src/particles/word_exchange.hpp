#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// Sends `out_count` numbers of 8 bytes to the rank `to` and receives `in_count` from `from`; the
/// two memories do not overlap. To be called by both ends of each.
void exchange_words(const Communicator& communicator, const void* out, std::size_t out_count,
                    int to, void* in, std::size_t in_count, int from);

/// Numbers for every rank, or from every rank, those of rank 0 first.
struct WordMessages {
  std::vector<std::uint64_t> words;
  std::vector<std::size_t> counts;  ///< one a rank
};

/// What every rank has for this one. Collective.
WordMessages exchange_with_all(const Communicator& communicator, const WordMessages& out);

}  // namespace parapet
