#include "io/mpi_file.hpp"

#include <array>
#include <exception>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"

namespace parapet {

namespace {

std::string mpi_reason(int status) {
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(status, text.data(), &length);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// The part of the file that `block` covers, as an MPI file type.
MPI_Datatype file_type(const MpiFile::Place& place, const Box& block, MPI_Datatype number) {
  std::array<int, 3> sizes{}, counts{}, starts{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    sizes[axis] = static_cast<int>(place.shape[axis]);
    counts[axis] = static_cast<int>(block.count[axis]);
    starts[axis] = static_cast<int>(block.offset[axis]);
  }
  MPI_Datatype type = MPI_DATATYPE_NULL;
  check_mpi(MPI_Type_create_subarray(3, sizes.data(), counts.data(), starts.data(), MPI_ORDER_C,
                                     number, &type),
            "MPI_Type_create_subarray");
  check_mpi(MPI_Type_commit(&type), "MPI_Type_commit");
  return type;
}

}  // namespace

MpiFile::MpiFile(MPI_Comm communicator, const std::filesystem::path& path)
    : path_(path), exceptions_at_birth_(std::uncaught_exceptions()) {
  int topology = MPI_UNDEFINED;
  check_mpi(MPI_Topo_test(communicator, &topology), "MPI_Topo_test");
  require(topology == MPI_UNDEFINED, ExitCode::internal_error,
          path.string() + ": a file may not be opened on a communicator with a topology");
  const int status =
      MPI_File_open(communicator, path.c_str(), MPI_MODE_WRONLY, MPI_INFO_NULL, &file_);
  require(status == MPI_SUCCESS, ExitCode::input_output,
          fmt::format("{}: cannot open through MPI-IO: {}", path.string(), mpi_reason(status)));
}

// Closing is collective: while an exception unwinds, the other ranks may never arrive.
MpiFile::~MpiFile() {
  int is_finalized = 0;
  MPI_Finalized(&is_finalized);
  const bool is_unwinding = std::uncaught_exceptions() > exceptions_at_birth_;
  if (file_ != MPI_FILE_NULL && is_finalized == 0 && !is_unwinding) MPI_File_close(&file_);
}

std::string MpiFile::write_all(const Place& place, const Box& block,
                               std::span<const std::byte> bytes) {
  const MPI_Datatype number = place.number_bytes == 4 ? MPI_FLOAT : MPI_DOUBLE;
  const int count = static_cast<int>(block.size());
  MPI_Datatype view = count == 0 ? number : file_type(place, block, number);
  MPI_Status status;
  int result = MPI_File_set_view(file_, static_cast<MPI_Offset>(place.offset), number, view,
                                 "native", MPI_INFO_NULL);
  const int written = MPI_File_write_at_all(file_, 0, bytes.data(), count, number, &status);
  if (result == MPI_SUCCESS) result = written;
  if (count != 0) MPI_Type_free(&view);
  if (result != MPI_SUCCESS) return path_.string() + ": cannot write: " + mpi_reason(result);
  int arrived = 0;
  MPI_Get_count(&status, number, &arrived);
  if (arrived == count) return {};
  return fmt::format("{}: {} of {} values were written", path_.string(), arrived, count);
}

}  // namespace parapet
