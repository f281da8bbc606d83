#include "methods/implicit/linear_diffusion.hpp"

#include "base/processors.hpp"

namespace parapet {

LinearDiffusion::LinearDiffusion(const CellGrid& cells, int radius, double diffusivity)
    : axes_(cells.grid().dimensions), radius_(radius), stride_(cells.layout().stride) {
  constexpr std::array<double, 3> second = {-2.0, 1.0, 0.0};
  constexpr std::array<double, 3> fourth = {-5.0 / 2.0, 4.0 / 3.0, -1.0 / 12.0};
  for (int axis = 0; axis < axes_; ++axis) {
    const double h = cells.grid().spacing(axis);
    for (std::size_t n = 0; n < 3; ++n) {
      weights_[static_cast<std::size_t>(axis)][n] =
          diffusivity / (h * h) * (radius == 2 ? fourth[n] : second[n]);
    }
  }
}

template <int axes, int radius>
void LinearDiffusion::add_up(const double* u, std::size_t count, double* to) const {
  const auto stride = stride_;
  const auto weights = weights_;
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        for (std::size_t i = 0; i < count; ++i) {
          double sum = 0.0;
          for (std::size_t a = 0; a < axes; ++a) {
            const std::ptrdiff_t s = stride[a];
            sum += weights[a][0] * u[i] + weights[a][1] * (u[i + s] + u[i - s]);
            if constexpr (radius == 2) sum += weights[a][2] * (u[i + 2 * s] + u[i - 2 * s]);
          }
          to[i] = sum;
        }
      });
}

void LinearDiffusion::along_row(const double* u, std::size_t count, double* to) const {
  const bool is_wide = radius_ == 2;
  switch (axes_) {
    case 1:
      return is_wide ? add_up<1, 2>(u, count, to) : add_up<1, 1>(u, count, to);
    case 2:
      return is_wide ? add_up<2, 2>(u, count, to) : add_up<2, 1>(u, count, to);
    default:
      return is_wide ? add_up<3, 2>(u, count, to) : add_up<3, 1>(u, count, to);
  }
}

}  // namespace parapet
