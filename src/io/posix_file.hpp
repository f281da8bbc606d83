#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace parapet {

/// An open file; every failed call is a Failure(input_output) with the file's name and the system's
/// reason. Reads and writes are repeated until all bytes are done.
class PosixFile {
 public:
  enum class Mode {
    read,        ///< an existing file
    read_write,  ///< an existing file
    create       ///< a new file; refused when the name exists, even as a dangling link
  };

  PosixFile(const std::filesystem::path& path, Mode mode);
  PosixFile(PosixFile&& other) noexcept;
  PosixFile& operator=(PosixFile&& other) noexcept;
  ~PosixFile();

  void read(std::span<std::byte> bytes, std::uint64_t offset) const;
  void write(std::span<const std::byte> bytes, std::uint64_t offset) const;
  std::uint64_t size() const;
  /// Has the file system set `bytes` aside for this file, so that later writes cannot lack space.
  /// File systems that cannot reserve are left to `require_space`.
  void reserve(std::uint64_t bytes) const;
  /// Waits until the disk holds what was written.
  void sync() const;
  void close();

  const std::filesystem::path& path() const { return path_; }

 private:
  [[noreturn]] void fail(const std::string& doing) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Throws Failure(input_output, "FOLDER: need X, have Y") unless a file of `bytes` fits the free
/// space and this process's file-size limit.
void require_space(const std::filesystem::path& folder, std::uint64_t bytes);

/// Throws Failure(input_output) unless `folder` is a directory in which files can be created; tried
/// by creating one and removing it.
void require_writable_folder(const std::filesystem::path& folder);

/// Gives `path` the content `text` such that at any moment, even across a power failure, the whole
/// old or the whole new content is there.
void replace_file(const std::filesystem::path& path, const std::string& text);

/// Gives a finished file its final name, replacing what had it, and makes that last.
void publish_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// "3.2 MB"
std::string readable_bytes(std::uint64_t bytes);

}  // namespace parapet
