#include "io/io_benchmark.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <vector>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"
#include "io/checkpoint.hpp"
#include "io/mpi_file.hpp"
#include "io/posix_file.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet {

namespace {

using Samples = std::vector<double>;

double median(Samples samples) {
  std::sort(samples.begin(), samples.end());
  return samples[samples.size() / 2];
}

/// Seconds until the last rank is done.
double seconds(const Communicator& communicator, const std::function<void()>& action) {
  communicator.barrier();
  const auto begin = std::chrono::steady_clock::now();
  action();
  communicator.barrier();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  return communicator.all_reduce(taken.count(), Reduction::maximum);
}

/// The grid, this rank's slab of it and values to write.
struct Workload {
  Workload(const Communicator& communicator, std::int64_t points, std::int64_t frame_count) {
    layout.grid.dimensions = 2;
    layout.grid.points = {points, points, 1};
    layout.fields = {{"u", 1}};
    for (std::int64_t frame = 0; frame < frame_count; ++frame) {
      layout.times.push_back(static_cast<double>(frame));
    }
    block.count = layout.grid.points;
    block.offset[0] = points * communicator.rank() / communicator.size();
    block.count[0] = points * (communicator.rank() + 1) / communicator.size() - block.offset[0];
    for (std::int64_t i = 0; i < block.size(); ++i) {
      values.push_back(1.0 / static_cast<double>(i + 1));
    }
    narrow.assign(values.begin(), values.end());
  }

  double bytes() const { return static_cast<double>(layout.data_bytes()); }

  TrajectoryLayout layout;
  Box block;
  std::vector<double> values;
  std::vector<float> narrow;
};

struct Timing {
  double written = 0.0, synced = 0.0;  ///< seconds
};

Timing time_raw(const Communicator& communicator, const std::filesystem::path& path,
                const Workload& work) {
  on_root(communicator, [&] {
    std::filesystem::remove(path);
    const PosixFile file(path, PosixFile::Mode::create);
    file.reserve(work.layout.data_bytes());
    file.sync();
  });
  MpiFile file(native(communicator), path);
  const std::uint64_t frame_bytes =
      work.layout.data_bytes() / static_cast<std::uint64_t>(work.layout.frames());
  const auto write = [&] {
    for (std::int64_t frame = 0; frame < work.layout.frames(); ++frame) {
      const MpiFile::Place place{static_cast<std::uint64_t>(frame) * frame_bytes,
                                 work.layout.grid.points, 4};
      const auto problem = file.write_all(place, work.block, std::as_bytes(std::span(work.narrow)));
      require(problem.empty(), ExitCode::input_output, problem);
    }
  };
  Timing timing;
  timing.written = seconds(communicator, write);
  const PosixFile opened(path, PosixFile::Mode::read_write);
  timing.synced = timing.written + seconds(communicator, [&] { opened.sync(); });
  return timing;
}

Timing time_trajectory(const Communicator& communicator, const std::filesystem::path& folder,
                       const Workload& work) {
  auto file =
      TrajectoryFile::create(communicator, communicator, folder, work.layout, IfPresent::replace);
  Timing timing;
  timing.written = seconds(communicator, [&] {
    for (std::int64_t frame = 0; frame < work.layout.frames(); ++frame) {
      file.write_frame(0, frame, 0, work.block, work.values);
    }
  });
  timing.synced = timing.written + seconds(communicator, [&] { file.sync(); });
  return timing;
}

double time_reading(const Communicator& communicator, const std::filesystem::path& folder,
                    const Workload& work) {
  const TrajectoryReader reader(folder / TrajectoryFile::file_name);
  std::vector<std::int64_t> frames;
  for (std::int64_t frame = communicator.rank(); frame < work.layout.frames();
       frame += communicator.size()) {
    frames.push_back(frame);
  }
  return seconds(communicator, [&] { reader.read(0, 0, 1, frames); });
}

double time_checkpoint(const Communicator& communicator, const std::filesystem::path& folder,
                       const Workload& work) {
  CheckpointContent content;
  content.model = "benchmark";
  content.arrays["u"] = {work.layout.grid.points, work.block, work.values};
  CheckpointStore store(folder);
  return seconds(communicator, [&] { store.write(communicator, content); });
}

}  // namespace

IoSpeed measure_io(const Communicator& communicator, const std::filesystem::path& folder,
                   std::int64_t points, std::int64_t frames, int rounds) {
  const auto scratch = folder / "io-benchmark";
  on_root(communicator, [&] { std::filesystem::create_directories(scratch); });
  const Workload work(communicator, points, frames);
  Samples raw, raw_synced, trajectory, trajectory_synced, reading, checkpoint;
  // The first round finds no memory that the page cache has used before: it does not count. Which
  // way comes first alternates, since the second inherits the memory of the first.
  for (int round = -1; round < rounds; ++round) {
    Timing plain, ours;
    if (round % 2 == 0) plain = time_raw(communicator, scratch / "raw", work);
    ours = time_trajectory(communicator, scratch, work);
    if (round % 2 != 0) plain = time_raw(communicator, scratch / "raw", work);
    if (round < 0) continue;
    raw.push_back(work.bytes() / plain.written);
    raw_synced.push_back(work.bytes() / plain.synced);
    trajectory.push_back(work.bytes() / ours.written);
    trajectory_synced.push_back(work.bytes() / ours.synced);
    reading.push_back(work.bytes() / time_reading(communicator, scratch, work));
    const double state_bytes = 8.0 * static_cast<double>(points * points);
    checkpoint.push_back(state_bytes / time_checkpoint(communicator, scratch, work));
  }
  on_root(communicator, [&] { std::filesystem::remove_all(scratch); });
  return {median(raw),     median(trajectory), median(raw_synced), median(trajectory_synced),
          median(reading), median(checkpoint)};
}

}  // namespace parapet
