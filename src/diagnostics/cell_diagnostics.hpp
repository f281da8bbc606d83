#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "diagnostics/field_diagnostics.hpp"
#include "grid/cell_grid.hpp"

namespace parapet {

/// What is watched of fields on a CellGrid; `components` are arrays of its layout whose ghosts
/// towards other blocks are up to date (those beyond an end are not looked at). Averages are over
/// the cells, ∇ is the difference of neighbours, and spectrum_tail is NaN: nothing is transformed.
/// Collective.
FieldDiagnostics diagnose(const CellGrid& cells, std::span<const double* const> components);

/// Digest of fields, independent of their division among ranks. Collective.
std::uint64_t cells_digest(const CellGrid& cells, std::span<const double* const> components);

/// Throws a collective Failure(blew_up) that names member, component, cell, rank and time when some
/// value is NaN, infinite or beyond 1e100. Collective.
void throw_unless_finite(const CellGrid& cells, std::span<const double* const> components,
                         std::size_t member, double time);

}  // namespace parapet
