#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/trajectory_layout.hpp"

namespace parapet {

/// A quantity that every particle has: stored as an array [member][frame][particle][component], of
/// a scalar without the last axis.
struct ParticleColumn {
  std::string name;
  std::int64_t components = 1;  ///< 1 or 3

  bool operator==(const ParticleColumn&) const = default;
};

/// Everything that is known about a file of particles before its first frame is computed.
struct ParticleLayout {
  std::string dataset_name = "parapet";
  std::int64_t members = 1;
  std::vector<double> times;   ///< one per frame, strictly increasing
  std::int64_t particles = 1;  ///< of a member, with ids 0 … particles − 1
  std::int64_t every = 1;      ///< only ids that this divides are kept, 1 ≤ every ≤ particles
  int dimensions = 1;          ///< coordinates of a particle, 1 … most_dimensions
  bool has_velocity = false;
  bool has_weight = false;
  std::vector<std::string> scalars;  ///< names of further numbers of each particle
  Precision precision = Precision::float32;

  // Provenance: kept in the file, not compared when a file is reopened.
  std::string title;
  std::string equation;
  std::string code_version;
  std::string input_text;

  static constexpr int most_dimensions = 100;

  std::int64_t frames() const { return static_cast<std::int64_t>(times.size()); }
  /// Bytes of one value as stored.
  std::int64_t value_bytes() const { return precision == Precision::float32 ? 4 : 8; }
  /// Particles of a member that the file keeps: slot s holds id s · every.
  std::int64_t slots() const { return slots_below(particles); }
  /// How many ids below `id` are kept.
  std::int64_t slots_below(std::int64_t id) const { return (id + every - 1) / every; }
  /// What the file keeps of a particle: `position`, three numbers, unused ones 0; `velocity`
  /// likewise and `weight`, if there are any; then "x4", "x5", … and "v4", … beyond three
  /// dimensions; then the scalars.
  std::vector<ParticleColumn> columns() const;
  /// Bytes the values of all members and frames take in the file, ids included.
  std::uint64_t data_bytes() const;
};

/// Throws Failure(bad_input), naming what is wrong, unless a file can be laid out like this.
void check(const ParticleLayout& layout);

/// Throws Failure(unusable_file), naming the first difference, unless both lay a file out alike
/// (provenance aside). `file` is what the message calls the found one.
void require_same(const ParticleLayout& found, const ParticleLayout& expected,
                  const std::string& file);

}  // namespace parapet
