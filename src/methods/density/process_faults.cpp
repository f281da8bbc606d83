#include "methods/density/process_faults.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "methods/density/density_process.hpp"

namespace parapet {

namespace {

constexpr std::size_t batch = 256;
constexpr std::int64_t most_points = std::int64_t{1} << 16;
constexpr double largest_sound = 1e150;

using Rows = std::vector<std::vector<double>>;

/// Some points of a grid, and the values of a process there.
class Probe {
 public:
  Probe(const DensityProcess& process, const Grid& grid) : process_(process), grid_(grid) {}

  std::vector<ProcessFault> faults(double time) {
    const std::int64_t count = grid_.point_count(), stride = 1 + count / most_points;
    std::vector<std::int64_t> points;
    for (std::int64_t i = 0; i < count; i += stride) {
      points.push_back(i);
      if (points.size() < batch && i + stride < count) continue;
      look_at(points, time);
      points.clear();
    }
    return std::move(found_);
  }

 private:
  void look_at(const std::vector<std::int64_t>& points, double time) {
    const auto d = static_cast<std::size_t>(grid_.dimensions);
    x_.assign(d, std::vector<double>(points.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
      std::array<std::int64_t, 3> at{};
      at[2] = points[i] % grid_.points[2];
      at[1] = points[i] / grid_.points[2] % grid_.points[1];
      at[0] = points[i] / grid_.points[2] / grid_.points[1];
      for (std::size_t a = 0; a < d; ++a) x_[a][i] = grid_.coordinate(static_cast<int>(a), at[a]);
    }
    const Rows V = values(process_.potential, 1, time), f = values(process_.drift, d, time);
    const Rows D = values(process_.diffusion, 6, time);
    const Rows mirrored = values(process_.mirrored_diffusion, 6, time);
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (std::size_t c = 3; c < 6 && process_.mirrored_diffusion; ++c) {
        const double off = std::abs(D[c][i] - mirrored[c][i]);
        if (off > 1e-12 * std::abs(D[c][i])) {
          note("diffusion", "the diffusion tensor is not symmetric", i);
        }
      }
      if (!is_sound(V[0][i])) note_unsound("potential", V[0][i], i);
      for (std::size_t a = 0; a < d; ++a) {
        if (!is_sound(f[a][i])) note_unsound("drift", f[a][i], i);
      }
      look_at_diffusion({D[0][i], D[1][i], D[2][i], D[3][i], D[4][i], D[5][i]}, i);
    }
  }

  void look_at_diffusion(const std::array<double, 6>& D, std::size_t i) {
    const auto d = static_cast<std::size_t>(grid_.dimensions);
    std::array<double, 3> h{1.0, 1.0, 1.0}, others{};
    for (std::size_t a = 0; a < d; ++a) h[a] = grid_.spacing(static_cast<int>(a));
    constexpr std::array<std::array<std::size_t, 2>, 3> pairs{{{0, 1}, {0, 2}, {1, 2}}};
    for (std::size_t a = 0; a < d; ++a) {
      if (!is_sound(D[a])) return note_unsound("diffusion", D[a], i);
      if (D[a] < 0.0) return note("diffusion", fmt::format("the diffusion {} < 0", D[a]), i);
    }
    for (std::size_t p = 0; p < 3; ++p) {
      const auto [a, b] = pairs[p];
      const double cross = D[3 + p];
      if (b >= d || cross == 0.0) continue;
      if (!is_sound(cross) || cross * cross >= D[a] * D[b]) {
        return note("diffusion",
                    fmt::format("the diffusion tensor is not positive definite: {0}{0} = {2}, "
                                "{1}{1} = {3}, {0}{1} = {4}",
                                "xyz"[a], "xyz"[b], D[a], D[b], cross),
                    i);
      }
      others[a] += std::abs(cross) / (h[a] * h[b]);
      others[b] += std::abs(cross) / (h[a] * h[b]);
    }
    for (std::size_t a = 0; a < d; ++a) {
      if (D[a] / (h[a] * h[a]) >= others[a]) continue;
      return note(
          "diffusion",
          fmt::format("the diffusion tensor is too slanted for cells of this shape: D_{0}{0} "
                      "/ h_{0}² = {1:.4g} is below the sum of |D_{0}b| / (h_{0} h_b), "
                      "{2:.4g}: choose the points of the axes accordingly",
                      "xyz"[a], D[a] / (h[a] * h[a]), others[a]),
          i);
    }
  }

  Rows values(const PointFunction& function, std::size_t count, double time) {
    const std::size_t points = x_[0].size();
    Rows result(count, std::vector<double>(points, 0.0));
    if (!function) return result;
    std::vector<const double*> in;
    std::vector<double*> out;
    for (const auto& axis : x_) in.push_back(axis.data());
    for (auto& one : result) out.push_back(one.data());
    function({in, out, points}, time);
    return result;
  }
  static bool is_sound(double value) { return std::abs(value) <= largest_sound; }
  void note_unsound(const char* key, double value, std::size_t i) {
    note(key, fmt::format("the {} is {:.6g}", key, value), i,
         fmt::format(": expected within ±{:g}", largest_sound));
  }

