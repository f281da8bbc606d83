#include <string>

#include "support/input_verdict.hpp"

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

TEST(ReactionFaults, AreToldBeforeAnythingIsDone) {
  EXPECT_EQ(input_verdict(input, {"method.integrator=rkc", "time.tolerance=1e-4"}), "");
  expect_told(input, {{{"equation.diffusivity_u=-1e-5"}, "diffusivity_u"},
                      {{"equation.diffusivity_v=nan"}, "diffusivity_v"},
                      {{"method.order=3"}, "orders 2, 4"},
                      {{"method.integrator=leapfrog"}, "\"ssprk3\""},
                      {{"method.name=finite-volume"}, "\"finite-difference\""},
                      {{"time.tolerance=1e-4"}, "no error control"},
                      {{"method.integrator=rkc"}, "give `step` or `tolerance`"},
                      {{"method.integrator=rkc", "time.courant=0.5"}, "give `step` or `tolerance`"},
                      {{"grid.points=[3, 16]", "method.integrator=rk4", "method.order=4"},
                       "points an axis"},
                      {{"grid.boundary=reflecting"}, "has no \"reflecting\" ends"},
                      {{"grid.boundary=dirichlet", "method.name=spectral", "time.step=0.1"},
                       "not \"dirichlet\""}});
}

}  // namespace
}  // namespace parapet
