#include "base/formula.hpp"

#include <array>
#include <clocale>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "base/separated_formula.hpp"

namespace parapet {
namespace {

TEST(Formula, IsEvaluatedAtPointsAndInBulkAlike) {
  const Formula formula("x^2 - 3*sin(pi*y) + (x > y ? 1 : exp(-t))", {"x", "y", "t"});
  constexpr std::size_t count = 1000;
  std::vector<double> x(count), y(count), t(count), found(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto s = static_cast<double>(i);
    x[i] = std::sin(s), y[i] = std::cos(3.0 * s), t[i] = 0.01 * s;
  }
  formula.evaluate(std::array<const double*, 3>{x.data(), y.data(), t.data()}, found);
  for (std::size_t i = 0; i < count; ++i) {
    const double expected = x[i] * x[i] - 3.0 * std::sin(std::numbers::pi * y[i]) +
                            (x[i] > y[i] ? 1.0 : std::exp(-t[i]));
    EXPECT_NEAR(found[i], expected, 1e-14);
    EXPECT_EQ(found[i], formula(std::array{x[i], y[i], t[i]}));
  }
}

TEST(Formula, OfNoVariableIsAConstant) {
  const Formula formula("2*pi", {});
  EXPECT_EQ(formula({}), 2.0 * std::numbers::pi);
}

TEST(Formula, CopiesAreIndependent) {
  const Formula first("x+1", {"x"});
  Formula second = first;
  EXPECT_EQ(second(std::array{2.0}), 3.0);
  second = Formula("x*10", {"x"});
  EXPECT_EQ(second(std::array{2.0}), 20.0);
  EXPECT_EQ(first(std::array{2.0}), 3.0);
}

TEST(Formula, ReadsNumbersWithAPointInAnyLocale) {
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C"}) {
    if (std::setlocale(LC_ALL, name) == nullptr) continue;
    EXPECT_EQ(Formula("1.5*x", {"x"})(std::array{2.0}), 3.0);
  }
  std::setlocale(LC_ALL, "C");
}

TEST(Formula, FaultsNameThePlaceAndTheNearestVariable) {
  const std::vector<std::string> variables = {"x", "y", "temperature"};
  EXPECT_FALSE(Formula::fault("x*y - temperature", variables));
  const auto has = [&](const char* text, const char* part) {
    const auto fault = Formula::fault(text, variables);
    ASSERT_TRUE(fault) << text;
    EXPECT_NE(fault->find(part), std::string::npos) << *fault;
  };
  has("x + temprature", "did you mean temperature?");
  has("x + q17", "the variables are");
  has("sin(x", "character");
  has("x +", "is no formula");
  has("", "a formula is expected");
  EXPECT_THROW(Formula("x y", variables), Failure);
}

double sum_of(const SeparatedFormula& formula, double x, double y, double t) {
  double sum = formula.rest() ? (*formula.rest())(std::array{x, y, t}) : 0.0;
  for (const auto& product : formula.products()) {
    sum += product.of_place(std::array{x, y}) * product.of_time(std::array{t});
  }
  return sum;
}

TEST(SeparatedFormula, IsTheFormula) {
  struct Row {
    std::string text;
    std::size_t products;
    bool has_rest;
  };
  for (const Row& row : std::vector<Row>{{"cos(pi*t/1.5)*sin(pi*x)^2*sin(2*pi*y)", 1, false},
                                         {"-cos(t)*x^2/exp(t)", 1, false},
                                         {"-x^2*t - y*(1-t)/2 + 3", 3, false},
                                         {"1e-3*t*x + 2.5E+2*y - -t", 3, false},
                                         {"x - t - y*t/x", 3, false},
                                         {"sin(x-t) + t*y", 1, true},
                                         {"y - sin(x*t)*2 - x*t", 2, true},
                                         {"x*2^-t + t^2*x^2", 2, false},
                                         {"t > 0.5 ? x*t : y", 0, true},
                                         {"x*(t > 0.5 ? t : 1)", 1, false},
                                         {"max(x, t)*2 + min(x,y)*t", 1, true},
                                         {"x*y", 0, true}}) {
    const SeparatedFormula separated(row.text, {"x", "y"}, "t");
    const Formula whole(row.text, {"x", "y", "t"});
    EXPECT_EQ(separated.products().size(), row.products) << row.text;
    EXPECT_EQ(separated.rest().has_value(), row.has_rest) << row.text;
    EXPECT_EQ(separated.is_steady(), row.text == "x*y");
    for (int i = 0; i < 20; ++i) {
      const double x = 0.1 + std::sin(i), y = std::cos(2.0 * i), t = 0.05 * i;
      const double expected = whole(std::array{x, y, t});
      EXPECT_NEAR(sum_of(separated, x, y, t), expected, 1e-13 * (1.0 + std::abs(expected)))
          << row.text;
    }
  }
}

}  // namespace
}  // namespace parapet
