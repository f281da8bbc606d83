#include "base/input_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/setting_value.hpp"
#include "base/text.hpp"

namespace parapet {

namespace {

constexpr std::uintmax_t largest_file = 4'000'000;  // bytes

std::string read_bytes(const std::filesystem::path& path) {
  const auto bad = [&](const char* why) {
    return Failure(ExitCode::bad_input, fmt::format("{}: {}", path.string(), why));
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw bad("there is no such input file");
  if (std::filesystem::is_directory(status)) throw bad("is a folder, not an input file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw bad("the input file cannot be read");
  std::string bytes;
  for (std::istreambuf_iterator<char> next(stream), end; next != end; ++next) {
    if (bytes.size() >= largest_file) throw bad("is too large for an input file");
    bytes += *next;
  }
  return bytes;
}

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

std::vector<std::string> split_name(std::string_view dotted) {
  std::vector<std::string> parts;
  if (dotted.empty()) return parts;
  for (auto dot = dotted.find('.'); dot != std::string_view::npos; dot = dotted.find('.')) {
    parts.emplace_back(dotted.substr(0, dot));
    dotted.remove_prefix(dot + 1);
  }
  parts.emplace_back(dotted);
  return parts;
}

std::string dotted(const std::string& section, const std::string& key) {
  return section.empty() ? key : section + "." + key;
}

std::string in_section(const std::string& section) {
  return section.empty() ? "at the top level" : "in [" + section + "]";
}

// The value of an override: TOML where it is TOML, otherwise the text itself.
InputNode parse_override_value(const std::string& value, const std::string& place) {
  InputNode node;
  try {
    const InputNode document = parse_toml("value = " + value, place);
    const InputNode* parsed = document.table.size() == 1 ? document.find("value") : nullptr;
    if (parsed == nullptr) throw Failure(ExitCode::bad_input, value);
    node = *parsed;
  } catch (const Failure&) {
    node.kind = InputNode::Kind::text;
    node.text = value;
    node.written = value;
  }
  node.place = place;
  node.line = 0;
  return node;
}

}  // namespace

InputFile InputFile::read(const Communicator& communicator, const std::filesystem::path& path,
                          const std::vector<std::string>& overrides) {
  std::string document;
  on_root(communicator, [&] { document = read_bytes(path); });
  communicator.broadcast(document);
  InputFile file;
  collectively(communicator, [&] { file = from_text(document, path.string(), overrides); });
  return file;
}

InputFile InputFile::from_text(const std::string& document, const std::string& name,
                               const std::vector<std::string>& overrides) {
  InputFile file;
  file.name_ = name;
  file.document_ = document;
  file.root_ = parse_toml(document, name);
  file.root_.place = name;
  for (const std::string& assignment : overrides) file.apply_override(assignment);
  return file;
}

void InputFile::apply_override(const std::string& assignment) {
  const auto equals = assignment.find('=');
  const std::string place = "--set " + assignment;
  const auto path = split_name(trimmed(std::string_view(assignment).substr(0, equals)));
  const bool is_well_formed = equals != std::string::npos && !path.empty() &&
                              std::all_of(path.begin(), path.end(), is_bare_key);
  if (!is_well_formed || has_control_characters(assignment)) {
    faults_.push_back({0, "--set: expected section.key=value, not " + to_toml(assignment)});
    return;
  }
  InputNode* table = &root_;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    InputNode* next = table->find(path[i]);
    if (next == nullptr) {
      next = &table->table.emplace_back(path[i], InputNode{}).second;
      next->place = place;
    }
    if (!next->is_table()) {
      faults_.push_back({0, fmt::format("{}: {} is a value, not a section", place, path[i])});
      return;
    }
    table = next;
  }
  const auto written = trimmed(std::string_view(assignment).substr(equals + 1));
  InputNode value = parse_override_value(std::string(written), place);
  InputNode* existing = table->find(path.back());
  if (existing != nullptr && existing->is_table() && !value.is_table()) {
    faults_.push_back({0, fmt::format("{}: {} is a section, not a value", place, path.back())});
  } else if (existing != nullptr) {
    *existing = std::move(value);
  } else {
    table->table.emplace_back(path.back(), std::move(value));
  }
}

const InputNode* InputFile::find(std::string_view dotted_name) const {
  const InputNode* node = &root_;
  for (const std::string& part : split_name(dotted_name)) {
    node = node->is_table() ? node->find(part) : nullptr;
    if (node == nullptr) return nullptr;
  }
  return node;
}

bool InputFile::has_section(std::string_view name) const {
  const InputNode* node = find(name);
  return node != nullptr && node->is_table();
}

std::vector<std::string> InputFile::subsections(const std::string& name) {
  containers_.insert(name);
  std::vector<std::string> names;
  const auto visit = [&](const auto& self, const InputNode& table,
                         const std::string& path) -> void {
    bool has_values = table.table.empty();
    for (const auto& [key, node] : table.table) has_values = has_values || !node.is_table();
    if (has_values && !path.empty()) names.push_back(path);
    for (const auto& [key, node] : table.table) {
      if (node.is_table()) self(self, node, dotted(path, key));
    }
  };
  if (has_section(name)) visit(visit, *find(name), "");
  return names;
}

const InputNode* InputFile::find_section(const std::string& name) {
  const InputNode* node = find(name);
  if (node == nullptr || node->is_table()) return node;
  if (recorded(name) == nullptr) {
    add_fault(*node, "", name, fmt::format("expected a section: write [{}] on its own line", name));
  }
  return nullptr;
}

InputFile::ReadSection& InputFile::record(const Section& section) {
  for (ReadSection& known : sections_) {
    if (known.name == section.name) return known;
  }
  return sections_.emplace_back(ReadSection{section.name, section.meaning, {}});
}

const InputFile::ReadSection* InputFile::recorded(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const ReadSection& known) { return known.name == name; });
  return found == sections_.end() ? nullptr : &*found;
}

