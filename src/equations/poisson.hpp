#pragma once

#include "equations/elliptic.hpp"

namespace parapet {

/// Poisson (1813):  −∇²u = f.
/// Between ends without flux, or periodic ones, f has zero mean and so has u. Exact: each mode of f
/// over |k|².
struct Poisson {
  static constexpr std::string_view name = "poisson";
  static constexpr std::string_view summary = "Poisson -lap(u) = f, without time";
  static constexpr Components<1> components = {"u"};
  static constexpr std::array<GivenField, 1> given = {
      GivenField{"source", "f, what u comes from", "u/length²"}};
  static constexpr bool has_permeability = false;

  static std::array<Parameter*, 0> parameters() { return {}; }
};

static_assert(Elliptic<Poisson>);

}  // namespace parapet
