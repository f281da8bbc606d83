#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/particle_reader.hpp"
#include "io/trajectory_reader.hpp"
#include "simulation/forecast.hpp"
#include "simulation/simulation.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// To be called by all ranks the first time.
fs::path scratch() {
  static const auto folder = [] {
    const auto path = fs::temp_directory_path() / "parapet_particle_run";
    on_root(world(), [&] { fs::create_directories(path); });
    return path;
  }();
  return folder;
}

constexpr const char* input = R"([equation]
name = "desai-zwanzig"
[grid]
points = [20]
lower = [-2.5]
length = [5.0]
boundary = "no-flux"
[method]
name = "particles"
[particles]
count = 103
every = 5
[initial]
kind = "gaussian"
means = [0.3]
deviations = [0.4]
[time]
end = 1.0
step = 0.01
[output]
folder = "run"
interval = 0.25
precision = "float64"
[ensemble]
members = 2
)";

void run_into(const fs::path& folder, const std::vector<std::string>& overrides, FolderUse use,
              const Communicator& ranks = world()) {
  const auto path = scratch() / "particles.toml";
  on_root(ranks, [&] { std::ofstream(path) << input; });
  const auto settings =
      RunSettings::read(ranks, path.string(), overrides, Machine{ranks.size(), ranks.size(), 1e12});
  RunOptions options;
  options.folder = folder;
  options.use = use;
  options.is_quiet = true;
  EXPECT_EQ(run(ranks, settings, options), ExitCode::done);
}

/// Places of the particles shown, by frame, of one member.
std::vector<std::vector<double>> places(const fs::path& folder, std::int64_t member) {
  const ParticleReader reader(folder / "particles.h5");
  std::vector<std::vector<double>> all;
  for (std::int64_t f = 0; f < reader.valid_frames()[static_cast<std::size_t>(member)]; ++f) {
    all.push_back(reader.read(0, member, f));
  }
  return all;
}

std::vector<double> density(const fs::path& folder, std::int64_t member, std::int64_t frame) {
  const TrajectoryReader reader(folder / "trajectory.h5");
  return reader.read_block(0, member, frame, Box{{0, 0, 0}, {20, 1, 1}});
}

TEST(ParticleRun, ShowsEveryFifthAndTheDensityOfAll) {
  run_into(scratch() / "whole", {}, FolderUse::overwrite);
  const auto shown = places(scratch() / "whole", 1);
  ASSERT_EQ(shown.size(), 5U);
  EXPECT_EQ(shown[4].size(), 3U * 21U);
  for (std::size_t i = 0; i < shown[4].size(); ++i) {
    if (i % 3 != 0) {
      EXPECT_EQ(shown[4][i], 0.0);
      continue;
    }
    EXPECT_GE(shown[4][i], -2.5);
    EXPECT_LE(shown[4][i], 2.5);
  }
  EXPECT_NE(shown[3], shown[4]);
  EXPECT_NE(places(scratch() / "whole", 0)[4], shown[4]);
  const auto shares = density(scratch() / "whole", 0, 4);
  const double mass = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (const double share : shares) {
    const double particles = 103.0 * share / mass;
    EXPECT_NEAR(particles, std::round(particles), 1e-9);
  }
  EXPECT_TRUE(fs::exists(scratch() / "whole" / "particles.xdmf"));
}

TEST(ParticleRun, GoesOnWithTheSameParticles) {
  run_into(scratch() / "whole", {}, FolderUse::overwrite);
  run_into(scratch() / "parts", {"time.end=0.5"}, FolderUse::overwrite);
  EXPECT_EQ(places(scratch() / "parts", 0).size(), 3U);
  run_into(scratch() / "parts", {}, FolderUse::resume);
  for (const std::int64_t member : {0, 1}) {
    EXPECT_EQ(places(scratch() / "parts", member), places(scratch() / "whole", member));
    EXPECT_EQ(density(scratch() / "parts", member, 4), density(scratch() / "whole", member, 4));
  }
}

