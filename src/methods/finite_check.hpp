#pragma once

#include <cstddef>
#include <span>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// Throws a collective Failure(blew_up) that names member, component, wavenumber, rank and time
/// when some coefficient is NaN, infinite or beyond 1e100. Collective.
void throw_unless_finite(const SpectralTransform& transform,
                         std::span<const Complex* const> components, std::size_t member,
                         double time);

}  // namespace parapet
