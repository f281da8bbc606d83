#include "base/known_settings.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

std::string in_section(const std::string& section) {
  return section.empty() ? "at the top level" : "in [" + section + "]";
}

bool is_inside(std::string_view name, const std::string& outer) {
  return name == outer || name.starts_with(outer + ".");
}

}  // namespace

bool KnownSettings::KnownSection::has(std::string_view key) const {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& known) { return known.key == key; });
}

const KnownSettings::KnownSection* KnownSettings::find(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const auto& section) { return section.name == name; });
  return found == sections_.end() ? nullptr : &*found;
}

void KnownSettings::record(const Section& section) {
  auto known = std::find_if(sections_.begin(), sections_.end(),
                            [&](const auto& other) { return other.name == section.name; });
  if (known == sections_.end()) {
    known = sections_.insert(known, KnownSection{section.name, section.meaning, {}});
  }
  for (const Setting& setting : section.settings) {
    std::erase_if(known->keys, [&](const auto& other) { return other.key == setting.key; });
    known->keys.push_back(
        {setting.key, setting.symbol_text, to_toml(setting.target), setting.explanation()});
  }
}

bool KnownSettings::is_allowed(const std::string& name) const {
  return std::any_of(allowed_.begin(), allowed_.end(),
                     [&](const std::string& allowed) { return is_inside(name, allowed); });
}

bool KnownSettings::leads_to_known(const std::string& name) const {
  const auto leads = [&](const std::string& known) { return is_inside(known, name); };
  return std::any_of(containers_.begin(), containers_.end(), leads) ||
         std::any_of(allowed_.begin(), allowed_.end(), leads) ||
         std::any_of(sections_.begin(), sections_.end(),
                     [&](const KnownSection& section) { return leads(section.name); });
}

std::vector<InputFault> KnownSettings::strangers(const InputNode& root) const {
  std::vector<InputFault> faults;
  find_strangers(root, "", faults);
  return faults;
}

void KnownSettings::find_strangers(const InputNode& table, const std::string& name,
                                   std::vector<InputFault>& faults) const {
  const KnownSection* section = find(name);
  for (const InputNode& node : table.entries) {
    const std::string& key = node.key;
    const std::string path = dotted_name(name, key);
    if (!is_bare_key(key)) {
      faults.push_back({node.line, fmt::format("{}: {}: keys consist of letters, digits, _ and -",
                                               node.place, to_toml(key))});
      continue;
    }
    if (is_allowed(path) || (section != nullptr && section->has(key))) continue;
    if (leads_to_known(path)) {
      // A value where a section should be is reported by whoever reads that section.
      if (node.is_table()) find_strangers(node, path, faults);
    } else if (node.is_table()) {
      faults.push_back({node.line, fmt::format("{}: unknown section [{}]{}", node.place, path,
                                               advice_for_section(path))});
    } else {
      faults.push_back({node.line, fmt::format("{}: unknown key `{}` {}{}", node.place, key,
                                               in_section(name), advice_for_key(name, key))});
    }
  }
}

std::string KnownSettings::advice_for_key(const std::string& section,
                                          const std::string& key) const {
  std::map<std::string, std::string> key_of;  // by its own name and by the paper's
  std::vector<std::string> names, keys;
  if (const KnownSection* known = find(section)) {
    for (const KnownKey& candidate : known->keys) {
      keys.push_back(candidate.key);
      key_of[candidate.key] = candidate.key;
      if (!candidate.symbol.empty()) key_of.try_emplace(candidate.symbol, candidate.key);
    }
  }
  for (const auto& [name, meant] : key_of) names.push_back(name);
  if (key_of.contains(key)) return fmt::format(" (did you mean `{}`?)", key_of[key]);
  for (const KnownSection& other : sections_) {
    if (other.has(key)) return fmt::format(" (it belongs {})", in_section(other.name));
  }
  if (const auto near = nearest_name(key, names)) {
    return fmt::format(" (did you mean `{}`?)", key_of[*near]);
  }
  return keys.empty() ? " (none is known here)" : fmt::format(" (known: {})", join(keys));
}

std::string KnownSettings::advice_for_section(const std::string& name) const {
  std::vector<std::string> names;
  for (const KnownSection& section : sections_) {
    if (!section.name.empty()) names.push_back(section.name);
  }
  names.insert(names.end(), allowed_.begin(), allowed_.end());
  if (const auto near = nearest_name(name, names)) {
    return fmt::format(" (did you mean [{}]?)", *near);
  }
  return names.empty() ? "" : fmt::format(" (known: {})", join(names));
}

std::string KnownSettings::resolved(const InputNode& root) const {
  std::string top, rest;
  for (const KnownSection& section : sections_) {
    std::string& text = section.name.empty() ? top : rest;
    if (!section.name.empty()) {
      text += fmt::format("\n# {}\n[{}]\n", section.meaning, section.name);
    }
    for (const KnownKey& known : section.keys) {
      const std::string line = known.value.empty() ? fmt::format("# {} = (not given)", known.key)
                                                   : fmt::format("{} = {}", known.key, known.value);
      text += fmt::format("{:<32}  # {}\n", line, known.explanation);
    }
  }
  copy_allowed(root, "", rest);
  return top + rest;
}

void KnownSettings::copy_allowed(const InputNode& table, const std::string& name,
                                 std::string& text) const {
  std::string lines;
  for (const InputNode& node : table.entries) {
    if (!node.is_table() && is_allowed(dotted_name(name, node.key))) {
      lines += fmt::format("{} = {}\n", node.key, to_toml(node));
    }
  }
  if (!lines.empty()) text += name.empty() ? lines : fmt::format("\n[{}]\n{}", name, lines);
  for (const InputNode& node : table.entries) {
    if (node.is_table()) copy_allowed(node, dotted_name(name, node.key), text);
  }
}

}  // namespace parapet
