#include "simulation/compare.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

struct Case {
  std::string name, text;
};

std::string input(const std::string& equation, const std::string& grid, const std::string& start) {
  return "[equation]\n" + equation + "[grid]\n" + grid +
         "boundary = \"no-flux\"\n[initial]\nkind = \"gaussian\"\nmass = 1.0\n" + start +
         "[time]\nend = 0.8\nstep = 0.02\n[output]\nfolder = \"runs/none\"\nframes = 3\n";
}

std::vector<Case> cases() {
  const std::string line = "points = [64]\nlower = [-3.0]\nlength = [6.0]\n";
  const std::string plane = "points = [32, 32]\nlower = [-3.0]\nlength = [6.0]\n";
  const std::string start = "means = [0.4]\ndeviations = [0.5]\n";
  return {{"OrnsteinUhlenbeck", input("name = \"ornstein-uhlenbeck\"\n", plane, start)},
          {"DoubleWell", input("name = \"double-well\"\n", line, start)},
          {"VariancePreserving", input("name = \"variance-preserving\"\n", line, start)},
          {"McKeanVlasov",
           input("name = \"mckean-vlasov\"\nstiffness = 1.0\nattraction = 0.2\n", plane, start)},
          {"DesaiZwanzig", input("name = \"desai-zwanzig\"\ntemperature = 0.8\n", line, start)},
          {"BoundedConfidence",
           input("name = \"bounded-confidence\"\nrange = 0.3\ntemperature = 0.2\n", plane, start)},
          {"MorseSwarm", input("name = \"morse-swarm\"\ntemperature = 0.2\n", plane, start)}};
}

/// All numbers behind a key of a JSON text.
std::vector<double> numbers(const std::string& json, const std::string& key) {
  std::vector<double> found;
  const std::string mark = "\"" + key + "\": ";
  for (auto at = json.find(mark); at != std::string::npos; at = json.find(mark, at + 1)) {
    found.push_back(std::stod(json.substr(at + mark.size())));
  }
  return found;
}

std::string report(const std::string& text, std::vector<std::int64_t> particles) {
  const auto path = std::filesystem::temp_directory_path() / "parapet-compare-test.toml";
  on_root(world(), [&] { std::ofstream(path) << text; });
  CompareOptions options{path.string()};
  options.particles = std::move(particles);
  options.is_json = true;
  const std::string json = compare_report(world(), options);
  on_root(world(), [&] { std::filesystem::remove(path); });
  return json;
}

class Compare : public testing::TestWithParam<Case> {};

// Particles are as far from their density as independent draws from it, whatever their number.
TEST_P(Compare, FindsTheDistanceOfIndependentDraws) {
  const std::string json = report(GetParam().text, {400, 4000, 40'000});
  const auto l2 = numbers(json, "l2"), expected = numbers(json, "expected_l2");
  ASSERT_EQ(l2.size(), 9U);
  ASSERT_EQ(expected.size(), 9U);
  for (std::size_t i = 0; i < l2.size(); ++i) {
    EXPECT_GE(l2[i] / expected[i], 0.5) << json;
    EXPECT_LE(l2[i] / expected[i], 1.5) << json;
  }
  const auto w1 = numbers(json, "w1"), expected_w1 = numbers(json, "expected_w1");
  ASSERT_EQ(w1.size(), 9U);
  ASSERT_EQ(expected_w1.size(), 9U);
  for (std::size_t i = 0; i < w1.size(); ++i) {
    EXPECT_GE(w1[i] / expected_w1[i], 0.4) << json;  // 0.59 to 1.76
    EXPECT_LE(w1[i] / expected_w1[i], 2.2) << json;
  }
  for (const char* const moment : {"means_off", "variances_off"}) {
    const auto off = numbers(json, moment);
    ASSERT_EQ(off.size(), 9U);
    for (const double errors : off) EXPECT_LE(errors, 4.0) << moment << " " << json;
  }
  const auto slope = numbers(json, "slope_l2");
  ASSERT_EQ(slope.size(), 1U);
  EXPECT_GE(slope[0], -0.56);
  EXPECT_LE(slope[0], -0.44);
  RecordProperty("slope", std::to_string(slope[0]));
}

INSTANTIATE_TEST_SUITE_P(Processes, Compare, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

// Forces between particles cancel in their mean, which moves as one particle without them, by noise
// of 1/N: its variance is (v e^{−2t} + T (1 − e^{−2t}))/N, that of places (T/6 after a while)/N.
TEST(Compare, KnowsThatMeansOfInteractingParticlesFluctuateTogether) {
  const std::string json =
      report(input("name = \"mckean-vlasov\"\nstiffness = 1.0\nattraction = 5.0\n"
                   "temperature = 0.5\n",
                   "points = [64]\nlower = [-3.0]\nlength = [6.0]\n",
                   "means = [0.4]\ndeviations = [0.5]\n"),
             {400, 4000});
  const auto error = numbers(json, "means_error"), time = numbers(json, "time");
  ASSERT_EQ(error.size(), 6U);
  for (std::size_t i = 0; i < error.size(); ++i) {
    const double faded = std::exp(-2.0 * time[i]), N = i < 3 ? 400.0 : 4000.0;
    const double exact = std::sqrt((0.25 * faded + 0.5 * (1.0 - faded)) / N);
    EXPECT_NEAR(error[i] / exact, 1.0, 0.35) << json;  // 0.84 to 1.07
  }
}

TEST(Compare, OfWhatHasNoParticlesIsRefused) {
  const std::string text =
      "[equation]\nname = \"burgers\"\n[grid]\npoints = [16]\n[initial]\nkind = "
      "\"sine\"\n[time]\nend "
      "= 1.0\nstep = 0.1\n[output]\nfolder = \"runs/none\"\n";
  try {
    report(text, {10});
    FAIL() << "not refused";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::bad_input);
    EXPECT_NE(std::string(failure.what()).find("no particles"), std::string::npos);
  }
}

}  // namespace
}  // namespace parapet
