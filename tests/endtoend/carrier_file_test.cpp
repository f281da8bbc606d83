// Densities carried by a velocity that an HDF5 file holds.
#include <cmath>

#include <gtest/gtest.h>

#include "endtoend/runs.hpp"
#include "io/trajectory_reader.hpp"

namespace parapet::testing {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

const char* const flow = R"input([equation]
name = "burgers"
form = "vector"
viscosity = 0.01
[grid]
points = [24, 20]
[initial]
kind = "formula"
formulas = ["sin(2*pi*y)", "0.5+0.3*cos(2*pi*x)"]
[method]
name = "finite-volume"
[time]
end = 0.1
[output]
folder = "run"
frames = 3
precision = "float64"
)input";

const char* const matter = R"input([equation]
name = "continuity"
diffusivity = 0.001
[grid]
points = [24, 20]
[initial]
kind = "formula"
formulas = ["1+0.5*cos(2*pi*x)*sin(2*pi*y)"]
[time]
end = 0.2
[output]
folder = "run"
frames = 2
precision = "float64"
)input";

Words with(const Words& settings) {
  Words words;
  for (const auto& setting : settings) words.insert(words.end(), {"--set", setting});
  return words;
}

fs::path source(const Scratch& scratch) {
  const SmallRun run{scratch, "flow", flow};
  const Outcome outcome = run.run(2);
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  return run.path() / "trajectory.h5";
}

std::vector<double> last_frame(const Scratch& scratch, const std::string& folder, int ranks,
                               const Words& settings) {
  const SmallRun run{scratch, folder, matter};
  const Outcome outcome = run.run(ranks, with(settings));
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  const TrajectoryReader reader(run.path() / "trajectory.h5");
  return reader.read_block(0, 0, 1, Box{{0, 0, 0}, reader.layout().grid.points});
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double most = a.size() == b.size() ? 0.0 : 1.0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const double difference = std::abs(a[i] - b[i]);
    most = difference <= most ? most : difference;  // NaN stays
  }
  return most;
}

TEST(CarrierFile, CarriesAsTheFormulasItWasMadeOfDo) {
  const Scratch scratch;
  const std::string file = "equation.carrier.file=" + source(scratch).string();
  for (const std::string ends : {"periodic", "reflecting"}) {
    const std::string boundary = "grid.boundary=" + ends;
    // At walls the limiter makes rounding errors grow where a vacuum forms.
    const std::string unlimited = "method.limiter=none";
    // The points of a grid with walls are others: the same numbers, other formulas.
    const std::string told = ends == "periodic"
                                 ? "[\"sin(2*pi*y)\", \"0.5+0.3*cos(2*pi*x)\"]"
                                 : "[\"sin(2*pi*(y-0.025))\", \"0.5+0.3*cos(2*pi*(x-0.5/24))\"]";
    const Words formulas = {"equation.velocity=" + told, boundary, unlimited};
    const auto expected = last_frame(scratch, "told-" + ends, 1, formulas);
    for (const int ranks : {1, 3}) {
      const auto found = last_frame(scratch, "read-" + ends + std::to_string(ranks), ranks,
                                    {file, boundary, unlimited});
      // 1e-14 between walls
      EXPECT_LE(largest_difference(found, expected), 1e-13) << ends << ", " << ranks << " ranks";
    }
  }
}

TEST(CarrierFile, MayBeALaterFrameOfAnotherRun) {
  const Scratch scratch;
  const std::string file = "equation.carrier.file=" + source(scratch).string();
  const auto first = last_frame(scratch, "first", 1, {file, "equation.carrier.frame=0"});
  const auto last = last_frame(scratch, "last", 2, {file, "equation.carrier.frame=2"});
  EXPECT_GT(largest_difference(first, last), 1e-3);
  double sum = 0.0;
  for (const double rho : last) sum += rho / static_cast<double>(last.size());
  EXPECT_NEAR(sum, 1.0, 1e-14);
}

TEST(CarrierFile, IsRefusedBeforeAnythingIsWritten) {
  const Scratch scratch;
  const std::string file = "equation.carrier.file=" + source(scratch).string();
  struct Fault {
    Words settings;
    std::string says;
  };
  const std::vector<Fault> faults = {
      {{"equation.carrier.file=absent.h5"}, "there is no such file"},
      {{file, "grid.points=[24, 21]"}, "on 24 x 20 points, the run 2 on 24 x 21"},
      {{file, "grid.points=[480]", "initial.kind=uniform"}, "the run 1 on 480"},
      {{file, "equation.carrier.field=density"}, "has no field \"density\""},
      {{file, "equation.carrier.frame=3"}, "has no frame 3"},
      {{file, "equation.carrier.member=1"}, "has no member 1"},
      {{file, "equation.velocity=[\"1\", \"1\"]"}, "only one is to be given"},
      {{}, "or [equation.carrier] file"}};
  for (const Fault& fault : faults) {
    const SmallRun run{scratch, "run", matter};
    const Outcome outcome = run.run(2, with(fault.settings));
    EXPECT_EQ(outcome.status, 1) << outcome.output;
    EXPECT_NE(outcome.output.find(fault.says), std::string::npos)
        << fault.says << ": " << outcome.output;
    EXPECT_FALSE(fs::exists(run.path()));
  }
}

TEST(CarrierFile, ThatHasChangedIsNotResumedWith) {
  const Scratch scratch;
  const std::string file = "equation.carrier.file=" + source(scratch).string();
  const SmallRun run{scratch, "carried", matter};
  const auto go_on = [&](int ranks, const std::string& end, int frames) {
    Words words = with({file, "time.end=" + end, "output.frames=" + std::to_string(frames)});
    words.push_back("--resume");
    return run.run(ranks, words);
  };
  ASSERT_EQ(run.run(2, with({file})).status, 0);
  // The same values in a file that was written again are the same velocity.
  fs::remove_all(scratch / "flow");
  source(scratch);
  EXPECT_EQ(go_on(3, "0.4", 3).status, 0);
  fs::remove_all(scratch / "flow");
  const SmallRun other{scratch, "flow", changed(flow, "0.3*cos", "0.31*cos")};
  ASSERT_EQ(other.run(2).status, 0);
  const Outcome outcome = go_on(2, "0.6", 4);
  EXPECT_EQ(outcome.status, 4) << outcome.output;
  EXPECT_EQ(occurrences(outcome.output, "[equation.carrier] file: "), 1) << outcome.output;
  EXPECT_NE(outcome.output.find("flow/trajectory.h5: holds other values"), std::string::npos)
      << outcome.output;
}

}  // namespace
}  // namespace parapet::testing
