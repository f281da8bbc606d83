#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/input_node.hpp"
#include "base/settings.hpp"

namespace parapet {

/// One thing wrong with an input.
struct InputFault {
  int line;  ///< where it sorts; 0 for what does not come from the file
  std::string message;
};

/// What the parts of a program have asked an input file for: the keys that are known, and the
/// values they were given.
class KnownSettings {
 public:
  /// Notes the section's keys with the values their variables hold now.
  void record(const Section& section);
  /// A table whose sub-tables have free names.
  void add_container(const std::string& name) { containers_.insert(name); }
  /// A section meant for another program.
  void allow(const std::string& name) { allowed_.insert(name); }
  bool has_section(std::string_view name) const { return find(name) != nullptr; }

  /// Every key and section of `root` that is not known, with what may have been meant.
  std::vector<InputFault> strangers(const InputNode& root) const;

  /// Every value as TOML, explained by comments; of allowed sections what `root` holds.
  std::string resolved(const InputNode& root) const;

 private:
  struct KnownKey {
    std::string key, symbol, value, explanation;
  };
  struct KnownSection {
    std::string name, meaning;
    std::vector<KnownKey> keys;
    bool has(std::string_view key) const;
  };

  const KnownSection* find(std::string_view name) const;
  bool is_allowed(const std::string& name) const;
  bool leads_to_known(const std::string& name) const;
  void find_strangers(const InputNode& table, const std::string& name,
                      std::vector<InputFault>& faults) const;
  std::string advice_for_key(const std::string& section, const std::string& key) const;
  std::string advice_for_section(const std::string& name) const;
  void copy_allowed(const InputNode& table, const std::string& name, std::string& text) const;

  std::vector<KnownSection> sections_;
  std::set<std::string> containers_;
  std::set<std::string> allowed_;
};

}  // namespace parapet
