// Writes surrogates of 1 to 3 dimensions with an input and our prediction, for other_readers.py.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>

#include <torch/torch.h>

#include "learn/evaluation/surrogate.hpp"

namespace {

void write_values(const std::filesystem::path& file, const at::Tensor& tensor) {
  const auto values = tensor.contiguous();
  std::ofstream(file, std::ios::binary)
      .write(static_cast<const char*>(values.data_ptr()),
             static_cast<std::streamsize>(values.nbytes()));
}

void write_models(const std::filesystem::path& folder) {
  const torch::NoGradGuard no_gradients;
  // Odd sizes, fewer points than kept modes on one axis, with and without coordinates.
  const std::vector<std::vector<std::int64_t>> points = {{33}, {12, 9}, {8, 5, 10}};
  for (std::size_t d = 1; d <= 3; ++d) {
    parapet::FnoShape shape;
    shape.modes.assign(d, 4);
    shape.width = 6;
    shape.layers = 3;
    shape.projection = 8;
    shape.input_channels = shape.output_channels = 2;
    shape.has_coordinates = d != 2;
    parapet::Surrogate surrogate({{"u", "v"}, true, 0.0, 1.0, {1, 1, 1}, {1.0, 1.0, 1.0}},
                                 {{{0.1, -0.2}, {1.5, 2.5}}, {{0.3, 0.4}, {0.7, 3.0}}},
                                 std::make_shared<parapet::Fno>(shape, d, torch::kFloat));
    auto sizes = points[d - 1];
    sizes.insert(sizes.begin(), {3, 2});
    std::int64_t count = 1;
    for (const auto size : sizes) count *= size;
    const auto fields = torch::sin(torch::arange(count, torch::kFloat) * 0.37F).view(sizes);
    const auto place = folder / std::to_string(d);
    std::filesystem::create_directories(place);
    surrogate.save(place / "model.safetensors");
    surrogate.save_torchscript(place / "model.pt");
    write_values(place / "input.bin", fields);
    write_values(place / "output.bin", surrogate.predict(fields));
    std::ofstream shape_file(place / "shape.txt");
    for (const auto size : sizes) shape_file << size << ' ';
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 1;
  try {
    write_models(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
