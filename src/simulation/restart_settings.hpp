#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parapet {

/// A setting (`section.key`) with the values it has in two resolved inputs, as TOML or "absent".
struct ChangedSetting {
  std::string name, was, is;

  /// "time.end was 0.2, is 0.4"
  std::string text() const;
};

/// The settings in which two resolved inputs differ.
std::vector<ChangedSetting> changed_settings(const std::string& before, const std::string& now);

/// Whether a restart may change the setting at all. That is the list: what decides no value of the
/// trajectory (`[output]` folder and title, `[checkpoint]`, how ranks are divided, FFTW's planning,
/// the sections of parapet-learn), and how much is to be computed (`[time] end`, `[output]` frames
/// and interval, `[ensemble] members`), of which plan_continuation says how far.
bool may_change_on_restart(const std::string& name);

/// Whether a run with these settings kept checkpoints.
bool keeps_checkpoints(const std::string& resolved);

/// Hash of every setting of a resolved input that a restart may not change.
std::uint64_t hash_of_fixed_settings(const std::string& resolved);

}  // namespace parapet