  /// `expected` stands behind the place.
  void note(const char* key, const std::string& what, std::size_t i,
            const std::string& expected = {}) {
    const auto is_same = [&](const ProcessFault& fault) { return fault.key == key; };
    if (std::ranges::any_of(found_, is_same)) return;
    std::string place = fmt::format("{} at x = {:.6g}", what, x_[0][i]);
    for (std::size_t a = 1; a < x_.size(); ++a) {
      place += fmt::format(", {} = {:.6g}", "xyz"[a], x_[a][i]);
    }
    found_.push_back({key, place + expected});
  }

  const DensityProcess& process_;
  const Grid& grid_;
  Rows x_;
  std::vector<ProcessFault> found_;
};

/// Formulas that are too few or too many.
std::vector<ProcessFault> count_faults(const FokkerPlanck& e, int d) {
  std::vector<ProcessFault> found;
  const auto axes = static_cast<std::size_t>(d);
  if (const std::size_t n = e.f.texts.size(); n != 0 && n != axes) {
    found.push_back({"drift", fmt::format("{} formulas: expected one an axis, {}", n, axes)});
  }
  if (const std::size_t n = e.D.texts.size(); n != 1 && n != axes && n != axes * axes) {
    found.push_back({"diffusion", fmt::format("{} formulas: expected 1{}", n,
                                              d == 1 ? std::string()
                                                     : fmt::format(", {} (one an axis) or {} (a "
                                                                   "tensor row by row)",
                                                                   axes, axes * axes))});
  }
  if (!e.W.texts.empty() && d > 1 && e.D.texts.size() == axes * axes) {
    found.push_back({"interaction",
                     "an interaction does not go with a whole diffusion tensor: give one formula "
                     "for `diffusion`, or one an axis"});
  }
  return found;
}

/// Looks at W along the diagonal of the grid's separations, and at its mirror image.
std::vector<ProcessFault> interaction_faults(const DensityProcess& process, const Grid& grid) {
  if (!process.interaction) return {};
  constexpr int samples = 512;
  for (int i = 1; i <= samples; ++i) {
    std::array<double, 3> r{}, mirrored{};
    for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimensions); ++a) {
      r[a] = grid.length[a] * i / samples, mirrored[a] = -r[a];
    }
    const double W = process.interaction(r.data()), other = process.interaction(mirrored.data());
    const auto fault = [&](const std::string& what) {
      return std::vector{ProcessFault{
          "interaction", fmt::format("{} at a separation with x = {:.6g}", what, r[0])}};
    };
    if (!(std::abs(W) <= largest_sound)) return fault(fmt::format("the interaction is {}", W));
    if (!(std::abs(W - other) <= 1e-12 * std::abs(W))) {
      return fault(fmt::format("the interaction is {}, but {} the other way round", W, other));
    }
  }
  return {};
}

/// Values of the potential on a line along `axis`, from end to end, through a point.
std::vector<double> along(const DensityProcess& process, const Grid& grid, std::size_t axis,
                          const std::array<double, 3>& point, double time) {
  constexpr std::size_t samples = 17;
  const auto d = static_cast<std::size_t>(grid.dimensions);
  Rows x(d, std::vector<double>(samples));
  std::vector<double> V(samples, 0.0);
  std::vector<const double*> in;
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t i = 0; i < samples; ++i) {
      const double part = static_cast<double>(i) / (samples - 1);
      x[a][i] = a == axis ? grid.lower[a] + part * grid.length[a] : point[a];
    }
    in.push_back(x[a].data());
  }
  const std::vector<double*> out = {V.data()};
  process.potential({in, out, samples}, time);
  return V;
}

/// A periodic axis at whose ends the potential differs: between them it would jump.
std::vector<ProcessFault> seam_faults(const DensityProcess& process, const Grid& grid,
                                      double time) {
  if (!process.potential) return {};
  constexpr std::array<double, 3> parts{0.21, 0.5, 0.83};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid.dimensions); ++axis) {
    if (!grid.is_periodic[axis]) continue;
    for (const double part : parts) {
      std::array<double, 3> point{};
      for (std::size_t a = 0; a < 3; ++a) point[a] = grid.lower[a] + part * grid.length[a];
      const auto V = along(process, grid, axis, point, time);
      double largest = 0.0;
      for (const double value : V) largest = std::max(largest, std::abs(value));
      if (std::abs(V.back() - V.front()) <= 1e-9 * largest) continue;
      return {{"potential",
               fmt::format("is not periodic along {}: {:.6g} at one end, {:.6g} at the other; "
                           "a force that goes round is to be given as `drift`",
                           "xyz"[axis], V.front(), V.back())}};
    }
  }
  return {};
}

}  // namespace

std::vector<ProcessFault> process_faults(const AnyEquation& equation, const Grid& grid,
                                         double begin, double end) {
  if (!is_process(equation)) return {};
  const auto* const given = std::get_if<FokkerPlanck>(&equation);
  if (given != nullptr) {
    auto found = count_faults(*given, grid.dimensions);
    if (!found.empty()) return found;
  }
  const DensityProcess process = density_process(equation, grid.dimensions);
  auto found = Probe(process, grid).faults(begin);
  if (found.empty() && process.depends_on_time) found = Probe(process, grid).faults(end);
  std::ranges::move(interaction_faults(process, grid), std::back_inserter(found));
  if (found.empty() && given != nullptr) found = seam_faults(process, grid, begin);
  if (given == nullptr) {
    for (ProcessFault& fault : found) fault.key.clear();
  }
  return found;
}

}  // namespace parapet
