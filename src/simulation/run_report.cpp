#include "simulation/run_report.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet {

namespace {

// The digests in diagnostics.csv by time, those of all members added up.
std::map<double, std::uint64_t> state_digests(const std::filesystem::path& table) {
  std::map<double, Digest> sums;
  std::ifstream in(table);
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(','), second = line.find(',', first + 1), last = line.rfind(',');
    const auto member = parse_integer(line.substr(0, first));
    const auto time = parse_double(line.substr(first + 1, second - first - 1));
    if (!member || !time) continue;
    sums[*time].add_bits(std::stoull(line.substr(last + 1), nullptr, 16),
                         static_cast<std::uint64_t>(*member));
  }
  std::map<double, std::uint64_t> digests;
  for (const auto& [time, sum] : sums) digests[time] = sum.value();
  return digests;
}

}  // namespace

void report_run(const Communicator& world, Log& log, const RunFolder& folder,
                const RunSettings& settings, const Schedule& schedule) {
  if (!world.is_root() || !settings.is_ensemble()) return;
  const auto digests = state_digests(folder / "diagnostics.csv");
  const auto frames = schedule.frame_times().size();
  for (const Event& event : schedule.events()) {
    if (event.frame < 0 || digests.count(event.time) == 0) continue;
    log.info("frame {} of {}  t = {:.6g}  digest of all members 0x{:016x}", event.frame + 1, frames,
             event.time, digests.at(event.time));
  }
  const auto is_nan = TrajectoryReader(folder / TrajectoryFile::file_name).certificate("is_nan");
  const auto lost = std::count(is_nan.begin(), is_nan.end(), 1.0);
  if (lost > 0) log.warning("{} of {} members blew up", lost, settings.ensemble.members);
}

}  // namespace parapet
