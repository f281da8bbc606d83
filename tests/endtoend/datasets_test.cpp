// What a run leaves behind is right: against the exact solution, and as others read it.
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>

#include "endtoend/runs.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet::testing {
namespace {

double norm(const std::vector<double>& values) {
  return std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
}

const char* const steepening_sine = R"(
[equation]
name = "burgers"
viscosity = 0.02
[grid]
points = [512]
[initial]
kind = "sine"
mean = 0.3
[time]
end = 0.6
tolerance = 1e-11
[output]
folder = "run"
frames = 4
precision = "float64"
)";

/// The solution of Hopf and Cole for u(x, 0) = c + sin 2πx, as a Fourier series (Cole 1951):
///   u = c + 8πν Σ n Iₙ Eₙ sin nθ / (I₀ + 2 Σ Iₙ Eₙ cos nθ),  θ = 2π(x − ct),
/// with Eₙ = exp(−4π²n²νt) and the modified Bessel functions Iₙ at 1/(4πν).
double cole_hopf(double c, double nu, double x, double t) {
  constexpr double pi = std::numbers::pi;
  const double theta = 2 * pi * (x - c * t), z = 1 / (4 * pi * nu);
  double above = 0.0, below = std::cyl_bessel_i(0.0, z);
  for (int n = 1; n <= 40; ++n) {
    const double part = std::cyl_bessel_i(n, z) * std::exp(-4 * pi * pi * n * n * nu * t);
    above += n * part * std::sin(n * theta);
    below += 2 * part * std::cos(n * theta);
  }
  return c + 8 * pi * nu * above / below;
}

TEST(Datasets, TrajectoryIsTheExactSolution) {
  const Scratch scratch;
  const SmallRun run{scratch, "run", steepening_sine};
  const Outcome outcome = run.run(2);
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  const TrajectoryReader reader(run.path() / "trajectory.h5");
  ASSERT_EQ(reader.valid_frames(), std::vector<std::int64_t>{4});
  for (std::int64_t frame = 1; frame < 4; ++frame) {
    const double time = reader.layout().times[static_cast<std::size_t>(frame)];
    EXPECT_DOUBLE_EQ(time, 0.2 * static_cast<double>(frame));
    auto difference = reader.read_block(0, 0, frame, {{0, 0, 0}, {512, 1, 1}});
    std::vector<double> expected;
    for (std::size_t i = 0; i < difference.size(); ++i) {
      expected.push_back(cole_hopf(0.3, 0.02, static_cast<double>(i) / 512.0, time));
      difference[i] -= expected[i];
    }
    EXPECT_LE(norm(difference) / norm(expected), 1e-9) << "t = " << time;
  }
}

// In PDEBench's layout, killed and resumed on the way.
TEST(Datasets, PdebenchLayoutIsReadAsItsUsersDo) {
  const Scratch scratch;
  const SmallRun well{scratch, "well", line_ensemble};
  ASSERT_EQ(well.run(2).status, 0);
  const SmallRun run{scratch, "pdebench",
                     changed(line_ensemble, "[output]\n", "[output]\nlayout = \"pdebench\"\n")};
  {
    Program program(on_ranks(2, run.words({"--set", "ensemble.batch=1"})),
                    run.options("pause=0.01"));
    ASSERT_TRUE(program.wait_for("members"));
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    for (const auto& [rank, pid] : program.ranks()) kill(pid, SIGKILL);
    EXPECT_NE(program.wait().status, 0);
  }
  const Outcome resumed = run.run(3, {"--resume"});
  ASSERT_EQ(resumed.status, 0) << resumed.output;
  const Outcome read =
      Program(python("pdebench_check.py",
                     {(run.path() / "trajectory.h5").string(),
                      (well.path() / "trajectory.h5").string(), "48", "0", "0.1", "0.2", "0.3"}),
              {})
          .wait();
  EXPECT_EQ(read.status, 0) << read.output;
}

}  // namespace
}  // namespace parapet::testing
