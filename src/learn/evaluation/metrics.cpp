#include "learn/evaluation/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <ATen/ATen.h>

#include "base/random.hpp"

namespace parapet {

namespace {

// Columns of a row, before the spectrum.
enum Column { square, truth_square, truth_variance, total_difference, edge_square, largest, fixed };

constexpr std::int64_t low_end = 4, mid_end = 12;
constexpr double variance_floor = 1e-7;

std::int64_t spectrum_length(const PredictionShape& shape) {
  if (shape.dimensions == 1) return shape.points[0] / 2 + 1;
  return *std::min_element(shape.points.begin(), shape.points.begin() + shape.dimensions) / 2;
}

// Mean of (p−y)² over the two sides across each axis.
double boundary_square(const PredictionShape& shape, const std::vector<double>& difference) {
  const auto [nx, ny, nz] = shape.points;
  const std::array<std::int64_t, 3> strides{ny * nz, nz, 1};
  double sum = 0.0;
  std::int64_t count = 0;
  for (int axis = 0; axis < shape.dimensions; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const std::int64_t n = shape.points[a];
    for (std::int64_t i = 0; i < shape.point_count(); ++i) {
      const std::int64_t index = i / strides[a] % n;
      // A single plane is both sides at once, and is counted as two, as everywhere else.
      const int sides = (index == 0) + (index == n - 1);
      const double d = difference[static_cast<std::size_t>(i)];
      sum += sides * d * d;
      count += sides;
    }
  }
  return sum / static_cast<double>(count);
}

double band_mean(const std::vector<double>& spectrum, std::int64_t first, std::int64_t end) {
  const auto length = static_cast<std::int64_t>(spectrum.size());
  end = std::min(end, length);
  if (first >= end) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(spectrum.begin() + first, spectrum.begin() + end, 0.0) /
         static_cast<double>(end - first);
}

// The larger of two; NaN when either is, which std::max would hide.
double larger(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::max(a, b);
}

double& at(Metrics& metrics, Metric metric) {
  return metrics[static_cast<std::size_t>(metric)];
}

}  // namespace

ErrorTable::ErrorTable(const PredictionShape& shape, std::int64_t samples)
    : shape_(shape),
      samples_(samples),
      bands_(spectrum_length(shape)),
      width_(fixed + bands_),
      rows_(static_cast<std::size_t>(samples * shape.frames * shape.channels * width_)) {}

double* ErrorTable::row(std::int64_t sample, std::int64_t line) {
  return rows_.data() + (sample * shape_.frames * shape_.channels + line) * width_;
}
const double* ErrorTable::row(std::int64_t sample, std::int64_t line) const {
  return rows_.data() + (sample * shape_.frames * shape_.channels + line) * width_;
}

void ErrorTable::add(std::int64_t sample, std::span<const double> prediction,
                     std::span<const double> truth) {
  for (std::int64_t line = 0; line < shape_.frames * shape_.channels; ++line) {
    const auto begin = line * shape_.point_count();
    add_line(row(sample, line), prediction.data() + begin, truth.data() + begin);
  }
}

void ErrorTable::add_line(double* row, const double* prediction, const double* truth) const {
  const auto points = static_cast<std::size_t>(shape_.point_count());
  std::vector<double> difference(points);
  double mean = 0.0;
  for (std::size_t i = 0; i < points; ++i) {
    const double d = difference[i] = prediction[i] - truth[i];
    row[square] += d * d;
    row[truth_square] += truth[i] * truth[i];
    row[total_difference] += d;
    row[largest] = larger(row[largest], std::abs(d));
    mean += truth[i];
  }
  const auto n = static_cast<double>(points);
  mean /= n;
  for (std::size_t i = 0; i < points; ++i) {
    row[truth_variance] += (truth[i] - mean) * (truth[i] - mean);
  }
  row[square] /= n;
  row[truth_square] /= n;
  row[truth_variance] /= n - 1.0;
  row[edge_square] = boundary_square(shape_, difference);
  add_spectrum(row, difference);
}

void ErrorTable::add_spectrum(double* row, const std::vector<double>& difference) const {
  const auto rank = static_cast<std::size_t>(shape_.dimensions);
  const std::vector<std::int64_t> sizes(shape_.points.begin(),
                                        shape_.points.begin() + shape_.dimensions);
  const auto field = at::from_blob(const_cast<double*>(difference.data()), sizes, at::kDouble);
  const auto transform = at::view_as_real(at::fft_rfftn(field)).contiguous();
  const double* modes = transform.data_ptr<double>();
  double* spectrum = row + fixed;
  std::array<std::int64_t, 3> extent{1, 1, 1};
  for (std::size_t a = 0; a < rank; ++a) extent[a] = transform.size(static_cast<std::int64_t>(a));
  const auto within = [&](std::size_t axis, std::int64_t k) {
    return rank == 1 || axis >= rank || k < shape_.points[axis] / 2;
  };
  for (std::int64_t i = 0; i < extent[0]; ++i) {
    for (std::int64_t j = 0; j < extent[1]; ++j) {
      for (std::int64_t k = 0; k < extent[2]; ++k, modes += 2) {
        if (!within(0, i) || !within(1, j) || !within(2, k)) continue;
        const auto shell =
            static_cast<std::int64_t>(std::sqrt(static_cast<double>(i * i + j * j + k * k)));
        if (shell < bands_) spectrum[shell] += modes[0] * modes[0] + modes[1] * modes[1];
      }
    }
  }
}

void ErrorTable::gather(const Communicator& communicator) {
  // Each sample was measured on one rank and is zero on the others, so the sum is exact.
  communicator.all_reduce(std::span<double>(rows_), Reduction::sum);
}

void ErrorTable::accumulate_line(std::span<const std::int64_t> chosen, std::int64_t line,
                                 Metrics& total) const {
  const auto count = static_cast<double>(chosen.size());
  const auto points = static_cast<double>(shape_.point_count());
  double difference_square = 0.0;
  std::vector<double> spectrum(static_cast<std::size_t>(bands_));
  Metrics sums{};
  for (const auto sample : chosen) {
    const double* r = row(sample, line);
    at(sums, Metric::rmse) += std::sqrt(r[square]);
    at(sums, Metric::nrmse) += std::sqrt(r[square]) / std::sqrt(r[truth_square]);
    at(sums, Metric::vrmse) += std::sqrt(r[square] / (r[truth_variance] + variance_floor));
    at(sums, Metric::brmse) += std::sqrt(r[edge_square]);
    difference_square += r[total_difference] * r[total_difference];
    for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] += r[fixed + k];
    at(sums, Metric::max) = larger(at(sums, Metric::max), r[largest]);
  }
  const double volume = shape_.length[0] * shape_.length[1] * shape_.length[2];
  for (auto& entry : spectrum) entry = std::sqrt(entry / count) / points * volume;
  for (const auto metric : {Metric::rmse, Metric::nrmse, Metric::vrmse, Metric::brmse}) {
    at(total, metric) += at(sums, metric) / count;
  }
  at(total, Metric::crmse) += std::sqrt(difference_square / count) / points;
  at(total, Metric::frmse_low) += band_mean(spectrum, 0, low_end);
  at(total, Metric::frmse_mid) += band_mean(spectrum, low_end, mid_end);
  at(total, Metric::frmse_high) += band_mean(spectrum, mid_end, bands_);
  at(total, Metric::max) += at(sums, Metric::max);
}

