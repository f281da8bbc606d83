#include "learn/fno/layout.hpp"

#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

namespace parapet {

std::ptrdiff_t FnoLayout::Entry::size() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

std::ptrdiff_t FnoLayout::add(const std::string& name, std::vector<std::int64_t> sizes, double low,
                              double high) {
  entries.push_back({name, std::move(sizes), size, low, high});
  size += entries.back().size();
  return entries.back().offset;
}

FnoLayout::FnoLayout(const FnoShape& shape) {
  const auto pointwise = [&](const std::string& name, std::int64_t out, std::int64_t in,
                             std::ptrdiff_t& weight, std::ptrdiff_t& bias) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(in));
    weight = add(name + ".weight", {out, in}, -bound, bound);
    bias = add(name + ".bias", {out}, -bound, bound);
  };
  const std::int64_t width = shape.width;
  std::vector<std::int64_t> spectral = shape.kept_modes();
  spectral.insert(spectral.begin(), 2);
  spectral.insert(spectral.end(), {width, width});
  pointwise("lift", width, shape.lifted_channels(), lift_weight, lift_bias);
  for (std::int64_t l = 0; l < shape.layers; ++l) {
    const std::string name = fmt::format("layers.{}", l);
    Layer& layer = layers.emplace_back();
    layer.spectral =
        add(name + ".spectral", spectral, 0.0, 1.0 / static_cast<double>(width * width));
    pointwise(name, width, width, layer.weight, layer.bias);
  }
  pointwise("project.0", shape.projection, width, hidden_weight, hidden_bias);
  pointwise("project.1", shape.output_channels, shape.projection, output_weight, output_bias);
}

}  // namespace parapet
