#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "learn/data/data_settings.hpp"
#include "learn/fno_settings.hpp"
#include "learn/training/training_settings.hpp"

namespace parapet {

class Communicator;
class InputFile;

/// Everything `parapet-learn train` reads from an input file. The tables of a solver run may stand
/// in the same file: they are left alone.
struct TrainingInput {
  DataSettings data;
  FnoSettings model;
  TrainingSettings training;

  /// Reads and checks. Collective; throws one collective Failure(bad_input) with every fault.
  static TrainingInput read(const Communicator& communicator, InputFile& file);

  /// Folder of the trained model: as given, or `surrogate` beside the trajectory.
  std::filesystem::path folder() const;

  /// Hash of every setting on which the result depends (not of intervals and places), so that a
  /// checkpoint continues only the training it belongs to.
  std::uint64_t hash() const;
};

}  // namespace parapet
