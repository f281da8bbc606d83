#pragma once

#include <concepts>
#include <string_view>
#include <vector>

#include "equations/forms.hpp"

namespace parapet {

/// What each particle of a system has, in this order: its position, the first coordinates of which
/// are the axes of the grid; a velocity of as many components; a weight; further numbers by name.
struct ParticleNumbers {
  int positions = 1;
  bool has_velocity = false;
  bool has_weight = false;
  std::vector<std::string_view> further{};

  int count() const {
    return positions * (has_velocity ? 2 : 1) + (has_weight ? 1 : 0) +
           static_cast<int>(further.size());
  }
};

/// Equations of motion of N particles that act on each other, without an equation for their density
/// that the grid solves too (for those see Process). The grid is a window through which their
/// density is seen. An equation states what particles have; how they move is written beside the
/// kernels that do it, methods/particles/systems.
template <class E>
concept ParticleSystem = requires(const E e) {
  { e.particle_numbers(1) } -> std::same_as<ParticleNumbers>;
};

/// What the systems of particles that are seen as one density have in common.
struct SeenAsDensity {
  static std::vector<FieldName> fields(std::string_view, int) { return {{"density"}}; }
};

}  // namespace parapet
