#include "learn/training/optimiser.hpp"

#include <array>
#include <cmath>

namespace parapet {

template <class T>
void AdamW<T>::step(std::span<T> values, std::span<const T> gradient, double rate, double scale) {
  ++step_count_;
  const auto steps = static_cast<double>(step_count_);
  const T b1 = static_cast<T>(options_.beta1), c1 = static_cast<T>(1 - options_.beta1);
  const T b2 = static_cast<T>(options_.beta2), c2 = static_cast<T>(1 - options_.beta2);
  const T eps = static_cast<T>(options_.epsilon), s = static_cast<T>(scale);
  const T eta = static_cast<T>(rate / (1 - std::pow(options_.beta1, steps)));
  const T root = static_cast<T>(1 / std::sqrt(1 - std::pow(options_.beta2, steps)));
  const T keep = static_cast<T>(1 - rate * options_.weight_decay);
  T* w = values.data();
  T* m = first_moment_.data();
  T* v = second_moment_.data();
  const T* gradients = gradient.data();
  for (std::size_t i = 0; i < first_moment_.size(); ++i) {
    const T g = gradients[i] * s;
    m[i] = b1 * m[i] + c1 * g;
    v[i] = b2 * v[i] + c2 * g * g;
    w[i] = keep * w[i] - eta * m[i] / (std::sqrt(v[i]) * root + eps);
  }
}

template <class T>
double norm(std::span<const T> values) {
  // Eight running sums: the compiler may keep them in vectors without reordering anything.
  std::array<double, 8> sums{};
  std::size_t i = 0;
  for (; i + 8 <= values.size(); i += 8) {
    for (std::size_t j = 0; j < 8; ++j) {
      const auto x = static_cast<double>(values[i + j]);
      sums[j] += x * x;
    }
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]) * values[i];
  double total = 0.0;
  for (const double sum : sums) total += sum;
  return std::sqrt(total);
}

template class AdamW<float>;
template class AdamW<double>;
template double norm(std::span<const float>);
template double norm(std::span<const double>);

}  // namespace parapet
