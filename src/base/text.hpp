#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parapet {

/// Number of single-letter insertions, deletions, replacements and swaps of neighbours that turn
/// one text into the other (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `name`, if one is near enough to be what was meant: at most a third of
/// the letters differ, and at least one typing error is allowed.
std::optional<std::string> nearest_name(std::string_view name,
                                        std::span<const std::string> candidates);

/// "a, b, c"
std::string join(std::span<const std::string> items, std::string_view separator = ", ");

/// "1 rank", "3 ranks"
std::string counted(std::int64_t count, std::string_view noun);

/// The text without spaces at its ends.
std::string_view trimmed(std::string_view text);

/// Whether the text holds a control character (newline, tab, escape, …).
bool has_control_characters(std::string_view text);

/// Reads the whole text as a number, whatever the locale; nothing when it is not one or does not
/// fit.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Seconds of a duration: "90s", "10min", "3h50m", "2d", "1.5h", a bare number of seconds, or
/// Slurm's "1:30:00" (h:m:s), "90:00" (m:s) and "1-12:00:00" (days-h:m:s). Nothing when it is none
/// of these, negative or not finite.
std::optional<double> parse_duration(std::string_view text);

/// "0.12 s", "59 s", "3 min 20 s", "2 h 05 min", "3 d 04 h"
std::string format_duration(double seconds);

/// "512 B", "16.0 GB", "8.0 PB": powers of 1000.
std::string format_bytes(double bytes);

}  // namespace parapet
