#include "base/input_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/input_override.hpp"
#include "base/setting_value.hpp"

namespace parapet {

namespace {

constexpr std::size_t largest_file = 4'000'000;  // bytes

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

// Adds the dotted names, below `table`, of the tables that hold values of their own.
void list_tables(const InputNode& table, const std::string& path, std::vector<std::string>& names) {
  const bool has_values = table.entries.empty() ||
                          std::any_of(table.entries.begin(), table.entries.end(),
                                      [](const InputNode& entry) { return !entry.is_table(); });
  if (has_values && !path.empty()) names.push_back(path);
  for (const InputNode& node : table.entries) {
    if (node.is_table()) list_tables(node, dotted_name(path, node.key), names);
  }
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
  for (const std::string& assignment : overrides) {
    if (auto wrong = apply_override(file.root_, assignment)) file.faults_.push_back({0, *wrong});
  }
  return file;
}

const InputNode* InputFile::find(std::string_view name) const {
  const InputNode* node = &root_;
  for (const std::string& part : split_name(name)) {
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
  known_.add_container(name);
  std::vector<std::string> names;
  if (const InputNode* table = find_section(name)) list_tables(*table, "", names);
  return names;
}

const InputNode* InputFile::find_section(const std::string& name) {
  const InputNode* node = find(name);
  if (node == nullptr || node->is_table()) return node;
  if (!known_.has_section(name)) {
    add_fault(*node, "", name, fmt::format("expected a section: write [{}] on its own line", name));
  }
  return nullptr;
}

std::vector<std::pair<std::string, std::string>> InputFile::free_entries(
    const std::string& section) {
  known_.allow(section);
  std::vector<std::pair<std::string, std::string>> all;
  const InputNode* const table = find_section(section);
  if (table == nullptr) return all;
  for (const InputNode& entry : table->entries) {
    const bool is_plain =
        entry.kind != InputNode::Kind::table && entry.kind != InputNode::Kind::list;
    if (!is_plain) {
      add_fault(entry, section, entry.key, "expected a text, a number, true or false");
      continue;
    }
    all.emplace_back(entry.key,
                     entry.kind == InputNode::Kind::text ? entry.text : parapet::to_toml(entry));
  }
  return all;
}

void InputFile::read(const Section& section) {
  const InputNode* table = find_section(section.name);
  for (const Setting& setting : section.settings) {
    const InputNode* node = table == nullptr ? nullptr : table->find(setting.key);
    if (node != nullptr) {
      const auto wrong = assign(setting, *node);
      if (wrong) add_fault(*node, section.name, setting.key, *wrong + ": " + setting.meaning);
    } else if (setting.is_required) {
      add_fault(table == nullptr ? root_ : *table, section.name, setting.key,
                fmt::format("missing; {}: {}", setting.expectation(), setting.meaning));
    }
  }
  known_.record(section);
}

void InputFile::add_fault(const InputNode& where, const std::string& section,
                          const std::string& key, const std::string& message) {
  std::string text = where.place + ":";
  if (!section.empty()) text += " [" + section + "]";
  if (!key.empty()) text += " " + key;
  if (!where.is_table()) text += " = " + (where.written.empty() ? to_toml(where) : where.written);
  faults_.push_back({where.line, text + ": " + message});
}

void InputFile::fault(const std::string& section, const std::string& key,
                      const std::string& message) {
  const InputNode* node = key.empty() ? nullptr : find(dotted_name(section, key));
  if (node == nullptr) node = find(section);
  add_fault(node == nullptr ? root_ : *node, section, key, message);
}

std::string InputFile::place_of(const std::string& section) const {
  const InputNode* const node = find(section);
  return node == nullptr ? name_ : node->place;
}

void InputFile::finish(const Communicator& communicator) {
  collectively(communicator, [&] {
    std::vector<InputFault> faults = known_.strangers(root_);
    faults.insert(faults.begin(), faults_.begin(), faults_.end());
    if (faults.empty()) return;
    std::stable_sort(faults.begin(), faults.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    const std::string count =
        faults.size() == 1 ? "one fault" : fmt::format("{} faults", faults.size());
    std::string message = fmt::format("{}: {} in the input:", name_, count);
    for (const InputFault& fault : faults) message += "\n  " + fault.message;
    throw Failure(ExitCode::bad_input, message);
  });
}

}  // namespace parapet
