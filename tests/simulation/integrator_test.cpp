#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "simulation/forecast.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {
namespace {

RunSettings read(const std::string& input, const std::vector<std::string>& changes) {
  const auto world = Communicator::world();
  return RunSettings::read(world, std::string(PARAPET_INPUT_FOLDER) + "/" + input, changes,
                           Machine::here(world));
}

/// The integrator that an input with these changes gets; of a fault, what is said of it.
std::string integrator(const std::string& input, const std::vector<std::string>& changes) {
  try {
    return read(input, changes).spectral_integrator();
  } catch (const Failure& failure) {
    return failure.what();
  }
}

void expect_fault(const std::string& input, const std::vector<std::string>& changes,
                  const std::string& says) {
  const std::string message = integrator(input, changes);
  EXPECT_NE(message.find(says), std::string::npos) << input << ": " << message;
}

TEST(SpectralIntegrator, IsExactWhereNoStepsAreAskedFor) {
  EXPECT_EQ(integrator("heat-2d.toml", {}), "exact");
  EXPECT_EQ(integrator("heat-2d.toml", {"time.step=0.1"}), "etdrk4");
  EXPECT_EQ(integrator("heat-2d.toml", {"time.tolerance=1e-6"}), "etdrk4");
  EXPECT_EQ(integrator("wave-2d.toml", {}), "exact");
  EXPECT_EQ(integrator("wave-2d.toml", {"time.step=0.01"}), "symplectic");
  EXPECT_EQ(integrator("advection-2d.toml", {}), "exact");
  EXPECT_EQ(integrator("schrodinger-packet.toml", {}), "exact");
  EXPECT_EQ(integrator("phi-4-2d.toml", {}), "symplectic");
}

TEST(SpectralIntegrator, TellsWhatItNeedsAndWhatNot) {
  expect_fault("wave-2d.toml", {"method.integrator=exact", "time.step=0.1"}, "leave `step` out");
  expect_fault("advection-2d.toml", {"time.step=0.1"}, "leave `step` out");
  expect_fault("schrodinger-packet.toml", {"time.tolerance=1e-6"}, "leave `tolerance` out");
  expect_fault("heat-2d.toml", {"method.integrator=exact", "time.step=0.1"}, "leave `step` out");
  expect_fault("wave-2d.toml", {"time.tolerance=1e-6"}, "give `step`");
  expect_fault("phi-4-2d.toml", {"method.integrator=exact"}, "\"phi-4\" has \"symplectic\"");
  expect_fault("phi-4-2d.toml", {"method.integrator=etdrk4"}, "\"phi-4\" has \"symplectic\"");
  expect_fault("wave-2d.toml", {"method.integrator=symplectic"}, "`step` is to be given");
  expect_fault("wave-2d.toml", {"equation.forcing.waves=3"}, "no random forcing");
  expect_fault("phi-4-2d.toml", {"initial.kind=breather"}, "for the equation \"sine-gordon\"");
}

TEST(SpectralIntegrator, DecidesColumnsAndSteps) {
  const RunSettings exact = read("wave-2d.toml", {});
  EXPECT_EQ(exact.quantities(), (std::vector<std::string>{"parseval_error", "hamiltonian"}));
  EXPECT_EQ(Forecast(exact, Machine::here(Communicator::world())).steps, 80.0);
  const RunSettings stepped = read("phi-4-2d.toml", {});
  EXPECT_EQ(stepped.quantities(),
            (std::vector<std::string>{"hamiltonian", "momentum_x", "momentum_y"}));
}

}  // namespace
}  // namespace parapet
