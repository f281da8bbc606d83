#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "grid/grid.hpp"

namespace parapet {

/// Points along each axis as an XDMF topology counts them: three axes, the fastest last, unused
/// ones in front.
std::array<std::int64_t, 3> topology(const Grid& grid);

/// Writes a file that holds the coordinates of every point of a grid, atomically: datasets `/x`,
/// `/y` and `/z`, float32, shaped as `topology` says, an unused axis 0. Each varies along one axis
/// only: a chunk is compressed once and stored wherever it occurs. One rank only. Throws
/// Failure(input_output).
void write_coordinates(const std::filesystem::path& path, const Grid& grid);

}  // namespace parapet
