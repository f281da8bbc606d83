#pragma once

#include <string>
#include <vector>

#include "methods/cell_case.hpp"
#include "methods/point_reaction.hpp"

namespace parapet {

/// The plain form of the explicit methods by differences, as the textbook has it: the whole grid on
/// one rank, cell by cell, every neighbour looked up, every stage a full array. Slow; what the
/// fused kernel is compared with.
class PlainDifferences {
 public:
  using State = std::vector<std::vector<double>>;  ///< [component][cell], x slowest

  PlainDifferences(const Grid& grid, const Boundaries& ends, MethodOptions options,
                   const AnyEquation& equation)
      : grid_(grid),
        ends_(ends),
        options_(std::move(options)),
        reaction_(point_reaction(equation)),
        u_(static_cast<std::size_t>(reaction_.components())) {}

  void set(const FieldFunction& field) {
    for (std::size_t c = 0; c < u_.size(); ++c) {
      u_[c].clear();
      for_each_cell([&](std::int64_t i, std::int64_t j, std::int64_t k) {
        u_[c].push_back(field(static_cast<int>(c), {grid_.coordinate(0, i), grid_.coordinate(1, j),
                                                    grid_.coordinate(2, k)}));
      });
    }
  }

  void step(double dt) {
    const State k1 = rate(u_);
    if (options_.integrator == "euler") {
      u_ = sum(u_, {{dt, &k1}});
    } else if (options_.integrator == "rk4") {
      const State k2 = rate(sum(u_, {{0.5 * dt, &k1}}));
      const State k3 = rate(sum(u_, {{0.5 * dt, &k2}}));
      const State k4 = rate(sum(u_, {{dt, &k3}}));
      u_ = sum(u_, {{dt / 6.0, &k1}, {dt / 3.0, &k2}, {dt / 3.0, &k3}, {dt / 6.0, &k4}});
    } else {  // Shu and Osher's third-order method in Butcher's form
      const State k2 = rate(sum(u_, {{dt, &k1}}));
      const State k3 = rate(sum(u_, {{0.25 * dt, &k1}, {0.25 * dt, &k2}}));
      u_ = sum(u_, {{dt / 6.0, &k1}, {dt / 6.0, &k2}, {2.0 / 3.0 * dt, &k3}});
    }
  }

  double value(int component, std::int64_t i, std::int64_t j, std::int64_t k) const {
    return at(u_, component, {i, j, k});
  }

 private:
  struct Share {
    double weight;
    const State* of;
  };

  template <class F>
  void for_each_cell(F&& act) const {
    for (std::int64_t i = 0; i < grid_.points[0]; ++i) {
      for (std::int64_t j = 0; j < grid_.points[1]; ++j) {
        for (std::int64_t k = 0; k < grid_.points[2]; ++k) act(i, j, k);
      }
    }
  }

  static State sum(State u, const std::vector<Share>& shares) {
    for (const Share& share : shares) {
      for (std::size_t c = 0; c < u.size(); ++c) {
        for (std::size_t i = 0; i < u[c].size(); ++i) {
          u[c][i] += share.weight * (*share.of)[c][i];
        }
      }
    }
    return u;
  }

  double at(const State& u, int c, std::array<std::int64_t, 3> cell) const {
    for (std::size_t a = 0; a < 3; ++a) {
      const std::int64_t n = grid_.points[a];
      if (cell[a] >= 0 && cell[a] < n) continue;
      const int axis = static_cast<int>(a), side = cell[a] < 0 ? 0 : 1;
      const BoundaryKind kind = ends_[a][static_cast<std::size_t>(side)];
      if (kind == BoundaryKind::periodic) {
        cell[a] = (cell[a] + n) % n;
        continue;
      }
      cell[a] = side == 0 ? -1 - cell[a] : 2 * n - 1 - cell[a];
      if (kind == BoundaryKind::no_flux) continue;
      const int components = static_cast<int>(u.size());
      return 2.0 * options_.boundary_value(axis, side, c, components) - at(u, c, cell);
    }
    const std::int64_t place = (cell[0] * grid_.points[1] + cell[1]) * grid_.points[2] + cell[2];
    return u[static_cast<std::size_t>(c)][static_cast<std::size_t>(place)];
  }

  double laplacian(const State& u, int c, const std::array<std::int64_t, 3>& cell) const {
    double sum = 0.0;
    for (int axis = 0; axis < grid_.dimensions; ++axis) {
      const double h = grid_.spacing(axis);
      const auto beside = [&](std::int64_t steps) {
        auto other = cell;
        other[static_cast<std::size_t>(axis)] += steps;
        return at(u, c, other);
      };
      const double here = beside(0), near = beside(-1) + beside(1);
      if (options_.order == 4) {
        sum += (-30.0 * here + 16.0 * near - beside(-2) - beside(2)) / (12.0 * h * h);
      } else {
        sum += (near - 2.0 * here) / (h * h);
      }
    }
    return sum;
  }

  State rate(const State& u) const {
    State result(u.size());
    std::vector<double> here(u.size()), reacted(u.size());
    std::vector<const double*> in;
    std::vector<double*> out;
    for (std::size_t c = 0; c < u.size(); ++c) in.push_back(&here[c]), out.push_back(&reacted[c]);
    for_each_cell([&](std::int64_t i, std::int64_t j, std::int64_t k) {
      for (std::size_t c = 0; c < u.size(); ++c) here[c] = at(u, static_cast<int>(c), {i, j, k});
      reaction_.reaction({in, out, 1});
      for (std::size_t c = 0; c < u.size(); ++c) {
        const double spread = laplacian(u, static_cast<int>(c), {i, j, k});
        result[c].push_back(reaction_.diffusivity[c] * spread + reacted[c]);
      }
    });
    return result;
  }

  Grid grid_;
  Boundaries ends_;
  MethodOptions options_;
  PointReaction reaction_;
  State u_;
};

}  // namespace parapet
