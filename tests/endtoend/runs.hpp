#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "endtoend/program.hpp"

namespace parapet::testing {

/// Small inputs; `folder` of each is "run".
extern const char* const
    line_ensemble;               ///< 7 members of 48 points, varied viscosity, error control
extern const char* const plane;  ///< one member of 32 x 24 points, 40 steps, 5 frames
extern const char* const cube;   ///< one vector member of 12 x 9 x 10 points, 6 steps

/// A run of `input` in `scratch`/`folder`.
struct SmallRun {
  const Scratch& scratch;
  std::string folder;
  std::string input;

  /// Writes the input and gives the words after `parapet`.
  std::vector<std::string> words(const std::vector<std::string>& more = {}) const;
  Program::Options options(const std::string& fault = "") const;
  Outcome run(int ranks, const std::vector<std::string>& more = {},
              const std::string& fault = "") const;

  std::filesystem::path path() const { return scratch / folder; }
  /// Everything that must not depend on ranks or interruptions: diagnostics.csv, and for every
  /// member the valid frames with the digests of their stored values, checked against the values.
  std::string results() const;
};

/// The results of `input` left alone on one rank, computed once.
const std::string& undisturbed(const std::string& input);

/// Continues `run` to its end: it must be as if nothing had happened.
void expect_continues(const SmallRun& run, int ranks);

/// `input` with `from` replaced by `to`, which must stand in it.
std::string changed(const std::string& input, const std::string& from, const std::string& to);

/// The checkpoints of a run that have a final name, newest first.
std::vector<std::filesystem::path> checkpoints_of(const SmallRun& run);

}  // namespace parapet::testing
