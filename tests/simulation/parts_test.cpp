// The parts of a run that need no solution.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "simulation/division.hpp"
#include "simulation/machine.hpp"
#include "simulation/member_record.hpp"
#include "simulation/schedule.hpp"
#include "simulation/stop_relay.hpp"
#include "simulation/time_table.hpp"
#include "simulation/varied.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

TEST(Schedule, HasFramesAndDiagnosticsInOrderWithoutRepeats) {
  const Schedule schedule(uniform_times(1.0, 4), 0.1);
  const auto& events = schedule.events();
  EXPECT_EQ(schedule.frame_times(),
            (std::vector<double>{0.0, 0.333333333333333, 0.666666666666667, 1.0}));
  EXPECT_EQ(events.size(), 4U + 9U);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GT(events[i].time, events[i - 1].time);
  EXPECT_EQ(Schedule(uniform_times(0.3, 4), 0.1).events().size(), 4U);  // 0.1 · 3 > 0.3 in doubles
  EXPECT_EQ(Schedule(uniform_times(1.0, 11), 0.1).step_count(0.01), 100);
  EXPECT_EQ(Schedule(uniform_times(1.0, 3), 0.5).step_count(0.3), 4);
}

TEST(Schedule, HasItsFramesAtTheSameTimesHoweverFarItGoes) {
  for (const double interval : {0.1, 0.05, 0.0125, 0.3}) {
    const auto longest = uniform_times(60 * interval, 61);
    for (std::int64_t last = 2; last < 60; ++last) {
      const double end =
          *parse_double(fmt::format("{:.12g}", interval * static_cast<double>(last)));
      const auto times = uniform_times(end, last + 1);
      EXPECT_TRUE(std::equal(times.begin(), times.end(), longest.begin())) << interval << last;
      EXPECT_EQ(times, uniform_times(end, last + 1, interval));
    }
  }
}

TEST(Division, GivesEveryRankAGroupAndEveryBatchAnOwner) {
  for (int ranks = 1; ranks <= 7; ++ranks) {
    for (int wished = 1; wished <= ranks; ++wished) {
      const Division division(ranks, wished);
      for (int rank = 0; rank < ranks; ++rank) {
        const int group = division.group_of(rank);
        EXPECT_GE(rank, division.first_rank_of(group));
        EXPECT_LT(group, division.groups);
      }
      const auto all = cut_into_batches({0, 1, 2, 5, 6, 9}, 2);
      EXPECT_EQ(all, (std::vector<Batch>{{0, 2}, {2, 1}, {5, 2}, {9, 1}}));
      std::size_t dealt = 0;
      for (int g = 0; g < division.groups; ++g) dealt += division.share_of(g, all).size();
      EXPECT_EQ(dealt, all.size());
    }
  }
}

TEST(Varied, DrawsWhatTheDistributionSays) {
  VarySettings vary;
  vary.distribution = "log-uniform";
  vary.low = 0.01;
  vary.high = 1.0;
  const auto values = draw_values(vary, "equation.viscosity", 3, 20000);
  double mean = 0.0;
  for (const double value : values) {
    ASSERT_TRUE(value >= 0.01 && value <= 1.0);
    mean += std::log10(value) / 20000.0;
  }
  // Four standard errors of a uniform distribution on [−2, 0].
  EXPECT_LE(std::abs(mean + 1.0), 4.0 * 2.0 / std::sqrt(12.0 * 20000.0));
  EXPECT_EQ(draw_values(vary, "equation.viscosity", 3, 5)[4], values[4]);
  EXPECT_NE(draw_values(vary, "initial.mean", 3, 5)[4], values[4]);
  vary.distribution = "list";
  vary.values = {1.0, 2.0};
  EXPECT_EQ(draw_values(vary, "x", 1, 3), (std::vector<double>{1.0, 2.0, 1.0}));
}

