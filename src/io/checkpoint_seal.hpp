#pragma once

#include <cstdint>

#include "io/posix_file.hpp"

namespace parapet {

/// The block before the HDF5 part of a checkpoint: magic, size of the file, digest of all bytes
/// behind the block, digest of the block itself. It is checked before HDF5 sees the file.
constexpr std::uint64_t seal_bytes = 512;

/// Part `part` of `parts` of the digest of all bytes behind the seal; the parts add up.
std::uint64_t body_digest(const PosixFile& file, int part, int parts);

/// Writes the seal; one rank.
void seal_checkpoint(const PosixFile& file, std::uint64_t digest);

/// The body digest the seal tells of. Throws Failure(unusable_file) unless the seal itself is sound
/// and the file as long as it says.
std::uint64_t sealed_digest(const PosixFile& file);

}  // namespace parapet
