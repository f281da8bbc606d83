// Put before the MPI library of a program, it makes one kind of call on files fail on rank 1, as a
// file system may, and only there: the call itself is done, so that the other ranks are not left
// waiting.
//
//   PARAPET_TEST_MPI_FILE=open|view|write|short mpirun -n 2 -x LD_PRELOAD=… parapet run …
#include <cstdlib>
#include <string>

#include <mpi.h>

namespace {

bool is_wanted(const char* fault) {
  const char* const wanted = std::getenv("PARAPET_TEST_MPI_FILE");
  int rank = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank == 1 && wanted != nullptr && wanted == std::string(fault);
}

int fail_if(const char* fault, int error, int result) {
  return result == MPI_SUCCESS && is_wanted(fault) ? error : result;
}

}  // namespace

extern "C" {

int MPI_File_open(MPI_Comm comm, const char* name, int mode, MPI_Info info, MPI_File* file) {
  return fail_if("open", MPI_ERR_ACCESS, PMPI_File_open(comm, name, mode, info, file));
}

int MPI_File_set_view(MPI_File file, MPI_Offset offset, MPI_Datatype number, MPI_Datatype view,
                      const char* representation, MPI_Info info) {
  return fail_if("view", MPI_ERR_TYPE,
                 PMPI_File_set_view(file, offset, number, view, representation, info));
}

int MPI_File_write_at_all(MPI_File file, MPI_Offset offset, const void* values, int count,
                          MPI_Datatype type, MPI_Status* status) {
  const int result = PMPI_File_write_at_all(file, offset, values, count, type, status);
  if (is_wanted("short")) MPI_Status_set_elements(status, type, count / 2);
  return fail_if("write", MPI_ERR_NO_SPACE, result);
}
}
