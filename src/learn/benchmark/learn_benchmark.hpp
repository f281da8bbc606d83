#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/fno_shape.hpp"

namespace parapet {

/// One network on one grid, and how it is measured.
struct LearnCase {
  std::string name;
  FnoShape shape;
  std::vector<std::int64_t> grid;
  std::int64_t batch = 20;
  std::int64_t padding = 0;  ///< of the yardstick, as in the authors' script
};

/// Samples per second, one thread; medians over the steps measured.
struct LearnTimes {
  LearnCase which;
  double train = 0.0;              ///< forward, relative L2, backward, AdamW: ours
  double train_plain = 0.0;        ///< the yardstick, memory handed back to the system
  double train_plain_tuned = 0.0;  ///< the yardstick, memory kept between steps
  double predict = 0.0;            ///< forward only: ours
  double predict_plain = 0.0;      ///< forward only: the yardstick, memory kept
};

struct LearnBenchmark {
  std::string instruction_set;    ///< of the kernels in use
  double blas_gigaflops = 0.0;    ///< torch's matrix product, 1024³, float32
  double kernel_gigaflops = 0.0;  ///< ours at a pointwise layer's size, 1024 × 64 × 64
  std::vector<LearnTimes> cases;

  std::string to_json() const;
};

/// The published networks: FNO-1d (1024 points, 16 modes, width 64) and FNO-2d (64², 12 modes,
/// width 32), four layers, batches of 20.
std::vector<LearnCase> published_cases();

/// Measures all of it, `seconds` for each figure. Keeps freed memory from then on
/// (`keep_freed_memory`), which is why the plain yardstick is measured first.
LearnBenchmark run_learn_benchmark(const std::vector<LearnCase>& cases, double seconds);

}  // namespace parapet
