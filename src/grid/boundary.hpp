#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace parapet {

/// What happens at an end of the domain.
///   periodic    the other end is beyond it
///   no_flux     nothing passes: the normal derivative of every field is zero
///   dirichlet   the fields have given values there
///   outflow     waves leave: the fields go on as they are at the last cell
///   reflecting  a wall: the velocity normal to it changes its sign, all else is mirrored
///   absorbing   what arrives is gone: the fields are zero there
enum class BoundaryKind { periodic, no_flux, dirichlet, outflow, reflecting, absorbing };

inline constexpr std::array<std::string_view, 6> boundary_names = {
    "periodic", "no-flux", "dirichlet", "outflow", "reflecting", "absorbing"};

constexpr std::string_view name_of(BoundaryKind kind) {
  return boundary_names[static_cast<std::size_t>(kind)];
}

constexpr std::optional<BoundaryKind> boundary_named(std::string_view name) {
  for (std::size_t i = 0; i < boundary_names.size(); ++i) {
    if (boundary_names[i] == name) return static_cast<BoundaryKind>(i);
  }
  return std::nullopt;
}

/// The kinds at the lower and the upper end of each axis.
using Boundaries = std::array<std::array<BoundaryKind, 2>, 3>;

}  // namespace parapet
