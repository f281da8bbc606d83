#include <random>

#include <Eigen/Dense>

#include "base/labelled_table.hpp"
#include "methods/particles/systems/stein_sums.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "methods/particles/systems/target_density.hpp"
#include "methods/system_case.hpp"
#include "particles/source_sum.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

/// The normal density of means (1, −0.5), variances 1 and 0.25 and the covariance 0.25.
TargetSampling gaussian() {
  TargetSampling equation;
  equation.U.texts = {"((x-1)^2 - 2*(x-1)*(y+0.5) + 4*(y+0.5)^2)/1.5"};
  return equation;
}

CellCase sampled(const std::string& integrator, std::int64_t particles, double dt) {
  return begun(
      world(),
      {gaussian(), "formula", interval_grid({40, 40}, {-4.0}, {4.0}), particles, dt, integrator},
      [](const Point& x) {
        return normal_density(x, {-1.0, 1.0}, {0.5, 0.5});
      });
}

TEST(TargetSampling, SteinDescentHasTheMomentsOfAGaussian) {
  CellCase run = sampled("stein-descent", 300, 0.2);
  double discrepancy = quantity_of(run, "stein_discrepancy");
  for (const double t : {2.0, 10.0, 30.0, 100.0}) {
    run_to(*run.solver, t);
    const double next = quantity_of(run, "stein_discrepancy");
    report("kernel Stein discrepancy", next, discrepancy);
    EXPECT_LT(next, discrepancy);
    discrepancy = next;
  }
  expect_below("kernel Stein discrepancy", discrepancy, 0.02);
  expect_below("mean of x off", std::abs(quantity_of(run, "mean_x") - 1.0), 0.01);
  expect_below("mean of y off", std::abs(quantity_of(run, "mean_y") + 0.5), 0.005);
  expect_below("variance of x off", std::abs(quantity_of(run, "variance_x") - 1.0), 0.03);
  expect_below("variance of y off", std::abs(quantity_of(run, "variance_y") - 0.25), 0.01);
}

TEST(TargetSampling, LangevinHasThemWithinStandardErrors) {
  constexpr std::int64_t particles = 10000;
  CellCase run = sampled("langevin", particles, 0.01);
  const double before = quantity_of(run, "stein_discrepancy");
  run_to(*run.solver, 8.0);
  const double n = static_cast<double>(particles);
  const auto expect_near = [&](const std::string& name, double exact, double error) {
    expect_below(name + " off in standard errors", std::abs(quantity_of(run, name) - exact) / error,
                 4.0);
  };
  expect_near("mean_x", 1.0, std::sqrt(1.0 / n));
  expect_near("mean_y", -0.5, std::sqrt(0.25 / n));
  expect_near("variance_x", 1.0, std::sqrt(2.0 / n));
  expect_near("variance_y", 0.25, 0.25 * std::sqrt(2.0 / n));
  // of 2000 draws
  expect_below("discrepancy", quantity_of(run, "stein_discrepancy"), 0.1 * before);
}

LabelledTable drawn_table(std::size_t rows, const std::vector<double>& w) {
  std::mt19937 generator(11);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  LabelledTable table;
  table.columns = w.size();
  for (std::size_t n = 0; n < rows; ++n) {
    double along = 0.0;
    for (const double coefficient : w) {
      table.features.push_back(normal(generator));
      along += coefficient * table.features.back();
    }
    table.labels.push_back(uniform(generator) < 1.0 / (1.0 + std::exp(-along)) ? 1 : 0);
  }
  return table;
}

struct Laplace {
  Eigen::VectorXd mode;
  Eigen::MatrixXd covariance;
};

/// Newton's method on U, by its definition.
Laplace laplace(const LabelledTable& table, double precision) {
  const auto d = static_cast<Eigen::Index>(table.columns);
  Laplace found{Eigen::VectorXd::Zero(d), {}};
  for (int iteration = 0; iteration < 20; ++iteration) {
    Eigen::VectorXd slope = precision * found.mode;
    Eigen::MatrixXd curvature = precision * Eigen::MatrixXd::Identity(d, d);
    for (std::size_t n = 0; n < table.rows(); ++n) {
      const Eigen::Map<const Eigen::VectorXd> a(table.row(n), d);
      const double chance = 1.0 / (1.0 + std::exp(-a.dot(found.mode)));
      slope += (chance - static_cast<double>(table.labels[n])) * a;
      curvature += chance * (1.0 - chance) * a * a.transpose();
    }
    found.mode -= curvature.ldlt().solve(slope);
    found.covariance = curvature.inverse();
  }
  return found;
}

CellCase regression(const LabelledTable& table, const std::string& integrator,
                    std::int64_t particles, double dt) {
  TargetSampling equation;
  equation.coefficients = static_cast<int>(table.columns);
  MethodOptions options = particle_method(particles, integrator);
  options.particles.table = &table;
  CellCase run(world(), equation, interval_grid({40, 40}, {-3.0}, {3.0}),
               all_ends(BoundaryKind::outflow), options, {dt}, "logistic-regression");
  run.set([](int, const Point& x) { return std::exp(-0.5 * (x[0] * x[0] + x[1] * x[1])); });
  return run;
}

