#include "learn/benchmark/learn_benchmark.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <torch/torch.h>

#include "learn/benchmark/yardstick.hpp"
#include "learn/fno.hpp"
#include "learn/kernels/kernels.hpp"
#include "learn/losses.hpp"
#include "learn/memory.hpp"

namespace parapet {

using torch::Tensor;

namespace {

/// Median time of `action` in seconds, over at least five calls after two that warm up.
template <class Action>
double median_seconds(double seconds, const Action& action) {
  using Clock = std::chrono::steady_clock;
  action();
  action();
  std::vector<double> times;
  for (double total = 0.0; times.size() < 5 || total < seconds; total += times.back()) {
    const auto begin = Clock::now();
    action();
    times.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  return times[times.size() / 2];
}

double blas_gigaflops(double seconds) {
  const std::int64_t n = 1024;
  const Tensor a = torch::rand({n, n}), b = torch::rand({n, n});
  Tensor c = torch::empty({n, n});
  return 2e-9 * n * n * n / median_seconds(seconds, [&] { torch::mm_out(c, a, b); });
}

double kernel_gigaflops(double seconds) {
  const std::int64_t m = 1024, n = 64, repeats = 100;
  const Tensor a = torch::rand({m, n}), b = torch::rand({n, n});
  Tensor c = torch::empty({m, n});
  const auto multiply = [&] {
    for (std::int64_t i = 0; i < repeats; ++i)
      kernels::kernels<float>().multiply(
          {m, n, n, a.data_ptr<float>(), n, 1, b.data_ptr<float>(), n, c.data_ptr<float>(), n});
  };
  return 2e-9 * repeats * m * n * n / median_seconds(seconds, multiply);
}

Tensor random_batch(const LearnCase& which, std::int64_t channels) {
  std::vector<std::int64_t> sizes = {which.batch, channels};
  sizes.insert(sizes.end(), which.grid.begin(), which.grid.end());
  return torch::randn(sizes);
}

double samples_per_second(const LearnCase& which, double seconds) {
  return static_cast<double>(which.batch) / seconds;
}

void measure_plain(const LearnCase& which, double seconds, double& train, double* predict) {
  const Yardstick model(which.shape, which.padding);
  torch::optim::AdamW optimiser(model.parameters(), torch::optim::AdamWOptions(1e-3));
  const Tensor input = random_batch(which, which.shape.input_channels).movedim(1, -1).contiguous();
  const Tensor target =
      random_batch(which, which.shape.output_channels).movedim(1, -1).contiguous();
  train = samples_per_second(which, median_seconds(seconds, [&] {
                               optimiser.zero_grad();
                               relative_l2(model.forward(input), target).backward();
                               optimiser.step();
                             }));
  const torch::NoGradGuard guard;
  if (predict)
    *predict = samples_per_second(which, median_seconds(seconds, [&] { model.forward(input); }));
}

void measure_ours(const LearnCase& which, double seconds, double& train, double& predict) {
  Fno model(which.shape, 0);
  // One vector, so that the optimiser's cost is that of its arithmetic; the yardstick has the same.
  Tensor weights = model.flat_parameters().detach();
  torch::optim::AdamW optimiser({weights}, torch::optim::AdamWOptions(1e-3));
  const Tensor input = random_batch(which, which.shape.input_channels);
  const Tensor target = random_batch(which, which.shape.output_channels);
  train = samples_per_second(which, median_seconds(seconds, [&] {
                               model.zero_grad(true);
                               relative_l2(model.forward(input), target).backward();
                               weights.mutable_grad() = model.flat_gradients();
                               optimiser.step();
                             }));
  const torch::NoGradGuard guard;
  predict = samples_per_second(which, median_seconds(seconds, [&] { model.forward(input); }));
}

}  // namespace

std::vector<LearnCase> published_cases() {
  LearnCase line, plane;
  line.name = "fno-1d";
  line.grid = {1024};
  plane.name = "fno-2d";
  plane.grid = {64, 64};
  plane.shape.modes = {12, 12};
  plane.shape.width = 32;
  plane.padding = 9;
  return {line, plane};
}

LearnBenchmark run_learn_benchmark(const std::vector<LearnCase>& cases, double seconds) {
  LearnBenchmark result;
  result.instruction_set = kernels::kernels<float>().instruction_set;
  result.blas_gigaflops = blas_gigaflops(seconds);
  result.kernel_gigaflops = kernel_gigaflops(seconds);
  for (const LearnCase& which : cases) {
    LearnTimes& times = result.cases.emplace_back();
    times.which = which;
    measure_plain(which, seconds, times.train_plain, nullptr);
  }
  keep_freed_memory();
  for (LearnTimes& times : result.cases) {
    measure_plain(times.which, seconds, times.train_plain_tuned, &times.predict_plain);
    measure_ours(times.which, seconds, times.train, times.predict);
  }
  return result;
}

std::string LearnBenchmark::to_json() const {
  std::string text = fmt::format(
      "{{\n  \"instruction_set\": \"{}\",\n  \"blas_gigaflops\": {:.1f},\n"
      "  \"kernel_gigaflops\": {:.1f},\n  \"unit\": \"samples/s\",\n  \"cases\": [",
      instruction_set, blas_gigaflops, kernel_gigaflops);
  const char* separator = "\n";
  for (const LearnTimes& times : cases) {
    text += fmt::format(
        "{}    {{\"name\": \"{}\", \"batch\": {}, \"train\": {:.1f}, \"train_plain\": {:.1f}, "
        "\"train_plain_tuned\": {:.1f}, \"predict\": {:.1f}, \"predict_plain\": {:.1f}, "
        "\"ratio\": {:.2f}, \"ratio_tuned\": {:.2f}}}",
        separator, times.which.name, times.which.batch, times.train, times.train_plain,
        times.train_plain_tuned, times.predict, times.predict_plain,
        times.train / times.train_plain, times.train / times.train_plain_tuned);
    separator = ",\n";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace parapet
