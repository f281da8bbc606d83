#include "io/trajectory_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/block_pieces.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_values.hpp"

namespace parapet {

TrajectoryReader::TrajectoryReader(const std::filesystem::path& file)
    : values_(std::make_unique<TrajectoryValues>(file)) {}
TrajectoryReader::TrajectoryReader(TrajectoryReader&&) noexcept = default;
TrajectoryReader& TrajectoryReader::operator=(TrajectoryReader&&) noexcept = default;
TrajectoryReader::~TrajectoryReader() = default;

const std::filesystem::path& TrajectoryReader::path() const {
  return values_->path;
}
const TrajectoryLayout& TrajectoryReader::layout() const {
  return values_->layout();
}

std::vector<std::int64_t> TrajectoryReader::valid_frames() const {
  const auto& digests = values_->header.digests;
  if (!digests) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(layout().members), layout().frames());
  }
  return ProgressTable(layout(), *digests->offset).valid_frames(values_->file);
}

std::vector<double> TrajectoryReader::certificate(const std::string& name) const {
  return values_->guard.values("/certificates/" + name);
}

std::uint64_t TrajectoryReader::recorded_digest(std::int64_t member, std::int64_t frame,
                                                std::size_t field) const {
  const auto& self = *values_;
  self.require_index(field, member, frame);
  if (!self.header.digests) return 0;
  return ProgressTable(layout(), *self.header.digests->offset)
      .read(self.file, member, frame, field);
}

std::uint64_t TrajectoryReader::stored_digest(std::int64_t member, std::int64_t frame,
                                              std::size_t field) const {
  const auto& self = *values_;
  self.require_index(field, member, frame);
  const auto digest_as = [&](auto number) {
    using Stored = decltype(number);
    const std::int64_t plane = self.frame_numbers(field) / layout().grid.points[0];
    const std::int64_t at_once = std::max<std::int64_t>(1, numbers_at_once / plane) * plane;
    const std::int64_t begin = (member * layout().frames() + frame) * self.frame_numbers(field);
    Digest digest;
    std::vector<Stored> values;
    for (std::int64_t done = 0; done < self.frame_numbers(field); done += at_once) {
      values.resize(static_cast<std::size_t>(std::min(at_once, self.frame_numbers(field) - done)));
      self.load(field, begin + done, std::span(values));
      add_to(digest, std::span<const Stored>(values), static_cast<std::uint64_t>(done));
    }
    return digest.value();
  };
  const auto digest =
      layout().precision == Precision::float32 ? digest_as(float{}) : digest_as(double{});
  return table_entry(digest);
}

std::vector<float> TrajectoryReader::read(std::size_t field, std::int64_t first_member,
                                          std::int64_t member_count,
                                          std::span<const std::int64_t> frames,
                                          Strides strides) const {
  require(field < layout().fields.size(), ExitCode::internal_error, "there is no such field");
  std::int64_t size =
      member_count * static_cast<std::int64_t>(frames.size()) * layout().fields[field].components;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    require(strides[axis] >= 1, ExitCode::internal_error, "strides are at least 1");
    size *= taken(layout().grid.points[axis], strides[axis]);
  }
  std::vector<float> values(static_cast<std::size_t>(size));
  read_into(values, field, first_member, member_count, frames, strides);
  return values;
}

void TrajectoryReader::read_into(std::span<float> out, std::size_t field, std::int64_t first_member,
                                 std::int64_t member_count, std::span<const std::int64_t> frames,
                                 Strides strides) const {
  const auto& self = *values_;
  std::vector<std::int64_t> all;  // counted over all members
  for (std::int64_t member = first_member; member < first_member + member_count; ++member) {
    for (const std::int64_t frame : frames) {
      self.require_index(field, member, frame);
      all.push_back(member * layout().frames() + frame);
    }
  }
  std::int64_t size = static_cast<std::int64_t>(all.size()) * layout().fields[field].components;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    size *= taken(layout().grid.points[axis], strides[axis]);
  }
  require(static_cast<std::int64_t>(out.size()) == size, ExitCode::internal_error,
          "the memory for a read has another size than the result");
  self.read(out, field, all, strides);
}

std::vector<double> TrajectoryReader::read_block(std::size_t field, std::int64_t member,
                                                 std::int64_t frame, const Box& block) const {
  const auto& self = *values_;
  self.require_index(field, member, frame);
  Shape numbers = layout().grid.points;
  require_inside(numbers, block);
  Box wanted = block;
  const std::int64_t components = self.components(field);
  for (auto* fastest : {&numbers[2], &wanted.offset[2], &wanted.count[2]}) *fastest *= components;
  std::vector<double> values(static_cast<std::size_t>(wanted.size()));
  if (values.empty()) return values;
  const std::int64_t plane = numbers[1] * numbers[2];
  const std::int64_t begin = (member * layout().frames() + frame) * self.frame_numbers(field);
  std::vector<double> full;
  double* next = values.data();
  const std::int64_t at_once = std::max<std::int64_t>(1, numbers_at_once / plane);
  for (std::int64_t x = 0; x < wanted.count[0]; x += at_once) {
    const std::int64_t planes = std::min(at_once, wanted.count[0] - x);
    full.resize(static_cast<std::size_t>(planes * plane));
    self.load(field, begin + (wanted.offset[0] + x) * plane, std::span(full));
    const Box part{{0, wanted.offset[1], wanted.offset[2]},
                   {planes, wanted.count[1], wanted.count[2]}};
    for_each_run({planes, numbers[1], numbers[2]}, part, [&](const Run& run) {
      next = std::copy_n(full.data() + run.in_array, run.count, next);
    });
  }
  return values;
}

}  // namespace parapet
