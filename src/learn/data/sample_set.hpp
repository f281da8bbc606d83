#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "learn/data/data_settings.hpp"

namespace parapet {

/// One example: a frame of a member and the frame to be predicted from it.
struct Sample {
  std::int64_t member = 0;
  std::int64_t input_frame = 0;
  std::int64_t target_frame = 0;

  bool operator==(const Sample&) const = default;
};

enum class Part { train, validation, test };

/// The examples in a trajectory file, divided into training, validation and test set by member.
/// Only members whose frames are complete and whose certificates did not fail are used. Holds no
/// field values: they are read when asked for.
///
/// A field with several components is several channels. Values come as [sample][channel][x][y][z],
/// unused axes absent.
class SampleSet {
 public:
  /// Opens the file on every rank. Collective. Throws a collective Failure: bad_input (no such
  /// file, field or frame, too few usable members, overlapping ranges) or unusable_file.
  SampleSet(const Communicator& communicator, const DataSettings& settings);
  ~SampleSet();

  std::int64_t size(Part part) const;
  Sample sample(Part part, std::int64_t index) const;
  const std::vector<std::int64_t>& members(Part part) const;

  const std::vector<std::string>& channels() const { return channels_; }
  int dimensions() const { return dimensions_; }
  std::array<std::int64_t, 3> points() const { return points_; }  ///< after the stride
  std::array<double, 3> length() const { return length_; }
  std::int64_t frames() const { return frames_; }
  double time(std::int64_t frame) const;
  bool is_operator_task() const { return is_operator_; }
  /// Values of one side (input or target) of one sample.
  std::int64_t sample_values() const;
  /// One line for the log: how many members of the file are used and why others are not.
  const std::string& summary() const { return summary_; }

  /// Reads the samples, `inputs` and `targets` having samples · sample_values() values each; what
  /// lies together in the file is read together. Throws Failure(unusable_file), naming member and
  /// frame, when a value is not finite. May be called from any thread, from one at a time.
  void read(std::span<const Sample> samples, std::span<float> inputs,
            std::span<float> targets) const;

  /// The HDF5 library must not be entered by two threads: while the lock lives, no read of this set
  /// is under way.
  [[nodiscard]] std::unique_lock<std::mutex> hold_reads() const {
    return std::unique_lock(reading_);
  }

 private:
  class File;
  struct Frame;

  void divide(const DataSettings& settings, const std::vector<std::int64_t>& usable);
  void read_run(std::span<const Frame> frames, std::span<float> inputs,
                std::span<float> targets) const;

  std::unique_ptr<File> file_;
  mutable std::mutex reading_;
  std::vector<std::string> channels_;
  int dimensions_ = 1;
  std::array<std::int64_t, 3> points_{1, 1, 1};
  std::array<double, 3> length_{1.0, 1.0, 1.0};
  std::int64_t frames_ = 0;
  std::int64_t stride_ = 1;
  bool is_operator_ = true;
  std::int64_t input_frame_ = 0, target_frame_ = 0;
  std::array<std::vector<std::int64_t>, 3> members_;
  std::string summary_;
};

}  // namespace parapet
