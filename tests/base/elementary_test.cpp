#include "base/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace parapet {
namespace {

namespace e = elementary;

using Values = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();

const std::vector<Processor>& processors() {
  static const auto usable = [] {
    std::vector<Processor> list = {Processor::any};
    if (this_processor() >= Processor::avx2) list.push_back(Processor::avx2);
    if (this_processor() >= Processor::avx512) list.push_back(Processor::avx512);
    return list;
  }();
  return usable;
}

template <class F>
Values apply(F function, const Values& x, Processor processor = this_processor()) {
  Values y(x.size());
  const double* const in = x.data();
  double* const out = y.data();
  const std::size_t n = x.size();
  run_compiled_for(
      processor, [=]() __attribute__((always_inline)) {
        for (std::size_t i = 0; i < n; ++i) out[i] = function(in[i]);
      });
  return y;
}

// Evenly, at random, and next to the places where a reduction changes.
Values samples(double from, double to, const Values& edges) {
  Values x = {from, to};
  constexpr int count = 200'000;
  const RandomStream stream(1, Purpose::test);
  for (int i = 0; i < count; ++i) {
    x.push_back(from + (to - from) * i / count);
    x.push_back(from + (to - from) * stream.uniform(static_cast<std::uint64_t>(i)));
  }
  for (const double edge : edges) {
    double below = edge, above = edge;
    for (int i = 0; i < 30; ++i) {
      x.insert(x.end(), {below, above});
      below = std::nextafter(below, -infinity);
      above = std::nextafter(above, infinity);
    }
  }
  std::erase_if(x, [&](double value) { return !(value >= from && value <= to); });
  return x;
}

// The largest error in units in the last place, against long double (64 bits on x86).
template <class F>
double largest_error(F function, const std::function<long double(long double)>& exact,
                     const Values& x) {
  const Values y = apply(function, x);
  double largest = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const long double truth = exact(x[i]);
    const double size = std::abs(static_cast<double>(truth));
    const double unit = std::max(std::nextafter(size, infinity) - size, 0x1p-1074);
    const double error = static_cast<double>(std::abs(y[i] - truth)) / unit;
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

const auto sine = [](double x) __attribute__((always_inline)) {
  return e::sine_cosine(x).sine;
};
const auto cosine = [](double x) __attribute__((always_inline)) {
  return e::sine_cosine(x).cosine;
};
const auto turn_sine = [](double u) __attribute__((always_inline)) {
  return e::sine_cosine_of_turn(u).sine;
};
const auto turn_cosine = [](double u) __attribute__((always_inline)) {
  return e::sine_cosine_of_turn(u).cosine;
};
const auto logarithm = [](double x) __attribute__((always_inline)) {
  return e::log(x);
};
const auto normal_logarithm = [](double x) __attribute__((always_inline)) {
  return e::log_of_normal(x);
};
const auto exponential = [](double x) __attribute__((always_inline)) {
  return e::exp(x);
};

const auto exponential_in_range = [](double x) __attribute__((always_inline)) {
  return e::exp_in_range(x);
};

long double exact_log(long double x) {
  return std::log(x);
}

Values powers_of_two() {
  Values all;
  for (int k = -1074; k < 1024; ++k) all.insert(all.end(), {std::ldexp(1.0, k)});
  return all;
}

TEST(Logarithm, IsAccurate) {
  const Values edges = {std::sqrt(0.5), std::sqrt(2.0), 1.0, 0.5, 2.0};
  const double unit_interval =
      largest_error(normal_logarithm, exact_log, samples(0x1p-53, 1.0, edges));
  const double near_one = largest_error(logarithm, exact_log, samples(0.7, 1.5, edges));
  const double all = largest_error(logarithm, exact_log, powers_of_two());
  RecordProperty("measured", std::to_string(std::max({unit_interval, near_one, all})));
  EXPECT_LE(unit_interval, 0.9);  // 0.864
  EXPECT_LE(near_one, 0.9);       // 0.864
  EXPECT_LE(all, 0.9);            // 0.5
}

TEST(Logarithm, KnowsItsEnds) {
  const Values y = apply(logarithm, {0.0, -0.0, -1.0, infinity, std::nan(""), 1.0, -infinity});
  EXPECT_EQ(y[0], -infinity);
  EXPECT_EQ(y[1], -infinity);
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_EQ(y[3], infinity);
  EXPECT_TRUE(std::isnan(y[4]));
  EXPECT_EQ(y[5], 0.0);
  EXPECT_TRUE(std::isnan(y[6]));
}

TEST(Exponential, IsAccurate) {
  const auto exact = [](long double x) { return std::exp(x); };
  const double ordinary = largest_error(exponential, exact, samples(-2.0, 2.0, {0.0}));
  Values edges;
  for (int k = -40; k <= 40; ++k) edges.push_back((k + 0.5) * std::numbers::ln2);
  const double wide = largest_error(exponential, exact, samples(-708.0, 709.78, edges));
  const double subnormal = largest_error(exponential, exact, samples(-745.2, -708.0, {}));
  RecordProperty("measured", std::to_string(std::max({ordinary, wide, subnormal})));
  EXPECT_LE(ordinary, 1.2);  // 1.081
  EXPECT_LE(wide, 1.2);      // 1.098
  EXPECT_LE(subnormal, 1.2);
}

TEST(Exponential, KnowsItsEnds) {
  const Values y =
      apply(exponential, {0.0, -infinity, infinity, std::nan(""), -1e300, 1e300, 709.79, -746.0});
  EXPECT_EQ(y[0], 1.0);
  EXPECT_EQ(y[1], 0.0);
  EXPECT_EQ(y[2], infinity);
  EXPECT_TRUE(std::isnan(y[3]));
  EXPECT_EQ(y[4], 0.0);
  EXPECT_EQ(y[5], infinity);
  EXPECT_EQ(y[6], infinity);
  EXPECT_EQ(y[7], 0.0);
}

TEST(Exponential, InRangeIsAccurateAndKnowsItsEnds) {
  const auto exact = [](long double x) { return std::exp(x); };
  Values edges;
  for (int k = -1021; k <= 1022; k += 5) edges.push_back((k + 0.5) * std::numbers::ln2);
  const double error = largest_error(exponential_in_range, exact, samples(-708.39, 709.39, edges));
  RecordProperty("measured", std::to_string(error));
  EXPECT_LE(error, 1.2);  // 1.129
  const Values y = apply(exponential_in_range, {-infinity, infinity, std::nan(""), -1e300, 1e300,
                                                -708.6, 709.78, -720.0});
  EXPECT_EQ(y[0], 0.0);
  EXPECT_EQ(y[1], infinity);
  EXPECT_TRUE(std::isnan(y[2]));
  EXPECT_EQ(y[3], 0.0);
  EXPECT_EQ(y[4], infinity);
  EXPECT_LE(std::abs(y[5] - std::exp(-708.6)), 0x1p-1022);
  EXPECT_EQ(y[6], infinity);
  EXPECT_EQ(y[7], 0.0);
}

TEST(SineAndCosine, AreAccurateUpTo1e5) {
  Values edges;
  for (int k = -60'000; k <= 60'000; k += 7) edges.push_back(k * (std::numbers::pi / 4));
  for (const double range : {4.0, 1e5}) {
    const Values x = samples(-range, range, edges);
    const auto sine_of = [](long double t) { return std::sin(t); };
    const auto cosine_of = [](long double t) { return std::cos(t); };
    const double of_sine = largest_error(sine, sine_of, x);
    const double of_cosine = largest_error(cosine, cosine_of, x);
    RecordProperty("measured" + std::to_string(range),
                   std::to_string(std::max(of_sine, of_cosine)));
    EXPECT_LE(of_sine, 1.6) << range;    // 1.461
    EXPECT_LE(of_cosine, 1.6) << range;  // 1.501
  }
  EXPECT_TRUE(std::isnan(apply(sine, {infinity})[0]));
  EXPECT_TRUE(std::isnan(apply(cosine, {std::nan("")})[0]));
}

TEST(SineAndCosine, OfATurnAreAccurate) {
  Values edges;
  for (int k = 0; k <= 8; ++k) edges.push_back(k / 8.0);
  const Values u = samples(0x1p-53, 1.0, edges);
  // Reduced exactly first: 2π u in long double has too few bits where the result is small.
  const auto turned = [](int shift) {
    return [=](long double t) {
      const long double quarters = std::round(4 * t);
      const long double angle = 2 * std::numbers::pi_v<long double> * (t - quarters / 4);
      const int q = (static_cast<int>(quarters) + shift) & 3;
      const long double value = (q & 1) != 0 ? std::cos(angle) : std::sin(angle);
      return (q & 2) != 0 ? -value : value;
    };
  };
  const double of_sine = largest_error(turn_sine, turned(0), u);
  const double of_cosine = largest_error(turn_cosine, turned(1), u);
  RecordProperty("measured", std::to_string(std::max(of_sine, of_cosine)));
  EXPECT_LE(of_sine, 1.9);  // 1.808 the larger of both
  EXPECT_LE(of_cosine, 1.9);
}

TEST(ElementaryFunctions, HaveTheSameBitsOnAllProcessors) {
  const Values x = samples(-800.0, 800.0, {0.0}), u = samples(0.0, 1.0, {0.5});
  const auto check = [](auto function, const Values& at) {
    const Values expected = apply(function, at, Processor::any);
    for (const Processor processor : processors()) {
      const Values found = apply(function, at, processor);
      for (std::size_t i = 0; i < at.size(); ++i) {
        ASSERT_EQ(std::bit_cast<std::uint64_t>(found[i]), std::bit_cast<std::uint64_t>(expected[i]))
            << at[i];
      }
    }
  };
  check(exponential, x);
  check(exponential_in_range, x);
  check(sine, x);
  check(cosine, x);
  check(turn_sine, u);
  check(turn_cosine, u);
  check(logarithm, u);
}

}  // namespace
}  // namespace parapet
