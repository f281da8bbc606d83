#include "base/progress.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace parapet {
namespace {

std::string contents(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

int count_lines(const std::string& text) {
  return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

struct Place {
  std::filesystem::path file = std::filesystem::temp_directory_path() /
                               ("parapet-log-" + std::to_string(Communicator::world().size()));
  Place() { remove(); }
  ~Place() { remove(); }
  void remove() {
    const auto world = Communicator::world();
    if (world.is_root()) std::filesystem::remove(file);
    world.barrier();
  }
};

TEST(Log, WritesEachLineOnceOnRankZero) {
  const auto world = Communicator::world();
  const Place place;
  {
    Log log(world, {.is_quiet = true});
    log.write_to(place.file);
    log.info("member {} of {}", 3, 7);
    log.warning("strange {}", "thing");
  }
  world.barrier();
  const std::string text = contents(place.file);
  EXPECT_EQ(count_lines(text), 2);
  EXPECT_NE(text.find("member 3 of 7"), std::string::npos);
  EXPECT_NE(text.find("warning: strange thing"), std::string::npos);
  world.barrier();
}

TEST(Log, AFileThatCannotBeOpenedIsAWarning) {
  Log log(Communicator::world());
  log.write_to("/proc/nowhere/log.txt");
  log.info("still here");
}

TEST(Log, AFullDiskDoesNotEndTheRun) {
  Log log(Communicator::world(), {.is_quiet = true});
  log.write_to("/dev/full");
  for (int i = 0; i < 3; ++i) log.info("line {}", i);
}

// Two hours of steps, one a second: the lines become rarer.
TEST(Progress, WritesLinesEverMoreRarelyInABatchLog) {
  const auto world = Communicator::world();
  const Place place;
  double now = 100.0;
  {
    Log log(world, {.is_quiet = true});
    log.write_to(place.file);
    Progress progress(log, {.total = 7200, .clock = [&] { return now; }});
    for (int second = 1; second <= 7200; ++second) {
      now = 100.0 + second;
      progress.update(second, "t = 1");
    }
  }
  world.barrier();
  const std::string text = contents(place.file);
  EXPECT_GE(count_lines(text), 15);
  EXPECT_LE(count_lines(text), 40);
  EXPECT_NE(text.find("0 %, 1 steps/s, 1 h 59 min left"), std::string::npos) << text;
  world.barrier();
}

TEST(Progress, CountsOnlyTheWorkOfThisRun) {
  Log log(Communicator::world(), {.is_quiet = true});
  const Progress progress(log, {.total = 100, .start = 50, .unit = "members"});
  EXPECT_EQ(progress.line(60, 5), "60 %, 2 members/s, 20 s left");
  EXPECT_EQ(progress.line(50, 5), "50 %, 0 members/s, time left unknown");
  EXPECT_EQ(progress.line(100, 5), "100 %, 10 members/s, 0 s left");
}

TEST(Progress, BarFillsUp) {
  Log log(Communicator::world(), {.is_quiet = true});
  const Progress progress(log, {.total = 24, .unit = "steps"});
  EXPECT_EQ(progress.bar(6, 3), "██████··················  25 %  2 steps/s  9 s left");
}

}  // namespace
}  // namespace parapet