// Begun by space on some ranks, gone on with by number on others, and the other way round.
TEST(ParticleRun, GoesOnWithThemDividedInAnotherWayOnOtherRanks) {
  const std::vector<std::string> opinions{"equation.name=bounded-confidence",
                                          "particles.interaction=cells"};
  const auto with = [&](const std::string& division, const std::string& end) {
    auto all = opinions;
    all.insert(all.end(), {"particles.division=" + division, "time.end=" + end});
    return all;
  };
  run_into(scratch() / "whole", with("index", "1.0"), FolderUse::overwrite);
  const Communicator half = world().split(world().is_root() ? 0 : 1);
  const auto on_one = [&](const std::vector<std::string>& overrides, FolderUse use) {
    if (world().is_root()) run_into(scratch() / "parts", overrides, use, half);
    world().barrier();
  };
  for (const bool is_first_alone : {false, true}) {
    if (is_first_alone) {
      on_one(with("index", "0.5"), FolderUse::overwrite);
      run_into(scratch() / "parts", with("space", "1.0"), FolderUse::resume);
    } else {
      run_into(scratch() / "parts", with("space", "0.5"), FolderUse::overwrite);
      on_one(with("index", "1.0"), FolderUse::resume);
    }
    EXPECT_EQ(places(scratch() / "parts", 1), places(scratch() / "whole", 1));
    EXPECT_EQ(density(scratch() / "parts", 1, 4), density(scratch() / "whole", 1, 4));
  }
}

/// How a run of the input ends, by a Failure or not.
std::pair<ExitCode, std::string> outcome(const fs::path& folder,
                                         const std::vector<std::string>& overrides, FolderUse use) {
  try {
    run_into(folder, overrides, use);
  } catch (const Failure& failure) {
    return {failure.code(), failure.what()};
  }
  return {ExitCode::done, {}};
}

TEST(ParticleRun, IsNotGoneOnWithByOtherParticles) {
  run_into(scratch() / "begun", {"time.end=0.5"}, FolderUse::overwrite);
  const auto before = places(scratch() / "begun", 0);
  for (const auto& [change, name] :
       {std::pair{"particles.count=104", "count"}, std::pair{"particles.interaction=mesh", "mesh"},
        std::pair{"particles.interaction=random-batch", "random-batch"},
        std::pair{"equation.name=double-well", "double-well"}}) {
    const auto [code, text] = outcome(scratch() / "begun", {change}, FolderUse::resume);
    EXPECT_EQ(code, ExitCode::unusable_file) << text;
    EXPECT_NE(text.find(name), std::string::npos) << text;
  }
  EXPECT_EQ(places(scratch() / "begun", 0), before);
  EXPECT_EQ(outcome(scratch() / "begun", {}, FolderUse::resume).first, ExitCode::done);
}

// Steps of 1 carry particles of a steep well away; with 0.01 they stay.
TEST(ParticleRun, EndsWhereAParticleLeavesAndKeepsWhatWas) {
  const std::vector<std::string> one{"ensemble.members=1", "equation.temperature=8"};
  auto steep = one;
  steep.insert(steep.end(), {"time.step=1", "time.end=8", "output.interval=1"});
  const auto [code, text] = outcome(scratch() / "steep", steep, FolderUse::overwrite);
  EXPECT_EQ(code, ExitCode::blew_up);
  EXPECT_NE(text.find("went further than the whole domain in one step"), std::string::npos) << text;
  const auto kept = places(scratch() / "steep", 0);
  ASSERT_FALSE(kept.empty());
  for (const double x : kept.front()) EXPECT_TRUE(std::abs(x) <= 2.5);
  EXPECT_EQ(outcome(scratch() / "steep", one, FolderUse::overwrite).first, ExitCode::done);
}

}  // namespace
}  // namespace parapet
