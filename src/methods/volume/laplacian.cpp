#include "methods/volume/laplacian.hpp"

#include "base/processors.hpp"

namespace parapet {

namespace {

PARAPET_FOR_EACH_PROCESSOR
void scale_row(const double* u, double a, double* to, std::ptrdiff_t count) {
  for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = a * u[i];
}

PARAPET_FOR_EACH_PROCESSOR
void add_row(const double* u, std::ptrdiff_t s, double b, double* to, std::ptrdiff_t count) {
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const double near = u[i + s] + u[i - s], next = u[i + 2 * s] + u[i - 2 * s],
                 far = u[i + 3 * s] + u[i - 3 * s];
    to[i] += b * (1.5 * near - 0.15 * next + (1.0 / 90.0) * far - (49.0 / 18.0) * u[i]);
  }
}

}  // namespace

void add_laplacian(const CellGrid& cells, const double* u, double a, double b, double* to) {
  const CellLayout& layout = cells.layout();
  const std::ptrdiff_t count = layout.row_length();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    scale_row(u + row, a, to + row, count);
    for (int axis = 0; axis < cells.grid().dimensions; ++axis) {
      const double h = cells.grid().spacing(axis);
      const std::ptrdiff_t s = layout.stride[static_cast<std::size_t>(axis)];
      add_row(u + row, s, b / (h * h), to + row, count);
    }
  });
}

}  // namespace parapet
