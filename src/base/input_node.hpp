#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parapet {

/// One value of a TOML document, with the place where it stands. The rest of Parapet sees TOML only
/// through this and InputFile.
struct InputNode {
  enum class Kind { boolean, integer, number, text, list, table, date };

  Kind kind = Kind::table;
  std::string key;      ///< its name in the table it stands in; empty in a list
  std::string place;    ///< "run.toml:12", or "--set time.end=-1"
  int line = 0;         ///< 0 where the value does not come from a file
  std::string written;  ///< the value as it was written, shortened; empty for tables
  bool boolean = false;
  std::int64_t integer = 0;
  /// Also set for integers. Infinite for a number, or a whole number, too large to be represented.
  double number = 0.0;
  std::string text;
  std::vector<InputNode> entries;  ///< of a list or a table, in the order of the document

  bool is_table() const { return kind == Kind::table; }
  const InputNode* find(std::string_view name) const;  ///< an entry of this table, or null
  InputNode* find(std::string_view name);
};

/// Parses a TOML document; `name` is what places are called after. Throws a rank-local
/// Failure(bad_input) with file, line and cause when the text is not TOML.
InputNode parse_toml(const std::string& document, const std::string& name);

/// Whether a key consists of letters, digits, `_` and `-` only, and is not empty.
bool is_bare_key(std::string_view key);
/// The parts of a dotted name; none for the empty name.
std::vector<std::string> split_name(std::string_view dotted);
/// "section.key", or "key" at the top level.
std::string dotted_name(const std::string& section, const std::string& key);

/// The node as TOML on one line.
std::string to_toml(const InputNode& node);

}  // namespace parapet
