#include "base/session.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <dlfcn.h>

#include "base/mpi_native.hpp"

namespace parapet {

namespace {

int exceptions_at_start = 0;
std::vector<std::function<void()>> endings;

// OpenBLAS and OpenMP start a thread per core in every rank, which on a full node makes each rank
// several times slower. Those that are loaded with the program have read the environment by now and
// are told by a call, the others read it later.
void default_to_one_thread() {
  const bool is_told = std::getenv("OMP_NUM_THREADS") || std::getenv("OPENBLAS_NUM_THREADS");
  for (const char* variable : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) {
    setenv(variable, "1", /*overwrite=*/0);
  }
  if (is_told) return;
  for (const char* setter : {"openblas_set_num_threads", "omp_set_num_threads"}) {
    if (void* const found = dlsym(RTLD_DEFAULT, setter)) reinterpret_cast<void (*)(int)>(found)(1);
  }
}

int abort_all(const char* message, ExitCode code) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  std::fprintf(stderr, "[rank %d] %s\n", rank, message);
  std::fflush(stderr);
  MPI_Abort(MPI_COMM_WORLD, static_cast<int>(code));
  return static_cast<int>(code);
}

// Every rank reads its own command line. Were they different, ranks would compute different things,
// or wait for one another for ever.
void require_same_words(const Communicator& world, int argc, char** argv) {
  std::string words;
  for (int i = 1; i < argc; ++i) words += argv[i] + std::string(1, '\0');
  std::string of_root = words;
  world.broadcast(of_root);
  collectively(world, [&] {
    require(words == of_root, ExitCode::bad_input,
            "not all ranks were started with the same command line");
  });
}

int report_collectively(const Communicator& world, const Failure& failure) {
  if (world.is_root()) {
    std::fprintf(stderr, "%s\n", failure.what());
    std::fflush(stderr);
  }
  world.barrier();
  return static_cast<int>(failure.code());
}

}  // namespace

Session::Session(int& argc, char**& argv) {
  default_to_one_thread();
  // A file-size limit then shows as an error of the write, which is reported, not as a signal.
  std::signal(SIGXFSZ, SIG_IGN);
  exceptions_at_start = std::uncaught_exceptions();
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SERIALIZED, &provided);
  // Calls on communicators abort by themselves; calls on files return a status, always checked.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_ARE_FATAL);
}

// MPI_Finalize waits for every rank: while an exception unwinds it would wait for ever.
Session::~Session() {
  if (std::uncaught_exceptions() > exceptions_at_start) return;
  for (; !endings.empty(); endings.pop_back()) endings.back()();
  MPI_Finalize();
}

void Session::at_end(std::function<void()> action) {
  endings.push_back(std::move(action));
}

int run_program(int argc, char** argv,
                const std::function<ExitCode(const Communicator& world)>& body) {
  Session session(argc, argv);
  const Communicator world = Communicator::world();
  try {
    require_same_words(world, argc, argv);
    return static_cast<int>(body(world));
  } catch (const Failure& failure) {
    if (failure.is_collective()) return report_collectively(world, failure);
    return abort_all(failure.what(), failure.code());
  } catch (const std::exception& error) {
    return abort_all(error.what(), ExitCode::internal_error);
  }
}

}  // namespace parapet
