#include "simulation/compare_report.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace parapet {

namespace {

/// The least-squares slope of log y over log x.
double slope(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = std::log(x[i]), b = std::log(y[i]);
    sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

/// The root mean square over the frames of one of the distances.
double over_frames(const std::vector<Distance>& frames, double Distance::*which) {
  double sum = 0.0;
  for (const Distance& one : frames) sum += one.*which * (one.*which);
  return std::sqrt(sum / static_cast<double>(frames.size()));
}

/// A density, in 3-D summed up along z.
std::vector<double> seen(const Grid& grid, const std::vector<double>& density) {
  if (grid.dimensions < 3) return density;
  const auto depth = static_cast<std::size_t>(grid.points[2]);
  std::vector<double> sums(density.size() / depth, 0.0);
  for (std::size_t cell = 0; cell < density.size(); ++cell) {
    sums[cell / depth] += density[cell] * grid.spacing(2);
  }
  return sums;
}

std::string listed(const std::vector<double>& values) {
  return fmt::format("[{:.4g}]", fmt::join(values, ", "));
}

template <class T>
std::string listed(const std::array<T, 3>& values, int count) {
  const std::span<const T> used(values.data(), static_cast<std::size_t>(count));
  return fmt::format("[{}]", fmt::join(used, ", "));
}

}  // namespace

std::string compare_text(const std::string& name, const std::vector<CompareSeries>& all) {
  std::string text;
  std::vector<double> counts, l2, w1;
  for (const CompareSeries& series : all) {
    text +=
        fmt::format("{}: {} particles, interaction {}\n", name, series.count, series.interaction);
    text += fmt::format("{:>12} {:>12} {:>12} {:>12} {:>12} {:>22}\n", "time", "L2", "expected",
                        "W1", "W2", "means off by (errors)");
    for (const Distance& d : series.frames) {
      text += fmt::format("{:>12.6g} {:>12.4e} {:>12.4e} {:>12.4e} {:>12.4e} {:>22.2f}\n", d.time,
                          d.l2, d.expected_l2, d.w1, d.w2, d.mean_off);
    }
    counts.push_back(static_cast<double>(series.count));
    l2.push_back(over_frames(series.frames, &Distance::l2));
    w1.push_back(over_frames(series.frames, &Distance::w1));
  }
  if (all.size() > 1) {
    text += fmt::format(
        "the distance falls as N^({:.3f}) in L2 and N^({:.3f}) in W1; independent particles: "
        "-0.5\n",
        slope(counts, l2), slope(counts, w1));
  }
  return text;
}

std::string compare_json(const std::string& name, const Grid& grid,
                         const std::vector<double>& density,
                         const std::vector<CompareSeries>& all) {
  const int axes = std::min(grid.dimensions, 2);
  std::string text = fmt::format(
      "{{\n  \"equation\": \"{}\",\n  \"grid\": {{\"points\": {}, \"lower\": {}, \"length\": "
      "{}}},\n"
      "  \"density\": {},\n  \"series\": [",
      name, listed(grid.points, axes), listed(grid.lower, axes), listed(grid.length, axes),
      listed(seen(grid, density)));
  std::vector<double> counts, l2, w1;
  for (const CompareSeries& series : all) {
    text += fmt::format("{}\n    {{\"particles\": {}, \"interaction\": \"{}\", \"frames\": [",
                        counts.empty() ? "" : ",", series.count, series.interaction);
    for (std::size_t i = 0; i < series.frames.size(); ++i) {
      const Distance& d = series.frames[i];
      text += fmt::format(
          "{}\n      {{\"time\": {:.8g}, \"l2\": {:.6g}, \"expected_l2\": {:.6g}, \"w1\": {:.6g}, "
          "\"w2\": {:.6g}, \"means_off\": {:.4g}}}",
          i == 0 ? "" : ",", d.time, d.l2, d.expected_l2, d.w1, d.w2, d.mean_off);
    }
    text += fmt::format("],\n      \"density\": {}}}", listed(seen(grid, series.density)));
    counts.push_back(static_cast<double>(series.count));
    l2.push_back(over_frames(series.frames, &Distance::l2));
    w1.push_back(over_frames(series.frames, &Distance::w1));
  }
  text += "]";
  if (all.size() > 1) {
    text += fmt::format(",\n  \"slope_l2\": {:.4g},\n  \"slope_w1\": {:.4g}", slope(counts, l2),
                        slope(counts, w1));
  }
  return text + "\n}\n";
}

}  // namespace parapet
