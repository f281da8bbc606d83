#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace parapet {

/// AdamW (Loshchilov & Hutter 2019, algorithm 2): Adam's step with the weight decay kept out of the
/// gradient:
///   m ← β₁ m + (1−β₁) g,   v ← β₂ v + (1−β₂) g²,
///   w ← w − η [ (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε) + λ w ].
template <class T>
class AdamW {
 public:
  struct Options {
    double beta1 = 0.9, beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0.0;  ///< λ
  };

  AdamW(std::size_t count, const Options& options)
      : options_(options), first_moment_(count), second_moment_(count) {}

  /// One step with learning rate `rate`; the gradient is multiplied by `scale` as it is read, which
  /// is how clipping costs nothing.
  void step(std::span<T> values, std::span<const T> gradient, double rate, double scale);

  std::span<T> first_moment() { return first_moment_; }
  std::span<T> second_moment() { return second_moment_; }
  std::int64_t step_count() const { return step_count_; }
  void set_step_count(std::int64_t count) { step_count_ = count; }

 private:
  Options options_;
  std::vector<T> first_moment_, second_moment_;
  std::int64_t step_count_ = 0;
};

/// Euclidean norm, summed in double precision in an order that depends on the length alone.
template <class T>
double norm(std::span<const T> values);

}  // namespace parapet
