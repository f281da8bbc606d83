#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "base/failure.hpp"
#include "base/random.hpp"
#include "io/hdf5_handle.hpp"
#include "simulation/forecast.hpp"
#include "simulation/simulation.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

const Communicator& world() {
  static const Communicator all = Communicator::world();
  return all;
}

fs::path scratch() {
  const auto folder = fs::temp_directory_path() / "parapet_table_run";
  on_root(world(), [&] { fs::create_directories(folder); });
  return folder;
}

constexpr const char* input = R"([equation]
name = "target-sampling"
form = "logistic-regression"
[grid]
points = [12, 10]
lower = [-3.0]
length = [6.0]
boundary = ["outflow"]
[particles]
count = 21
every = 1
table = "TABLE"
[initial]
kind = "gaussian"
means = [0.0]
deviations = [1.0]
[time]
end = 0.2
step = 0.01
[output]
folder = "run"
interval = 0.1
)";

/// Writes a table of `columns` features; none, or labels of other sizes and values, where told.
struct TableFile {
  std::size_t rows = 20, columns = 3, labels = 20;
  double feature = 1.0;
  std::int64_t label = 1;

  std::string write() const {
    const auto path = (scratch() / "table.h5").string();
    on_root(world(), [&] {
      fs::remove(path);
      auto file = create_hdf5(path);
      std::vector<double> features;
      for (std::size_t i = 0; i < rows * columns; ++i) {
        features.push_back(RandomStream(4, Purpose::test).normal(i));
      }
      if (columns > 0) {
        features.back() = feature;
        write_dataset(file.id(), "features", H5T_IEEE_F64LE, {rows, columns}, features)
            .close("features");
      }
      std::vector<std::int64_t> all(labels);
      for (std::size_t i = 0; i < labels; ++i) all[i] = static_cast<std::int64_t>(i % 2);
      all.back() = label;
      auto set = create_dataset(file.id(), "labels", H5T_STD_I64LE, {labels});
      H5Dwrite(set.id(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data());
      set.close("labels");
      file.close("table");
    });
    return path;
  }
};

RunSettings read_with(const std::string& table, const std::vector<std::string>& overrides = {}) {
  const auto path = scratch() / "table.toml";
  std::string text = input;
  text.replace(text.find("TABLE"), 5, table);
  on_root(world(), [&] { std::ofstream(path) << text; });
  return RunSettings::read(world(), path.string(), overrides,
                           Machine{world().size(), world().size(), 1e12});
}

void expect_fault(const std::string& table, const std::string& says,
                  const std::vector<std::string>& overrides = {}) {
  std::string said;
  try {
    read_with(table, overrides);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::bad_input);
    said = failure.what();
  }
  EXPECT_NE(said.find(says), std::string::npos) << says << ": " << said;
}

TEST(TableFaults, AreToldWithTheirLine) {
  expect_fault("", "table.toml:12: [particles] table");
  expect_fault("", "needs the file of a table");
  expect_fault(TableFile{}.write(), "is for the equation", {"equation.form=formula"});
  expect_fault((scratch() / "none.h5").string(), "not a file");
  expect_fault(TableFile{20, 0, 20}.write(), "features is missing");
  expect_fault(TableFile{20, 3, 19}.write(), "labels has the shape [19], expected [20]");
  expect_fault(TableFile{20, 3, 20, std::nan("")}.write(), "features holds NaN");
  expect_fault(TableFile{20, 3, 20, 1.0, 2}.write(), "labels holds other numbers than 0 and 1");
  expect_fault(TableFile{20, 1, 20}.write(), "has 1 features, expected 2");
}

TEST(TableFaults, AreNoneWhereItIsBesideTheInput) {
  TableFile{}.write();
  const auto settings = read_with("table.h5");
  ASSERT_TRUE(settings.table.has_value());
  EXPECT_EQ(settings.table->rows(), 20U);
}

ExitCode run_into(const fs::path& folder, const RunSettings& settings, FolderUse use) {
  RunOptions options;
  options.folder = folder;
  options.use = use;
  options.is_quiet = true;
  return run(world(), settings, options);
}

std::string last_line(const fs::path& path) {
  std::ifstream in(path);
  std::string line, last;
  while (std::getline(in, line)) last = line;
  return last;
}

TEST(TableRun, HasParticlesOfAsManyCoordinatesAndGoesOn) {
  const std::string table = TableFile{}.write();
  const auto whole = scratch() / "whole", parts = scratch() / "parts";
  EXPECT_EQ(run_into(whole, read_with(table, {"time.end=0.4"}), FolderUse::overwrite),
            ExitCode::done);
  EXPECT_EQ(run_into(parts, read_with(table), FolderUse::overwrite), ExitCode::done);
  EXPECT_EQ(run_into(parts, read_with(table, {"time.end=0.4"}), FolderUse::resume), ExitCode::done);
  EXPECT_EQ(last_line(whole / "diagnostics.csv"), last_line(parts / "diagnostics.csv"));
  std::ifstream in(whole / "diagnostics.csv");
  std::string header;
  std::getline(in, header);
  EXPECT_NE(header.find("mean_3"), std::string::npos) << header;
}

TEST(TableRun, IsNotContinuedOnAnotherTable) {
  const auto folder = scratch() / "changed";
  EXPECT_EQ(run_into(folder, read_with(TableFile{}.write()), FolderUse::overwrite), ExitCode::done);
  const std::string changed = TableFile{20, 3, 20, 1.5}.write();
  try {
    run_into(folder, read_with(changed, {"time.end=0.4"}), FolderUse::resume);
    ADD_FAILURE() << "it went on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::unusable_file);
    EXPECT_NE(std::string(failure.what()).find("[particles] table"), std::string::npos)
        << failure.what();
  }
}

}  // namespace
}  // namespace parapet
