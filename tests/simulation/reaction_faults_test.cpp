#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "simulation/forecast.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {
namespace {

constexpr const char* input = R"([equation]
name = "gray-scott"
[grid]
points = [16, 16]
boundary = ["no-flux"]
[method]
name = "finite-difference"
[time]
end = 1.0
[output]
folder = "run"
)";

/// What reading the input with `--set` overrides says; empty where there are no faults.
std::string faults_with(const std::vector<std::string>& overrides) {
  const Communicator world = Communicator::world();
  const auto path = std::filesystem::temp_directory_path() / "parapet_reaction_faults.toml";
  std::ofstream(path) << input;
  try {
    RunSettings::read(world, path.string(), overrides, Machine{1, 1, 1e12});
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::bad_input);
    return failure.what();
  }
  return {};
}

struct Fault {
  std::vector<std::string> overrides;
  std::string says;
};

TEST(ReactionFaults, AreToldBeforeAnythingIsDone) {
  EXPECT_EQ(faults_with({}), "");
  EXPECT_EQ(faults_with({"method.integrator=rkc", "time.tolerance=1e-4"}), "");
  const std::vector<Fault> faults = {
      {{"equation.diffusivity_u=-1e-5"}, "diffusivity_u"},
      {{"equation.diffusivity_v=nan"}, "diffusivity_v"},
      {{"method.order=3"}, "orders 2, 4"},
      {{"method.integrator=leapfrog"}, "\"ssprk3\""},
      {{"method.name=finite-volume"}, "\"finite-difference\""},
      {{"time.tolerance=1e-4"}, "no error control"},
      {{"method.integrator=rkc"}, "give `step` or `tolerance`"},
      {{"method.integrator=rkc", "time.courant=0.5"}, "give `step` or `tolerance`"},
      {{"grid.points=[3, 16]", "method.integrator=rk4", "method.order=4"}, "points an axis"},
      {{"grid.boundary=reflecting"}, "has no \"reflecting\" ends"},
      {{"grid.boundary=dirichlet", "method.name=spectral", "time.step=0.1"}, "not \"dirichlet\""}};
  for (const Fault& fault : faults) {
    const std::string said = faults_with(fault.overrides);
    EXPECT_NE(said.find(fault.says), std::string::npos) << fault.says << ": " << said;
  }
}

}  // namespace
}  // namespace parapet
