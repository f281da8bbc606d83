#include "learn/plain_fno.hpp"

#include <cmath>
#include <string>

namespace parapet {

namespace {

using torch::Tensor;

/// Applies [out, in] to the channel axis of [batch, in, ...].
Tensor pointwise(const Tensor& weight, const Tensor& bias, const Tensor& input) {
  const Tensor flat = torch::matmul(weight, input.flatten(2)) + bias.unsqueeze(1);
  std::vector<std::int64_t> shape = input.sizes().vec();
  shape[1] = weight.size(0);
  return flat.view(shape);
}

/// Written out: torch 1.13's own gelu, through oneDNN, returns memory it never wrote as its
/// gradient when the gradient it is given is not contiguous (float32 only).
Tensor exact_gelu(const Tensor& x) {
  return 0.5 * x * (1.0 + torch::erf(x * M_SQRT1_2));
}

Tensor with_coordinates(Tensor input) {
  const std::int64_t dimensions = input.dim() - 2;
  std::vector<std::int64_t> shape = input.sizes().vec();
  shape[1] = 1;
  std::vector<Tensor> channels = {input};
  for (std::int64_t axis = 0; axis < dimensions; ++axis) {
    const std::int64_t points = input.size(2 + axis);
    std::vector<std::int64_t> line(input.dim(), 1);
    line[2 + axis] = points;
    channels.push_back((torch::arange(points, input.options()) / points).view(line).expand(shape));
  }
  return torch::cat(channels, 1);
}

/// Positions, among `points` coefficients in FFT order, of the kept wave numbers 0 … m−1, −m … −1
/// that this grid resolves, and their rows in the weight.
std::pair<Tensor, Tensor> two_sided(std::int64_t kept, std::int64_t points) {
  std::vector<std::int64_t> position, row;
  for (std::int64_t r = 0; r < kept; ++r) {
    const std::int64_t k = r < kept / 2 ? r : r - kept;
    if (k > (points - 1) / 2 || k < -(points / 2)) continue;
    position.push_back(k < 0 ? k + points : k);
    row.push_back(r);
  }
  return {torch::tensor(position), torch::tensor(row)};
}

}  // namespace

Tensor plain_spectral_convolution(const Tensor& weight, const Tensor& input) {
  const std::int64_t dimensions = input.dim() - 2;
  std::vector<std::int64_t> axes, points;
  for (std::int64_t axis = 0; axis < dimensions; ++axis) {
    axes.push_back(2 + axis);
    points.push_back(input.size(2 + axis));
  }
  const Tensor spectrum = torch::fft::rfftn(input, c10::nullopt, axes);
  Tensor kept = spectrum, complex_weight = torch::complex(weight[0], weight[1]);
  std::vector<Tensor> positions;
  for (std::int64_t axis = 0; axis + 1 < dimensions; ++axis) {
    const auto [position, row] = two_sided(complex_weight.size(axis), points[axis]);
    kept = kept.index_select(2 + axis, position);
    complex_weight = complex_weight.index_select(axis, row);
    positions.push_back(position);
  }
  const std::int64_t last =
      std::min(complex_weight.size(dimensions - 1), spectrum.size(spectrum.dim() - 1));
  kept = kept.narrow(-1, 0, last);
  complex_weight = complex_weight.narrow(dimensions - 1, 0, last);

  const char* mixing[] = {"bix,xio->box", "bixy,xyio->boxy", "bixyz,xyzio->boxyz"};
  Tensor mixed = torch::einsum(mixing[dimensions - 1], {kept, complex_weight});
  for (std::int64_t axis = dimensions - 1; axis >= 0; --axis) {
    std::vector<std::int64_t> shape = mixed.sizes().vec();
    shape[2 + axis] = spectrum.size(2 + axis);
    const Tensor place = axis + 1 < dimensions ? positions[axis] : torch::arange(last);
    mixed = torch::zeros(shape, mixed.options()).index_add(2 + axis, place, mixed);
  }
  return torch::fft::irfftn(mixed, points, axes);
}

Tensor plain_forward(const Fno& model, const Tensor& input) {
  const auto parameters = model.named_parameters();
  const FnoShape& shape = model.shape();
  Tensor state = shape.has_coordinates ? with_coordinates(input) : input;
  state = pointwise(parameters["lift.weight"], parameters["lift.bias"], state);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    const std::string name = "layers." + std::to_string(layer);
    state = plain_spectral_convolution(parameters[name + ".spectral"], state) +
            pointwise(parameters[name + ".weight"], parameters[name + ".bias"], state);
    if (layer + 1 < shape.layers) state = exact_gelu(state);
  }
  state =
      exact_gelu(pointwise(parameters["project.0.weight"], parameters["project.0.bias"], state));
  return pointwise(parameters["project.1.weight"], parameters["project.1.bias"], state);
}

}  // namespace parapet
