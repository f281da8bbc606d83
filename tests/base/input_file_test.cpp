#include "base/input_file.hpp"

#include <clocale>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "base/failure.hpp"

namespace parapet {
namespace {

struct Everything {
  double viscosity = 0.1;
  std::string form = "scalar";
  std::vector<std::int64_t> points{64};
  std::vector<double> length{1.0};
  std::string folder = "runs/one";
  std::int64_t frames = 11;
  bool is_periodic = true;
  std::optional<double> interval;

  std::vector<Section> sections() {
    std::vector<Section> all;
    Section equation("equation", "the equation");
    equation.add("viscosity", viscosity, "kinematic viscosity")
        .symbol("nu")
        .above(0.0)
        .unit("L²/T");
    equation.add("form", form, "scalar or vector").one_of({"scalar", "vector"});
    all.push_back(std::move(equation));
    Section grid("grid", "the grid");
    grid.add("points", points, "grid points along each axis")
        .entries(1, 3)
        .at_least(2)
        .at_most(1e6);
    grid.add("length", length, "length of the domain").entries(1, 3).above(0.0);
    grid.add("periodic", is_periodic, "whether the domain is periodic");
    all.push_back(std::move(grid));
    Section output("output", "what is written");
    output.add("folder", folder, "folder of the run");
    output.add("frames", frames, "number of frames").at_least(1);
    output.add("interval", interval, "time between frames").above(0.0).unit("time");
    all.push_back(std::move(output));
    return all;
  }
};

const char* const good = R"(# an input file
[equation]
viscosity = 0.01
form = "vector"
[grid]
points = [32, 32]
length = [1, 2.5]
[output]
folder = "runs/two"
frames = 5
)";

// The message of the Failure that reading `text` ends in; empty if it is accepted.
std::string verdict(const std::string& text, const std::vector<std::string>& overrides = {},
                    Everything* result = nullptr) {
  const auto world = Communicator::world();
  Everything values;
  try {
    auto file = InputFile::from_text(text, "run.toml", overrides);
    for (const Section& section : values.sections()) file.read(section);
    file.finish(world);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::bad_input);
    return failure.what();
  }
  if (result != nullptr) *result = values;
  return "";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(InputFile, FillsWhatIsGivenAndKeepsDefaults) {
  Everything values;
  EXPECT_EQ(verdict(good, {}, &values), "");
  EXPECT_EQ(values.viscosity, 0.01);
  EXPECT_EQ(values.form, "vector");
  EXPECT_EQ(values.points, (std::vector<std::int64_t>{32, 32}));
  EXPECT_EQ(values.length, (std::vector<double>{1.0, 2.5}));
  EXPECT_EQ(values.frames, 5);
  EXPECT_TRUE(values.is_periodic);
  EXPECT_FALSE(values.interval.has_value());
}

TEST(InputFile, ListsEveryFaultAtOnceInTheOrderOfTheFile) {
  const std::string message = verdict(R"([equation]
viscosty = 0.1
form = "vektor"
[grid]
points = [1, 8]
frames = 3
[outpt]
folder = "x"
)");
  EXPECT_EQ(message, R"(run.toml: 5 faults in the input:
  run.toml:2: unknown key `viscosty` in [equation] (did you mean `viscosity`?)
  run.toml:3: [equation] form = "vektor": expected a text in quotes, one of "scalar", "vector" (did you mean "vector"?): scalar or vector
  run.toml:5: [grid] points = [1, 8]: expected a list of 1 to 3 whole numbers at least 2 and at most 1000000 (entry 1 is 1): grid points along each axis
  run.toml:6: unknown key `frames` in [grid] (it belongs in [output])
  run.toml:7: unknown section [outpt] (did you mean [output]?))");
}

TEST(InputFile, KnowsThePapersSymbol) {
  EXPECT_NE(verdict("[equation]\nnuu = 0.1\n")
                .find("unknown key `nuu` in [equation] (did you mean "
                      "`viscosity`?)"),
            std::string::npos);
}

struct Mutant {
  const char* line;         // what stands in the good file
  const char* replacement;  // what the mutant has there
  const char* part;         // what the message must contain
};

class BadInput : public testing::TestWithParam<Mutant> {};

TEST_P(BadInput, IsRefusedOnceWithLineKeyAndExpectation) {
  const auto& [line, replacement, part] = GetParam();
  const std::string message = verdict(replaced(good, line, replacement));
  EXPECT_NE(message.find(part), std::string::npos) << replacement << "\n" << message;
  EXPECT_EQ(message.find("faults"), std::string::npos) << message;
  EXPECT_NE(message.find("run.toml:"), std::string::npos) << message;
}

// Faults in an input file are named with their line and the nearest valid name.
INSTANTIATE_TEST_SUITE_P(
    Mutants, BadInput,
    testing::Values(
        Mutant{"viscosity", "viscosity2",
               "run.toml:3: unknown key `viscosity2` in [equation] (did"},
        Mutant{"[equation]\n", "[eqation]\n",
               "unknown section [eqation] (did you mean [equation]?)"},
        Mutant{"[grid]\n", "[output.grid]\n", "unknown section [output.grid]"},
        Mutant{"[grid]\n", "[[grid]]\n", "expected a section: write [grid]"},
        Mutant{"# an input file", "nu = 3", "unknown key `nu` at the top level"},
        Mutant{"# an input file", "\"a b\" = 3", "\"a b\": keys consist of"},
        Mutant{"[output]", "[\"a.b\"]\nx = 1\n[output]", "\"a.b\": keys consist of"},
        Mutant{"0.01", "\"abc\"", "expected a number above 0 (L²/T)"},
        Mutant{"0.01", "true", "viscosity = true: expected a number above 0"},
        Mutant{"0.01", "[1]", "viscosity = [1]: expected a number above 0"},
        Mutant{"0.01", "\"0x10\"", "expected a number"},
        Mutant{"0.01", "\" 5 \"", "expected a number"},
        Mutant{"0.01", "1979-05-27", "expected a number"},
        Mutant{"0.01", "{a = 1}", "expected a number"},
        Mutant{"0.01", "-1", "viscosity = -1: expected a number above 0"},
        Mutant{"0.01", "0", "expected a number above 0"},
        Mutant{"0.01", "-0.0", "expected a number above 0"}, Mutant{"0.01", "nan", "finite"},
        Mutant{"0.01", "-nan", "finite"}, Mutant{"0.01", "inf", "finite"},
        Mutant{"0.01", "-inf", "finite"},
        Mutant{"0.01", "1e999", "viscosity = 1e999: expected a number above 0 (L²/T), finite"},
        Mutant{"0.01", "1e308", "in magnitude"}, Mutant{"0.01", "1e-320", "in magnitude"},
        Mutant{"0.01", "0,01", "not valid TOML"},
        Mutant{"frames = 5", "frames = 1.5", "frames = 1.5: expected a whole number at least 1"},
        Mutant{"frames = 5", "frames = \"5\"", "expected a whole number"},
        Mutant{"frames = 5", "frames = true", "expected a whole number"},
        Mutant{"frames = 5", "frames = -5", "expected a whole number at least 1"},
        Mutant{"frames = 5", "frames = 0", "expected a whole number at least 1"},
        Mutant{"frames = 5", "frames = 9223372036854775808", "expected a whole number"},
        Mutant{"frames = 5", "frames = 0xffffffffffffffff", "expected a whole number"},
        Mutant{"frames = 5", "frames = 1e300", "expected a whole number"},
        Mutant{"frames = 5", "frames = nan", "expected a whole number"},
        Mutant{"frames = 5", "frames = 5\nframes = 6", "not valid TOML"},
        Mutant{"frames = 5", "frames = ", "not valid TOML"},
        Mutant{"[32, 32]", "32", "points = 32: expected a list of 1 to 3 whole numbers"},
        Mutant{"[32, 32]", "[]", "expected a list of 1 to 3"},
        Mutant{"[32, 32]", "[2, 2, 2, 2]", "expected a list of 1 to 3"},
        Mutant{"[32, 32]", "[32, 1]", "(entry 2 is 1)"},
        Mutant{"[32, 32]", "[32, 2147483648]", "(entry 2 is 2147483648)"},
        Mutant{"[32, 32]", "[32, \"32\"]", ""},
        Mutant{"[1, 2.5]", "[1, -2.5]", "(entry 2 is -2.5)"},
        Mutant{"\"runs/two\"", "\"\"", "not empty"},
        Mutant{"\"runs/two\"", "\"a\\nb\"", "without control characters"},
        Mutant{"\"runs/two\"", "\"a\\u001bb\"", "without control characters"},
        Mutant{"\"runs/two\"", "\"\"\"\na\nb\"\"\"", "without control characters"},
        Mutant{"\"runs/two\"", "runs", "not valid TOML"},
        Mutant{"\"vector\"", "\"Vector\"", "one of \"scalar\", \"vector\""},
        Mutant{"\"vector\"", "\"\"", "one of \"scalar\", \"vector\""},
        Mutant{"[32, 32]", "[32, 32", "not valid TOML"}));

TEST(InputFile, AcceptsWhatIsExactlyWhole) {
  Everything values;
  EXPECT_EQ(verdict(replaced(good, "frames = 5", "frames = 1e3"), {}, &values), "");
  EXPECT_EQ(values.frames, 1000);
  EXPECT_EQ(verdict(replaced(good, "frames = 5", "frames = 0x1_0"), {}, &values), "");
  EXPECT_EQ(values.frames, 16);
  EXPECT_EQ(verdict(replaced(good, "frames = 5", "frames = +9_007_199_254_740_993"), {}, &values),
            "");
  EXPECT_EQ(values.frames, 9007199254740993);
}

TEST(InputFile, MissingSectionsAndRequiredKeysAreNamed) {
  const auto world = Communicator::world();
  double end = 0.0;
  Section time("time", "time");
  time.add("end", end, "when the run ends").above(0.0).required();
  auto file = InputFile::from_text("", "run.toml");
  file.read(time);
  file.fault("time", "", "no step");
  try {
    file.finish(world);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.is_collective());
    EXPECT_STREQ(failure.what(),
                 "run.toml: 2 faults in the input:\n"
                 "  run.toml: [time] end: missing; a number above 0: when the run ends\n"
                 "  run.toml: [time]: no step");
  }
}

