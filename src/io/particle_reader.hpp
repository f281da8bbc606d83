#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "io/particle_layout.hpp"

namespace parapet {

/// A file that ParticleFile wrote (or is writing). Every member throws Failure(unusable_file) for
/// what is damaged; reading nothing but its own range of particles, any number of ranks may read at
/// once.
class ParticleReader {
 public:
  explicit ParticleReader(const std::filesystem::path& file);
  ParticleReader(ParticleReader&&) noexcept;
  ParticleReader& operator=(ParticleReader&&) noexcept;
  ~ParticleReader();

  /// Whether the file holds particles, as far as can be told without trusting it.
  static bool is_particle_file(const std::filesystem::path& file);

  const std::filesystem::path& path() const;
  const ParticleLayout& layout() const;
  const std::vector<ParticleColumn>& columns() const;

  /// Valid frames of each member, counted from the first without a gap.
  std::vector<std::int64_t> valid_frames() const;

  /// Kept particles [first, first + count), components fastest.
  std::vector<double> read(std::size_t column, std::int64_t member, std::int64_t frame,
                           std::int64_t first, std::int64_t count) const;
  /// All kept particles of a frame.
  std::vector<double> read(std::size_t column, std::int64_t member, std::int64_t frame) const {
    return read(column, member, frame, 0, layout().slots());
  }
  /// Their ids.
  std::vector<std::uint64_t> ids(std::int64_t first, std::int64_t count) const;

  /// What the table says a frame's column has as its digest (0: not valid), and what it has.
  std::uint64_t recorded_digest(std::size_t column, std::int64_t member, std::int64_t frame) const;
  std::uint64_t stored_digest(std::size_t column, std::int64_t member, std::int64_t frame) const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
