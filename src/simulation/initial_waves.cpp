#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

constexpr double pi = std::numbers::pi;
constexpr int images = 2;  // of the periodic box to either side

/// u and ∂u/∂t as functions of a place along the first axis.
using Motion = std::function<std::array<double, 2>(double x)>;

/// Sets the fields u and velocity; `at` is of a place along the first axis from its lower end.
void set_motion(const InitialFieldMaker& make, const Motion& at) {
  const double length = make.grid().length[0];
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    return at(x[0] * length)[c] + (c == 0 ? make.settings.mean : 0.0);
  });
}

/// Adds `scale` times the motion around a place, in every image of the box near enough to matter.
void add_images(const Motion& around, double distance, double length, double scale,
                std::array<double, 2>& sum) {
  for (int image = -images; image <= images; ++image) {
    const auto [u, velocity] = around(distance + image * length);
    sum[0] += scale * u;
    sum[1] += scale * velocity;
  }
}

template <HasBreather E>
void set_breather_of(const InitialFieldMaker& make, const E& equation) {
  const double length = make.grid().length[0];
  const double place = make.settings.centres.empty() ? 0.5 : make.settings.centres[0];
  const Motion around = [&](double x) {
    return equation.breather(x, 0.0, make.settings.frequency);
  };
  set_motion(make, [&](double x) {
    std::array<double, 2> sum = {0.0, 0.0};
    add_images(around, x - place * length, length, 1.0, sum);
    return sum;
  });
}

std::size_t kink_count(const InitialSettings& settings) {
  const std::size_t given = std::max(settings.centres.size(), settings.speeds.size());
  return given > 0 ? given : 2;
}

struct Kink {
  double place, speed, sign;
};

std::vector<Kink> kinks_of(const InitialFieldMaker& make) {
  const auto& speeds = make.settings.speeds;
  const std::size_t count = kink_count(make.settings);
  std::vector<Kink> kinks;
  for (std::size_t i = 0; i < count; ++i) {
    const double even = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const double place = make.settings.centres.empty() ? even : make.settings.centres[i];
    kinks.push_back(
        {place * make.grid().length[0], speeds.empty() ? 0.0 : speeds[i], i % 2 == 0 ? 1.0 : -1.0});
  }
  return kinks;
}

template <HasKinks E>
void set_kinks_of(const InitialFieldMaker& make, const E& equation) {
  const auto kinks = kinks_of(make);
  const double length = make.grid().length[0];
  set_motion(make, [&](double x) {
    std::array<double, 2> sum = {E::vacua[0], 0.0};
    for (const Kink& kink : kinks) {
      const Motion above = [&](double y) {
        const auto [u, velocity] = equation.kink(y, kink.speed);
        return std::array{u - E::vacua[0], velocity};
      };
      add_images(above, x - kink.place, length, kink.sign, sum);
    }
    return sum;
  });
}

template <class E>
constexpr bool has_kinks(const E&) {
  return HasKinks<E>;
}
template <class E>
constexpr bool has_breather(const E&) {
  return HasBreather<E>;
}

/// Names of the equations of the list that have a property.
template <class... Equations, class F>
std::string names_of_those(List<Equations...>, F&& has) {
  std::vector<std::string> names;
  ((has(Equations{}) ? names.push_back("\"" + std::string(Equations::name) + "\"") : void()), ...);
  return join(names);
}

template <class F>
void refuse_without(F&& has, const InitialSettings& settings, const AnyEquation& equation,
                    std::vector<std::string>& faults) {
  if (std::visit(has, equation)) return;
  faults.push_back(fmt::format("kind \"{}\" is for the equation {}", settings.kind,
                               names_of_those(AllEquations{}, has)));
}

void check_kinks(const InitialSettings& s, std::vector<std::string>& faults) {
  if (kink_count(s) % 2 == 1) {
    faults.emplace_back("`centres`: kinks come in pairs, or the field would not be periodic");
  }
  if (!s.centres.empty() && !s.speeds.empty() && s.centres.size() != s.speeds.size()) {
    faults.push_back(
        fmt::format("`speeds` has {} entries, `centres` {}", s.speeds.size(), s.centres.size()));
  }
}

void check_packet(const InitialSettings& s, const Grid& grid, std::vector<std::string>& faults) {
  const auto d = static_cast<std::size_t>(grid.dimensions);
  if (s.wavenumbers.size() != d) {
    faults.push_back(fmt::format("a wave packet needs {} wavenumbers (one an axis), not {}", d,
                                 s.wavenumbers.size()));
    return;
  }
  if (!s.centres.empty() && s.centres.size() != d) {
    faults.push_back(
        fmt::format("a wave packet needs {} `centres` (one an axis), not {}", d, s.centres.size()));
  }
  for (std::size_t a = 0; a < d; ++a) {
    if (2 * std::abs(s.wavenumbers[a]) < grid.points[a]) continue;
    faults.push_back(fmt::format("wavenumber {} needs more than {} points along axis {}",
                                 s.wavenumbers[a], grid.points[a], a));
  }
}

}  // namespace

void set_kinks(const InitialFieldMaker& make) {
  std::visit(
      [&]<class E>(const E& equation) {
        if constexpr (HasKinks<E>) set_kinks_of(make, equation);
      },
      make.equation);
}

void set_breather(const InitialFieldMaker& make) {
  std::visit(
      [&]<class E>(const E& equation) {
        if constexpr (HasBreather<E>) set_breather_of(make, equation);
      },
      make.equation);
}

void set_wave_packet(const InitialFieldMaker& make) {
  const InitialSettings& s = make.settings;
  set_pointwise(make, [&](std::size_t c, const UnitPoint& x) {
    double height = s.amplitude, angle = -0.5 * pi * static_cast<double>(c);
    for (std::size_t a = 0; a < make.dimensions(); ++a) {
      const double distance = x[a] - (s.centres.empty() ? 0.5 : s.centres[a]);
      const double nearest = distance - std::nearbyint(distance);
      height *= std::exp(-0.25 * nearest * nearest / (s.width * s.width));
      angle += 2.0 * pi * static_cast<double>(s.wavenumbers[a]) * distance;
    }
    return height * std::cos(angle) + (c == 0 ? s.mean : 0.0);
  });
}

void declare_waves(InitialSettings& s, Section& section) {
  section
      .add("centres", s.centres,
           "kinks: their places along x over the grid's length, empty: evenly spaced; breather, "
           "wave-packet: the place, of a packet one entry an axis, empty: the middle")
      .entries(0, 64)
      .at_least(0.0)
      .at_most(1.0);
  section
      .add("speeds", s.speeds,
           "kinks: their velocities over the wave speed, one entry a kink; empty: at rest")
      .entries(0, 64)
      .at_least(-0.999)
      .at_most(0.999);
  section.add("frequency", s.frequency, "breather: its frequency over that of small swings")
      .at_least(0.01)
      .at_most(0.999);
}

std::vector<std::string> wave_faults(const InitialSettings& settings, const Grid& grid,
                                     const AnyEquation& equation) {
  std::vector<std::string> faults;
  if (settings.kind == "kinks") {
    refuse_without([](const auto& e) { return has_kinks(e); }, settings, equation, faults);
    check_kinks(settings, faults);
  }
  if (settings.kind == "breather") {
    refuse_without([](const auto& e) { return has_breather(e); }, settings, equation, faults);
    if (settings.centres.size() > 1) faults.emplace_back("`centres`: there is one breather");
  }
  if (settings.kind == "wave-packet") check_packet(settings, grid, faults);
  return faults;
}

}  // namespace parapet
