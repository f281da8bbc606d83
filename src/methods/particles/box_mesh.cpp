#include "methods/particles/box_mesh.hpp"

#include <algorithm>
#include <cmath>

#include "methods/particles/cloud_boxes.hpp"

namespace parapet {

BoxMesh::BoxMesh(CellGrid& cells, const Box& box)
    : cells_(cells), box_(box), exchange_(cells, box) {
  const std::size_t width = slope_width(cells.grid());
  block_slopes_.resize(cells.cell_count() * width);
  with_cloud_box(cells.grid(), box, [&](const auto& around) {
    parts_ = AlignedArray<std::uint64_t>(around.size());
    slopes_ = AlignedArray<double>(around.size() * width);
    std::fill_n(slopes_.data(), slopes_.size(), 0.0);
  });
}

void BoxMesh::spread(std::span<const double* const> x, const double* is_there,
                     std::size_t particles, double total, double mass, double* density) {
  double parts = 1.0;
  std::fill_n(parts_.data(), parts_.size(), 0);
  with_cloud_box(cells_.grid(), box_, [&]<int d>(const CloudBox<d>& box) {
    add_clouds<d>(box, first_of<d>(x), is_there, particles, parts_.data());
    parts = CloudBox<d>::parts_of_one;
  });
  put(parts * total, mass, density);
}

void BoxMesh::count(std::span<const double* const> x, const double* is_there, std::size_t particles,
                    double total, double mass, double* density) {
  std::fill_n(parts_.data(), parts_.size(), 0);
  with_cloud_box(cells_.grid(), box_, [&]<int d>(const CloudBox<d>& box) {
    const Grid& grid = cells_.grid();
    const auto stride = box.strides();
    for (std::size_t i = 0; i < particles; ++i) {
      if (is_there != nullptr && is_there[i] == 0.0) continue;
      std::int64_t place = 0;
      for (std::size_t a = 0; a < d; ++a) {
        const double at = (x[a][i] - box.lower[a]) / grid.spacing(static_cast<int>(a));
        const double cell = std::floor(at + 0.5 - box.first[a]) - static_cast<double>(box.begin[a]);
        const double last = static_cast<double>(box.count[a]);
        place +=
            stride[a] * (1 + static_cast<std::int64_t>(cell > -1.0 ? std::min(cell, last) : -1.0));
      }
      ++parts_.data()[place];
    }
  });
  put(total, mass, density);
}

/// The sum of all ranks' parts, of which all particles have `all` together.
void BoxMesh::put(double all, double mass, double* density) {
  exchange_.add_up(parts_.data(), block_parts_);
  double volume = 1.0;
  for (int a = 0; a < cells_.grid().dimensions; ++a) volume *= cells_.grid().spacing(a);
  const double unit = mass / (all * volume);
  const std::uint64_t* sum = block_parts_.data();
  cells_.layout().for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::int64_t n = 0; n < cells_.layout().row_length(); ++n) {
      density[row + n] = static_cast<double>(*sum++) * unit;
    }
  });
}

void BoxMesh::set_potential(const double* potential) {
  const Grid& grid = cells_.grid();
  const CellLayout& layout = cells_.layout();
  const std::size_t axes = static_cast<std::size_t>(grid.dimensions), width = slope_width(grid);
  double* slope = block_slopes_.data();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t i, std::int64_t j, std::int64_t k) {
    std::array<std::int64_t, 3> at{layout.block.offset[0] + i, layout.block.offset[1] + j,
                                   layout.block.offset[2] + k};
    for (std::ptrdiff_t cell = row; cell < row + layout.row_length(); ++cell) {
      for (std::size_t a = 0; a < axes; ++a) {
        const bool has_low = grid.is_periodic[a] || at[a] > 0;
        const bool has_high = grid.is_periodic[a] || at[a] + 1 < grid.points[a];
        const double low = potential[has_low ? cell - layout.stride[a] : cell];
        const double high = potential[has_high ? cell + layout.stride[a] : cell];
        const double steps = has_low && has_high ? 2.0 : 1.0;
        slope[a] = (low - high) * (1.0 / (steps * grid.spacing(static_cast<int>(a))));
      }
      slope += width;
      ++at[static_cast<std::size_t>(layout.row_axis)];
    }
  });
  exchange_.hand_out(block_slopes_, width, slopes_.data());
}

void BoxMesh::add_slopes(std::span<const double* const> x, std::size_t particles,
                         std::span<double* const> force) const {
  with_cloud_box(cells_.grid(), box_, [&]<int d>(const CloudBox<d>& box) {
    add_interpolated<d>(box, slopes_.data(), first_of<d>(x), particles,
                        first_of<d, double*>(force));
  });
}

std::size_t BoxMesh::memory_bytes() const {
  return parts_.bytes() + slopes_.bytes() + block_parts_.size() * sizeof(std::uint64_t) +
         block_slopes_.size() * sizeof(double);
}

}  // namespace parapet
