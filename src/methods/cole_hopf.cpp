#include "methods/cole_hopf.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/communicator.hpp"
#include "base/failure.hpp"

namespace parapet {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double largest_span_in_fourier_space = 6.0;  // e⁶ roundings are 1e-13
constexpr double negligible = 40.0;                    // e⁻⁴⁰ of the largest term
constexpr std::int64_t largest_sampling = std::int64_t{1} << 22;

SpectralTransform line_transform(std::int64_t points) {
  Grid grid;
  grid.points[0] = points;
  SpectralTransform::Options options;
  options.dealiasing = Dealiasing::none;
  return {Communicator::self(), grid, options};
}

/// Values on `points` points of the real series with these modes, k = 0, 1, …
std::vector<double> series(SpectralTransform& transform, const std::vector<Complex>& modes) {
  std::vector<Complex> placed(transform.mode_count());
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const auto k = static_cast<std::size_t>(std::abs(mode.wavenumber[0]));
    if (k >= modes.size()) return;
    placed[i] = mode.wavenumber[0] < 0 ? std::conj(modes[k]) : modes[k];
  });
  std::vector<double> values(transform.point_count());
  const Complex* const from = placed.data();
  double* const to = values.data();
  transform.to_points({&from, 1}, {&to, 1});
  return values;
}

std::int64_t power_of_two_at_least(double value) {
  std::int64_t result = 64;
  while (static_cast<double>(result) < value && result < largest_sampling) result *= 2;
  return result;
}

}  // namespace

ColeHopf::ColeHopf(std::vector<Complex> modes, double length, double viscosity)
    : modes_(std::move(modes)), length_(length), viscosity_(viscosity) {
  auto transform = line_transform(sampling());
  const auto exponent = series(transform, exponent_modes());
  const auto [low, high] = std::minmax_element(exponent.begin(), exponent.end());
  lowest_ = *low;
  span_ = *high - *low;
}

std::int64_t ColeHopf::sampling() const {
  return power_of_two_at_least(8.0 * static_cast<double>(modes_.size()));
}

std::vector<Complex> ColeHopf::exponent_modes() const {
  std::vector<Complex> result(modes_.size());
  for (std::size_t k = 1; k < modes_.size(); ++k) {
    const double wavenumber = 2.0 * pi * static_cast<double>(k) / length_;
    result[k] = modes_[k] / Complex(0.0, 2.0 * viscosity_ * wavenumber);
  }
  return result;
}

std::vector<double> ColeHopf::at(double t, std::int64_t points) const {
  require(t > 0.0, ExitCode::internal_error, "Cole-Hopf needs a time after the start");
  return span_ <= largest_span_in_fourier_space ? advance_in_fourier_space(t, points)
                                                : integrate_heat_kernel(t, points);
}

std::vector<double> ColeHopf::advance_in_fourier_space(double t, std::int64_t points) const {
  const std::int64_t refined = points * ((sampling() + points - 1) / points);
  auto transform = line_transform(refined);
  auto phi = series(transform, exponent_modes());
  for (double& value : phi) value = std::exp(lowest_ - value);
  std::vector<Complex> modes(transform.mode_count()), slope(modes.size());
  const double* const values = phi.data();
  Complex* const into = modes.data();
  transform.to_modes({&values, 1}, {&into, 1});
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    const double k = 2.0 * pi * static_cast<double>(mode.wavenumber[0]) / length_;
    const double shift = -k * modes_[0].real() * t;
    modes[i] *= std::exp(-viscosity_ * k * k * t) * Complex(std::cos(shift), std::sin(shift));
    slope[i] = Complex(0.0, 2 * mode.wavenumber[0] == refined ? 0.0 : k) * modes[i];
  });
  std::vector<double> phi_x(phi.size());
  const std::array<const Complex*, 2> from{modes.data(), slope.data()};
  const std::array<double*, 2> to{phi.data(), phi_x.data()};
  transform.to_points(from, to);
  std::vector<double> result(static_cast<std::size_t>(points));
  const auto stride = static_cast<std::size_t>(refined / points);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = modes_[0].real() - 2.0 * viscosity_ * phi_x[i * stride] / phi[i * stride];
  }
  return result;
}

std::vector<double> ColeHopf::integrate_heat_kernel(double t, std::int64_t points) const {
  double steepest = 0.0;  // bound of |v₀′|
  for (std::size_t k = 1; k < modes_.size(); ++k) {
    steepest += 4.0 * pi * static_cast<double>(k) / length_ * std::abs(modes_[k]);
  }
  const double narrowest =
      1.0 / std::sqrt(steepest / (2.0 * viscosity_) + 1.0 / (2.0 * viscosity_ * t));
  const auto fine = power_of_two_at_least(
      std::max(4.0 * length_ / narrowest, 8.0 * static_cast<double>(modes_.size())));
  auto transform = line_transform(fine);
  const auto exponent = series(transform, exponent_modes());
  std::vector<double> result(static_cast<std::size_t>(points));
  for (std::int64_t i = 0; i < points; ++i) {
    const double x = static_cast<double>(i) * length_ / static_cast<double>(points);
    result[static_cast<std::size_t>(i)] =
        modes_[0].real() + kernel_integral(exponent, x - modes_[0].real() * t, t);
  }
  return result;
}

/// ∫ (x−y)/t e^{−H} dy / ∫ e^{−H} dy,  H = Φ(y) + (x−y)²/4νt, over all y that matter.
double ColeHopf::kernel_integral(const std::vector<double>& exponent, double x, double t) const {
  const auto count = static_cast<std::int64_t>(exponent.size());
  const double h = length_ / static_cast<double>(count);
  const double reach = std::sqrt(4.0 * viscosity_ * t * (negligible + span_));
  const auto first = static_cast<std::int64_t>(std::floor((x - reach) / h));
  const auto last = static_cast<std::int64_t>(std::ceil((x + reach) / h));
  const auto height = [&](std::int64_t j) {
    const double d = x - static_cast<double>(j) * h;
    const std::int64_t place = ((j % count) + count) % count;
    return exponent[static_cast<std::size_t>(place)] + d * d / (4.0 * viscosity_ * t);
  };
  double lowest = height(first);
  for (std::int64_t j = first; j <= last; ++j) lowest = std::min(lowest, height(j));
  double sum = 0.0, moment = 0.0;
  for (std::int64_t j = first; j <= last; ++j) {
    const double weight = std::exp(lowest - height(j));
    sum += weight;
    moment += weight * (x - static_cast<double>(j) * h);
  }
  return moment / (t * sum);
}

std::vector<Complex> gather_line_modes(const SpectralTransform& transform, const Complex* modes) {
  require(transform.grid().dimensions == 1, ExitCode::internal_error, "a line has one dimension");
  std::int64_t highest = 0;
  transform.for_each_mode([&](std::size_t, const Mode& mode) {
    highest = std::max(highest, std::abs(mode.wavenumber[0]));
  });
  highest = transform.communicator().all_reduce(highest, Reduction::maximum);
  std::vector<double> parts(2 * static_cast<std::size_t>(highest + 1), 0.0);
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (mode.wavenumber[0] < 0) return;
    const auto k = static_cast<std::size_t>(mode.wavenumber[0]);
    parts[2 * k] = modes[i].real();
    parts[2 * k + 1] = modes[i].imag();
  });
  transform.communicator().all_reduce(std::span<double>(parts), Reduction::sum);
  std::vector<Complex> result;
  for (std::size_t k = 0; k < parts.size(); k += 2) result.emplace_back(parts[k], parts[k + 1]);
  return result;
}

}  // namespace parapet
