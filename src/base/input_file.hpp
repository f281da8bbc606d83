#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/communicator.hpp"
#include "base/input_node.hpp"
#include "base/known_settings.hpp"
#include "base/settings.hpp"

namespace parapet {

/// An input file being read. Whoever needs parameters declares them in a Section and calls `read`;
/// what is wrong is collected, and `finish` throws it all at once:
///
///   auto file = InputFile::read(world, "burgers.toml", {"time.end=2"});
///   file.read(section);          // any number of times
///   if (!fits) file.fault("grid", "points", "needs 8.0 PB, the node has 16.0 GB");
///   file.finish(world);          // unknown keys, wrong types, values out of range, …
///
/// Rules: a whole number is accepted where a number is wanted; a number where a whole number is
/// wanted only if it is exactly whole (1e3 is, 1.5 is not). Numbers are finite and, unless zero,
/// between 1e-150 and 1e150 in magnitude, so that their squares exist; −0 reads as 0. Texts hold no
/// control characters, and are empty only where the default is. Keys consist of letters, digits,
/// `_` and `-`. On any fault the bound variable keeps its default.
class InputFile {
 public:
  /// Reads `path` on rank 0 and parses the same bytes on every rank. `overrides` are the values of
  /// `--set section.key=value`, each a TOML value or a text without quotes. Throws a collective
  /// Failure(bad_input) when there is no such file or it is not TOML. Collective.
  static InputFile read(const Communicator& communicator, const std::filesystem::path& path,
                        const std::vector<std::string>& overrides = {});

  /// As `read`, from a text in memory; the Failure is rank-local.
  static InputFile from_text(const std::string& document, const std::string& name,
                             const std::vector<std::string>& overrides = {});

  /// Whether the file has a table of this dotted name.
  bool has_section(std::string_view name) const;

  /// Dotted names, below `name`, of the tables that hold values of their own: for
  /// `[ensemble.vary.viscosity]`, subsections("ensemble.vary") is {"viscosity"}. `name` itself then
  /// counts as known.
  std::vector<std::string> subsections(const std::string& name);

  /// Fills the variables bound in `section`; keys that are absent keep their default. A section may
  /// be read in parts, by several calls.
  void read(const Section& section);

  /// Accepts a section, and those below it, that is meant for another program: it is not checked,
  /// and `resolved` copies it.
  void allow_section(const std::string& name) { known_.allow(name); }

  /// The entries of a section with free keys, values as texts without quotes, in the order of the
  /// file. The section then counts as known; `resolved` copies it.
  std::vector<std::pair<std::string, std::string>> free_entries(const std::string& section);

  /// Adds a fault of meaning, e.g. of two values that do not fit together. `key` may be empty.
  void fault(const std::string& section, const std::string& key, const std::string& message);
  bool has_faults() const { return !faults_.empty(); }

  /// Where a section begins, like "burgers.toml:6", or, if the file has it not, the file's name.
  std::string place_of(const std::string& section) const;

  /// Throws one collective Failure(bad_input) that lists every fault of every `read`, every key and
  /// section nobody read, and what `fault` added, in the order of the file. Collective.
  void finish(const Communicator& communicator);

  /// The input with every value that was read, defaults included, as TOML that reads back to the
  /// same values; meaning and unit stand as comments.
  std::string resolved() const { return known_.resolved(root_); }

  const std::string& name() const { return name_; }
  const std::string& text() const { return document_; }  ///< the file's own bytes

 private:
  void add_fault(const InputNode& where, const std::string& section, const std::string& key,
                 const std::string& message);
  const InputNode* find(std::string_view name) const;
  const InputNode* find_section(const std::string& name);

  std::string name_;
  std::string document_;
  InputNode root_;
  KnownSettings known_;
  std::vector<InputFault> faults_;
};

}  // namespace parapet
