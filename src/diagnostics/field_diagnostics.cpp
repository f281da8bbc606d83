#include "diagnostics/field_diagnostics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/digest.hpp"
#include "base/exact_sum.hpp"

namespace parapet {
namespace {

using Wavenumber = std::array<std::int64_t, 3>;

double total(const Communicator& communicator, ExactSum& sum) {
  sum.reduce(communicator);
  return sum.round();
}

double wave_square(const Grid& grid, const Wavenumber& wavenumber) {
  double k2 = 0.0;
  for (int axis = 0; axis < 3; ++axis) {
    const double k =
        grid.wave_unit(axis) * static_cast<double>(wavenumber[static_cast<std::size_t>(axis)]);
    k2 += k * k;
  }
  return k2;
}

/// The largest |k_a| of the kept modes along each axis, over all ranks.
Wavenumber largest_wavenumbers(const SpectralTransform& transform) {
  Wavenumber largest{0, 0, 0};
  transform.for_each_mode([&](std::size_t, const Mode& mode) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      largest[axis] = std::max(largest[axis], std::abs(mode.wavenumber[axis]));
    }
  });
  transform.communicator().all_reduce(std::span<std::int64_t>(largest), Reduction::maximum);
  return largest;
}

bool is_mean(const Mode& mode) {
  return mode.wavenumber == Wavenumber{0, 0, 0};
}

bool is_in_tail(const Wavenumber& k, const Wavenumber& largest) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (largest[axis] > 0 && 10 * std::abs(k[axis]) > 9 * largest[axis]) return true;
  }
  return false;
}

double spectrum_tail(const SpectralTransform& transform,
                     std::span<const Complex* const> components) {
  const Wavenumber largest = largest_wavenumbers(transform);
  std::array<double, 2> extremes{0.0, 0.0};  // squares: of the tail, of all but the mean
  bool has_nan = false;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (is_mean(mode)) return;
    for (const Complex* const component : components) {
      const double square = std::norm(component[i]);
      has_nan = has_nan || std::isnan(square);
      extremes[1] = std::max(extremes[1], square);
      if (is_in_tail(mode.wavenumber, largest)) extremes[0] = std::max(extremes[0], square);
    }
  });
  transform.communicator().all_reduce(std::span<double>(extremes), Reduction::maximum);
  if (transform.communicator().any(has_nan)) return std::numeric_limits<double>::quiet_NaN();
  return extremes[1] > 0.0 ? std::sqrt(extremes[0] / extremes[1]) : 0.0;
}

void add_extrema(SpectralTransform& transform, std::span<const Complex* const> components,
                 FieldDiagnostics& result) {
  std::vector<double> points(transform.point_count());
  double* const values = points.data();
  std::array<double, 3> extrema;  // largest of −u, of u, and of "is NaN", which max() would hide
  extrema.fill(-std::numeric_limits<double>::infinity());
  for (const Complex* const component : components) {
    transform.to_points({&component, 1}, {&values, 1});
    for (const double value : points) {
      extrema[0] = std::max(extrema[0], -value);
      extrema[1] = std::max(extrema[1], value);
      extrema[2] = std::max(extrema[2], std::isnan(value) ? 1.0 : 0.0);
    }
  }
  transform.communicator().all_reduce(std::span<double>(extrema), Reduction::maximum);
  const bool has_nan = extrema[2] > 0.0;
  result.minimum = has_nan ? std::numeric_limits<double>::quiet_NaN() : -extrema[0];
  result.maximum = has_nan ? std::numeric_limits<double>::quiet_NaN() : extrema[1];
}

void add_sums(const SpectralTransform& transform, std::span<const Complex* const> components,
              FieldDiagnostics& result) {
  std::vector<ExactSum> means(components.size());
  ExactSum energy, gradient;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const double k2 = wave_square(transform.grid(), mode.wavenumber);
    for (std::size_t c = 0; c < components.size(); ++c) {
      const double square = mode.weight * std::norm(components[c][i]);
      energy.add(0.5 * square);
      gradient.add(k2 * square);
      if (is_mean(mode)) means[c].add(components[c][i].real());
    }
  });
  const Communicator& communicator = transform.communicator();
  for (ExactSum& mean : means) result.mean.push_back(total(communicator, mean));
  result.energy = total(communicator, energy);
  result.gradient_square = total(communicator, gradient);
}

// |k| in units of the grid's smallest positive wavenumber, to the nearest whole number.
std::int64_t shell_number(const Grid& grid, const Wavenumber& wavenumber) {
  double unit = grid.wave_unit(0);
  for (int axis = 1; axis < grid.dimensions; ++axis) unit = std::min(unit, grid.wave_unit(axis));
  return std::llround(std::sqrt(wave_square(grid, wavenumber)) / unit);
}

}  // namespace

FieldDiagnostics diagnose(SpectralTransform& transform,
                          std::span<const Complex* const> components) {
  FieldDiagnostics result;
  add_sums(transform, components, result);
  add_extrema(transform, components, result);
  result.spectrum_tail = spectrum_tail(transform, components);
  return result;
}

std::vector<std::int64_t> shell_starts(const SpectralTransform& transform) {
  constexpr std::int64_t last_of_width_one = 128, shells_per_octave = 64;
  const double growth = std::exp2(1.0 / static_cast<double>(shells_per_octave));
  const std::int64_t largest = shell_number(transform.grid(), largest_wavenumbers(transform));
  std::vector<std::int64_t> starts;
  for (std::int64_t s = 0; s <= largest;) {
    starts.push_back(s);
    s = s < last_of_width_one
            ? s + 1
            : static_cast<std::int64_t>(std::ceil(growth * static_cast<double>(s)));
  }
  return starts;
}

std::vector<double> shell_spectrum(const SpectralTransform& transform,
                                   std::span<const Complex* const> components) {
  const auto starts = shell_starts(transform);
  std::vector<ExactSum> shells(starts.size());
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const std::int64_t number = shell_number(transform.grid(), mode.wavenumber);
    const auto above = std::upper_bound(starts.begin(), starts.end(), number);
    ExactSum& shell = shells[static_cast<std::size_t>(above - starts.begin()) - 1];
    for (const Complex* const component : components) {
      shell.add(0.5 * mode.weight * std::norm(component[i]));
    }
  });
  std::vector<double> result;
  for (ExactSum& shell : shells) result.push_back(total(transform.communicator(), shell));
  return result;
}

double relative_distance(const SpectralTransform& transform, std::span<const Complex* const> a,
                         std::span<const Complex* const> b) {
  ExactSum difference, reference;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    for (std::size_t c = 0; c < b.size(); ++c) {
      difference.add(mode.weight * std::norm(a[c][i] - b[c][i]));
      reference.add(mode.weight * std::norm(b[c][i]));
    }
  });
  const double distance = total(transform.communicator(), difference);
  return std::sqrt(distance / total(transform.communicator(), reference));
}

std::uint64_t modes_digest(const SpectralTransform& transform,
                           std::span<const Complex* const> components) {
  const auto shape = transform.mode_shape();
  const auto per_component = static_cast<std::uint64_t>(shape[0] * shape[1] * shape[2]);
  Digest digest;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    for (std::size_t c = 0; c < components.size(); ++c) {
      const std::uint64_t place = 2 * (c * per_component + mode.global_index);
      digest.add(components[c][i].real(), place);
      digest.add(components[c][i].imag(), place + 1);
    }
  });
  return transform.communicator().all_reduce(digest.value(), Reduction::sum);
}

}  // namespace parapet