TEST(InputFile, OverridesReplaceAndAddValues) {
  Everything values;
  EXPECT_EQ(
      verdict(good, {"equation.form=scalar", "grid.points=[4]", "output.interval = 0.5"}, &values),
      "");
  EXPECT_EQ(values.form, "scalar");
  EXPECT_EQ(values.points, std::vector<std::int64_t>{4});
  EXPECT_EQ(values.interval, 0.5);
  EXPECT_EQ(verdict("", {"output.folder=runs/three"}, &values), "");
  EXPECT_EQ(values.folder, "runs/three");
}

TEST(InputFile, BadOverridesAreFaultsLikeOthers) {
  const std::string message =
      verdict(good, {"equation.viscosity=-1", "equation.nu=1", "frames", "a..b=1", "=1", "grid=3",
                     "equation.viscosity.x=1", "equation.form=a\n[x]", "new.key=1"});
  for (const char* part :
       {"9 faults", "--set equation.viscosity=-1: [equation] viscosity = -1: expected",
        "unknown key `nu` in [equation] (did you mean `viscosity`?)", "not \"frames\"",
        "not \"a..b=1\"", "not \"=1\"", "`grid` is a section, not a value",
        "`x` lies in a value, not a section", "unknown section [new]"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
  }
}

TEST(InputFile, FreeFormSubsectionsAreListedAndCheckedWhenRead) {
  const auto world = Communicator::world();
  auto file = InputFile::from_text(
      "[ensemble.vary.viscosity]\nlow = 1\nhihg = 2\n[ensemble.vary.initial.sigma]\nlow = 3\n",
      "run.toml");
  EXPECT_EQ(file.subsections("ensemble.vary"),
            (std::vector<std::string>{"viscosity", "initial.sigma"}));
  double low = 0.0, high = 0.0;
  for (const char* name : {"ensemble.vary.viscosity", "ensemble.vary.initial.sigma"}) {
    Section section(name, "a range");
    section.add("low", low, "lower end");
    section.add("high", high, "upper end");
    file.read(section);
  }
  EXPECT_EQ(low, 3.0);
  try {
    file.finish(world);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(),
                 "run.toml: one fault in the input:\n  run.toml:3: unknown key `hihg` in "
                 "[ensemble.vary.viscosity] (did you mean `high`?)");
  }
}

