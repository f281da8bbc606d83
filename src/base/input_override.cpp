#include "base/input_override.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/settings.hpp"
#include "base/text.hpp"

namespace parapet {

namespace {

struct Assignment {
  std::vector<std::string> path;
  std::string value;
};

std::optional<Assignment> split(std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos || has_control_characters(assignment)) return std::nullopt;
  const auto path = split_name(trimmed(assignment.substr(0, equals)));
  if (path.empty() || !std::all_of(path.begin(), path.end(), is_bare_key)) return std::nullopt;
  return Assignment{path, std::string(trimmed(assignment.substr(equals + 1)))};
}

void set_place(InputNode& node, const std::string& place) {
  node.place = place;
  node.line = 0;
  for (InputNode& entry : node.entries) set_place(entry, place);
}

InputNode parse_value(const std::string& value) {
  try {
    const InputNode document = parse_toml("value = " + value, "--set");
    const InputNode* parsed = document.entries.size() == 1 ? document.find("value") : nullptr;
    if (parsed != nullptr) return *parsed;
  } catch (const Failure&) {
    // Not TOML, therefore a text without quotes.
  }
  InputNode text;
  text.kind = InputNode::Kind::text;
  text.text = value;
  text.written = to_toml(value);
  return text;
}

}  // namespace

std::optional<std::string> apply_override(InputNode& root, const std::string& assignment) {
  const std::string place = "--set " + assignment;
  const auto parts = split(assignment);
  if (!parts) return "--set: expected section.key=value, not " + to_toml(assignment);
  InputNode value = parse_value(parts->value);
  set_place(value, place);

  InputNode* node = &root;
  for (const std::string& key : parts->path) {
    if (!node->is_table())
      return fmt::format("{}: `{}` lies in a value, not a section", place, key);
    InputNode* next = node->find(key);
    if (next == nullptr) {
      next = &node->entries.emplace_back();
      next->key = key;
      next->place = place;
    } else if (&key == &parts->path.back() && next->is_table() && !value.is_table()) {
      return fmt::format("{}: `{}` is a section, not a value", place, key);
    }
    node = next;
  }
  value.key = node->key;
  *node = std::move(value);
  return std::nullopt;
}

}  // namespace parapet
