#pragma once

#include <cstddef>
#include <filesystem>

#include "base/communicator.hpp"
#include "io/checkpoint.hpp"

namespace parapet {

/// Throws unless a checkpoint can hold this: Failure(blew_up) for values that are not finite,
/// Failure(internal_error) for anything else. Local.
void check_content(const CheckpointContent& content);

/// Writes a checkpoint without its seal into a new file: space first, then everything but the
/// values, every rank's values in pieces of at most `largest_piece` bytes, and last the mark that
/// it is complete. Collective; throws a collective Failure(input_output).
void write_unsealed(const Communicator& communicator, const std::filesystem::path& path,
                    const CheckpointContent& content, std::size_t largest_piece);

}  // namespace parapet
