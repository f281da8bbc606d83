#include "base/stop_request.hpp"

#include <csignal>
#include <thread>

#include <gtest/gtest.h>

namespace parapet {
namespace {

using Urgency = StopRequest::Urgency;

// The signal may reach any rank, and one alone.
TEST(StopRequest, ASignalOnOneRankStopsAll) {
  const auto world = Communicator::world();
  for (const auto& [signal, name] :
       {std::pair{SIGTERM, "SIGTERM"}, std::pair{SIGINT, "SIGINT"}, std::pair{SIGUSR1, "SIGUSR1"},
        std::pair{SIGUSR2, "SIGUSR2"}}) {
    for (int rank = 0; rank < world.size(); ++rank) {
      const StopRequest stop;
      EXPECT_FALSE(stop.poll(world));
      if (world.rank() == rank) std::raise(signal);
      const auto verdict = stop.poll(world);
      EXPECT_EQ(verdict.urgency, Urgency::after_checkpoint);
      EXPECT_EQ(verdict.reason, name);
    }
  }
}

// A launcher and a batch system passing on one signal are one request.
TEST(StopRequest, TwoSignalsCloseTogetherAreOneRequest) {
  const auto world = Communicator::world();
  const StopRequest stop;
  std::raise(SIGTERM);
  std::raise(SIGTERM);
  std::raise(SIGINT);
  EXPECT_EQ(stop.poll(world).urgency, Urgency::after_checkpoint);
}

TEST(StopRequest, AskingAgainLaterIsUrgent) {
  const auto world = Communicator::world();
  const StopRequest stop;
  if (world.is_root()) std::raise(SIGTERM);
  EXPECT_EQ(stop.poll(world).urgency, Urgency::after_checkpoint);
  std::this_thread::sleep_for(std::chrono::milliseconds(3100));
  if (world.is_root()) std::raise(SIGUSR1);
  EXPECT_EQ(stop.poll(world).urgency, Urgency::after_checkpoint);
  if (world.is_root()) std::raise(SIGINT);
  EXPECT_EQ(stop.poll(world).urgency, Urgency::at_once);
}

TEST(StopRequest, TheTimeLimitIsRankZeros) {
  const auto world = Communicator::world();
  // A limit of zero on the other ranks must not count.
  StopRequest stop(world.is_root() ? 1000.0 : 0.0);
  EXPECT_FALSE(stop.poll(world));
  stop.keep_in_reserve(1000.0);
  const auto verdict = stop.poll(world);
  EXPECT_EQ(verdict.urgency, Urgency::after_checkpoint);
  EXPECT_EQ(verdict.reason, "the time limit");
}

// A batch system that repeats itself while the run closes its files must not make it a crash.
TEST(StopRequest, ASignalAfterTheRunDoesNoHarm) {
  const auto world = Communicator::world();
  { const StopRequest stop; }
  std::raise(SIGUSR1);
  { const StopRequest stop; }
  const StopRequest next;
  EXPECT_FALSE(next.poll(world));
}

TEST(StopRequest, SeesASignalThatCameBeforeIt) {
  const auto world = Communicator::world();
  StopRequest::catch_signals();
  if (world.rank() == world.size() - 1) std::raise(SIGUSR1);
  const StopRequest stop;
  EXPECT_EQ(stop.poll(world).reason, "SIGUSR1");
}

}  // namespace
}  // namespace parapet
