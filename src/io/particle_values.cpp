#include "io/particle_values.hpp"

#include <algorithm>

#include "base/failure.hpp"

namespace parapet {

std::vector<ColumnSource> sources_of(const ParticleLayout& layout, const ParticleValues& values) {
  const auto vector_of = [](std::span<const double* const> arrays) {
    ColumnSource source{};
    std::copy_n(arrays.begin(), std::min<std::size_t>(3, arrays.size()), source.begin());
    return source;
  };
  const auto used = std::min<std::size_t>(3, values.position.size());
  std::vector<ColumnSource> sources = {vector_of(values.position)};
  if (layout.has_velocity) sources.push_back(vector_of(values.velocity));
  if (layout.has_weight) sources.push_back({values.weight});
  for (const double* further : values.position.subspan(used)) sources.push_back({further});
  if (layout.has_velocity) {
    for (const double* further : values.velocity.subspan(used)) sources.push_back({further});
  }
  for (const double* scalar : values.scalars) sources.push_back({scalar});
  return sources;
}

void require_fitting(const ParticleLayout& layout, const ParticleValues& values) {
  const auto dimensions = static_cast<std::size_t>(layout.dimensions);
  const auto are_given = [&](std::span<const double* const> arrays, std::size_t expected) {
    const bool has_all = std::find(arrays.begin(), arrays.end(), nullptr) == arrays.end();
    return arrays.size() == expected && (has_all || values.count == 0);
  };
  const bool is_inside = values.count >= 0 && values.first_id >= 0 &&
                         values.first_id <= layout.particles &&
                         values.count <= layout.particles - values.first_id;
  const bool is_fitting = is_inside && are_given(values.position, dimensions) &&
                          are_given(values.velocity, layout.has_velocity ? dimensions : 0) &&
                          are_given(values.scalars, layout.scalars.size()) &&
                          ((values.weight != nullptr) == layout.has_weight || values.count == 0);
  require(is_fitting, ExitCode::internal_error, "particles do not fit their file");
}

void gather(const ColumnSource& source, std::int64_t begin, std::int64_t stride,
            std::int64_t components, std::span<double> out) {
  const auto step = static_cast<std::size_t>(components);
  for (std::size_t c = 0; c < step; ++c) {
    std::int64_t at = begin;
    for (std::size_t i = c; i < out.size(); i += step, at += stride) {
      out[i] = source[c] == nullptr ? 0.0 : source[c][at];
    }
  }
}

}  // namespace parapet
