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
       {{"method.order=3"}, "orders 5"},
       {{"method.integrator=rk4"}, "\"ssprk3\""},
       {{"time.tolerance=1e-4"}, "no error control"},
       {{"grid.boundary=reflecting"}, "has no \"reflecting\" ends"},
       {{"grid.boundary=[\"periodic\", \"outflow\", \"outflow\", \"outflow\"]"}, "both ends"},
       {{"grid.boundary_values=[1.0]"}, "no end of the domain is \"dirichlet\""},
       {{"grid.points=[2, 16]"}, "at least 3 points"},
       {{"initial.states=[1.0, 2.0, 3.0]"}, "`states` has 3 entries"},
       {{"initial.cuts=[0.1, 0.2, 0.3]"}, "`cuts` has 3 entries"},
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
               {{"equation.diffusivity=-1"}, "diffusivity"},
               {{"method.name=spectral"}, "\"finite-volume\""},
               {{"initial.formulas=[\"1\", \"2\"]"}, "`formulas` has 2 entries"},
               {{"initial.formulas=[\"t\"]"}, "t"}});
}

}  // namespace
}  // namespace parapet