class Folder : public ::testing::Test {
 protected:
  Folder() {
    std::string name = (fs::temp_directory_path() / "parapet-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() override { fs::remove_all(path); }
  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories((path / file).parent_path());
    std::ofstream(path / file) << text;
  }
  std::string read(const fs::path& file) const {
    std::ifstream in(path / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  fs::path path;
};

using Machine_ = Folder;
TEST_F(Machine_, TakesTheSmallestLimitOfNodeAndControlGroups) {
  write("proc/meminfo", "MemTotal:       16000000 kB\n");
  EXPECT_EQ(memory_limit(path), 16000000ULL * 1024);
  write("proc/self/cgroup", "0::/batch/job7\n");
  write("sys/fs/cgroup/batch/job7/memory.max", "max\n");
  write("sys/fs/cgroup/batch/memory.max", "1000000000\n");
  EXPECT_EQ(memory_limit(path), 1000000000ULL);
  write("proc/self/cgroup", "5:cpu,memory:/job\n");
  write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "500000000\n");
  EXPECT_EQ(memory_limit(path), 500000000ULL);
}

using TimeTable_ = Folder;
TEST_F(TimeTable_, DropsRowsAndPutsPartsTogether) {
  TimeTable first(path, "t", "member,time,x", 0);
  TimeTable second(path, "t", "member,time,x", 1);
  for (const char* line : {"0,0,a", "0,0.5,b", "0,1,c", "2,1,d"}) first.append(line);
  for (const char* line : {"1,0,e", "1,1,f"}) second.append(line);
  first.flush();
  second.flush();
  first.drop_after({0, 1}, 0.5);
  EXPECT_EQ(read("t.csv"), "member,time,x\n0,0,a\n0,0.5,b\n2,1,d\n");
  std::ofstream(path / "t.csv", std::ios::app) << "0,1,cut short";
  TimeTable::divide(path, "t", "member,time,x", [](std::int64_t m) { return m == 1 ? 2 : 0; });
  EXPECT_EQ(read("t-part2.csv"), "member,time,x\n1,0,e\n1,1,f\n");
  EXPECT_FALSE(fs::exists(path / "t-part1.csv"));
  TimeTable::divide(path, "t", "member,time,x", [](std::int64_t) { return 0; });
  EXPECT_EQ(read("t.csv"), "member,time,x\n0,0,a\n0,0.5,b\n1,0,e\n1,1,f\n2,1,d\n");
}

TEST(MemberRecord, GoesOnFromItsNumbersAsIfNothingHadHappened) {
  const auto row_at = [](double t) {
    DiagnosticsRow row;
    row.time = t;
    row.field.mean = {0.1 + 1e-3 * t * t};
    row.field.energy = std::exp(-t);
    row.energy_balance_residual = 1e-9 * t;
    row.field.spectrum_tail = 1e-8 * t;
    return row;
  };
  for (int cut = 1; cut < 6; ++cut) {
    MemberRecord straight(true), restarted(true);
    for (int i = 0; i < 7; ++i) {
      const auto row = row_at(0.1 * i);
      straight.add(row);
      if (i == cut) restarted = MemberRecord::from_numbers(true, restarted.to_numbers());
      restarted.add(row);
    }
    EXPECT_EQ(straight.to_numbers(), restarted.to_numbers());
    EXPECT_EQ(straight.certificate({}, 1.0), restarted.certificate({}, 1.0));
    EXPECT_LE(std::abs(straight.certificate({}, 1.0)[0] - 3.6e-4 / std::sqrt(2.0)), 1e-12);
  }
}

TEST(MemberRecord, CertifiesDriftImbalanceTailAndStandstill) {
  const auto names = MemberRecord::certificate_names();
  const auto entry = [&](const std::vector<double>& certificate, const std::string& name) {
    return certificate[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  };
  DiagnosticsRow row;
  row.field.mean = {1.0};
  row.field.energy = 2.0;
  MemberRecord record(true);
  record.add(row);
  MemberProgress progress;
  progress.time = 2.0;
  progress.error_estimate = 3e-7;
  progress.courant = 1.5;
  const auto still = record.certificate(progress, 4e-7);
  for (const char* name : {"conservation_defect", "energy_balance", "spectrum_tail", "is_nan"}) {
    EXPECT_EQ(entry(still, name), 0.0) << name;
  }
  EXPECT_EQ(entry(still, "is_stationary"), 1.0);
  row.field.mean = {1.002};
  row.field.spectrum_tail = 0.25;
  row.energy_balance_residual = 0.125;
  record.add(row);
  const auto moving = record.certificate(progress, 6e-7);
  EXPECT_NEAR(entry(moving, "conservation_defect"), 1e-3, 1e-15);
  EXPECT_EQ(entry(moving, "energy_balance"), 0.125);
  EXPECT_EQ(entry(moving, "spectrum_tail"), 0.25);
  EXPECT_EQ(entry(moving, "time_error"), 3e-7);
  EXPECT_EQ(entry(moving, "courant"), 1.5);
  EXPECT_EQ(entry(moving, "is_stationary"), 0.0);
  EXPECT_EQ(entry(MemberRecord::certificate_of_failure(), "is_nan"), 1.0);
}

TEST(StopRelay, TellsEveryOtherGroup) {
  const auto world = Communicator::world();
  const auto group = world.split(world.rank());
  std::vector<int> roots(static_cast<std::size_t>(world.size()));
  std::iota(roots.begin(), roots.end(), 0);
  StopRelay relay(world, group, roots);
  const int speaker = world.size() - 1;
  if (world.rank() == speaker) relay.announce();
  while (world.rank() != speaker && !relay.has_heard()) {
  }
  EXPECT_EQ(relay.has_heard(), world.rank() != speaker);
  relay.finish([] { return false; });
}

}  // namespace
}  // namespace parapet
