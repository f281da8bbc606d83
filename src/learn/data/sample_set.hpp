#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "learn/data/data_settings.hpp"
#include "learn/data/member_division.hpp"
#include "learn/data/sample_reader.hpp"

namespace parapet {

/// The examples in a trajectory file, divided into training, validation and test set by member.
/// Only members whose frames are complete and whose certificates did not fail are used. Holds no
/// field values: they are read when asked for.
class SampleSet {
 public:
  /// Opens the file on every rank. Collective. Throws a collective Failure: bad_input (no such
  /// file, field or frame, too few usable members, overlapping ranges) or unusable_file.
  SampleSet(const Communicator& communicator, const DataSettings& settings);

  std::int64_t size(Part part) const;
  Sample sample(Part part, std::int64_t index) const;
  const std::vector<std::int64_t>& members(Part part) const;

  const std::vector<std::string>& channels() const { return reader_->channels(); }
  int dimensions() const { return reader_->trajectory().layout().grid.dimensions; }
  std::array<std::int64_t, 3> points() const { return reader_->points(); }  ///< after the stride
  std::array<double, 3> length() const;
  std::int64_t frames() const { return reader_->trajectory().layout().frames(); }
  double time(std::int64_t frame) const;
  bool is_operator_task() const { return is_operator_; }
  std::int64_t sample_values() const { return reader_->sample_values(); }
  /// One line for the log: how many members of the file are used and why others are not.
  const std::string& summary() const { return summary_; }

  /// Reads this rank's share of a part, at most `block` samples at a time, and calls
  /// act(first, count, inputs, targets), `first` being an index in the whole part. Local.
  using BlockAction = std::function<void(std::int64_t first, std::int64_t count,
                                         std::span<float> inputs, std::span<float> targets)>;
  void read_share(const Communicator& communicator, Part part, std::int64_t block,
                  const BlockAction& act) const;

  /// As `SampleReader::read` and `SampleReader::hold_reads`.
  void read(std::span<const Sample> samples, std::span<float> inputs,
            std::span<float> targets) const {
    reader_->read(samples, inputs, targets);
  }
  [[nodiscard]] std::unique_lock<std::mutex> hold_reads() const { return reader_->hold_reads(); }

 private:
  std::unique_ptr<SampleReader> reader_;
  bool is_operator_ = true;
  std::int64_t input_frame_ = 0, target_frame_ = 0;
  std::array<std::vector<std::int64_t>, 3> members_;
  std::string summary_;
};

}  // namespace parapet
