#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/failure.hpp"
#include "simulation/forecast.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

/// A line `key = value` of an input file, and where it stands.
struct Line {
  std::size_t index;
  std::string key;
};

std::vector<std::string> read_lines(const fs::path& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The settings of the solver; sections of parapet-learn are not checked by it.
std::vector<Line> settings_in(const std::vector<std::string>& lines) {
  std::vector<Line> found;
  std::string section;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    if (line.starts_with('[')) section = line.substr(1, line.find_first_of(".]") - 1);
    const auto equals = line.find('=');
    const bool is_setting = equals != std::string::npos && line.find('#') > equals;
    if (!is_setting || section == "data" || section == "model" || section == "training") continue;
    found.push_back({i, line.substr(0, line.find_first_of(" ="))});
  }
  return found;
}

class Mutants {
 public:
  explicit Mutants(fs::path file) : lines_(read_lines(file)) {}
  ~Mutants() { fs::remove(path_); }
  Mutants(const Mutants&) = delete;
  Mutants& operator=(const Mutants&) = delete;

  const std::vector<std::string>& lines() const { return lines_; }

  /// What reading the file with another line `index` ends in; empty if it is accepted.
  std::string verdict(std::size_t index, const std::string& line) const {
    auto mutant = lines_;
    mutant[index] = line;
    std::ofstream stream(path_);
    for (const std::string& text : mutant) stream << text << '\n';
    stream.close();
    try {
      RunSettings::read(world_, path_.string(), {}, machine_);
    } catch (const Failure& failure) {
      EXPECT_TRUE(failure.is_collective()) << line;
      EXPECT_EQ(failure.code(), ExitCode::bad_input) << line;
      return failure.what();
    }
    return "";
  }

  std::string place(std::size_t index) const {
    return path_.string() + ":" + std::to_string(index + 1) + ":";
  }

 private:
  std::vector<std::string> lines_;
  fs::path path_ = fs::temp_directory_path() / "parapet-mutant.toml";
  Communicator world_ = Communicator::world();
  Machine machine_ = Machine::here(world_);
};

std::vector<fs::path> inputs() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(PARAPET_INPUT_FOLDER)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  return files;
}

// Wrong keys, types and values, tried on every input file there is.
TEST(InputMutants, MisspeltKeysAreRefusedWithTheirLine) {
  for (const fs::path& file : inputs()) {
    const Mutants mutants(file);
    for (const auto& [index, key] : settings_in(mutants.lines())) {
      const std::string line = mutants.lines()[index];
      const std::string misspelt = key + "x" + line.substr(key.size());
      const std::string message = mutants.verdict(index, misspelt);
      EXPECT_NE(message.find(mutants.place(index)), std::string::npos)
          << file << ": " << misspelt << "\n"
          << message;
      EXPECT_NE(message.find("`" + key + "x`"), std::string::npos) << message;
    }
  }
}

TEST(InputMutants, ValuesThatCanNeverBeRightAreRefusedWithTheirLine) {
  for (const fs::path& file : inputs()) {
    const Mutants mutants(file);
    for (const auto& [index, key] : settings_in(mutants.lines())) {
      for (const char* value : {"nan", "-inf", "1e308", "1e-320", "1e999", "1979-05-27", "{a = 1}",
                                "[[1]]", "[true]", "\"a\\nb\"", ""}) {
        const std::string line = key + " = " + value;
        const std::string message = mutants.verdict(index, line);
        EXPECT_NE(message.find(mutants.place(index)), std::string::npos)
            << file << ": " << line << "\n"
            << message;
      }
    }
  }
}

// These may be right for some settings; whatever they are, the answer is a verdict.
TEST(InputMutants, DoubtfulValuesGetAVerdict) {
  int refused = 0, tried = 0;
  for (const fs::path& file : inputs()) {
    const Mutants mutants(file);
    for (const auto& [index, key] : settings_in(mutants.lines())) {
      for (const char* value : {"-1",
                                "0",
                                "-0.0",
                                "1",
                                "2",
                                "1.5",
                                "1e3",
                                "true",
                                "\"abc\"",
                                "\"0x10\"",
                                "\" 5 \"",
                                "\"\"",
                                "\"../../x\"",
                                "\"/etc/passwd\"",
                                "[1]",
                                "[-1]",
                                "[100000, 100000, 100000]",
                                "2147483648",
                                "9223372036854775807",
                                "1e100",
                                "-1e-100"}) {
        if (!mutants.verdict(index, key + " = " + value).empty()) ++refused;
        ++tried;
      }
    }
  }
  EXPECT_GT(refused, tried / 2) << "of " << tried;
}

}  // namespace
}  // namespace parapet
