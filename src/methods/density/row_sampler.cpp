#include "methods/density/row_sampler.hpp"

#include <cmath>

namespace parapet {

std::array<double, 3> RowSampler::place(std::size_t along, const Shift& shift) const {
  const Grid& grid = cells_.grid();
  std::array<double, 3> x{};
  for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
    const int axis = static_cast<int>(a);
    std::int64_t index = cells_.block().offset[a] + first_[a];
    if (axis == cells_.layout().row_axis) index += static_cast<std::int64_t>(along);
    double at = static_cast<double>(index) + grid.first_point(axis) + shift[a];
    const auto points = static_cast<double>(grid.points[a]);
    if (grid.is_periodic[a] && shift[a] == std::floor(shift[a])) {
      at = at < 0.0 ? at + points : at >= points ? at - points : at;
    }
    x[a] = grid.lower[a] + at * grid.spacing(axis);
  }
  return x;
}

std::vector<std::vector<double>> RowSampler::sample(const PointFunction& function,
                                                    std::size_t count, const Shift& shift) {
  std::vector<std::vector<double>> values(count, std::vector<double>(length(), 0.0));
  if (!function) return values;
  const auto dimensions = static_cast<std::size_t>(cells_.grid().dimensions);
  std::vector<std::vector<double>> x(dimensions, std::vector<double>(length()));
  for (std::size_t i = 0; i < length(); ++i) {
    const auto at = place(i, shift);
    for (std::size_t a = 0; a < dimensions; ++a) x[a][i] = at[a];
  }
  std::vector<const double*> in;
  std::vector<double*> out;
  for (const auto& axis : x) in.push_back(axis.data());
  for (auto& one : values) out.push_back(one.data());
  function({in, out, length()}, time_);
  return values;
}

}  // namespace parapet
