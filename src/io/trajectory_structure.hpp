#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "io/trajectory_layout.hpp"

namespace parapet {

/// Of the group /provenance; files of version 1 are periodic and do not say so.
inline constexpr std::int64_t provenance_version = 2;

/// Where in a trajectory file the values lie that are written in place: file offsets in bytes.
struct TrajectoryPlaces {
  std::vector<std::uint64_t> fields;        ///< array [member][frame][x][y][z][component] each
  std::vector<std::uint64_t> certificates;  ///< double [member] each
  std::uint64_t digests = 0;                ///< uint64 [member][frame][field]
};

/// Path inside the file of the dataset that holds a field.
std::string dataset_path(const TrajectoryLayout& layout, const FieldSpec& field);

/// Creates the file with all groups, attributes, coordinates and parameters, and the datasets of
/// values still empty (certificates NaN). Closed when this returns. One rank only. Throws
/// Failure(input_output).
TrajectoryPlaces lay_out(const std::filesystem::path& path, const TrajectoryLayout& layout);

}  // namespace parapet
