#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"
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

fs::path scratch() {
  const auto folder = fs::temp_directory_path() / "parapet_system_run";
  on_root(world(), [&] { fs::create_directories(folder); });
  return folder;
}

constexpr const char* input = R"([equation]
name = "cucker-smale"
[grid]
points = [12, 10]
lower = [-3.0]
length = [6.0]
boundary = "outflow"
[particles]
count = 41
every = 1
[initial]
kind = "gaussian"
deviations = [0.6]
[time]
end = 1.0
step = 0.05
[output]
folder = "run"
interval = 0.25
precision = "float64"
)";

RunSettings settings_of(const std::vector<std::string>& overrides) {
  const auto path = scratch() / "system.toml";
  on_root(world(), [&] { std::ofstream(path) << input; });
  return RunSettings::read(world(), path.string(), overrides,
                           Machine{world().size(), world().size(), 1e12});
}

ExitCode run_into(const fs::path& folder, const std::vector<std::string>& overrides,
                  FolderUse use) {
  RunOptions options;
  options.folder = folder;
  options.use = use;
  options.is_quiet = true;
  return run(world(), settings_of(overrides), options);
}

enum Column : std::size_t { position, velocity };

std::vector<double> read(const fs::path& folder, Column column, std::int64_t frame) {
  return ParticleReader(folder / "particles.h5").read(column, 0, frame);
}

double sum_of(const fs::path& folder, std::size_t field, std::int64_t component,
              std::int64_t components) {
  const TrajectoryReader reader(folder / "trajectory.h5");
  const auto values = reader.read_block(field, 0, 4, Box{{0, 0, 0}, {12, 10, 1}});
  double sum = 0.0;
  for (std::size_t i = static_cast<std::size_t>(component); i < values.size();
       i += static_cast<std::size_t>(components)) {
    sum += values[i];
  }
  return sum;
}

// What the window shows is what the particles within it are.
TEST(SystemRun, ShowsDensityAndMomentumOfItsParticles) {
  ASSERT_EQ(run_into(scratch() / "whole", {}, FolderUse::overwrite), ExitCode::done);
  const auto x = read(scratch() / "whole", position, 4), v = read(scratch() / "whole", velocity, 4);
  ASSERT_EQ(x.size(), 3U * 41U);
  std::array<double, 3> sum{};
  for (std::size_t i = 0; i < x.size(); i += 3) {
    if (std::abs(x[i]) >= 3.0 || std::abs(x[i + 1]) >= 3.0) continue;
    sum[0] += 1.0, sum[1] += v[i], sum[2] += v[i + 1];
  }
  ASSERT_GT(sum[0], 20.0);
  const double density = sum_of(scratch() / "whole", 0, 0, 1);
  for (const std::int64_t c : {0, 1}) {
    const double momentum = sum_of(scratch() / "whole", 1, c, 2);
    EXPECT_NEAR(momentum / density, sum[static_cast<std::size_t>(c) + 1] / sum[0], 1e-9);
  }
}

TEST(SystemRun, GoesOnWithTheSameParticles) {
  ASSERT_EQ(run_into(scratch() / "whole", {}, FolderUse::overwrite), ExitCode::done);
  ASSERT_EQ(run_into(scratch() / "parts", {"time.end=0.5"}, FolderUse::overwrite), ExitCode::done);
  ASSERT_EQ(run_into(scratch() / "parts", {}, FolderUse::resume), ExitCode::done);
  for (const Column column : {position, velocity}) {
    EXPECT_EQ(read(scratch() / "parts", column, 4), read(scratch() / "whole", column, 4));
  }
}

TEST(SystemRun, RefusesToGoOnAsAnotherSystem) {
  ASSERT_EQ(run_into(scratch() / "other", {"time.end=0.5"}, FolderUse::overwrite), ExitCode::done);
  const auto before = read(scratch() / "other", position, 2);
  for (const std::vector<std::string>& change :
       {std::vector<std::string>{"equation.name=inertial-langevin"}, {"particles.count=43"}}) {
    try {
      run_into(scratch() / "other", change, FolderUse::resume);
      ADD_FAILURE() << "went on with " << change[0];
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::unusable_file);
    }
  }
  EXPECT_EQ(read(scratch() / "other", position, 2), before);
}

TEST(SystemRun, EndsWhereParticlesLeaveToInfinity) {
  try {
    run_into(scratch() / "lost",
             {"equation.coupling=1e6", "equation.decay=0", "checkpoint.steps=1"},
             FolderUse::overwrite);
    ADD_FAILURE() << "went on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::blew_up);
    EXPECT_NE(std::string(failure.what()).find("left to infinity"), std::string::npos);
  }
  EXPECT_EQ(read(scratch() / "lost", position, 0).size(), 3U * 41U);
  EXPECT_TRUE(fs::exists(scratch() / "lost" / "state.blowup.h5"));
}

TEST(SystemRun, RefusesWhatIsNoSystem) {
  for (const std::string change :
       {"particles.count=0", "grid.boundary=\"periodic\"", "particles.interaction=\"mesh\"",
        "particles.softening=0.1", "particles.batch=3", "particles.division=\"space\"",
        "method.integrator=\"baoab\"", "method.name=\"spectral\"", "particles.every=42",
        "equation.length=0", "initial.kind=\"random-sines\""}) {
    EXPECT_THROW(settings_of({change}), Failure) << change;
  }
}

}  // namespace
}  // namespace parapet
