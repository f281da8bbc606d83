#include "learn/data/member_division.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet {

namespace {

// Certificates that say a member must not be used (1: it became NaN).
const std::set<std::string> failure_certificates = {"not_a_number", "is_nan", "nan", "failed"};

[[noreturn]] void refuse(const std::string& message) {
  throw Failure(ExitCode::bad_input, "[data] " + message);
}

std::vector<bool> failed_members(const TrajectoryReader& trajectory) {
  const auto& layout = trajectory.layout();
  std::vector<bool> has_failed(static_cast<std::size_t>(layout.members));
  for (const auto& name : layout.certificates) {
    if (!failure_certificates.contains(name)) continue;
    const auto values = trajectory.certificate(name);
    for (std::size_t m = 0; m < values.size(); ++m) {
      if (values[m] != 0.0 && !std::isnan(values[m])) has_failed[m] = true;
    }
  }
  return has_failed;
}

std::vector<std::int64_t> within(const std::vector<std::int64_t>& usable,
                                 const std::vector<std::int64_t>& range, const char* key) {
  if (range.size() != 2 || range[0] >= range[1]) {
    refuse(fmt::format("{}: expected [first, end) with first < end", key));
  }
  std::vector<std::int64_t> chosen;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(chosen),
               [&](std::int64_t m) { return m >= range[0] && m < range[1]; });
  if (chosen.empty()) {
    refuse(fmt::format("{} = [{}, {}]: none of these members is usable", key, range[0], range[1]));
  }
  return chosen;
}

}  // namespace

UsableMembers::UsableMembers(const TrajectoryReader& trajectory, std::int64_t frames_needed) {
  const auto has_failed = failed_members(trajectory);
  const auto valid = trajectory.valid_frames();
  for (std::size_t m = 0; m < valid.size(); ++m) {
    if (has_failed[m]) {
      ++failed;
    } else if (valid[m] < frames_needed) {
      ++incomplete;
    } else {
      members.push_back(static_cast<std::int64_t>(m));
    }
  }
}

std::array<std::vector<std::int64_t>, 3> divide_members(const DataSettings& settings,
                                                        const std::vector<std::int64_t>& usable,
                                                        const std::string& summary) {
  const std::array<std::int64_t, 3> counts{settings.train, settings.validation, settings.test};
  const std::array ranges{&settings.train_members, &settings.validation_members,
                          &settings.test_members};
  const std::array names{"train_members", "validation_members", "test_members"};
  std::array<std::vector<std::int64_t>, 3> parts;
  std::set<std::int64_t> taken;
  std::int64_t asked = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    if (ranges[part]->empty()) {
      asked += counts[part];
      continue;
    }
    parts[part] = within(usable, *ranges[part], names[part]);
    for (const auto member : parts[part]) {
      if (!taken.insert(member).second) {
        refuse(fmt::format("{}: member {} is in another part already", names[part], member));
      }
    }
  }
  std::vector<std::int64_t> free;
  std::copy_if(usable.begin(), usable.end(), std::back_inserter(free),
               [&](std::int64_t m) { return !taken.contains(m); });
  if (asked > static_cast<std::int64_t>(free.size())) {
    refuse(fmt::format("train = {}, validation = {}, test = {}: {} members needed, {} there ({})",
                       counts[0], counts[1], counts[2], asked, free.size(), summary));
  }
  auto next = free.begin();
  for (const std::size_t part : {0, 1}) {
    if (!ranges[part]->empty()) continue;
    parts[part].assign(next, next + counts[part]);
    next += counts[part];
  }
  if (ranges[2]->empty()) parts[2].assign(free.end() - counts[2], free.end());
  if (parts[0].empty()) refuse("train: no members to train on");
  return parts;
}

}  // namespace parapet
