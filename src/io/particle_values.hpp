#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "io/particle_layout.hpp"

namespace parapet {

/// Particles of one rank: those with ids first_id … first_id + count − 1, one array of `count`
/// numbers for each component.
struct ParticleValues {
  std::int64_t first_id = 0;
  std::int64_t count = 0;
  std::span<const double* const> position;  ///< one array a dimension
  std::span<const double* const> velocity;  ///< likewise; empty when the file has none
  const double* weight = nullptr;           ///< null when the file has none
  std::span<const double* const> scalars;   ///< in the order of ParticleLayout::scalars
};

/// The arrays that one column is gathered from, one a component; null gives zeros.
using ColumnSource = std::array<const double*, 3>;

/// Those of all columns, in the order of ParticleLayout::columns.
std::vector<ColumnSource> sources_of(const ParticleLayout& layout, const ParticleValues& values);

/// Throws Failure(internal_error) unless values are particles of the layout, with all it names.
void require_fitting(const ParticleLayout& layout, const ParticleValues& values);

/// Components one after another, of every `stride`-th particle from `begin` on, until `out` is
/// full.
void gather(const ColumnSource& source, std::int64_t begin, std::int64_t stride,
            std::int64_t components, std::span<double> out);

}  // namespace parapet
