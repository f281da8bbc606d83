#include <gtest/gtest.h>

#include "base/session.hpp"

#ifdef PARAPET_LEAK_CHECK
#include <sanitizer/lsan_interface.h>
#endif

namespace {

// Leaks of MPI's own start are passed over; the tests' are looked for while MPI is up, when what it
// holds can still be reached and its plugins are still there to be named in leaks.supp.
#ifdef PARAPET_LEAK_CHECK
void pause_leak_check() {
  __lsan_disable();
}
void resume_leak_check() {
  __lsan_enable();
}
bool has_leaks() {
  return __lsan_do_recoverable_leak_check() != 0;
}
#else
void pause_leak_check() {}
void resume_leak_check() {}
bool has_leaks() {
  return false;
}
#endif

}  // namespace

// Every test program runs on any number of ranks: rank 0 prints the progress, the other ranks print
// only what fails, and all ranks return failure when one of them fails.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  pause_leak_check();
  parapet::Session session(argc, argv);
  resume_leak_check();
  const auto world = parapet::Communicator::world();
  if (!world.is_root()) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    class FailuresOnly : public testing::EmptyTestEventListener {
      void OnTestPartResult(const testing::TestPartResult& result) override {
        if (result.failed()) {
          std::fprintf(stderr, "[another rank] %s:%d: %s\n", result.file_name(),
                       result.line_number(), result.message());
        }
      }
    };
    delete listeners.Release(listeners.default_result_printer());
    listeners.Append(new FailuresOnly);
  }
  const int status = RUN_ALL_TESTS();
  return world.any(status != 0 || has_leaks()) ? 1 : 0;
}
