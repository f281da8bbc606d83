#pragma once

#include "equations/elliptic.hpp"

namespace parapet {

/// Darcy (1856):  −∇·(a ∇u) = f,  u the pressure in ground of permeability a, which may jump: u and
/// the flux a ∂u/∂n are continuous across. Between ends that are periodic or without flux, f has
/// zero mean, and so has u.
struct Darcy {
  static constexpr std::string_view name = "darcy";
  static constexpr std::string_view summary =
      "Darcy flow -div(a grad u) = f through ground of permeability a, without time";
  static constexpr Components<3> components = {"u", "permeability", "source"};
  static constexpr std::array<GivenField, 2> given = {
      GivenField{"permeability", "a, what the ground lets pass", "1", positive},
      GivenField{"source", "f, what enters", "u/length²"}};
  static constexpr bool has_permeability = true;

  static std::array<Parameter*, 0> parameters() { return {}; }
};

static_assert(Elliptic<Darcy>);

}  // namespace parapet
