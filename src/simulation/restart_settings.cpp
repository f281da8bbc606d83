#include "simulation/restart_settings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/input_node.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

namespace {

const std::set<std::string> changeable = {
    "output.folder",    "output.title",        "checkpoint.every",
    "checkpoint.steps", "checkpoint.kept",     "checkpoint.keep_final",
    "ensemble.batch",   "ensemble.on_failure", "ensemble.ranks_per_member",
    "grid.plan",        "particles.division",  "time.end",
    "output.frames",    "output.interval",     "ensemble.members"};

using FlatSettings = std::map<std::string, std::string>;

void flatten(const InputNode& node, const std::string& name, FlatSettings& flat) {
  for (const InputNode& value : node.entries) {
    const std::string full = dotted_name(name, value.key);
    if (value.is_table()) {
      flatten(value, full, flat);
    } else {
      flat[full] = to_toml(value);
    }
  }
}

FlatSettings flat_settings(const std::string& resolved) {
  FlatSettings flat;
  flatten(parse_toml(resolved, "input.toml"), "", flat);
  return flat;
}

}  // namespace

std::string ChangedSetting::text() const {
  return fmt::format("{} was {}, is {}", name, was, is);
}

std::vector<ChangedSetting> changed_settings(const std::string& before, const std::string& now) {
  const auto old_settings = flat_settings(before);
  const auto new_settings = flat_settings(now);
  const auto value_in = [](const FlatSettings& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::string("absent") : found->second;
  };
  auto all = old_settings;
  all.insert(new_settings.begin(), new_settings.end());
  std::vector<ChangedSetting> changes;
  for (const auto& [name, ignored] : all) {
    ChangedSetting change{name, value_in(old_settings, name), value_in(new_settings, name)};
    if (change.was != change.is) changes.push_back(std::move(change));
  }
  return changes;
}

bool may_change_on_restart(const std::string& name) {
  const auto& learning = learning_sections();
  return changeable.count(name) != 0 ||
         std::any_of(learning.begin(), learning.end(),
                     [&](const std::string& section) { return name.rfind(section + ".", 0) == 0; });
}

bool keeps_checkpoints(const std::string& resolved) {
  const auto settings = flat_settings(resolved);
  const auto every = settings.find("checkpoint.every");
  const bool is_off = every != settings.end() && every->second == "\"never\"";
  return !is_off || settings.count("checkpoint.steps") != 0;
}

std::uint64_t hash_of_fixed_settings(const std::string& resolved) {
  Digest digest;
  std::uint64_t index = 0;
  for (const auto& [name, value] : flat_settings(resolved)) {
    if (may_change_on_restart(name)) continue;
    for (const char letter : name + "=" + value + "\n") {
      digest.add_bits(static_cast<unsigned char>(letter), index++);
    }
  }
  return digest.value();
}

}  // namespace parapet
