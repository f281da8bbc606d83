#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "base/failure.hpp"

namespace parapet {

/// An HDF5 identifier that is closed when it goes. For .cpp files only.
class Hdf5Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Hdf5Handle() = default;
  /// Throws Failure(code) naming `what` and HDF5's own reason when `id` tells of an error.
  Hdf5Handle(hid_t id, Closer closer, const std::string& what,
             ExitCode code = ExitCode::input_output);
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Hdf5Handle() {
    if (id_ >= 0) closer_(id_);
  }

  hid_t id() const { return id_; }
  /// Closes and throws when that fails: for files, it is the close that writes.
  void close(const std::string& what);

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

/// Throws Failure(code) with `what` and HDF5's reason when `status` is negative; returns it
/// otherwise.
hid_t check_hdf5(hid_t status, const std::string& what, ExitCode code = ExitCode::input_output);

/// Silences HDF5's own error printing and forbids it to load filter plugins. Called by the two
/// functions that open files.
void tame_hdf5();

/// The only two ways files are opened: both through the serial driver, by one rank. Values written
/// by several ranks go into the file in place (BlockFile), never through HDF5.
Hdf5Handle create_hdf5(const std::filesystem::path& path, std::uint64_t user_block = 0);
Hdf5Handle open_hdf5(const std::filesystem::path& path);

Hdf5Handle create_group(hid_t parent, const std::string& name);

/// Attributes as h5py, and with it The Well's checker, expects them: variable-length UTF-8 strings,
/// booleans as an enumeration FALSE, TRUE over int8, scalars with a scalar data space.
void set_attribute(hid_t object, const std::string& name, const std::string& value);
void set_attribute(hid_t object, const std::string& name, const char* value);
void set_attribute(hid_t object, const std::string& name, bool value);
void set_attribute(hid_t object, const std::string& name, std::int64_t value);
void set_attribute(hid_t object, const std::string& name, std::uint64_t value);
void set_attribute(hid_t object, const std::string& name, double value);
void set_attribute(hid_t object, const std::string& name, const std::vector<std::string>& values);
void set_attribute(hid_t object, const std::string& name, const std::vector<bool>& values);

using Extents = std::vector<std::uint64_t>;

/// Contiguous, its space allocated at once, no fill value, no filter, no time of creation, so that
/// equal contents make equal files; no extents make a scalar. Returns the open dataset.
Hdf5Handle create_dataset(hid_t parent, const std::string& name, hid_t type,
                          const Extents& extents);
/// As create_dataset, with values written.
Hdf5Handle write_dataset(hid_t parent, const std::string& name, hid_t type, const Extents& extents,
                         const std::vector<double>& values);
Hdf5Handle write_mask(hid_t parent, const std::string& name, const std::vector<bool>& values);

/// Offset in the file of the first byte of a contiguous dataset.
std::uint64_t file_offset(hid_t dataset);

}  // namespace parapet
