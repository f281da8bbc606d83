#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "base/communicator.hpp"
#include "io/checkpoint.hpp"

namespace parapet {

/// Reads back what this rank wrote, and together compares with what was in memory. Collective;
/// throws a collective Failure(input_output), whatever is wrong: the storage is to blame.
void verify_written(const Communicator& communicator, const std::filesystem::path& path,
                    const CheckpointContent& content, std::size_t largest_piece);

/// Digest of all bytes of a checkpoint behind its seal, of which each rank reads a share.
/// Collective.
std::uint64_t digest_together(const Communicator& communicator, const std::filesystem::path& path);

/// Reads a sealed checkpoint of which nothing is known. Collective; throws a collective
/// Failure(unusable_file) when it is damaged or does not fit.
LoadedCheckpoint load_checkpoint(const Communicator& communicator,
                                 const std::filesystem::path& path,
                                 const CheckpointExpectation& expected, std::size_t largest_piece);

}  // namespace parapet
