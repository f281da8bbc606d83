#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace parapet {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> cost((a.size() + 1) * width);
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return cost[i * width + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  }
  return at(a.size(), b.size());
}

std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string> candidates) {
  constexpr std::size_t longest = 100;
  if (name.size() > longest) return std::nullopt;
  const std::string* nearest = nullptr;
  std::size_t smallest = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance >= smallest || distance >= candidate.size()) continue;
    smallest = distance;
    nearest = &candidate;
  }
  if (nearest == nullptr) return std::nullopt;
  return *nearest;
}

std::string join(std::span<const std::string> items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items, separator));
}

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return code < 0x20 || code == 0x7f;
  });
}

namespace {

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> unit_seconds(std::string_view unit) {
  if (unit == "s" || unit == "sec") return 1.0;
  if (unit == "m" || unit == "min") return 60.0;
  if (unit == "h") return 3600.0;
  if (unit == "d") return 86400.0;
  return std::nullopt;
}

bool is_digit_or_point(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

// "3h50m", "10 min"
std::optional<double> parse_with_units(std::string_view text) {
  double seconds = 0.0;
  while (!text.empty()) {
    const auto number_end = std::find_if_not(text.begin(), text.end(), is_digit_or_point);
    const auto unit_end = std::find_if(number_end, text.end(), is_digit_or_point);
    const auto number = parse_whole<double>({text.begin(), number_end});
    const auto scale = unit_seconds(trimmed({number_end, unit_end}));
    if (!number || !scale) return std::nullopt;
    seconds += *number * *scale;
    text = {unit_end, text.end()};
  }
  return seconds;
}

// "1:30:00", "90:00"
std::optional<double> parse_clock(std::string_view text) {
  double seconds = 0.0;
  int fields = 0;
  while (true) {
    const auto colon = text.find(':');
    const auto field = text.substr(0, colon);
    const auto value = parse_whole<double>(field);
    if (!value || ++fields > 3 || !is_digit_or_point(field.front())) return std::nullopt;
    seconds = seconds * 60.0 + *value;
    if (colon == std::string_view::npos) return seconds;
    text.remove_prefix(colon + 1);
  }
}

std::optional<double> parse_days_and_clock(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return parse_clock(text);
  const auto days = parse_whole<std::int64_t>(text.substr(0, dash));
  const auto rest = parse_clock(text.substr(dash + 1));
  if (!days || *days < 0 || !rest) return std::nullopt;
  return static_cast<double>(*days) * 86400.0 + *rest;
}

}  // namespace

std::optional<double> parse_double(std::string_view text) {
  return parse_whole<double>(text);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::optional<double> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto seconds = parse_whole<double>(text);
  if (!seconds && text.find(':') != std::string_view::npos) seconds = parse_days_and_clock(text);
  if (!seconds) seconds = parse_with_units(text);
  if (!seconds || !std::isfinite(*seconds) || !(*seconds >= 0.0)) return std::nullopt;
  return seconds;
}

std::string format_duration(double seconds) {
  if (!(seconds >= 0.0) || seconds > 1e15) return fmt::format("{} s", seconds);
  if (seconds < 10.0) return fmt::format("{:.2g} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  return fmt::format("{} d {:02} h", whole / 86400, whole / 3600 % 24);
}

std::string format_bytes(double bytes) {
  constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes >= 999.95 && unit + 1 < units.size()) {
    bytes /= 1000.0;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

}  // namespace parapet
