// The operator with its own kernels against the same operator written with torch.fft: predictions
// and gradients, in 1, 2 and 3 dimensions, on odd grids and on grids too coarse for the modes.
#include "learn/fno.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/failure.hpp"
#include "learn/losses.hpp"
#include "learn/plain_fno.hpp"

namespace parapet {
namespace {

using torch::Tensor;

struct Case {
  const char* name;
  FnoShape shape;
  std::vector<std::int64_t> grid;
  std::int64_t batch;
};

void PrintTo(const Case& which, std::ostream* out) {
  *out << which.name;
}

FnoShape shape_of(std::vector<std::int64_t> modes, std::int64_t width, std::int64_t in = 1,
                  std::int64_t out = 1, std::int64_t layers = 3, bool has_coordinates = true) {
  return {in, out, std::move(modes), width, layers, 40, has_coordinates};
}

const Case cases[] = {
    {"line", shape_of({5}, 16), {32}, 3},
    {"long_line", shape_of({16}, 32), {300}, 2},
    {"odd_line", shape_of({5}, 16), {33}, 3},
    {"odd_width", shape_of({5}, 21, 2, 3), {29}, 2},
    {"one_layer", shape_of({5}, 16, 1, 1, 1), {32}, 2},
    {"all_modes", shape_of({9}, 8), {16}, 2},
    {"more_modes_than_points", shape_of({12}, 8), {15}, 2},
    {"without_coordinates", shape_of({4}, 8, 3, 2, 2, false), {20}, 4},
    {"plane", shape_of({4, 3}, 16), {16, 12}, 2},
    {"odd_plane", shape_of({4, 5}, 12, 2, 2), {11, 15}, 3},
    {"plane_all_modes", shape_of({4, 5}, 8), {8, 8}, 2},
    {"plane_more_modes_than_points", shape_of({6, 7}, 8), {7, 6}, 2},
    {"volume", shape_of({3, 2, 4}, 16, 1, 1, 2), {8, 6, 10}, 2},
    {"odd_volume", shape_of({2, 3, 3}, 7, 3, 2, 2), {5, 9, 7}, 2},
    {"volume_more_modes_than_points", shape_of({4, 3, 5}, 8, 1, 1, 2), {6, 5, 7}, 1},
};

class FnoCase : public testing::TestWithParam<Case> {
 protected:
  Tensor random(std::int64_t channels, torch::Dtype precision) const {
    std::vector<std::int64_t> sizes = {GetParam().batch, channels};
    sizes.insert(sizes.end(), GetParam().grid.begin(), GetParam().grid.end());
    return torch::randn(sizes, torch::kFloat64).to(precision);
  }
};

double relative_difference(const Tensor& a, const Tensor& b) {
  return (a - b).norm().item<double>() / (b.norm().item<double>() + 1e-30);
}

/// Predictions, gradients of all parameters and of the input, ours and plain, relative in 2-norm.
void compare(const Case& which, const Tensor& input, const Tensor& target, torch::Dtype precision,
             double bound) {
  Fno model(which.shape, 7, precision);
  const Tensor ours_in = input.clone().requires_grad_(), plain_in = input.clone().requires_grad_();
  const Tensor ours = model.forward(ours_in), plain = plain_forward(model, plain_in);
  ASSERT_EQ(ours.sizes(), plain.sizes());
  EXPECT_LE(relative_difference(ours, plain), bound);
  {
    torch::NoGradGuard guard;
    EXPECT_TRUE(torch::equal(model.forward(input), ours)) << "with and without a tape";
  }

  relative_l2(plain, target).backward();
  std::vector<Tensor> expected;
  for (const Tensor& parameter : model.parameters()) expected.push_back(parameter.grad().clone());
  model.zero_grad(true);
  relative_l2(ours, target).backward();
  EXPECT_LE(relative_difference(ours_in.grad(), plain_in.grad()), 5 * bound) << "input";
  std::size_t i = 0;
  for (const auto& parameter : model.named_parameters()) {
    EXPECT_LE(relative_difference(parameter.value().grad(), expected[i++]), 5 * bound)
        << parameter.key();
  }
}

TEST_P(FnoCase, EqualsThePlainFormInDouble) {
  torch::manual_seed(3);
  const FnoShape& shape = GetParam().shape;
  compare(GetParam(), random(shape.input_channels, torch::kFloat64),
          random(shape.output_channels, torch::kFloat64), torch::kFloat64, 1e-13);
}

TEST_P(FnoCase, EqualsThePlainFormInSingle) {
  torch::manual_seed(3);
  const FnoShape& shape = GetParam().shape;
  compare(GetParam(), random(shape.input_channels, torch::kFloat32),
          random(shape.output_channels, torch::kFloat32), torch::kFloat32, 2e-6);
}

INSTANTIATE_TEST_SUITE_P(Grids, FnoCase, testing::ValuesIn(cases),
                         [](const auto& each) { return std::string(each.param.name); });

/// Central differences of the loss along random directions in parameter and input space.
TEST(Fno, GradientsEqualFiniteDifferences) {
  torch::manual_seed(5);
  for (const auto& grid : {std::vector<std::int64_t>{17}, {7, 8}, {4, 5, 6}}) {
    Fno model(shape_of(std::vector<std::int64_t>(grid.size(), 2), 6, 2, 2, 2), 1, torch::kFloat64);
    std::vector<std::int64_t> sizes = {3, 2};
    sizes.insert(sizes.end(), grid.begin(), grid.end());
    const Tensor input = torch::randn(sizes, torch::kFloat64).requires_grad_();
    const Tensor target = torch::randn(sizes, torch::kFloat64);
    relative_l2(model.forward(input), target).backward();
    const Tensor gradient = model.flat_gradients().clone();
    torch::NoGradGuard guard;
    for (int trial = 0; trial < 5; ++trial) {
      const Tensor direction = torch::randn_like(gradient), along = torch::randn_like(input);
      const double h = 1e-5,
                   expected =
                       (gradient.dot(direction) + (input.grad() * along).sum()).item<double>();
      const auto loss_at = [&](double t) {
        model.flat_parameters().add_(direction, t);
        const double loss = relative_l2(model.forward(input + t * along), target).item<double>();
        model.flat_parameters().add_(direction, -t);
        return loss;
      };
      const double slope = (loss_at(h) - loss_at(-h)) / (2 * h);
      EXPECT_LE(std::abs(slope - expected), 1e-7 * std::max(1.0, std::abs(expected)));
    }
  }
}

TEST(Fno, PredictionsDoNotDependOnTheRestOfTheBatch) {
  torch::manual_seed(9);
  torch::NoGradGuard guard;
  Fno model(shape_of({4, 4}, 16), 2);
  const Tensor input = torch::randn({5, 1, 12, 10});
  const Tensor order = torch::tensor({3, 0, 4, 1, 2});
  const Tensor together = model.forward(input);
  EXPECT_TRUE(
      torch::equal(model.forward(input.index_select(0, order)), together.index_select(0, order)));
  EXPECT_TRUE(torch::equal(model.forward(input.narrow(0, 2, 1)), together.narrow(0, 2, 1)));
}

/// A smooth field sampled twice as finely gives the same prediction at the shared points, but for
/// what GELU lets alias.
TEST(Fno, RunsOnOtherGridsThanTheFirst) {
  torch::NoGradGuard guard;
  Fno model(shape_of({6}, 16), 2, torch::kFloat64);
  const auto field = [](std::int64_t n) {
    const Tensor x = torch::arange(n, torch::kFloat64) * (2 * M_PI / n);
    return (torch::sin(x) + 0.3 * torch::cos(2 * x)).view({1, 1, n});
  };
  FnoShape smooth = shape_of({6}, 16, 1, 1, 3, false);
  Fno without_jump(smooth, 2, torch::kFloat64);
  const Tensor coarse = without_jump.forward(field(128)), fine = without_jump.forward(field(256));
  EXPECT_LE(relative_difference(fine.slice(2, 0, 256, 2), coarse), 1e-9);
  EXPECT_EQ(model.forward(field(50)).size(2), 50);
  EXPECT_EQ(model.forward(field(9)).size(2), 9);
}

TEST(Fno, ParametersAndGradientsShareOneBlock) {
  Fno model(shape_of({4}, 8), 2);
  const Tensor input = torch::randn({2, 1, 20});
  for (int step = 0; step < 2; ++step) {
    model.zero_grad(true);
    model.forward(input).sum().backward();
    const Tensor flat = model.flat_gradients();
    ASSERT_EQ(flat.numel(), model.flat_parameters().numel());
    const auto named = model.named_parameters();
    EXPECT_EQ(flat.data_ptr<float>(), named["lift.weight"].grad().data_ptr<float>());
    std::int64_t total = 0;
    for (const auto& parameter : named) total += parameter.value().numel();
    EXPECT_EQ(total, flat.numel());
  }
  // Two passes accumulate; a gradient that is missing counts as zero.
  const Tensor once = model.flat_gradients().clone();
  model.forward(input).sum().backward();
  EXPECT_LE(relative_difference(model.flat_gradients(), 2 * once), 1e-6);
  model.named_parameters()["lift.bias"].mutable_grad() = Tensor();
  model.flat_gradients();
  EXPECT_EQ(model.named_parameters()["lift.bias"].grad().abs().sum().item<float>(), 0.0f);
  {
    torch::NoGradGuard guard;
    model.flat_parameters().zero_();
  }
  EXPECT_EQ(model.named_parameters()["layers.2.spectral"].abs().sum().item<float>(), 0.0f);
}

TEST(Fno, SeedsDecideTheParameters) {
  const FnoShape shape = shape_of({4}, 8);
  EXPECT_TRUE(torch::equal(Fno(shape, 3).flat_parameters(), Fno(shape, 3).flat_parameters()));
  EXPECT_FALSE(torch::equal(Fno(shape, 3).flat_parameters(), Fno(shape, 4).flat_parameters()));
}

TEST(Fno, RefusesWhatItCannotDo) {
  Fno model(shape_of({4}, 8), 2);
  EXPECT_THROW(model.forward(torch::randn({2, 2, 20})), Failure);
  EXPECT_THROW(model.forward(torch::randn({2, 1, 20, 20})), Failure);
  EXPECT_THROW(model.forward(torch::randn({2, 1, 20}, torch::kFloat64)), Failure);
  EXPECT_THROW(FnoShape::from({.modes = {3, 4}}, 3, 1, 1), Failure);
  const Tensor loss = model.forward(torch::randn({2, 1, 20})).sum();
  loss.backward();
  EXPECT_ANY_THROW(loss.backward()) << "the tape is gone";
  const Tensor again = model.forward(torch::randn({2, 1, 20})).sum();
  EXPECT_ANY_THROW(torch::autograd::grad({again}, model.parameters(), {}, true, true));
  const Tensor stale = model.forward(torch::randn({2, 1, 20})).sum();
  {
    torch::NoGradGuard guard;
    model.named_parameters()["layers.0.weight"].add_(1.0);
  }
  EXPECT_ANY_THROW(stale.backward()) << "the parameters changed in between";
}

TEST(RelativeL2, IsTheMeanOverSamples) {
  const Tensor prediction = torch::tensor({3.0, 4.0, 1.0, 1.0}, torch::kFloat64).view({2, 1, 2});
  const Tensor target = torch::tensor({0.0, 1.0, 3.0, 1.0}, torch::kFloat64).view({2, 1, 2});
  const double first = std::sqrt(9.0 + 9.0), second = 2.0 / std::sqrt(10.0);
  EXPECT_LE(std::abs(relative_l2(prediction, target).item<double>() - (first + second) / 2), 1e-15);
  EXPECT_LE(std::abs(relative_l2_per_sample(prediction, target)[1].item<double>() - second), 1e-15);

  // ∂/∂p ‖p − y‖/‖y‖ = (p − y) / (‖p − y‖ ‖y‖), over the number of samples.
  const Tensor variable = prediction.clone().requires_grad_();
  relative_l2(variable, target).backward();
  const Tensor expected =
      torch::tensor({3 / first, 3 / first, -2 / (2 * std::sqrt(10.0)), 0.0}, torch::kFloat64) / 2;
  EXPECT_LE((variable.grad().flatten() - expected).abs().max().item<double>(), 1e-15);
}

}  // namespace
}  // namespace parapet
