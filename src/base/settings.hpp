#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parapet {

/// What a declared parameter may be bound to. An std::optional without a value is a parameter that
/// was not given and has no default.
using SettingTarget =
    std::variant<bool*, std::int64_t*, double*, std::string*, std::optional<std::int64_t>*,
                 std::optional<double>*, std::optional<std::string>*, std::vector<std::int64_t>*,
                 std::vector<double>*, std::vector<std::string>*>;

/// One parameter of an input file: its key, meaning, default (the value of the bound variable when
/// it is declared), unit and allowed values. Declared once, next to what uses it; reading,
/// checking, `parapet describe` and the resolved input.toml all come from this.
class Setting {
 public:
  Setting(std::string key, SettingTarget target, std::string meaning);

  Setting& unit(std::string text);                         ///< e.g. "length²/time"
  Setting& symbol(std::string name);                       ///< the paper's name, e.g. "nu"
  Setting& at_least(double bound);                         ///< value ≥ bound
  Setting& above(double bound);                            ///< value > bound
  Setting& at_most(double bound);                          ///< value ≤ bound
  Setting& below(double bound);                            ///< value < bound
  Setting& one_of(std::vector<std::string> allowed);       ///< allowed texts
  Setting& entries(std::size_t fewest, std::size_t most);  ///< length of a list
  Setting& required();                                     ///< has no default: must be given
  Setting& source(std::string text);                       ///< where the parameter comes from

  /// What a value must look like, in words: "a number above 0 (length²/time)".
  std::string expectation() const;
  /// Meaning, unit and source in one line, as the comments of a resolved input file have it.
  std::string explanation() const;

  std::string key;
  SettingTarget target;
  std::string meaning;
  std::string default_text;  ///< the default as TOML; empty when there is none
  std::string unit_text;
  std::string symbol_text;
  std::string reference;
  std::optional<double> low, high;
  bool is_low_open = false, is_high_open = false;
  std::vector<std::string> choices;
  std::size_t fewest_entries = 0, most_entries = SIZE_MAX;
  bool is_required = false;
};

/// One table of an input file, e.g. `[grid]`. Settings structs fill it in their
/// `declare(Section&)`, and live at least until the section has been read:
///
///   struct TimeSettings {
///     double end = 1.0;
///     void declare(Section& section) {
///       section.add("end", end, "time at which the run ends").unit("time").above(0.0);
///     }
///   };
class Section {
 public:
  Section(std::string name, std::string meaning);

  template <class T>
  Setting& add(std::string key, T& value, std::string what_it_means) {
    return settings.emplace_back(std::move(key), SettingTarget(&value), std::move(what_it_means));
  }

  std::string name;  ///< "grid", dotted "ensemble.vary.viscosity", or "" for the top level
  std::string meaning;
  std::deque<Setting> settings;  // so that the references `add` gives stay good
};

/// The section's page of the manual: every key with default, allowed values, unit, meaning, source.
std::string describe(const Section& section);

/// Values as TOML. Numbers are written with the fewest digits that read back to the same bits,
/// whatever the locale. An empty optional gives the empty text.
std::string to_toml(double value);
std::string to_toml(const std::string& value);
std::string to_toml(const SettingTarget& target);

}  // namespace parapet
