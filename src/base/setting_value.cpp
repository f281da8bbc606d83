#include "base/setting_value.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

using Kind = InputNode::Kind;

constexpr double largest_magnitude = 1e150;
constexpr double smallest_magnitude = 1e-150;
constexpr double largest_exact_integer = 9007199254740992.0;  // 2⁵³
constexpr std::size_t longest_text = 4096;

std::string expected(const Setting& setting) {
  return "expected " + setting.expectation();
}

bool is_in_range(const Setting& setting, double value) {
  if (setting.low && !(setting.is_low_open ? value > *setting.low : value >= *setting.low)) {
    return false;
  }
  if (!setting.high) return true;
  return setting.is_high_open ? value < *setting.high : value <= *setting.high;
}

// Each `take` reads one scalar and returns what is wrong with it.
std::optional<std::string> take(const Setting& setting, const InputNode& node, bool& value) {
  if (node.kind != Kind::boolean) return expected(setting);
  value = node.boolean;
  return std::nullopt;
}

std::optional<std::string> take(const Setting& setting, const InputNode& node,
                                std::int64_t& value) {
  const bool is_whole = node.kind == Kind::number && std::trunc(node.number) == node.number &&
                        std::abs(node.number) <= largest_exact_integer;
  if (node.kind == Kind::integer) {
    value = node.integer;
  } else if (is_whole) {
    value = static_cast<std::int64_t>(node.number);
  } else {
    return expected(setting);
  }
  if (!is_in_range(setting, static_cast<double>(value))) return expected(setting);
  return std::nullopt;
}

std::optional<std::string> take(const Setting& setting, const InputNode& node, double& value) {
  if (node.kind != Kind::number && node.kind != Kind::integer) return expected(setting);
  if (!std::isfinite(node.number)) return expected(setting) + ", finite";
  const double magnitude = std::abs(node.number);
  if (magnitude > largest_magnitude || (magnitude > 0.0 && magnitude < smallest_magnitude)) {
    return expected(setting) + ", zero or between 1e-150 and 1e150 in magnitude";
  }
  value = node.number == 0.0 ? 0.0 : node.number;
  if (!is_in_range(setting, value)) return expected(setting);
  return std::nullopt;
}

std::optional<std::string> take(const Setting& setting, const InputNode& node, std::string& value) {
  if (node.kind != Kind::text) return expected(setting);
  if (has_control_characters(node.text)) return expected(setting) + " without control characters";
  if (node.text.size() > longest_text) {
    return fmt::format("{} of at most {} bytes", expected(setting), longest_text);
  }
  const auto& choices = setting.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), node.text) == choices.end()) {
    const auto near = nearest_name(node.text, choices);
    return expected(setting) + (near ? fmt::format(" (did you mean \"{}\"?)", *near) : "");
  }
  const bool may_be_empty = setting.default_text == "\"\"" || !choices.empty();
  if (node.text.empty() && !may_be_empty) return expected(setting) + ", not empty";
  value = node.text;
  return std::nullopt;
}

/// What a target holds: a value, or one that need not be there.
template <class T>
struct Held {
  using type = T;
};
template <class T>
struct Held<std::optional<T>> {
  using type = T;
};

template <class Target>
std::optional<std::string> store(const Setting& setting, const InputNode& node, Target& target) {
  typename Held<Target>::type value{};
  auto wrong = take(setting, node, value);
  if (!wrong) target = std::move(value);
  return wrong;
}

template <class T>
std::optional<std::string> store(const Setting& setting, const InputNode& node,
                                 std::vector<T>& target) {
  if constexpr (std::is_same_v<T, std::string>) {  // a single text is a list of one
    if (node.kind == Kind::text && setting.fewest_entries <= 1) {
      std::string value;
      auto wrong = take(setting, node, value);
      if (!wrong) target = {std::move(value)};
      return wrong;
    }
  }
  if (node.kind != Kind::list) return expected(setting);
  if (node.entries.size() < setting.fewest_entries || node.entries.size() > setting.most_entries) {
    return expected(setting);
  }
  std::vector<T> values(node.entries.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto wrong = take(setting, node.entries[i], values[i]);
    if (wrong) return fmt::format("{} (entry {} is {})", *wrong, i + 1, to_toml(node.entries[i]));
  }
  target = std::move(values);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> assign(const Setting& setting, const InputNode& node) {
  return std::visit([&](auto* target) { return store(setting, node, *target); }, setting.target);
}

}  // namespace parapet
