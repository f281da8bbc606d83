#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace parapet {

/// Named tensors and a map of texts, as a safetensors file holds them.
struct TensorFile {
  std::vector<std::pair<std::string, at::Tensor>> tensors;  ///< float32 or float64
  std::map<std::string, std::string> metadata;

  /// Throws Failure(unusable_file) when there is none of this name.
  const at::Tensor& tensor(const std::string& name) const;
  const std::string& text(const std::string& name) const;
};

/// Writes the safetensors format: the length of the header as 8 bytes, little endian; the header,
/// JSON: {"__metadata__": {texts}, name: {"dtype", "shape", "data_offsets"}}; the raw values. A
/// digest of everything is added to the metadata. Written beside, synced, renamed: a file of this
/// name is whole or the one before it. Throws Failure(input_output).
void write_safetensors(const std::filesystem::path& path, const TensorFile& content);

/// Reads what `write_safetensors` wrote. Throws Failure(unusable_file), saying what is wrong, for
/// anything else: truncated, altered, another format, a safetensors file without our digest.
TensorFile read_safetensors(const std::filesystem::path& path);

}  // namespace parapet
