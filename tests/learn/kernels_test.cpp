// The inner loops against their definitions, on ragged sizes and with every way to start.
#include "learn/kernels/kernels.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace parapet::kernels {
namespace {

template <class Real>
struct Precision;
template <>
struct Precision<float> {
  static constexpr double product = 1e-5, gelu = 1.2e-7, slope = 2.5e-7;
};
template <>
struct Precision<double> {
  static constexpr double product = 1e-13, gelu = 1e-15, slope = 1e-15;
};

template <class Real>
class KernelsTest : public testing::Test {
 protected:
  std::vector<Real> random(std::ptrdiff_t size) {
    std::vector<Real> values(size);
    for (Real& value : values) value = normal_(engine_);
    return values;
  }
  std::ptrdiff_t up_to(std::ptrdiff_t most) {
    return std::uniform_int_distribution<std::ptrdiff_t>(1, most)(engine_);
  }

  std::mt19937 engine_{1};
  std::normal_distribution<Real> normal_;
};

using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(KernelsTest, Reals);

TYPED_TEST(KernelsTest, ProductsAreRightForEverySizeAndStart) {
  for (int trial = 0; trial < 400; ++trial) {
    const std::ptrdiff_t m = this->up_to(40), n = this->up_to(150), k = this->up_to(300);
    const std::ptrdiff_t b_row = n + this->up_to(300) - 1, c_row = n + this->up_to(5) - 1;
    const bool is_transposed = trial % 2;
    const auto a = this->random(m * k), b = this->random(k * b_row), row = this->random(n);
    auto c = this->random(m * c_row);
    const auto before = c;
    Product<TypeParam> product{
        m,        n,     k,        a.data(), is_transposed ? 1 : k, is_transposed ? m : 1,
        b.data(), b_row, c.data(), c_row};
    product.start = static_cast<Start>(trial % 3);
    if (product.start == Start::row) product.row = row.data();
    product.sign = trial % 5 ? 1 : -1;
    kernels<TypeParam>().multiply(product);
    for (std::ptrdiff_t i = 0; i < m; ++i) {
      for (std::ptrdiff_t j = 0; j < c_row; ++j) {
        long double sum = before[i * c_row + j];
        if (j < n) {
          if (product.start == Start::zero) sum = 0;
          if (product.start == Start::row) sum = row[j];
          for (std::ptrdiff_t l = 0; l < k; ++l)
            sum += product.sign *
                   static_cast<long double>(a[is_transposed ? l * m + i : i * k + l]) *
                   b[l * b_row + j];
        }
        ASSERT_LE(std::abs(static_cast<double>(sum - c[i * c_row + j])),
                  Precision<TypeParam>::product * std::sqrt(static_cast<double>(k)))
            << m << "×" << n << "×" << k << " at " << i << ", " << j;
      }
    }
  }
}

TYPED_TEST(KernelsTest, GeluIsExact) {
  double worst = 0.0, worst_slope = 0.0, worst_tail = 0.0;
  for (int place = 0; place <= 15028; ++place) {
    const double at = -13.0 + 0.00173 * place;
    const TypeParam z[3] = {static_cast<TypeParam>(at), static_cast<TypeParam>(at), 0};
    TypeParam forward[3], state[3], slope[3] = {1, 2, 1};
    kernels<TypeParam>().gelu(3, z, forward);
    kernels<TypeParam>().gelu_backward(3, z, state, slope);
    const double x = z[0];
    const double cumulative = 0.5 * std::erfc(-x / std::numbers::sqrt2);
    const double bell = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
    const double scale = std::max(1.0, std::abs(x));
    worst = std::max(worst, std::abs(forward[0] - x * cumulative) / scale);
    worst_slope = std::max(worst_slope, std::abs(slope[0] - (cumulative + x * bell)));
    worst_slope = std::max(worst_slope, std::abs(slope[1] / 2.0 - slope[0]));
    if (x < 0.0 && x > -12.0)
      worst_tail = std::max(worst_tail, std::abs(forward[0] / (x * cumulative) - 1.0));
    ASSERT_EQ(forward[0], state[1]);
    ASSERT_EQ(forward[2], 0);
  }
  EXPECT_LE(worst, Precision<TypeParam>::gelu);
  EXPECT_LE(worst_slope, Precision<TypeParam>::slope);
  // x² is rounded before it is exponentiated: 72 ulp at x = −12.
  EXPECT_LE(worst_tail, 100 * Precision<TypeParam>::gelu);
}

TYPED_TEST(KernelsTest, GeluKeepsNaN) {
  const TypeParam nan = std::numeric_limits<TypeParam>::quiet_NaN();
  std::vector<TypeParam> z(40, nan), a(40), g(40, 1);
  kernels<TypeParam>().gelu(40, z.data(), a.data());
  for (const TypeParam value : a) EXPECT_TRUE(std::isnan(value));
  kernels<TypeParam>().gelu_backward(40, z.data(), a.data(), g.data());
  for (const TypeParam value : g) EXPECT_TRUE(std::isnan(value));
}

TYPED_TEST(KernelsTest, RowsAreAddedDottedAndTurned) {
  const auto& table = kernels<TypeParam>();
  for (const auto& [m, n] : {std::pair{7, 37}, {64, 64}, {3, 1}, {130, 128}}) {
    const auto a = this->random(m * n), b = this->random(n);
    std::vector<TypeParam> sum(n, 1), dots(2 * m, 5), turned(m * n);
    table.add_rows(m, n, a.data(), sum.data());
    table.row_dots(m, n, a.data(), b.data(), 2, dots.data(), 2);
    table.transpose(m, n, a.data(), turned.data());
    for (int j = 0; j < n; ++j) {
      double expected = 1.0;
      for (int i = 0; i < m; ++i) {
        expected += a[i * n + j];
        EXPECT_EQ(turned[j * m + i], a[i * n + j]);
      }
      EXPECT_LE(std::abs(sum[j] - expected), 10 * Precision<TypeParam>::product);
    }
    for (int i = 0; i < m; ++i) {
      double expected = 2.0;
      for (int j = 0; j < n; ++j) expected += static_cast<double>(a[i * n + j]) * b[j];
      EXPECT_LE(std::abs(dots[2 * i] - expected), 10 * Precision<TypeParam>::product);
      EXPECT_EQ(dots[2 * i + 1], 5);
    }
  }
}

}  // namespace
}  // namespace parapet::kernels
