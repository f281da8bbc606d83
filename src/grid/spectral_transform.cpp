#include "grid/spectral_transform.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "grid/pencil_axes.hpp"
#include "grid/transform_engine.hpp"

namespace parapet {

class SpectralTransform::Implementation {
 public:
  Implementation(const Communicator& given, const Grid& grid_, const Options& options_)
      : communicator(given.duplicate()), grid(grid_), options(options_), wisdom(options_.wisdom) {
    const bool is_line = grid.dimensions == 1 && !is_split(grid, options);
    engine = is_line ? make_line_transform(communicator, grid, options, wisdom)
                     : make_pencil_transform(communicator, grid, options, wisdom);
    shape = engine->mode_shape();
    box = engine->mode_box();
  }

  Communicator communicator;
  Grid grid;
  Options options;
  std::string wisdom;
  std::unique_ptr<TransformEngine> engine;
  std::array<std::int64_t, 3> shape{};
  Box box;
};

namespace {

void check(const Grid& grid) {
  require(grid.dimensions >= 1 && grid.dimensions <= 3, ExitCode::bad_input,
          "a grid has 1, 2 or 3 dimensions");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool is_used = static_cast<int>(axis) < grid.dimensions;
    require(grid.points[axis] >= 1 && (is_used || grid.points[axis] == 1), ExitCode::bad_input,
            "every axis of a grid has at least one point, an unused axis exactly one");
  }
}

}  // namespace

SpectralTransform::SpectralTransform(const Communicator& communicator, const Grid& grid,
                                     const Options& options) {
  check(grid);
  implementation_ = std::make_unique<Implementation>(communicator, grid, options);
}
SpectralTransform::SpectralTransform(SpectralTransform&&) noexcept = default;
SpectralTransform::~SpectralTransform() = default;

const Grid& SpectralTransform::grid() const {
  return implementation_->grid;
}
const Communicator& SpectralTransform::communicator() const {
  return implementation_->communicator;
}
Box SpectralTransform::physical_box() const {
  return implementation_->engine->physical_box();
}
std::size_t SpectralTransform::mode_count() const {
  return static_cast<std::size_t>(implementation_->box.size());
}
std::array<std::int64_t, 3> SpectralTransform::mode_shape() const {
  return implementation_->shape;
}
Box SpectralTransform::mode_box() const {
  return implementation_->box;
}

Mode SpectralTransform::mode(std::size_t local_index) const {
  const auto& [offset, count] = implementation_->box;
  const auto& shape = implementation_->shape;
  const auto index = static_cast<std::int64_t>(local_index);
  const std::array<std::int64_t, 3> place{offset[0] + index / (count[1] * count[2]),
                                          offset[1] + index / count[2] % count[1],
                                          offset[2] + index % count[2]};
  Mode mode = implementation_->engine->mode_at(place);
  mode.global_index =
      static_cast<std::uint64_t>((place[0] * shape[1] + place[1]) * shape[2] + place[2]);
  return mode;
}

void SpectralTransform::to_modes(std::span<const double* const> fields,
                                 std::span<Complex* const> modes) {
  require(fields.size() == modes.size(), ExitCode::internal_error,
          "to_modes: as many results as fields are needed");
  implementation_->engine->to_modes(fields, modes);
}

void SpectralTransform::to_points(std::span<const Complex* const> modes,
                                  std::span<double* const> fields) {
  require(fields.size() == modes.size(), ExitCode::internal_error,
          "to_points: as many results as fields are needed");
  implementation_->engine->to_points(modes, fields);
}

void SpectralTransform::apply_pointwise(std::size_t members, std::span<const Complex* const> inputs,
                                        std::span<Complex* const> outputs,
                                        const PointKernel& kernel) {
  if (members == 0) return;
  require(inputs.size() % members == 0 && outputs.size() % members == 0, ExitCode::internal_error,
          "apply_pointwise: every member needs the same number of fields");
  implementation_->engine->apply_pointwise(members, inputs, outputs, kernel);
}

std::string SpectralTransform::description() const {
  return describe(grid(), implementation_->options, communicator().size());
}

std::string SpectralTransform::describe(const Grid& grid, const Options& options, int ranks) {
  if (grid.dimensions == 1 && !is_split(grid, options)) {
    return fmt::format("a line of {} points, transformed whole by one rank", grid.points[0]);
  }
  const PencilAxes axes(grid, options.dealiasing);
  return axes.description(axes.divided_among(ranks));
}
std::size_t SpectralTransform::memory_bytes() const {
  return implementation_->engine->memory_bytes();
}
std::string SpectralTransform::wisdom() const {
  return implementation_->wisdom;
}

}  // namespace parapet
