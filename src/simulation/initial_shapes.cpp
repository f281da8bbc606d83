#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

constexpr double pi = std::numbers::pi;

/// Calls act(x) for the grid's points inside a box, z fastest.
template <class F>
void for_each_point(const Grid& grid, const Box& box, F&& act) {
  const auto fraction = [&](std::size_t axis, std::int64_t index) {
    const double place = static_cast<double>(box.offset[axis] + index);
    const bool is_used = static_cast<int>(axis) < grid.dimensions;
    const double first = is_used ? grid.first_point(static_cast<int>(axis)) : 0.0;
    return (place + first) / static_cast<double>(grid.points[axis]);
  };
  for (std::int64_t i = 0; i < box.count[0]; ++i) {
    for (std::int64_t j = 0; j < box.count[1]; ++j) {
      for (std::int64_t l = 0; l < box.count[2]; ++l) {
        act(UnitPoint{fraction(0, i), fraction(1, j), fraction(2, l)});
      }
    }
  }
}

/// The mean of field(x) over the cell around a point, exact for polynomials of degree 5 along each
/// axis.
template <class F>
double cell_average(const Grid& grid, const UnitPoint& centre, F&& field) {
  static constexpr std::array<double, 3> nodes = {-0.3872983346207417, 0.0, 0.3872983346207417};
  static constexpr std::array<double, 3> weights = {5.0 / 18.0, 4.0 / 9.0, 5.0 / 18.0};
  const std::size_t used = static_cast<std::size_t>(grid.dimensions);
  double sum = 0.0;
  for (std::size_t n = 0; n < (used == 1 ? 3U : used == 2 ? 9U : 27U); ++n) {
    UnitPoint x = centre;
    double weight = 1.0;
    for (std::size_t a = 0, rest = n; a < used; ++a, rest /= 3) {
      x[a] += nodes[rest % 3] / static_cast<double>(grid.points[a]);
      weight *= weights[rest % 3];
    }
    sum += weight * field(x);
  }
  return sum;
}

/// A Gaussian on an axis of length 1, repeated if the axis is periodic, and its derivative times
/// its width.
struct Bump {
  double value = 0.0, derivative = 0.0;

  Bump(double distance, double width, bool is_periodic) {
    const int images = is_periodic ? 3 : 0;
    for (int image = -images; image <= images; ++image) {
      const double r = (distance + image) / width;
      value += std::exp(-0.5 * r * r);
      derivative -= r * std::exp(-0.5 * r * r);
    }
  }
};

struct Vortex {
  UnitPoint centre;
  double strength;
};

std::vector<Vortex> drawn_vortices(const InitialFieldMaker& make) {
  std::vector<Vortex> vortices;
  for (std::uint64_t v = 0; v < static_cast<std::uint64_t>(make.settings.vortices); ++v) {
    const auto [x, y] = make.stream.uniform_pair(v, 0);
    const auto [z, w] = make.stream.uniform_pair(v, 1);
    vortices.push_back({{x, y, z}, make.settings.amplitude * (2.0 * w - 1.0)});
  }
  return vortices;
}

}  // namespace

void set_pointwise(const InitialFieldMaker& make,
                   const std::function<double(std::size_t, const UnitPoint&)>& field) {
  const Box box = make.transform.physical_box();
  std::vector<double> values(make.transform.point_count());
  for (std::size_t c = 0; c < make.component_count(); ++c) {
    std::size_t at = 0;
    for_each_point(make.grid(), box, [&](const UnitPoint& x) {
      values[at++] = !make.are_averages
                         ? field(c, x)
                         : cell_average(make.grid(), x,
                                        [&](const UnitPoint& inside) { return field(c, inside); });
    });
    if (!make.points.empty()) {
      std::copy(values.begin(), values.end(), make.points[c]);
      continue;
    }
    const double* const from = values.data();
    make.transform.to_modes({&from, 1}, {&make.components[c], 1});
  }
}

