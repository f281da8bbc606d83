#include "methods/particles/first_positions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/failure.hpp"
#include "base/random.hpp"
#include "methods/particles/particle_cells.hpp"

namespace parapet {

FirstPositions::FirstPositions(CellGrid& cells, const double* density)
    : grid_(cells.grid()), density_(ParticleCells(cells).whole(density)) {
  for (int a = 0; a < grid_.dimensions; ++a) volume_ *= grid_.spacing(a);
  up_to_ = density_;
  double sum = 0.0;
  for (double& cell : up_to_) cell = sum += cell;
  collectively(cells.communicator(), [&] {
    require(sum > 0.0 && std::isfinite(sum), ExitCode::bad_input,
            "[initial] gives no mass anywhere: particles cannot be drawn from it");
  });
}

double FirstPositions::mass() const {
  return up_to_.back() * volume_;
}

double FirstPositions::middle(std::size_t axis, std::int64_t cell, double shift) const {
  const int a = static_cast<int>(axis);
  return grid_.lower[axis] +
         (static_cast<double>(cell) + shift + grid_.first_point(a)) * grid_.spacing(a);
}

void FirstPositions::draw(const ParticleRange& range, std::uint64_t seed, std::uint32_t member,
                          std::span<double* const> x) const {
  const RandomStream stream(seed, Purpose::first_positions, member);
  for (std::size_t i = 0; i < range.count; ++i) {
    const std::uint64_t id = static_cast<std::uint64_t>(range.first) + i;
    const auto [which, first] = stream.uniform_pair(id, 0);
    const auto [second, third] = stream.uniform_pair(id, 1);
    const std::array<double, 3> place{first, second, third};
    auto cell =
        std::upper_bound(up_to_.begin(), up_to_.end(), which * up_to_.back()) - up_to_.begin();
    cell = std::min<std::ptrdiff_t>(cell, std::ssize(up_to_) - 1);
    for (auto a = static_cast<std::size_t>(grid_.dimensions); a-- > 0;) {
      x[a][i] = middle(a, cell % grid_.points[a], place[a] - 0.5);
      cell /= grid_.points[a];
    }
  }
}

void FirstPositions::place(const ParticleRange& range, std::span<double* const> x,
                           double* weight) const {
  for (std::size_t i = 0; i < range.count; ++i) {
    auto cell = range.first + static_cast<std::int64_t>(i);
    weight[i] = density_[static_cast<std::size_t>(cell)] * volume_;
    for (auto a = static_cast<std::size_t>(grid_.dimensions); a-- > 0;) {
      x[a][i] = middle(a, cell % grid_.points[a], 0.0);
      cell /= grid_.points[a];
    }
  }
}

}  // namespace parapet