void InputFile::read(const Section& section) {
  const InputNode* table = find_section(section.name);
  ReadSection& known = record(section);
  for (const Setting& setting : section.settings) {
    const InputNode* node = table == nullptr ? nullptr : table->find(setting.key);
    if (node != nullptr) {
      const auto wrong = assign(setting, *node);
      if (wrong) add_fault(*node, section.name, setting.key, *wrong + ": " + setting.meaning);
    } else if (setting.is_required) {
      add_fault(table == nullptr ? root_ : *table, section.name, setting.key,
                fmt::format("missing; {}: {}", setting.expectation(), setting.meaning));
    }
    std::erase_if(known.settings, [&](const auto& other) { return other.key == setting.key; });
    known.settings.push_back(
        {setting.key, setting.symbol_text, to_toml(setting.target), setting.explanation()});
  }
}

void InputFile::allow_section(const std::string& name) {
  allowed_.insert(name);
}

bool InputFile::is_allowed(const std::string& name) const {
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const std::string& allowed) {
    return name == allowed || name.starts_with(allowed + ".");
  });
}

void InputFile::add_fault(const InputNode& where, const std::string& section,
                          const std::string& key, const std::string& message) {
  std::string text = where.place + ": ";
  if (!section.empty()) text += "[" + section + "] ";
  text += key;
  if (!where.is_table()) text += " = " + (where.written.empty() ? to_toml(where) : where.written);
  faults_.push_back({where.line, text + ": " + message});
}

void InputFile::fault(const std::string& section, const std::string& key,
                      const std::string& message) {
  const InputNode* node = key.empty() ? nullptr : find(dotted(section, key));
  if (node == nullptr) node = find(section);
  add_fault(node == nullptr ? root_ : *node, section, key, message);
}

