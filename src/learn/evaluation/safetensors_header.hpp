#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parapet {

/// What the header of a safetensors file says of one tensor.
struct TensorEntry {
  std::string name;
  std::string type;                   ///< "F32", "F64", …
  std::vector<std::int64_t> shape;    ///< all at least 0
  std::vector<std::int64_t> offsets;  ///< [first byte, end) behind the header
};

/// The header of a safetensors file: {"__metadata__": {texts}, name: {"dtype", "shape",
/// "data_offsets"}}.
struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorEntry> entries;

  /// As JSON, padded with blanks to a multiple of 8 bytes so that the values are aligned.
  std::string to_json() const;
  /// Throws Failure(unusable_file), saying what is wrong and where, for any other text.
  static SafetensorsHeader parse(std::string_view json);
};

/// A text in quotes, with what JSON must not hold escaped.
std::string json_text(std::string_view text);

}  // namespace parapet
