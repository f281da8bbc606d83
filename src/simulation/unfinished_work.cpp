#include "simulation/unfinished_work.hpp"

#include <cmath>
#include <iterator>
#include <set>
#include <span>

#include "base/failure.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "simulation/member_batch.hpp"

namespace parapet {

namespace {

using Members = std::set<std::int64_t>;

void remove_finished(Members& open, const RunFolder& folder) {
  const TrajectoryReader trajectory(folder / TrajectoryFile::file_name);
  const auto is_nan = trajectory.certificate("is_nan");
  for (std::size_t m = 0; m < is_nan.size(); ++m) {
    // A single run that blew up is tried again from its last good checkpoint.
    const bool is_finished = is_nan.size() == 1 ? is_nan[m] == 0.0 : !std::isnan(is_nan[m]);
    if (is_finished) open.erase(static_cast<std::int64_t>(m));
  }
}

std::vector<Batch> take_batches_in_flight(Members& open, const RunFolder& folder) {
  std::vector<Batch> batches;
  for (const Batch& batch : batches_with_checkpoints(folder.path())) {
    const auto first = open.lower_bound(batch.first);
    const auto last = open.lower_bound(batch.first + batch.count);
    if (std::distance(first, last) != batch.count) continue;
    batches.push_back(batch);
    open.erase(first, last);
  }
  return batches;
}

void broadcast(const Communicator& world, std::vector<Batch>& batches) {
  std::vector<std::int64_t> flat;
  for (const Batch& batch : batches) flat.insert(flat.end(), {batch.first, batch.count});
  auto length = static_cast<std::int64_t>(flat.size());
  world.broadcast(length);
  flat.resize(static_cast<std::size_t>(length));
  world.broadcast(std::span<std::int64_t>(flat));
  batches.clear();
  for (std::size_t i = 0; i < flat.size(); i += 2) batches.push_back({flat[i], flat[i + 1]});
}

}  // namespace

std::vector<Batch> unfinished_batches(const Communicator& world, const RunFolder& folder,
                                      bool is_resumed, std::int64_t members, std::int64_t largest) {
  std::vector<Batch> batches;
  on_root(world, [&] {
    Members open;
    for (std::int64_t m = 0; m < members; ++m) open.insert(open.end(), m);
    if (is_resumed) {
      remove_finished(open, folder);
      batches = take_batches_in_flight(open, folder);
    }
    const std::vector<std::int64_t> rest(open.begin(), open.end());
    for (const Batch& batch : cut_into_batches(rest, largest)) batches.push_back(batch);
  });
  broadcast(world, batches);
  return batches;
}

}  // namespace parapet
