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

std::string shown(const Offset& offset) {
  return offset.errors < 0.0 ? "-" : fmt::format("{:.2f}", offset.errors);
}

std::string listed(const Offset& offset) {
  return offset.errors < 0.0 ? "null" : fmt::format("{:.4g}", offset.errors);
}

/// How distances, root mean squares over the frames, fall with the number of particles.
struct Slopes {
  double l2, w1;

  explicit Slopes(const std::vector<CompareSeries>& all) {
    std::vector<double> counts, of_l2, of_w1;
    for (const CompareSeries& series : all) {
      double square_l2 = 0.0, square_w1 = 0.0;
      for (const Distance& one : series.frames) {
        square_l2 += one.l2 * one.l2, square_w1 += one.sliced.w1 * one.sliced.w1;
      }
      counts.push_back(static_cast<double>(series.count));
      of_l2.push_back(std::sqrt(square_l2)), of_w1.push_back(std::sqrt(square_w1));
    }
    l2 = slope(counts, of_l2), w1 = slope(counts, of_w1);
  }
};

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
  for (const CompareSeries& series : all) {
    text +=
        fmt::format("{}: {} particles, interaction {}\n", name, series.count, series.interaction);
    text +=
        fmt::format("{:>12} {:>12} {:>12} {:>12} {:>12} {:>12} {:>13} {:>22}\n", "time", "L2",
                    "expected", "W1", "expected", "W2", "means off by", "variances by (errors)");
    for (const Distance& d : series.frames) {
      text +=
          fmt::format("{:>12.6g} {:>12.4e} {:>12.4e} {:>12.4e} {:>12.4e} {:>12.4e} {:>13} {:>22}\n",
                      d.time, d.l2, d.expected_l2, d.sliced.w1, d.sliced.expected_w1, d.sliced.w2,
                      shown(d.mean), shown(d.variance));
    }
  }
  if (all.size() > 1) {
    const Slopes slopes(all);
    text += fmt::format(
        "the distance falls as N^({:.3f}) in L2 and N^({:.3f}) in W1; independent particles: "
        "-0.5\n",
        slopes.l2, slopes.w1);
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
  bool is_first = true;
  for (const CompareSeries& series : all) {
    text += fmt::format("{}\n    {{\"particles\": {}, \"interaction\": \"{}\", \"frames\": [",
                        is_first ? "" : ",", series.count, series.interaction);
    for (std::size_t i = 0; i < series.frames.size(); ++i) {
      const Distance& d = series.frames[i];
      text += fmt::format(
          "{}\n      {{\"time\": {:.8g}, \"l2\": {:.6g}, \"expected_l2\": {:.6g}, \"w1\": {:.6g}, "
          "\"expected_w1\": {:.6g}, \"w2\": {:.6g}, \"means_off\": {}, "
          "\"means_error\": {:.6g}, \"variances_off\": {}, \"variances_error\": {:.6g}}}",
          i == 0 ? "" : ",", d.time, d.l2, d.expected_l2, d.sliced.w1, d.sliced.expected_w1,
          d.sliced.w2, listed(d.mean), d.mean.error, listed(d.variance), d.variance.error);
    }
    text += fmt::format("],\n      \"density\": {}}}", listed(seen(grid, series.density)));
    is_first = false;
  }
  text += "]";
  if (all.size() > 1) {
    const Slopes slopes(all);
    text += fmt::format(",\n  \"slope_l2\": {:.4g},\n  \"slope_w1\": {:.4g}", slopes.l2, slopes.w1);
  }
  return text + "\n}\n";
}

}  // namespace parapet
