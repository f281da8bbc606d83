#include <algorithm>

#include <fmt/format.h>
#include <torch/csrc/jit/api/module.h>

#include "base/failure.hpp"
#include "learn/evaluation/surrogate.hpp"

namespace parapet {

namespace {

// TorchScript knows attributes by plain names: layers.0.weight is layers_0_weight there.
std::string attribute(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

// The helper methods of the module, whatever its dimensions. A pointwise layer acts on the channel
// axis; coordinates are j/N along each axis.
constexpr const char* pointwise_source = R"(
def pointwise(self, u: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    flat = torch.matmul(weight, u.flatten(2)) + bias.unsqueeze(1)
    return flat.view([u.size(0), weight.size(0)] + u.shape[2:])

def with_coordinates(self, u: Tensor) -> Tensor:
    channels = [u]
    for axis in range(u.dim() - 2):
        points = u.size(2 + axis)
        line = [1] * u.dim()
        line[2 + axis] = points
        shape = u.shape
        shape[1] = 1
        x = torch.arange(points, dtype=u.dtype, device=u.device) / points
        channels.append(x.view(line).expand(shape))
    return torch.cat(channels, 1)
)";

// A spectral convolution keeps the wave numbers 0 … m−1 of the last axis and 0 … m−1, −m … −1 of
// the others, as many of them as the grid has.
constexpr const char* spectral_source = R"(
def kept(self, modes: int, points: int) -> List[int]:
    wave_numbers: List[int] = []
    for row in range(modes):
        k = row
        if row >= modes // 2:
            k = row - modes
        if k <= (points - 1) // 2 and k >= -(points // 2):
            wave_numbers.append(k)
    return wave_numbers

def spectral(self, u: Tensor, weight: Tensor) -> Tensor:
    axes: List[int] = []
    points: List[int] = []
    for axis in range(u.dim() - 2):
        axes.append(2 + axis)
        points.append(u.size(2 + axis))
    modes = torch.fft_rfftn(u, None, axes)
    full = modes.shape
    w = torch.complex(weight[0], weight[1])
    places: List[Tensor] = []
    for axis in range(len(axes) - 1):
        wave_numbers = self.kept(w.size(axis), points[axis])
        k = torch.tensor(wave_numbers, device=u.device)
        place = torch.where(k < 0, k + points[axis], k)
        row = torch.where(k < 0, k + w.size(axis), k)
        modes = modes.index_select(2 + axis, place)
        w = w.index_select(axis, row)
        places.append(place)
    last = min(w.size(len(axes) - 1), modes.size(-1))
    modes = modes.narrow(-1, 0, last)
    w = w.narrow(len(axes) - 1, 0, last)
    places.append(torch.arange(last, device=u.device))
    mixed = torch.einsum("{equation}", [modes, w])
    for offset in range(len(axes)):
        axis = len(axes) - 1 - offset
        shape = mixed.shape
        shape[2 + axis] = full[2 + axis]
        wide = torch.zeros(shape, dtype=mixed.dtype, device=u.device)
        mixed = wide.index_add(2 + axis, places[axis], mixed)
    return torch.fft_irfftn(mixed, points, axes)
)";

std::string spectral_helpers(std::int64_t dimensions) {
  const char* equations[] = {"bix,xio->box", "bixy,xyio->boxy", "bixyz,xyzio->boxyz"};
  std::string source = spectral_source;
  const std::string mark = "{equation}";
  source.replace(source.find(mark), mark.size(), equations[dimensions - 1]);
  return source;
}

std::string forward_source(const FnoShape& shape) {
  std::string source =
      "\ndef forward(self, fields: Tensor) -> Tensor:\n"
      "    u = (fields.to(self.input_mean.dtype) - self.input_mean) / self.input_deviation\n";
  if (shape.has_coordinates) source += "    u = self.with_coordinates(u)\n";
  source += "    u = self.pointwise(u, self.lift_weight, self.lift_bias)\n";
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    source += fmt::format(
        "    u = self.spectral(u, self.layers_{0}_spectral) + "
        "self.pointwise(u, self.layers_{0}_weight, self.layers_{0}_bias)\n",
        layer);
    if (layer + 1 < shape.layers) source += "    u = torch.gelu(u)\n";
  }
  source +=
      "    u = torch.gelu(self.pointwise(u, self.project_0_weight, self.project_0_bias))\n"
      "    u = self.pointwise(u, self.project_1_weight, self.project_1_bias)\n"
      "    return u * self.target_deviation + self.target_mean\n";
  return source;
}

}  // namespace

void Surrogate::save_torchscript(const std::filesystem::path& file) const {
  torch::jit::Module module("parapet_surrogate");
  for (const auto& item : network_->named_parameters()) {
    module.register_parameter(attribute(item.key()), item.value().detach().clone(), false);
  }
  module.register_buffer("input_mean", input_mean_);
  module.register_buffer("input_deviation", input_deviation_);
  module.register_buffer("target_mean", target_mean_);
  module.register_buffer("target_deviation", target_deviation_);
  const auto& shape = network_->shape();
  module.define(pointwise_source + spectral_helpers(shape.dimensions()) + forward_source(shape));
  auto beside = file;
  beside += ".tmp";
  try {
    module.save(beside.string());
    std::filesystem::rename(beside, file);
  } catch (const std::exception& error) {
    throw Failure(ExitCode::input_output,
                  fmt::format("{}: cannot be written: {}", file.string(), error.what()));
  }
}

}  // namespace parapet
