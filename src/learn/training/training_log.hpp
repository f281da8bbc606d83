#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>

namespace parapet {

/// One row of training.csv.
struct TrainingRow {
  std::int64_t step = 0;
  std::int64_t epoch = 0;  ///< epochs completed, the current one included when it ends here
  double loss = 0.0;       ///< mean over the samples since the row before
  std::optional<double> validation;  ///< relative L2 error of the validation set, when measured
  double learning_rate = 0.0;
  double seconds = 0.0;  ///< spent training so far
};

/// training.csv: `step,epoch,loss,validation,learning_rate,seconds`. Kept by one rank.
class TrainingLog {
 public:
  /// Begins a new table, or continues one after its rows up to `last_step`: later rows belong to
  /// steps that a resumed training takes again. Throws Failure(input_output).
  TrainingLog(const std::filesystem::path& file, std::int64_t last_step);

  void add(const TrainingRow& row);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace parapet