TEST(InputFile, ResolvedTextReadsBackToTheSameBits) {
  std::mt19937_64 engine(1);
  for (int trial = 0; trial < 300; ++trial) {
    Everything values;
    values.viscosity = std::ldexp(1.0 + static_cast<double>(engine() >> 12) * 0x1p-52,
                                  static_cast<int>(engine() % 900) - 450);
    values.folder = "a \"quoted\" back\\slash é";
    values.frames = static_cast<std::int64_t>(engine() >> 1);
    values.interval = trial % 2 ? std::optional(0.1 * trial) : std::nullopt;
    auto file = InputFile::from_text("", "defaults");
    for (const Section& section : values.sections()) file.read(section);
    Everything again;
    ASSERT_EQ(verdict(file.resolved(), {}, &again), "") << file.resolved();
    EXPECT_EQ(again.viscosity, values.viscosity);
    EXPECT_EQ(again.folder, values.folder);
    EXPECT_EQ(again.frames, values.frames);
    EXPECT_EQ(again.interval, values.interval);
  }
}

TEST(InputFile, ResolvedTextExplainsAndCopiesWhatOthersRead) {
  auto file = InputFile::from_text(
      "[training]\nrate = 1e-3\nname = \"x\"\n[training.schedule]\nsteps = [1, 2]\n", "run.toml");
  double viscosity = 1e-5;
  Section equation("equation", "the equation");
  equation.add("viscosity", viscosity, "kinematic viscosity").unit("L²/T").source("Burgers 1948");
  file.read(equation);
  file.allow_section("training");
  file.finish(Communicator::world());
  EXPECT_EQ(file.resolved(),
            "\n# the equation\n[equation]\n"
            "viscosity = 1e-5                  # kinematic viscosity [L²/T] (Burgers 1948)\n"
            "\n[training]\nrate = 0.001\nname = \"x\"\n"
            "\n[training.schedule]\nsteps = [1, 2]\n");
}

