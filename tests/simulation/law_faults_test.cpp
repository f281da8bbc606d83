#include <string>

#include "support/input_verdict.hpp"

namespace parapet {
namespace {

const std::string burgers = R"input([equation]
name = "burgers"
viscosity = 0.0
[grid]
points = [16, 16]
boundary = ["outflow"]
[initial]
kind = "riemann"
states = [1.0, 0.0]
[time]
end = 1.0
[output]
folder = "run"
)input";

const std::string continuity = R"input([equation]
name = "continuity"
velocity = ["y", "cos(t)"]
[grid]
points = [16, 16]
[initial]
kind = "formula"
formulas = ["x*y"]
[time]
end = 1.0
[output]
folder = "run"
)input";

TEST(LawFaults, OfBurgersAreToldBeforeAnythingIsDone) {
  expect_told(
      burgers,
      {{{"equation.viscosity=-1e-5"}, "viscosity"},
       {{"method.name=spectral", "grid.boundary=periodic", "time.step=0.1"}, "shocks form"},
       {{"method.name=spectral", "grid.boundary=periodic", "time.step=0.1", "method.flux=godunov"},
        "is for methods on cells"},
       {{"method.flux=upwind"}, "\"godunov\""},
       {{"method.limiter=minmod"}, "\"bounds\""},
       {{"method.viscosity=crank-nicolson"}, "\"implicit\""},
       {{"method.name=spectral", "grid.boundary=periodic", "time.step=0.1",
         "method.viscosity=implicit"},
        "is for methods on cells"},
       {{"equation.name=eikonal", "method.viscosity=implicit"}, "has no viscosity"},
       {{"method.viscosity=implicit"}, "there is no viscosity to take implicitly"},
       {{"grid.dealiasing=2/3"}, "is for the spectral method"},
       {{"grid.plan=measure"}, "is for the spectral method"},
       {{"method.order=3"}, "orders 5"},
       {{"method.integrator=rk4"}, "\"ssprk3\""},
       {{"time.tolerance=1e-4"}, "no error control"},
       {{"grid.boundary=reflecting"}, "has no \"reflecting\" ends"},
       {{"grid.boundary=[\"periodic\", \"outflow\", \"outflow\", \"outflow\"]"}, "both ends"},
       {{"grid.boundary_values=[1.0]"}, "no end of the domain is \"dirichlet\""},
       {{"grid.points=[2, 16]"}, "at least 3 points"},
       {{"grid.lower=[1e12]"}, "points 0.0625 apart are not told apart"},
       {{"initial.states=[1.0, 2.0, 3.0]"}, "`states` has 3 entries"},
       {{"initial.cuts=[0.1, 0.2, 0.3]"}, "`cuts` has 3 entries"},
       {{"initial.cuts=[0.5, 1.0]"}, "`cuts` has 1, which is not between 0 and 1"},
       {{"equation.form=vector", "initial.states=[1, 0, 0, 0]", "method.limiter=bounds"},
        "has \"none\""}});
}

TEST(LawFaults, OfContinuityAreToldBeforeAnythingIsDone) {
  expect_told(continuity,
              {{{"equation.velocity=[\"1\"]"}, "1 formulas: expected 2"},
               {{"equation.velocity=[\"1\", \"w+1\"]"}, "w"},
               {{"equation.velocity=[\"1\", \"sin(\"]"}, "velocity"},
               {{"equation.velocity=[\"1\", \"sqrt(x-0.5)\"]"}, "is not finite at x = 0"},
               {{"equation.velocity=[\"1/(t-0.5)\", \"1\"]"}, "t = 0.5"},
               {{"equation.velocity=[\"1/(y-0.3125)\", \"1\"]"}, "not finite at x = 0, y = 0.3125"},
               {{"equation.velocity=[\"z\", \"1\"]"}, "is no formula"},
               {{"equation.diffusivity=-1"}, "diffusivity"},
               {{"method.viscosity=implicit"}, "there is no viscosity to take implicitly"},
               {{"method.name=spectral"}, "\"finite-volume\""},
               {{"initial.formulas=[\"1\", \"2\"]"}, "`formulas` has 2 entries"},
               {{"initial.formulas=[\"t\"]"}, "t"},
               {{"initial.formulas=[\"x + z\"]"}, "is no formula"},
               {{"initial.formulas=[\"log(x-0.5)\"]"}, "nan at x = 0, y = 0"},
               {{"initial.formulas=[\"1/(y-0.5)\"]"}, "inf at x = 0, y = 0.5"}});
}

TEST(LawFaults, ViscosityThatMembersDifferInMayBeImplicit) {
  EXPECT_EQ(input_verdict(burgers + R"(
[ensemble]
members = 2
[ensemble.vary.viscosity]
distribution = "uniform"
low = 0.01
high = 0.02
)",
                          {"method.viscosity=implicit"}),
            "");
}

const std::string spectral = R"input([equation]
name = "burgers"
[equation.forcing]
waves = 2
[grid]
points = [32]
[initial]
kind = "random-sines"
[time]
end = 1.0
step = 0.1
[output]
folder = "run"
)input";

TEST(LawFaults, OfWavesThatTheGridDoesNotHoldAreTold) {
  expect_told(spectral, {{{"equation.forcing.highest_wavenumber=11"}, "needs more than 33 points"},
                         {{"initial.highest_wavenumber=17"}, "needs at least 34 points along x"},
                         {{"initial.kind=spots", "initial.mass=1.0"}, "is for methods on cells"}});
}

// What is found out only when members are made is told with the section's place.
TEST(LawFaults, OfWhatAMemberStartsFromComeWithThePlace) {
  RunSettings settings;
  settings.places = {{"initial", "run.toml:6"}, {"equation.carrier", "run.toml:3"}};
  const auto placed = [&](const char* message) {
    return std::string(settings.placed(Failure(ExitCode::bad_input, message, true)).what());
  };
  EXPECT_EQ(placed("[initial] file: none"), "run.toml:6: [initial] file: none");
  EXPECT_EQ(placed("[equation.carrier] file"), "run.toml:3: [equation.carrier] file");
  EXPECT_EQ(placed("[initially] so"), "[initially] so");
  EXPECT_TRUE(settings.placed(Failure(ExitCode::bad_input, "[initial]", true)).is_collective());
}

}  // namespace
}  // namespace parapet
