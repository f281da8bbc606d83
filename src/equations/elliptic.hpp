#pragma once

#include <concepts>

#include "equations/forms.hpp"

namespace parapet {

/// Elliptic  −∇·(a ∇u) = f,  a problem without time. An equation states
///   components        the names of u and of the given fields
///   given             a and f, or f alone where a = 1
///   has_permeability  whether a is given; it is then the first
template <class E>
concept Elliptic = HasGivenFields<E> && requires {
  { E::components.size() } -> std::convertible_to<std::size_t>;
  { E::has_permeability } -> std::convertible_to<bool>;
};

}  // namespace parapet