std::string InputFile::advice_for_key(const ReadSection& section, const std::string& key) const {
  std::vector<std::string> names, keys;
  for (const ReadSetting& setting : section.settings) {
    if (key == setting.symbol) return fmt::format(" (did you mean `{}`?)", setting.key);
    names.push_back(setting.key);
    keys.push_back(setting.key);
    if (setting.symbol.empty()) continue;
    names.push_back(setting.symbol);
    keys.push_back(setting.key);
  }
  for (const ReadSection& other : sections_) {
    for (const ReadSetting& setting : other.settings) {
      if (setting.key == key) {
        return fmt::format(" (it belongs {})", in_section(other.name));
      }
    }
  }
  if (const auto near = nearest_name(key, names)) {
    const auto place = std::find(names.begin(), names.end(), *near) - names.begin();
    return fmt::format(" (did you mean `{}`?)", keys[static_cast<std::size_t>(place)]);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys.empty() ? " (none is known here)" : fmt::format(" (known: {})", join(keys));
}

std::string InputFile::advice_for_section(const std::string& name) const {
  std::vector<std::string> names;
  for (const ReadSection& section : sections_) {
    if (!section.name.empty()) names.push_back(section.name);
  }
  names.insert(names.end(), allowed_.begin(), allowed_.end());
  if (const auto near = nearest_name(name, names)) {
    return fmt::format(" (did you mean [{}]?)", *near);
  }
  return names.empty() ? "" : fmt::format(" (known: {})", join(names));
}

// Reports the keys and sections nobody asked for.
void InputFile::find_strangers(const InputNode& table, const std::string& name) {
  const ReadSection* section = recorded(name);
  for (const auto& [key, node] : table.table) {
    const std::string path = dotted(name, key);
    if (is_allowed(path)) continue;
    const auto is_known = [&](const ReadSetting& setting) { return setting.key == key; };
    if (section != nullptr &&
        std::any_of(section->settings.begin(), section->settings.end(), is_known)) {
      continue;
    }
    const bool is_section = node.is_table();
    const bool leads_to_known =
        containers_.contains(path) ||
        std::any_of(sections_.begin(), sections_.end(), [&](const ReadSection& known) {
          return known.name == path || known.name.starts_with(path + ".");
        });
    if (is_section && leads_to_known) {
      find_strangers(node, path);
    } else if (is_section) {
      faults_.push_back({node.line, fmt::format("{}: unknown section [{}]{}", node.place, path,
                                                advice_for_section(path))});
    } else if (!leads_to_known) {
      const ReadSection nothing{name, "", {}};
      faults_.push_back(
          {node.line, fmt::format("{}: unknown key `{}` {}{}", node.place, key, in_section(name),
                                  advice_for_key(section ? *section : nothing, key))});
    }
  }
}

void InputFile::finish(const Communicator& communicator) {
  find_strangers(root_, "");
  collectively(communicator, [&] {
    if (faults_.empty()) return;
    std::stable_sort(faults_.begin(), faults_.end(),
                     [](const Fault& a, const Fault& b) { return a.line < b.line; });
    std::string message =
        fmt::format("{}: {} in the input:", name_,
                    faults_.size() == 1 ? "one fault" : fmt::format("{} faults", faults_.size()));
    for (const Fault& fault : faults_) message += "\n  " + fault.message;
    throw Failure(ExitCode::bad_input, message);
  });
}

void InputFile::copy_allowed(const InputNode& table, const std::string& name,
                             std::string& text) const {
  std::string lines;
  for (const auto& [key, node] : table.table) {
    if (!node.is_table() && is_allowed(dotted(name, key))) {
      lines += fmt::format("{} = {}\n", key, to_toml(node));
    }
  }
  if (!lines.empty()) text += name.empty() ? lines : fmt::format("\n[{}]\n{}", name, lines);
  for (const auto& [key, node] : table.table) {
    if (node.is_table()) copy_allowed(node, dotted(name, key), text);
  }
}

std::string InputFile::resolved() const {
  std::string top, rest;
  for (const ReadSection& section : sections_) {
    std::string& text = section.name.empty() ? top : rest;
    if (!section.name.empty()) {
      text += fmt::format("\n# {}\n[{}]\n", section.meaning, section.name);
    }
    for (const ReadSetting& setting : section.settings) {
      const bool is_given = !setting.value.empty();
      const std::string line = is_given ? fmt::format("{} = {}", setting.key, setting.value)
                                        : fmt::format("# {} = (not given)", setting.key);
      text += fmt::format("{:<32}  # {}\n", line, setting.explanation);
    }
  }
  copy_allowed(root_, "", rest);
  return top + rest;
}

}  // namespace parapet
