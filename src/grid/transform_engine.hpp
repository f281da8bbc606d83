#pragma once

#include <memory>
#include <optional>

#include "grid/spectral_transform.hpp"

namespace parapet {

/// One way of dividing and carrying out the transforms of a SpectralTransform, whose members these
/// are.
class TransformEngine {
 public:
  virtual ~TransformEngine() = default;

  virtual Box physical_box() const = 0;
  virtual std::array<std::int64_t, 3> mode_shape() const = 0;
  virtual Box mode_box() const = 0;
  /// The mode at a place of the array of all kept modes, without its global index.
  virtual Mode mode_at(const std::array<std::int64_t, 3>& place) const = 0;

  virtual void to_modes(std::span<const double* const> fields, std::span<Complex* const> modes) = 0;
  virtual void to_points(std::span<const Complex* const> modes,
                         std::span<double* const> fields) = 0;
  virtual void apply_pointwise(std::size_t members, std::span<const Complex* const> inputs,
                               std::span<Complex* const> outputs,
                               const SpectralTransform::PointKernel& kernel) = 0;

  virtual std::size_t memory_bytes() const = 0;
};

using EngineMaker = std::unique_ptr<TransformEngine>(const Communicator& communicator,
                                                     const Grid& grid,
                                                     const SpectralTransform::Options& options,
                                                     std::string& wisdom);

/// Two and three dimensions, and long lines with balanced factors: pencil_transform.cpp.
EngineMaker make_pencil_transform;
/// Lines that fit one rank, each transformed whole: line_transform.cpp.
EngineMaker make_line_transform;

/// Whether a one-dimensional grid is transformed as a two-dimensional array; depends on the grid
/// and the options alone.
bool is_split(const Grid& grid, const SpectralTransform::Options& options);

}  // namespace parapet
