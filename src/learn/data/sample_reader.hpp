#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "io/trajectory_reader.hpp"
#include "learn/data/data_settings.hpp"

namespace parapet {

/// One example: a frame of a member and the frame to be predicted from it.
struct Sample {
  std::int64_t member = 0;
  std::int64_t input_frame = 0;
  std::int64_t target_frame = 0;

  bool operator==(const Sample&) const = default;
};

/// Reads samples from a trajectory file: chosen fields, every stride-th point. A field with several
/// components is several channels. Values come as [sample][channel][x][y][z], unused axes absent.
class SampleReader {
 public:
  /// Throws Failure: bad_input (no such file or field, a stride that does not divide the grid) or
  /// unusable_file.
  explicit SampleReader(const DataSettings& settings);

  const TrajectoryReader& trajectory() const { return trajectory_; }
  const std::vector<std::string>& channels() const { return channels_; }
  std::array<std::int64_t, 3> points() const { return points_; }  ///< after the stride
  /// Values of one side (input or target) of one sample.
  std::int64_t sample_values() const;

  /// Reads the samples, `inputs` and `targets` having samples · sample_values() values each; what
  /// lies together in the file is read together. Throws Failure(unusable_file), naming member and
  /// frame, when a value is not finite. May be called from any thread, from one at a time.
  void read(std::span<const Sample> samples, std::span<float> inputs,
            std::span<float> targets) const;

  /// The HDF5 library must not be entered by two threads: while the lock lives, no read of this
  /// file is under way.
  [[nodiscard]] std::unique_lock<std::mutex> hold_reads() const {
    return std::unique_lock(reading_);
  }

 private:
  struct Field {
    std::size_t index;  // in the file
    std::int64_t components;
    std::int64_t first_channel;
  };
  struct Frame;

  void choose_fields(const std::vector<std::string>& wanted);
  void choose_points();
  void read_run(std::span<const Frame> frames, std::span<float> inputs,
                std::span<float> targets) const;
  void read_field(const Field& field, std::span<const Frame> frames,
                  std::span<const std::int64_t> frames_of_each, std::span<float> inputs,
                  std::span<float> targets) const;

  TrajectoryReader trajectory_;
  std::int64_t stride_;
  std::vector<Field> fields_;
  std::vector<std::string> channels_;
  std::array<std::int64_t, 3> points_{1, 1, 1};
  mutable std::mutex reading_;
};

}  // namespace parapet
