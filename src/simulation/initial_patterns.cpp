#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

constexpr double pi = std::numbers::pi;

/// Distance to a box of thickness `extent` around the middle of an axis of length 1.
double outside(double x, double extent) {
  return std::abs(x - 0.5) - 0.5 * extent;
}

std::vector<UnitPoint> drawn_places(const InitialFieldMaker& make) {
  std::vector<UnitPoint> places;
  for (std::uint64_t j = 0; j < static_cast<std::uint64_t>(make.settings.spots); ++j) {
    const auto [x, y] = make.stream.uniform_pair(j, 0);
    places.push_back({x, y, make.stream.uniform(j, 1)});
  }
  return places;
}

double square_of_distance(const UnitPoint& a, const UnitPoint& b, const InitialFieldMaker& make) {
  double sum = 0.0;
  for (std::size_t axis = 0; axis < make.dimensions(); ++axis) {
    const double apart = std::abs(a[axis] - b[axis]);
    const double nearest = make.is_periodic(axis) ? std::min(apart, 1.0 - apart) : apart;
    sum += nearest * nearest;
  }
  return sum;
}

}  // namespace

void set_uniform(const InitialFieldMaker& make) {
  set_pointwise(make, [&](std::size_t, const UnitPoint&) { return make.settings.mean; });
}

void set_spots(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const auto places = drawn_places(make);
  set_pointwise(make, [&](std::size_t, const UnitPoint& x) {
    double gap = 1.0;
    for (const UnitPoint& place : places) {
      const double r2 = square_of_distance(x, place, make);
      gap *= -std::expm1(-0.5 * r2 / (s.width * s.width));
    }
    return s.mean + s.amplitude * (1.0 - gap);
  });
}

void set_slab(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  set_pointwise(make, [&](std::size_t, const UnitPoint& x) {
    const double edge = 1.0 + std::exp(outside(x[0], s.extent) / s.width);
    return s.mean + s.amplitude * std::pow(edge, -static_cast<double>(s.power));
  });
}

void set_patch(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  set_pointwise(make, [&](std::size_t, const UnitPoint& x) {
    double height = s.amplitude;
    for (std::size_t a = 0; a < make.dimensions(); ++a) {
      const double distance = outside(x[a], s.extent);
      if (s.bumps == 0) {
        height /= 1.0 + std::exp(distance / s.width);
      } else {
        const double inside = (x[a] - 0.5) / s.extent + 0.5;
        const double wave = std::sin(pi * static_cast<double>(s.bumps) * inside);
        height *= distance < 0.0 ? wave * wave : 0.0;
      }
    }
    return s.mean + height;
  });
}

}  // namespace parapet
