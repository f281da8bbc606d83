#include "learn/evaluation/metrics.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace parapet {
namespace {

// Fields of metrics_reference.py, i being the index in C order over [sample][frame][channel][x][y].
struct Fields {
  std::vector<double> prediction, truth;

  explicit Fields(std::int64_t count) {
    for (std::int64_t n = 0; n < count; ++n) {
      const auto i = static_cast<double>(n);
      const double y =
          std::sin(0.37 * i) + 0.2 * std::cos(1.7 * i) + 0.1 * static_cast<double>(n % 7);
      truth.push_back(y);
      prediction.push_back(y + 0.05 * std::sin(0.9 * i + 0.3) + 0.01 * static_cast<double>(n % 5));
    }
  }
};

ErrorTable table_of(const PredictionShape& shape, std::int64_t samples,
                    const Communicator& communicator) {
  const Fields fields(samples * shape.value_count());
  ErrorTable table(shape, samples);
  const auto values = static_cast<std::size_t>(shape.value_count());
  for (std::int64_t s = communicator.rank(); s < samples; s += communicator.size()) {
    const auto begin = static_cast<std::size_t>(s) * values;
    table.add(s, std::span(fields.prediction).subspan(begin, values),
              std::span(fields.truth).subspan(begin, values));
  }
  table.gather(communicator);
  return table;
}

const PredictionShape line{2, 2, 1, {33, 1, 1}, {1.5, 1.0, 1.0}};
const PredictionShape square{1, 1, 2, {30, 26, 1}, {2.0, 0.5, 1.0}};

void expect_near(const Metrics& found, const Metrics& expected) {
  for (std::size_t m = 0; m < expected.size(); ++m) {
    EXPECT_LE(std::abs(found[m] / expected[m] - 1.0), 1e-12) << metric_names[m];
  }
}

// Expected values: numpy, by the definitions (tests/learn/metrics_reference.py).
TEST(ErrorTable, MatchesNumpyInOneDimension) {
  expect_near(
      table_of(line, 3, Communicator::world()).metrics(),
      {5.329567255716543e-02, 4.306854425509902e-02, 5.328341173863603e-02, 5.675075131360513e-02,
       2.016305422135452e-02, 3.848720603347743e-02, 1.067140486923700e-02, 9.565171415445231e-03,
       2.977020742792897e-03, 8.977723708261512e-02});
}

TEST(ErrorTable, MatchesNumpyInTwoDimensions) {
  expect_near(
      table_of(square, 2, Communicator::world()).metrics(),
      {5.339078547386729e-02, 4.306191693544032e-02, 5.339078547386729e-02, 5.750160398289782e-02,
       2.006974892015404e-02, 4.365702526351647e-02, 5.226388045535268e-03, 2.390275030118401e-03,
       1.394722647743541e-03, 8.999901012715239e-02});
}

TEST(ErrorTable, DoesNotDependOnTheRanks) {
  const auto shared = table_of(line, 7, Communicator::world());
  const auto alone = table_of(line, 7, Communicator::self());
  EXPECT_EQ(shared.metrics(), alone.metrics());
  EXPECT_EQ(shared.bootstrap(50, 9).low, alone.bootstrap(50, 9).low);
}

TEST(ErrorTable, LetsNaNThrough) {
  PredictionShape shape{1, 1, 1, {8, 1, 1}, {1.0, 1.0, 1.0}};
  std::vector<double> truth(8, 1.0), prediction(8, 1.0);
  prediction[3] = std::nan("");
  ErrorTable table(shape, 1);
  table.add(0, prediction, truth);
  for (const auto metric : {Metric::relative_l2, Metric::rmse, Metric::max, Metric::crmse}) {
    EXPECT_TRUE(std::isnan(value(table.metrics(), metric)));
  }
}

TEST(ErrorTable, LegacyAverageDividesByOneBatchTooFew) {
  const auto table = table_of(line, 6, Communicator::self());
  EXPECT_FALSE(table.legacy_metrics(6).has_value());
  const auto legacy = table.legacy_metrics(2).value();
  // A plain mean over samples, so that only the divisor differs: 3 batches over 2.
  EXPECT_NEAR(value(legacy, Metric::rmse), 1.5 * value(table.metrics(), Metric::rmse), 1e-14);
}

// The interval of a mean over n samples is about ± 1.96 s/√n.
TEST(ErrorTable, BootstrapMatchesTheNormalApproximation) {
  PredictionShape shape{1, 1, 1, {4, 1, 1}, {1.0, 1.0, 1.0}};
  const std::int64_t n = 400;
  ErrorTable table(shape, n);
  double sum = 0.0, squares = 0.0;
  for (std::int64_t s = 0; s < n; ++s) {
    const double error = 1.0 + 0.3 * std::sin(static_cast<double>(s) * 1.3);
    table.add(s, std::vector<double>(4, 1.0 + error), std::vector<double>(4, 1.0));
    sum += error;
    squares += error * error;
  }
  const double mean = sum / n, deviation = std::sqrt(squares / n - mean * mean);
  const auto interval = table.bootstrap(2000, 1);
  const double half = 1.96 * deviation / std::sqrt(static_cast<double>(n));
  EXPECT_NEAR(value(interval.low, Metric::rmse), mean - half, 0.15 * half);
  EXPECT_NEAR(value(interval.high, Metric::rmse), mean + half, 0.15 * half);
}

}  // namespace
}  // namespace parapet
