#include "learn/fno.hpp"

#include <cmath>

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "learn/plain_fno.hpp"

namespace parapet {

FnoShape FnoShape::from(const FnoSettings& settings, std::int64_t dimensions,
                        std::int64_t input_channels, std::int64_t output_channels) {
  std::vector<std::int64_t> modes = settings.modes;
  if (modes.size() == 1) modes.assign(dimensions, modes[0]);
  require(static_cast<std::int64_t>(modes.size()) == dimensions, ExitCode::bad_input,
          fmt::format("[model] modes has {} entries, but the data have {} dimensions: give one "
                      "entry for all axes or one for each",
                      modes.size(), dimensions));
  return {input_channels,      output_channels,     modes, settings.width, settings.layers,
          settings.projection, settings.coordinates};
}

std::vector<std::int64_t> FnoShape::kept_modes() const {
  std::vector<std::int64_t> kept = modes;
  for (std::size_t axis = 0; axis + 1 < kept.size(); ++axis) kept[axis] *= 2;
  return kept;
}

namespace {

struct Entry {
  std::string name;
  std::vector<std::int64_t> sizes;
  double low, high;  ///< of the uniform distribution it starts from
};

std::vector<Entry> entries(const FnoShape& shape) {
  std::vector<Entry> list;
  const auto pointwise = [&](const std::string& name, std::int64_t out, std::int64_t in) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(in));
    list.push_back({name + "weight", {out, in}, -bound, bound});
    list.push_back({name + "bias", {out}, -bound, bound});
  };
  const std::int64_t width = shape.width;
  std::vector<std::int64_t> spectral = shape.kept_modes();
  spectral.insert(spectral.begin(), 2);
  spectral.insert(spectral.end(), {width, width});
  pointwise("lift.", width,
            shape.input_channels + (shape.has_coordinates ? shape.dimensions() : 0));
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string name = fmt::format("layers.{}.", layer);
    list.push_back({name + "spectral", spectral, 0.0, 1.0 / static_cast<double>(width * width)});
    pointwise(name, width, width);
  }
  pointwise("project.0.", shape.projection, width);
  pointwise("project.1.", shape.output_channels, shape.projection);
  return list;
}

std::int64_t product(const std::vector<std::int64_t>& sizes) {
  std::int64_t result = 1;
  for (const std::int64_t size : sizes) result *= size;
  return result;
}

/// The modules that carry a dotted name's path: "layers.0.weight" lives in layers → 0.
torch::nn::Module& descend(torch::nn::Module& root, const std::string& path) {
  torch::nn::Module* module = &root;
  for (std::size_t begin = 0, dot; (dot = path.find('.', begin)) != std::string::npos;
       begin = dot + 1) {
    const std::string name = path.substr(begin, dot - begin);
    const auto children = module->named_children();
    if (const auto* child = children.find(name)) {
      module = child->get();
    } else {
      module = module->register_module(name, std::make_shared<torch::nn::Module>(name)).get();
    }
  }
  return *module;
}

}  // namespace

Fno::Fno(const FnoShape& shape, std::uint64_t seed, torch::Dtype precision)
    : torch::nn::Module("Fno"), shape_(shape) {
  const std::vector<Entry> list = entries(shape);
  std::int64_t total = 0;
  for (const Entry& entry : list) total += product(entry.sizes);
  flat_parameters_ = torch::empty({total}, precision);
  at::Generator generator = at::detail::createCPUGenerator(seed);
  std::int64_t offset = 0;
  for (const Entry& entry : list) {
    const torch::Tensor values = torch::empty({0}, precision);
    values.set_(flat_parameters_.storage(), offset, entry.sizes);
    values.uniform_(entry.low, entry.high, generator);
    offset += values.numel();
    const std::string leaf = entry.name.substr(entry.name.rfind('.') + 1);
    ordered_.push_back(descend(*this, entry.name).register_parameter(leaf, values));
  }
}

torch::Tensor Fno::flat_gradients() {
  torch::Tensor flat = torch::zeros_like(flat_parameters_);
  std::int64_t offset = 0;
  for (torch::Tensor& parameter : ordered_) {
    const torch::Tensor part = flat.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    if (parameter.grad().defined()) part.copy_(parameter.grad());
    parameter.mutable_grad() = part;
    offset += parameter.numel();
  }
  return flat;
}

torch::Tensor Fno::forward(const torch::Tensor& input) {
  return plain_forward(*this, input);
}

}  // namespace parapet
