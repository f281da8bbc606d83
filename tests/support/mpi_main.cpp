#include <gtest/gtest.h>

#include "base/session.hpp"

// Every test program runs on any number of ranks: rank 0 prints the progress, the other ranks print
// only what fails, and all ranks return failure when one of them fails.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  parapet::Session session(argc, argv);
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
  return world.any(status != 0) ? 1 : 0;
}
