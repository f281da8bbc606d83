#include "methods/runge_kutta_stages.hpp"

#include <algorithm>
#include <array>

#include "base/failure.hpp"

namespace parapet {

namespace {

// −2.5127… and −2.7853… are where the stability polynomials 1 + z + z²/2 + z³/6 (+ z⁴/24) leave the
// unit disk.
constexpr std::array<RungeKutta, 3> all = {
    {{"ssprk3", 3, 2.512745}, {"rk4", 4, 2.785293}, {"euler", 1, 2.0}}};

/// The stages of one step that begins with register `u`.
std::vector<Stage> stages_of(std::string_view name, double dt, std::size_t u) {
  if (name == "euler") return {{1.0, dt}};
  if (name == "ssprk3") {
    return {
        {1.0, dt}, {0.25, 0.25 * dt, {{u, 0.75}}}, {2.0 / 3.0, 2.0 / 3.0 * dt, {{u, 1.0 / 3.0}}}};
  }
  // u₊ = u + dt/6 (k₁ + 2k₂ + 2k₃ + k₄), with the sum of the first three taken from the stages.
  return {{1.0, 0.5 * dt},
          {0.0, 0.5 * dt, {{u, 1.0}}},
          {0.0, dt, {{u, 1.0}}},
          {1.0 / 3.0, dt / 6.0, {{u, -1.0 / 3.0}, {u + 1, 1.0 / 3.0}, {u + 2, 2.0 / 3.0}}}};
}

}  // namespace

std::vector<Stage> RungeKutta::over(std::span<const double> steps) const {
  std::vector<Stage> chain;
  for (const double dt : steps) {
    const auto more = stages_of(name, dt, chain.size());
    chain.insert(chain.end(), more.begin(), more.end());
  }
  return chain;
}

const RungeKutta& runge_kutta_named(std::string_view name) {
  if (name == "auto") return all[0];
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const RungeKutta& one) { return one.name == name; });
  require(found != all.end(), ExitCode::internal_error, "no integrator " + std::string(name));
  return *found;
}

}  // namespace parapet
