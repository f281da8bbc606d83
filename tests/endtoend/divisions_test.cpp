// The same bits however the work is divided among ranks.
#include <gtest/gtest.h>

#include "endtoend/runs.hpp"

namespace parapet::testing {
namespace {

std::string results_on(const Scratch& scratch, const char* input, int ranks,
                       const std::vector<std::string>& more = {}, const std::string& fault = "") {
  static int number = 0;
  const SmallRun run{scratch, "run" + std::to_string(number++), input};
  std::vector<std::string> words = more;
  words.insert(words.end(), {"--set", "checkpoint.steps=1000"});
  const Outcome outcome = run.run(ranks, words, fault);
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  return outcome.status == 0 ? run.results() : "";
}

void expect_same_on_all_ranks(const char* input) {
  const Scratch scratch;
  const std::string alone = results_on(scratch, input, 1);
  ASSERT_FALSE(alone.empty());
  EXPECT_EQ(alone.find("differs"), std::string::npos);
  for (const int ranks : {2, 3, 4, 7}) {
    EXPECT_EQ(results_on(scratch, input, ranks), alone) << "on " << ranks << " ranks";
  }
}

TEST(Divisions, EnsembleOfLines) {
  expect_same_on_all_ranks(line_ensemble);
}
TEST(Divisions, Plane) {
  expect_same_on_all_ranks(plane);
}
TEST(Divisions, Cube) {
  expect_same_on_all_ranks(cube);
}

TEST(Divisions, BatchesAndGroupsOfSeveralRanks) {
  const Scratch scratch;
  const std::string alone = results_on(scratch, line_ensemble, 1);
  EXPECT_EQ(results_on(scratch, line_ensemble, 1, {"--set", "ensemble.batch=5"}), alone);
  EXPECT_EQ(results_on(scratch, line_ensemble, 3, {"--set", "ensemble.ranks_per_member=2"}), alone);
}

TEST(Divisions, OneSlowRank) {
  const Scratch scratch;
  EXPECT_EQ(results_on(scratch, plane, 2, {}, "pause=0.02,rank=1"), results_on(scratch, plane, 1));
}

}  // namespace
}  // namespace parapet::testing
