// What speed is measured against is the same operator: with the same weights, the same prediction.
#include "learn/benchmark/yardstick.hpp"

#include <gtest/gtest.h>

#include "learn/benchmark/learn_benchmark.hpp"
#include "learn/plain_fno.hpp"

namespace parapet {
namespace {

using torch::Tensor;

/// Sets the parameters of `model` from those of the yardstick, block by block.
void copy_weights(const Yardstick& yardstick, Fno& model) {
  const torch::NoGradGuard guard;
  auto named = model.named_parameters();
  std::size_t next = 0;
  const auto take = [&] { return yardstick.parameters()[next++].detach(); };
  const auto set = [&](const std::string& name) {
    Tensor& values = named[name];
    values.copy_(take().reshape(values.sizes()));
  };
  set("lift.weight");
  set("lift.bias");
  const std::int64_t dimensions = model.shape().dimensions();
  for (std::int64_t l = 0; l < model.shape().layers; ++l) {
    const std::string name = "layers." + std::to_string(l);
    std::vector<Tensor> blocks;
    for (std::int64_t b = 0; b < dimensions; ++b) blocks.push_back(take());
    // [in, out, modes...] complex → [2, modes..., in, out]
    Tensor joined = torch::view_as_real(torch::cat(blocks, 2)).movedim(-1, 0);
    named[name + ".spectral"].copy_(joined.movedim(1, -1).movedim(1, -1));
    set(name + ".weight");
    set(name + ".bias");
  }
  for (const char* name :
       {"project.0.weight", "project.0.bias", "project.1.weight", "project.1.bias"})
    set(name);
}

TEST(Yardstick, IsTheSameOperator) {
  torch::manual_seed(1);
  const torch::NoGradGuard guard;
  for (const auto& [modes, grid] :
       {std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>{{5}, {40}},
        {{4, 3}, {18, 14}}}) {
    const FnoShape shape{2, 3, modes, 16, 3, 24, false};
    const Yardstick yardstick(shape, 0);
    Fno model(shape, 0);
    copy_weights(yardstick, model);
    std::vector<std::int64_t> sizes = {3, 2};
    sizes.insert(sizes.end(), grid.begin(), grid.end());
    const Tensor input = torch::randn(sizes);
    const Tensor expected = yardstick.forward(input.movedim(1, -1)).movedim(-1, 1);
    EXPECT_LE((model.forward(input) - expected).norm().item<float>(),
              1e-5f * expected.norm().item<float>());
  }
}

TEST(LearnBenchmark, MeasuresEveryCase) {
  LearnCase tiny;
  tiny.name = "tiny";
  tiny.shape.modes = {3};
  tiny.shape.width = 8;
  tiny.grid = {32};
  const LearnBenchmark result = run_learn_benchmark({tiny}, 1e-4);
  ASSERT_EQ(result.cases.size(), 1u);
  const LearnTimes& times = result.cases[0];
  for (const double figure : {times.train, times.train_plain, times.train_plain_tuned,
                              times.predict, times.predict_plain, result.blas_gigaflops})
    EXPECT_GT(figure, 0.0);
  EXPECT_NE(result.to_json().find("\"tiny\""), std::string::npos);
}

}  // namespace
}  // namespace parapet
