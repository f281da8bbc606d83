#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "io/trajectory_layout.hpp"
#include "simulation/division.hpp"
#include "simulation/run_settings.hpp"
#include "simulation/schedule.hpp"

namespace parapet {

/// The ranks a run is given and the memory they share.
struct Machine {
  int ranks = 1;
  int ranks_per_node = 1;
  double node_memory = 0.0;  ///< bytes all ranks of a node may use together

  /// Collective.
  static Machine here(const Communicator& world);
  double memory_per_rank() const { return node_memory / ranks_per_node; }
  /// So many ranks, as many on a node as this one has processors.
  Machine with_ranks(int wanted) const;
};

/// What a run will take, computed from its settings alone: nothing of its size is allocated.
struct Forecast {
  Division division;
  std::int64_t batch = 1;        ///< members a group advances together
  double memory_per_rank = 0.0;  ///< bytes, within about 20 %
  double trajectory_bytes = 0.0;
  double checkpoint_bytes = 0.0;  ///< of one checkpoint
  double steps = 0.0;             ///< of one member; 0 where error control decides

  Forecast(const RunSettings& settings, const Machine& machine);
};

/// The events of a run that begins at time 0.
Schedule schedule_of(const RunSettings& settings);

/// Modes of one field that dealiasing keeps, over all ranks.
double kept_modes(const RunSettings& settings);

/// Adds the fault "needs 8.0 PB, …" to the file if the machine's memory is not enough.
void refuse_too_large(InputFile& file, const RunSettings& settings, const Machine& machine);

}  // namespace parapet
