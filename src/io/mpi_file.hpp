#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <mpi.h>

#include "grid/grid.hpp"
#include "io/block_pieces.hpp"

namespace parapet {

/// An existing file opened for writing through MPI-IO. For .cpp files only.
class MpiFile {
 public:
  /// Where an array of numbers lies in the file.
  struct Place {
    std::uint64_t offset;
    Shape shape;
    std::int64_t number_bytes;  ///< 4 or 8
  };

  /// Collective. Refuses a communicator with a topology, on which Open MPI 4.1 silently corrupts
  /// small collective writes (ompi issue 12718): Failure(internal_error).
  MpiFile(MPI_Comm communicator, const std::filesystem::path& path);
  MpiFile(const MpiFile&) = delete;
  MpiFile& operator=(const MpiFile&) = delete;
  ~MpiFile();

  /// Writes this rank's block (it may be empty) of the array. Collective, also when it fails: what
  /// went wrong on this rank is returned as text, empty when all went well.
  std::string write_all(const Place& place, const Box& block, std::span<const std::byte> bytes);

 private:
  std::filesystem::path path_;
  MPI_File file_ = MPI_FILE_NULL;
  int exceptions_at_birth_;
};

}  // namespace parapet
