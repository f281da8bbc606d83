#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/hdf5_handle.hpp"

namespace parapet {

/// A dataset that passed every check below and may be read.
struct GuardedDataset {
  Hdf5Handle handle;
  std::string name;
  Extents extents;
  int number_bytes = 0;                 ///< 4 or 8
  bool is_native = false;               ///< stored exactly as this machine keeps numbers
  std::optional<std::uint64_t> offset;  ///< in the file, when contiguous

  std::uint64_t size() const;  ///< product of the extents
};

/// Reads a file that may be damaged or hostile by an allow-list: hard links only, at every
/// component of a path; numbers in IEEE floating point (or integers where asked for);
/// contiguous or chunked storage inside the file, with no filter but deflate and Fletcher32;
/// extents that the file's size can hold. Everything else is a Failure(unusable_file) with the
/// file's name and the object's. Attributes are looked up by name, never listed.
class Hdf5Guard {
 public:
  /// `integers`: of 32 or 64 bits, with sign or without.
  enum class Numbers { floating, unsigned64, integers, bytes };

  explicit Hdf5Guard(const std::filesystem::path& path);

  bool has(const std::string& object) const;
  GuardedDataset dataset(const std::string& object, Numbers numbers = Numbers::floating) const;
  /// All values of a dataset of at most one dimension.
  std::vector<double> values(const std::string& object) const;

  bool has_attribute(const std::string& object, const std::string& name) const;
  std::string text(const std::string& object, const std::string& name) const;
  std::vector<std::string> texts(const std::string& object, const std::string& name) const;
  double number(const std::string& object, const std::string& name) const;
  std::int64_t integer(const std::string& object, const std::string& name) const;
  std::uint64_t unsigned_integer(const std::string& object, const std::string& name) const;

  [[noreturn]] void refuse(const std::string& object, const std::string& reason) const;

 private:
  Hdf5Handle open_object(const std::string& object) const;
  Hdf5Handle open_attribute(const std::string& object, const std::string& name) const;
  void check_type(GuardedDataset& dataset, Numbers numbers) const;
  void check_extents(GuardedDataset& dataset) const;
  void check_storage(GuardedDataset& dataset) const;

  std::filesystem::path path_;
  std::uint64_t file_size_;
  Hdf5Handle file_;
};

}  // namespace parapet