std::array<double, 2> extremes_of(
    const InitialFieldMaker& make, std::size_t component,
    const std::function<double(std::size_t, const UnitPoint&)>& field) {
  std::array<double, 2> extremes;  // of −f and of f
  extremes.fill(-std::numeric_limits<double>::infinity());
  for_each_point(make.grid(), make.transform.physical_box(), [&](const UnitPoint& x) {
    const double value = field(component, x);
    extremes = {std::max(extremes[0], -value), std::max(extremes[1], value)};
  });
  make.transform.communicator().all_reduce(std::span<double>(extremes), Reduction::maximum);
  return {-extremes[0], extremes[1]};
}

void set_modes(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const std::size_t d = make.dimensions();
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    double sum = s.mean;
    for (std::size_t j = 0; j < s.amplitudes.size(); ++j) {
      double angle = s.phases[j], along = 0.0, k2 = 0.0;
      for (std::size_t a = 0; a < d; ++a) {
        const auto k = static_cast<double>(s.wavenumbers[j * d + a]);
        const double physical = k / make.grid().length[a];
        angle += 2.0 * pi * k * x[a];
        k2 += physical * physical;
        if (a == c) along = physical;
      }
      const double share = make.is_vector() && k2 > 0.0 ? along / std::sqrt(k2) : 1.0;
      sum += s.amplitudes[j] * share * std::sin(angle);
    }
    return sum;
  });
}

void set_cosines(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const std::size_t d = make.dimensions();
  set_pointwise(make, [&](std::size_t, const UnitPoint& x) {
    double sum = s.mean;
    for (std::size_t j = 0; j < s.amplitudes.size(); ++j) {
      double wave = s.amplitudes[j];
      for (std::size_t a = 0; a < d; ++a) {
        const double unit = make.is_periodic(a) ? 2.0 * pi : pi;
        wave *= std::cos(unit * static_cast<double>(s.wavenumbers[j * d + a]) * x[a]);
      }
      sum += wave;
    }
    return sum;
  });
}

void set_sine(const InitialFieldMaker& make) {
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    const double s = make.is_vector() ? x[c] : x[0] + x[1] + x[2];
    return make.settings.mean + make.settings.amplitude * std::sin(2.0 * pi * s);
  });
}

void set_fronts(const InitialFieldMaker& make) {
  const double steepness = 1.0 / (2.0 * pi * make.settings.width);
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    const double s = make.is_vector() ? x[c] : x[0] + x[1] + x[2];
    return make.settings.mean +
           make.settings.amplitude * std::tanh(steepness * std::sin(2.0 * pi * s));
  });
}

void set_taylor_green(const InitialFieldMaker& make) {
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    const double amplitude = make.settings.amplitude;
    const double X = 2.0 * pi * x[0], Y = 2.0 * pi * x[1], Z = 2.0 * pi * x[2];
    if (!make.is_vector()) {
      const double y = make.dimensions() > 1 ? std::sin(Y) : 1.0;
      const double z = make.dimensions() > 2 ? std::sin(Z) : 1.0;
      return make.settings.mean + amplitude * std::sin(X) * y * z;
    }
    if (c == 0) return make.settings.mean + amplitude * std::sin(X) * std::cos(Y) * std::cos(Z);
    if (c == 1) return make.settings.mean - amplitude * std::cos(X) * std::sin(Y) * std::cos(Z);
    return make.settings.mean;
  });
}

void set_gaussian_vortices(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  const std::size_t axes = make.is_vector() ? 2 : make.dimensions();
  const auto vortices = drawn_vortices(make);
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    double sum = s.mean;
    for (const Vortex& vortex : vortices) {
      double bump = 1.0;
      UnitPoint slope{0.0, 0.0, 0.0};  // of log of the bump along each axis, times w
      for (std::size_t a = 0; a < axes; ++a) {
        const Bump along(x[a] - vortex.centre[a], s.width, make.is_periodic(a));
        bump *= along.value;
        slope[a] = along.derivative / std::max(along.value, 1e-300);
      }
      const double factor = !make.is_vector() ? 1.0 : c == 0 ? slope[1] : c == 1 ? -slope[0] : 0.0;
      sum += vortex.strength * bump * factor;
    }
    return sum;
  });
}

}  // namespace parapet
