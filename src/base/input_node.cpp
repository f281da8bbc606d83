#include "base/input_node.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <sstream>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <toml.hpp>

#include "base/failure.hpp"
#include "base/settings.hpp"
#include "base/text.hpp"

namespace parapet {

namespace {

constexpr std::size_t longest_shown = 60;
constexpr int deepest_nesting = 100;

std::string shortened(std::string text) {
  for (char& letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7f) letter = ' ';
  }
  if (text.size() > longest_shown) text = text.substr(0, longest_shown) + "…";
  return text;
}

// The characters of a value of one line, as they stand in the document.
std::string token_of(const toml::source_location& location) {
  const std::string& line = location.line_str();
  const std::size_t begin = location.column() - 1;
  if (begin >= line.size()) return {};
  return line.substr(begin, location.region());
}

std::string without_separators(std::string token) {
  std::erase(token, '_');
  return token;
}

std::optional<std::int64_t> exact_integer(const std::string& token) {
  const std::string digits = without_separators(token);
  const bool has_prefix = digits.size() > 2 && digits[0] == '0' && digits[1] > '9';
  if (!has_prefix) return parse_integer(digits);
  const int base = digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2;
  std::int64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data() + 2, end, value, base);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return value;
}

// toml11 lets a number that does not fit pass as the nearest one that does; reading the token again
// tells, and takes the process's locale out of it.
void read_integer(const std::string& token, InputNode& node) {
  const auto value = exact_integer(token);
  node.kind = value ? InputNode::Kind::integer : InputNode::Kind::number;
  node.integer = value.value_or(0);
  const double too_large = std::numeric_limits<double>::infinity();
  node.number = value ? static_cast<double>(*value)
                      : parse_double(without_separators(token)).value_or(too_large);
}

void read_number(const std::string& token, double parsed, InputNode& node) {
  node.kind = InputNode::Kind::number;
  const bool is_named = token.find('n') != std::string::npos;  // nan, inf
  const double too_large = std::numeric_limits<double>::infinity();
  node.number = is_named ? parsed : parse_double(without_separators(token)).value_or(too_large);
}

using Value = toml::value;

InputNode convert(const Value& value);

void read_table(const Value& value, InputNode& node) {
  node.kind = InputNode::Kind::table;
  node.written.clear();
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::string>> order;
  for (const auto& [key, entry] : value.as_table()) {
    const auto location = entry.location();
    order.emplace_back(location.line(), location.column(), key);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [line, column, key] : order) {
    node.entries.push_back(convert(value.as_table().at(key)));
    node.entries.back().key = key;
  }
}

InputNode convert(const Value& value) {
  const auto location = value.location();
  InputNode node;
  node.line = static_cast<int>(location.line());
  node.place = fmt::format("{}:{}", location.file_name(), location.line());
  const std::string token = token_of(location);
  node.written = shortened(token);
  switch (value.type()) {
    case toml::value_t::boolean:
      node.kind = InputNode::Kind::boolean;
      node.boolean = value.as_boolean();
      break;
    case toml::value_t::integer:
      read_integer(token, node);
      break;
    case toml::value_t::floating:
      read_number(token, value.as_floating(), node);
      break;
    case toml::value_t::string:
      node.kind = InputNode::Kind::text;
      node.text = value.as_string().str;
      node.written = shortened(to_toml(node.text));
      break;
    case toml::value_t::array:
      node.kind = InputNode::Kind::list;
      for (const Value& entry : value.as_array()) node.entries.push_back(convert(entry));
      break;
    case toml::value_t::table:
      read_table(value, node);
      break;
    default:
      node.kind = InputNode::Kind::date;
  }
  return node;
}

// toml11 descends by recursion: refuse what would exhaust the stack.
void refuse_deep_nesting(const std::string& document, const std::string& name) {
  int depth = 0, line = 1;
  for (const char letter : document) {
    if (letter == '\n') ++line;
    if (letter == '[' || letter == '{') ++depth;
    if ((letter == ']' || letter == '}') && depth > 0) --depth;
    require(depth <= deepest_nesting, ExitCode::bad_input,
            fmt::format("{}:{}: lists or tables nested too deeply", name, line));
  }
}

// toml11's messages are drawings of several lines; the first says what is wrong.
std::string first_line(const std::string& message) {
  std::string line = message.substr(0, message.find('\n'));
  for (const char* prefix : {"[error] ", "toml::"}) {
    if (line.starts_with(prefix)) line.erase(0, std::string_view(prefix).size());
  }
  return line;
}

}  // namespace

const InputNode* InputNode::find(std::string_view name) const {
  if (!is_table()) return nullptr;
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const InputNode& candidate) {
    return candidate.key == name;
  });
  return entry == entries.end() ? nullptr : &*entry;
}

InputNode* InputNode::find(std::string_view name) {
  return const_cast<InputNode*>(std::as_const(*this).find(name));
}

InputNode parse_toml(const std::string& document, const std::string& name) {
  refuse_deep_nesting(document, name);
  try {
    std::istringstream stream(document);
    return convert(toml::parse(stream, name));
  } catch (const toml::exception& error) {
    const auto& location = error.location();
    throw Failure(ExitCode::bad_input,
                  fmt::format("{}:{}: not valid TOML: {}\n    {}", name, location.line(),
                              first_line(error.what()), shortened(location.line_str())));
  } catch (const Failure&) {
    throw;
  } catch (const std::exception& error) {
    throw Failure(ExitCode::bad_input,
                  fmt::format("{}: not valid TOML: {}", name, first_line(error.what())));
  }
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

std::string dotted_name(const std::string& section, const std::string& key) {
  return section.empty() ? key : section + "." + key;
}

std::string to_toml(const InputNode& node) {
  std::vector<std::string> items;
  switch (node.kind) {
    case InputNode::Kind::boolean:
      return node.boolean ? "true" : "false";
    case InputNode::Kind::integer:
      return fmt::format("{}", node.integer);
    case InputNode::Kind::number:
      return to_toml(node.number);
    case InputNode::Kind::text:
      return to_toml(node.text);
    case InputNode::Kind::list:
      for (const InputNode& entry : node.entries) items.push_back(to_toml(entry));
      return "[" + join(items) + "]";
    case InputNode::Kind::table:
      for (const InputNode& entry : node.entries) {
        items.push_back(entry.key + " = " + to_toml(entry));
      }
      return "{" + join(items) + "}";
    case InputNode::Kind::date:
      break;
  }
  return node.written;
}

}  // namespace parapet