TEST(InputFile, NumbersDoNotDependOnTheLocale) {
  Everything values;
  const bool has_comma_locale = std::setlocale(LC_ALL, "de_DE.UTF-8") != nullptr;
  EXPECT_EQ(verdict(good, {"output.interval=0.25"}, &values), "");
  EXPECT_EQ(values.viscosity, 0.01);
  EXPECT_EQ(values.interval, 0.25);
  EXPECT_EQ(to_toml(0.25), "0.25");
  if (has_comma_locale) std::setlocale(LC_ALL, "C");
}

TEST(InputFile, EveryRankParsesTheBytesOfRankZero) {
  const auto world = Communicator::world();
  const auto path = std::filesystem::temp_directory_path() /
                    ("parapet-input-" + std::to_string(world.size()) + ".toml");
  if (world.is_root()) std::ofstream(path) << good;
  // The other ranks may see another file, or none.
  const auto file = InputFile::read(world, world.is_root() ? path : path / "nothing here");
  EXPECT_EQ(file.text(), good);
  world.barrier();
  if (world.is_root()) std::filesystem::remove(path);
}

TEST(InputFile, AFaultOnOneRankIsThrownOnAll) {
  const auto world = Communicator::world();
  auto file = InputFile::from_text("", "run.toml");
  if (world.rank() == world.size() - 1) file.fault("grid", "points", "needs 8.0 PB");
  try {
    file.finish(world);
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.is_collective());
    EXPECT_NE(std::string(failure.what()).find("[grid] points: needs 8.0 PB"), std::string::npos);
  }
}

TEST(InputFile, MissingFoldersAndBrokenFilesAreCollectiveFailures) {
  const auto world = Communicator::world();
  for (const char* path : {"/nonexistent/run.toml", "/"}) {
    try {
      InputFile::read(world, path);
      FAIL();
    } catch (const Failure& failure) {
      EXPECT_TRUE(failure.is_collective());
      EXPECT_EQ(failure.code(), ExitCode::bad_input);
    }
  }
}

// Whatever the bytes, the answer is a verdict: no crash, no other exception.
TEST(InputFile, SurvivesTwoThousandRandomMutants) {
  std::mt19937 engine(7);
  const std::string text = good;
  const std::string alphabet = "[]{}=\"'\\#.,\n\r\t -+0123456789eEinfx_ab\x01\x7f\xc3\xff";
  int accepted = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    std::string mutant = text;
    for (int change = 0; change <= static_cast<int>(engine() % 3); ++change) {
      const auto where = engine() % mutant.size();
      const auto letter = alphabet[engine() % alphabet.size()];
      switch (engine() % 3) {
        case 0:
          mutant[where] = letter;
          break;
        case 1:
          mutant.insert(where, 1, letter);
          break;
        default:
          mutant.erase(where, 1 + engine() % 5);
      }
    }
    if (verdict(mutant).empty()) ++accepted;
  }
  EXPECT_GT(accepted, 0);
  EXPECT_LT(accepted, 1500);
  EXPECT_NE(verdict("a = " + std::string(100000, '[')), "");
}

TEST(Settings, DescribeTellsDefaultRangeUnitAndSource) {
  double viscosity = 0.1;
  std::optional<double> step;
  Section section("equation", "viscous Burgers");
  section.add("viscosity", viscosity, "kinematic viscosity").symbol("nu").above(0.0).unit("L²/T");
  section.add("step", step, "time step").source("Li et al. 2021");
  viscosity = 7.0;  // NOLINT(clang-analyzer-deadcode.DeadStores): the section may not look at it
  EXPECT_EQ(describe(section),
            "[equation]  viscous Burgers\n"
            "  viscosity (default 0.1): kinematic viscosity, nu [L²/T]\n"
            "      a number above 0 (L²/T)\n"
            "  step (optional): time step (Li et al. 2021)\n"
            "      a number\n");
}

}  // namespace
}  // namespace parapet
