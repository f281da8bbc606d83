#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace parapet {

using XdmfNumbers = std::vector<std::int64_t>;

/// "1 2 3"
std::string spaced(const XdmfNumbers& numbers);

/// Text as it may stand in XML.
std::string escaped(const std::string& text);

/// What is cut out of a dataset of `extents`.
struct XdmfSelection {
  XdmfNumbers start, count, extents;
};

/// A data item cut out of `source` ("FILE:/DATASET"), to be seen as an array of `shape`; `format`
/// holds the attributes that tell how numbers are stored.
std::string hyper_slab(const XdmfNumbers& shape, const XdmfSelection& selection,
                       const std::string& format, const std::string& source);

/// Writes an XDMF file that holds `grids`, atomically. Throws Failure(input_output).
void write_xdmf_document(const std::filesystem::path& path, const std::string& grids);

}  // namespace parapet
