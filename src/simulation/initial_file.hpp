#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// The values that a run takes from a file.
struct FileContent {
  std::string place;                   ///< the section that names the file
  std::string file;                    ///< its path
  std::vector<std::uint64_t> digests;  ///< one a member of the file that is taken
  std::string key = "file";            ///< of that section
};

/// What `kind = "file"` of [initial] or of a given field, and [equation.carrier], take from their
/// files. Throws one collective Failure(bad_input) that names the file and what is wrong unless it
/// holds the field, on the run's grid and finite, for every member. A run that goes on needs no
/// file that its members start from: where that is gone, or the run has but one member, it is left
/// out. The ranks share the reading; nothing is written. Collective.
std::vector<FileContent> contents_of_files(const Communicator& world, const RunSettings& settings,
                                           bool is_resumed);

/// The velocity of `[equation.carrier] file` at a block of cells, an array an axis. Collective.
std::vector<std::vector<double>> velocity_from_file(const Communicator& ranks,
                                                    const RunSettings& settings, const Box& block);

}  // namespace parapet
