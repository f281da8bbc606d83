#pragma once

#include <type_traits>

#include "equations/forms.hpp"

namespace parapet {

/// Calls act with d as a constant, if the equation exists in d dimensions.
template <class E, class F>
auto in_dimensions(int d, F&& act) {
  if constexpr (HasOwnDimensions<E>) {
    return act(std::integral_constant<int, E::dimensions>());
  } else {
    if (d == 1) return act(std::integral_constant<int, 1>());
    if (d == 2) return act(std::integral_constant<int, 2>());
    return act(std::integral_constant<int, 3>());
  }
}

}  // namespace parapet
