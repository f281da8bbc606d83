#include "base/settings.hpp"

#include <array>
#include <charconv>
#include <type_traits>

#include <fmt/format.h>

#include "base/text.hpp"

namespace parapet {

namespace {

template <class T>
struct Named;
template <>
struct Named<bool> {
  static constexpr const char* one = "true or false";
};
template <>
struct Named<std::int64_t> {
  static constexpr const char *one = "a whole number", *many = "whole numbers";
};
template <>
struct Named<double> {
  static constexpr const char *one = "a number", *many = "numbers";
};
template <>
struct Named<std::string> {
  static constexpr const char *one = "a text in quotes", *many = "texts in quotes";
};

template <class T>
std::string kind_of(const T*, const Setting&) {
  return Named<T>::one;
}
template <class T>
std::string kind_of(const std::optional<T>*, const Setting&) {
  return Named<T>::one;
}
template <class T>
std::string kind_of(const std::vector<T>*, const Setting& setting) {
  const std::size_t fewest = setting.fewest_entries, most = setting.most_entries;
  if (fewest == most) return fmt::format("a list of {} {}", fewest, Named<T>::many);
  if (most == SIZE_MAX && fewest == 0) return fmt::format("a list of {}", Named<T>::many);
  if (most == SIZE_MAX) return fmt::format("a list of {} or more {}", fewest, Named<T>::many);
  return fmt::format("a list of {} to {} {}", fewest, most, Named<T>::many);
}

std::string range_of(const Setting& setting) {
  std::string text;
  if (setting.low) {
    text += fmt::format(" {} {}", setting.is_low_open ? "above" : "at least", *setting.low);
  }
  if (setting.high) {
    text += fmt::format("{} {} {}", text.empty() ? "" : " and",
                        setting.is_high_open ? "below" : "at most", *setting.high);
  }
  return text;
}

std::string scalar_toml(bool value) {
  return value ? "true" : "false";
}
std::string scalar_toml(std::int64_t value) {
  return fmt::format("{}", value);
}
std::string scalar_toml(double value) {
  return to_toml(value);
}
std::string scalar_toml(const std::string& value) {
  return to_toml(value);
}
template <class T>
std::string scalar_toml(const std::optional<T>& value) {
  return value ? scalar_toml(*value) : std::string();
}
template <class T>
std::string scalar_toml(const std::vector<T>& values) {
  std::vector<std::string> items;
  items.reserve(values.size());
  for (const T& value : values) items.push_back(scalar_toml(value));
  return "[" + join(items) + "]";
}

}  // namespace

std::string to_toml(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  // TOML tells a number from a whole number by its point or exponent.
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  // Its older versions allow no leading zero in the exponent: 1e-05 is written 1e-5.
  const auto exponent = text.find('e');
  if (exponent != std::string::npos && text[exponent + 2] == '0') text.erase(exponent + 2, 1);
  return text;
}

std::string to_toml(const std::string& value) {
  std::string text = "\"";
  for (const char letter : value) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') text += '\\';
    text += code < 0x20 || code == 0x7f ? fmt::format("\\u{:04X}", code) : std::string(1, letter);
  }
  return text + "\"";
}

std::string to_toml(const SettingTarget& target) {
  return std::visit([](const auto* value) { return scalar_toml(*value); }, target);
}

Setting::Setting(std::string key_name, SettingTarget bound, std::string what_it_means)
    : key(std::move(key_name)),
      target(bound),
      meaning(std::move(what_it_means)),
      default_text(to_toml(bound)) {}

Setting& Setting::unit(std::string text) {
  unit_text = std::move(text);
  return *this;
}
Setting& Setting::symbol(std::string name) {
  symbol_text = std::move(name);
  return *this;
}
Setting& Setting::at_least(double bound) {
  low = bound;
  is_low_open = false;
  return *this;
}
Setting& Setting::above(double bound) {
  low = bound;
  is_low_open = true;
  return *this;
}
Setting& Setting::at_most(double bound) {
  high = bound;
  is_high_open = false;
  return *this;
}
Setting& Setting::below(double bound) {
  high = bound;
  is_high_open = true;
  return *this;
}
Setting& Setting::one_of(std::vector<std::string> allowed) {
  choices = std::move(allowed);
  return *this;
}
Setting& Setting::entries(std::size_t fewest, std::size_t most) {
  fewest_entries = fewest;
  most_entries = most;
  return *this;
}
Setting& Setting::required() {
  is_required = true;
  return *this;
}
Setting& Setting::source(std::string text) {
  reference = std::move(text);
  return *this;
}

std::string Setting::expectation() const {
  std::string text = std::visit([&](auto* value) { return kind_of(value, *this); }, target);
  text += range_of(*this);
  if (!unit_text.empty()) text += fmt::format(" ({})", unit_text);
  if (!choices.empty()) {
    std::vector<std::string> quoted;
    for (const std::string& choice : choices) quoted.push_back(to_toml(choice));
    text += (choices.size() == 1 ? ": " : ", one of ") + join(quoted);
  }
  return text;
}

std::string Setting::explanation() const {
  std::string text = meaning;
  if (!symbol_text.empty()) text += ", " + symbol_text;
  if (!unit_text.empty()) text += " [" + unit_text + "]";
  if (!reference.empty()) text += " (" + reference + ")";
  return text;
}

Section::Section(std::string section_name, std::string what_it_means)
    : name(std::move(section_name)), meaning(std::move(what_it_means)) {}

std::string describe(const Section& section) {
  std::string text = fmt::format("[{}]  {}\n", section.name, section.meaning);
  for (const Setting& setting : section.settings) {
    std::string fallback = "default " + setting.default_text;
    if (setting.default_text.empty()) fallback = "optional";
    if (setting.is_required) fallback = "required";
    text += fmt::format("  {} ({}): {}\n      {}\n", setting.key, fallback, setting.explanation(),
                        setting.expectation());
  }
  return text;
}

}  // namespace parapet