Metrics ErrorTable::metrics_of_lines(std::span<const std::int64_t> chosen, std::int64_t first,
                                     std::int64_t end) const {
  Metrics result{};
  for (std::int64_t line = first; line < end; ++line) accumulate_line(chosen, line, result);
  for (auto& entry : result) entry /= static_cast<double>(end - first);
  double relative = 0.0;
  for (const auto sample : chosen) {
    double error = 0.0, truth = 0.0;
    for (std::int64_t line = first; line < end; ++line) {
      error += row(sample, line)[square];
      truth += row(sample, line)[truth_square];
    }
    relative += std::sqrt(error / truth);
  }
  at(result, Metric::relative_l2) = relative / static_cast<double>(chosen.size());
  return result;
}

Metrics ErrorTable::metrics(std::span<const std::int64_t> chosen) const {
  return metrics_of_lines(chosen, 0, shape_.frames * shape_.channels);
}

std::vector<std::int64_t> ErrorTable::all_samples() const {
  std::vector<std::int64_t> all(static_cast<std::size_t>(samples_));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

Metrics ErrorTable::metrics() const {
  return metrics(all_samples());
}

Metrics ErrorTable::frame_metrics(std::int64_t frame) const {
  return metrics_of_lines(all_samples(), frame * shape_.channels, (frame + 1) * shape_.channels);
}

Metrics ErrorTable::sample_metrics(std::int64_t sample) const {
  return metrics(std::span<const std::int64_t>(&sample, 1));
}

std::optional<Metrics> ErrorTable::legacy_metrics(std::int64_t batch) const {
  const std::int64_t batches = (samples_ + batch - 1) / batch;
  if (batches < 2) return std::nullopt;
  Metrics total{};
  for (std::int64_t first = 0; first < samples_; first += batch) {
    std::vector<std::int64_t> members(static_cast<std::size_t>(std::min(batch, samples_ - first)));
    std::iota(members.begin(), members.end(), first);
    const auto part = metrics(members);
    for (std::size_t m = 0; m < total.size(); ++m) total[m] += part[m];
  }
  for (auto& entry : total) entry /= static_cast<double>(batches - 1);
  return total;
}

ErrorTable::Interval ErrorTable::bootstrap(std::int64_t resamples, std::uint64_t seed, double low,
                                           double high) const {
  std::vector<Metrics> drawn(static_cast<std::size_t>(resamples));
  std::vector<std::int64_t> chosen(static_cast<std::size_t>(samples_));
  const RandomStream draws(seed, Purpose::bootstrap);
  const auto bound = static_cast<std::uint64_t>(samples_);
  for (std::size_t draw = 0; draw < drawn.size(); ++draw) {
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      chosen[i] =
          static_cast<std::int64_t>(draws.integer(bound, i, static_cast<std::uint32_t>(draw)));
    }
    drawn[draw] = metrics(chosen);
  }
  Interval interval;
  std::vector<double> values(drawn.size());
  const auto quantile = [&](double q) {
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
  };
  for (std::size_t m = 0; m < metric_names.size(); ++m) {
    std::transform(drawn.begin(), drawn.end(), values.begin(),
                   [m](const Metrics& metrics_of_draw) { return metrics_of_draw[m]; });
    // NaN (a band the grid does not have) goes last, so that the order stays one.
    std::sort(values.begin(), values.end(),
              [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
    interval.low[m] = quantile(low);
    interval.high[m] = quantile(high);
  }
  return interval;
}

}  // namespace parapet
