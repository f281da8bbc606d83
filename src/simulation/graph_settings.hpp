#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/settings.hpp"
#include "grid/graph.hpp"

namespace parapet {

/// `[graph]`: the network that takes the place of a grid. Each kind reads the parameters its
/// meaning names.
struct GraphSettings {
  std::string kind = "file";
  std::string file;
  std::int64_t nodes = 1000;
  std::int64_t degree = 4;
  double rewiring = 0.1;
  std::int64_t seed = 1;
  double weight = 1.0;

  void declare(Section& section);
  /// Faults that concern several parameters at once: keys and messages.
  std::vector<std::pair<std::string, std::string>> faults() const;
  /// What the nodes and edges of a drawn graph take on a rank at least; of a file 0.
  double bytes() const;
  /// The graph, read or drawn; faults() finds nothing wrong. Throws a Failure, local to the rank,
  /// where a file is unusable.
  Graph made() const;
};

}  // namespace parapet
