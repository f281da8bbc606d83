#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// Numbers of 8 bytes for each rank, those of rank 0 first, and how many each has.
struct DealtWords {
  std::vector<std::uint64_t> words;
  std::vector<std::size_t> counts;
};

/// Sends every rank its words; what came from rank 0 is first. Collective.
DealtWords deal_words(const Communicator& communicator, const DealtWords& out);

/// The same where both ends know the counts: `in.counts` are what will come.
void deal_known_words(const Communicator& communicator, const DealtWords& out, DealtWords& in);

}  // namespace parapet
