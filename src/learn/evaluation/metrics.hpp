#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/communicator.hpp"

namespace parapet {

/// The error measures of PDEBench (Takamoto et al. 2022, appendix), The Well's VRMSE (Ohana et al.
/// 2024) and the FNO paper's relative L2, of predictions p against truths y. b counts samples, t
/// predicted frames, c channels, x grid points; N points, L_a side lengths, n_a points of an axis:
///   relative_l2   mean_b √(Σ_tcx (p−y)² / Σ_tcx y²)
///   rmse          mean_b √(mean_x (p−y)²)
///   nrmse         mean_b √(mean_x (p−y)²) / √(mean_x y²)
///   vrmse         mean_b √(mean_x (p−y)² / (var_x y + 1e-7)), var with N−1 as torch.std has it
///   crmse         √(mean_b (Σ_x p − Σ_x y)²) / N
///   brmse         mean_b √(mean over boundary points (p−y)²); an edge of two sides counts twice
///   frmse_*       E_k = √(mean_b |F(p−y)_k|²) / Π n_a · Π L_a, averaged over k < 4, 4 ≤ k < 12
///                 and k ≥ 12.
///                 1-D: every k of the half spectrum. 2-D and 3-D: |F|² summed over the shells
///                 k = ⌊|k⃗|⌋ < min n_a/2 of the first quadrant or octant, 0 ≤ k_a < n_a/2.
///   max           max_bx |p−y|
/// each averaged over c and t, except relative_l2, which has them under its root.
enum class Metric {
  relative_l2,
  rmse,
  nrmse,
  vrmse,
  crmse,
  brmse,
  frmse_low,
  frmse_mid,
  frmse_high,
  max
};
inline constexpr std::array<std::string_view, 10> metric_names = {
    "relative_l2", "rmse",      "nrmse",     "vrmse",      "crmse",
    "brmse",       "frmse_low", "frmse_mid", "frmse_high", "max"};

/// One value for each Metric; NaN where a grid has no mode of the band.
using Metrics = std::array<double, metric_names.size()>;

inline double value(const Metrics& metrics, Metric metric) {
  return metrics[static_cast<std::size_t>(metric)];
}

/// Shape of what is predicted for one sample: C order [frame][channel][x][y][z].
struct PredictionShape {
  std::int64_t frames = 1, channels = 1;
  int dimensions = 1;
  std::array<std::int64_t, 3> points{1, 1, 1};
  std::array<double, 3> length{1.0, 1.0, 1.0};

  std::int64_t point_count() const { return points[0] * points[1] * points[2]; }
  std::int64_t value_count() const { return frames * channels * point_count(); }
};

/// What each sample contributes to the metrics: a few sums and the error spectrum of every frame
/// and channel. From it the metrics of any subset of the samples follow without the fields, which
/// is what resampling needs. Samples are known by their index in the whole test set; the metrics do
/// not depend on which rank measured which sample.
class ErrorTable {
 public:
  ErrorTable(const PredictionShape& shape, std::int64_t samples);

  /// Measures one sample; `prediction` and `truth` have shape.value_count() values.
  void add(std::int64_t sample, std::span<const double> prediction, std::span<const double> truth);

  /// Brings every rank's samples together on all ranks; every sample on one rank only. Collective.
  void gather(const Communicator& communicator);

  std::int64_t samples() const { return samples_; }

  /// Metrics over the given samples (repetitions count as often as they occur).
  Metrics metrics(std::span<const std::int64_t> chosen) const;
  Metrics metrics() const;                            ///< over all samples
  Metrics sample_metrics(std::int64_t sample) const;  ///< over one sample
  Metrics frame_metrics(std::int64_t frame) const;    ///< over all samples, of one predicted frame

  /// The value PDEBench's own program would print with batches of `batch` samples: the metrics of
  /// each batch summed and divided by the number of batches less one. None for a single batch.
  std::optional<Metrics> legacy_metrics(std::int64_t batch) const;

  /// Quantiles `low` and `high` of each metric over `resamples` draws of all samples with
  /// replacement; the draws depend on `seed` alone.
  struct Interval {
    Metrics low, high;
  };
  Interval bootstrap(std::int64_t resamples, std::uint64_t seed, double low = 0.025,
                     double high = 0.975) const;

 private:
  const double* row(std::int64_t sample, std::int64_t line) const;
  double* row(std::int64_t sample, std::int64_t line);
  void add_line(double* row, const double* prediction, const double* truth) const;
  void add_spectrum(double* row, const std::vector<double>& difference) const;
  Metrics metrics_of_lines(std::span<const std::int64_t> chosen, std::int64_t first,
                           std::int64_t end) const;
  std::vector<std::int64_t> all_samples() const;
  void accumulate_line(std::span<const std::int64_t> chosen, std::int64_t line,
                       Metrics& total) const;

  PredictionShape shape_;
  std::int64_t samples_;
  std::int64_t bands_;  ///< entries of the error spectrum
  std::int64_t width_;  ///< numbers of one row
  std::vector<double> rows_;
};

}  // namespace parapet