// The posterior is normal but for terms of the size 1/√rows.
TEST(TargetSampling, LogisticRegressionHasItsPosterior) {
  const LabelledTable table = drawn_table(1000, {1.0, -0.5, 0.25, 0.0});
  const Laplace exact = laplace(table, 1.0);
  const auto expect_posterior = [&](const std::string& integrator, std::int64_t particles,
                                    double dt, double end) {
    CellCase run = regression(table, integrator, particles, dt);
    run_to(*run.solver, end);
    double of_means = 0.0, of_variances = 0.0;
    for (int c = 0; c < 4; ++c) {
      const double variance = exact.covariance(c, c);
      const std::string number = std::to_string(c + 1);
      const double mean = quantity_of(run, "mean_" + number) - exact.mode(c);
      of_means = std::max(of_means, std::abs(mean) / std::sqrt(variance));
      of_variances =
          std::max(of_variances, std::abs(quantity_of(run, "variance_" + number) / variance - 1.0));
    }
    expect_below(integrator + ": mean off the mode, in deviations", of_means, 0.2);
    expect_below(integrator + ": variance off, relative", of_variances, 0.25);
  };
  expect_posterior("stein-descent", 100, 0.005, 10.0);
  expect_posterior("langevin", 1000, 0.0002, 0.1);
}

TEST(TargetSampling, RegressionHasTheSlopeOfItsPotential) {
  const LabelledTable table = drawn_table(50, {1.0, 2.0, -1.0});
  TargetSampling equation;
  equation.p.value = 0.7;
  SystemFrame frame{world(), {}};
  frame.form = "logistic-regression";
  frame.table = &table;
  const auto target = target_density(equation, frame);
  constexpr double h = 1e-5;
  const double w[] = {0.3, -1.2, 2.0};
  double slope[3];
  const std::array<const double*, 3> at{&w[0], &w[1], &w[2]};
  target->slope(at, std::array{&slope[0], &slope[1], &slope[2]}, 1);
  for (std::size_t c = 0; c < 3; ++c) {
    double below[] = {w[0], w[1], w[2]}, above[] = {w[0], w[1], w[2]}, U[2];
    below[c] -= h;
    above[c] += h;
    target->values(std::array<const double*, 3>{&below[0], &below[1], &below[2]}, {&U[0], 1});
    target->values(std::array<const double*, 3>{&above[0], &above[1], &above[2]}, {&U[1], 1});
    EXPECT_NEAR(slope[c], (U[1] - U[0]) / (2.0 * h), 1e-8);
  }
  double U = 0.35 * (0.09 + 1.44 + 4.0);
  for (std::size_t n = 0; n < table.rows(); ++n) {
    const double* const a = table.row(n);
    const double along = a[0] * w[0] + a[1] * w[1] + a[2] * w[2];
    U += std::log1p(std::exp(table.labels[n] == 1 ? -along : along));
  }
  double found;
  target->values(at, {&found, 1});
  EXPECT_NEAR(found, U, 1e-12 * U);
}

/// Places and slopes of some points, of which each rank has as many as the others.
struct Points {
  std::vector<std::vector<double>> rows;

  Points(std::size_t count, std::size_t numbers) : rows(numbers, std::vector<double>(count)) {
    std::mt19937 generator(static_cast<unsigned>(world().rank()));
    std::normal_distribution<double> normal;
    for (auto& row : rows) {
      for (double& value : row) value = normal(generator);
    }
  }
  GatheredRows gathered() const {
    std::vector<const double*> all;
    for (const auto& row : rows) all.push_back(row.data());
    return {world(), all, rows[0].size()};
  }
};

TEST(SteinSums, AreTheSumsOverAllPairs) {
  constexpr std::size_t d = 4, count = 37;
  constexpr double h = 1.7;
  const Points points(count, 2 * d);
  const GatheredRows sources = points.gathered();
  std::vector<std::vector<double>> sums(d, std::vector<double>(count));
  std::vector<const double*> x;
  std::vector<double*> to;
  for (std::size_t c = 0; c < d; ++c)
    x.push_back(points.rows[c].data()), to.push_back(sums[c].data());
  add_stein_pairs(h, x, count, sources, to);
  for (std::size_t i = 0; i < count; ++i) {
    std::array<double, d> exact{};
    for (std::size_t j = 0; j < sources.count(); ++j) {
      double square = 0.0;
      for (std::size_t c = 0; c < d; ++c) square += std::pow(x[c][i] - sources.row(c)[j], 2);
      const double k = std::exp(-square / h);
      for (std::size_t c = 0; c < d; ++c) {
        exact[c] += -k * sources.row(d + c)[j] + 2.0 / h * (x[c][i] - sources.row(c)[j]) * k;
      }
    }
    for (std::size_t c = 0; c < d; ++c) EXPECT_NEAR(sums[c][i], exact[c], 1e-12);
  }
}

TEST(TargetSampling, RefusesWhatIsNoPotentialAndTablesThatDoNotFit) {
  const auto faults_of = [](const TargetSampling& equation, const MethodOptions& options) {
    return particle_system_faults(equation, interval_grid({8, 8}, {-1.0}, {1.0}), options);
  };
  MethodOptions options = particle_method(10);
  EXPECT_TRUE(faults_of(gaussian(), options).empty());
  TargetSampling wrong;
  wrong.U.texts = {"x^2 + z^2"};
  ASSERT_EQ(faults_of(wrong, options).size(), 1U);
  EXPECT_EQ(faults_of(wrong, options)[0].first, "equation.potential");
  const LabelledTable narrow = drawn_table(5, {1.0});
  options.particles.table = &narrow;
  ASSERT_EQ(faults_of(gaussian(), options).size(), 1U);
  EXPECT_EQ(faults_of(gaussian(), options)[0].first, "particles.table");
}

}  // namespace
}  // namespace parapet
