#pragma once

#include <filesystem>

#include "base/labelled_table.hpp"

namespace parapet {

/// A table as HDF5: `features` [n][d], floating point and finite, and `labels` [n], integers 0 or
/// 1. Throws Failure(unusable_file), with the name of the file, where it is no such table. One rank
/// only.
LabelledTable read_table(const std::filesystem::path& path);

}  // namespace parapet
