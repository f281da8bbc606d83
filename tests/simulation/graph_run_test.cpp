#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "base/failure.hpp"
#include "grid/random_graphs.hpp"
#include "io/graph_file.hpp"
#include "io/trajectory_reader.hpp"
#include "simulation/analyse.hpp"
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
  const auto folder = fs::temp_directory_path() / "parapet_graph_run";
  on_root(world(), [&] { fs::create_directories(folder); });
  return folder;
}

constexpr const char* input = R"([equation]
name = "schnakenberg"
[graph]
kind = "barabasi-albert"
nodes = 30
[initial]
kind = "uniform"
base = [1.0, 0.9]
noise = [0.1, 0.1]
[time]
end = 1.0
[output]
folder = "run"
[ensemble]
ranks_per_member = RANKS
)";

RunSettings read_with(const std::vector<std::string>& overrides, const std::string& more = "") {
  const auto path = scratch() / "graph.toml";
  // A graph as small as this would be one rank's.
  std::string own_input = input;
  own_input.replace(own_input.find("RANKS"), 5, std::to_string(world().size()));
  on_root(world(), [&] { std::ofstream(path) << own_input << more; });
  return RunSettings::read(world(), path.string(), overrides,
                           Machine{world().size(), world().size(), 1e12});
}

/// What reading the input says; empty where there are no faults.
std::string faults_with(const std::vector<std::string>& overrides, const std::string& more = "") {
  try {
    read_with(overrides, more);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::bad_input);
    return failure.what();
  }
  return {};
}

void expect_fault(const std::vector<std::string>& overrides, const std::string& says,
                  const std::string& more = "") {
  const std::string said = faults_with(overrides, more);
  EXPECT_NE(said.find(says), std::string::npos) << says << ": " << said;
}

TEST(GraphFaults, AreToldWithLineBeforeAnythingIsDone) {
  EXPECT_EQ(faults_with({}), "");
  EXPECT_EQ(faults_with({"method.integrator=arkimex", "time.tolerance=1e-4"}), "");
  expect_fault({}, "leave one of them out", "[grid]\npoints = [8]\n");
  expect_fault({"equation.name=burgers"}, "\"burgers\" is no reaction-diffusion equation");
  expect_fault({"graph.degree=3"}, "3 is odd");
  expect_fault({"graph.degree=30"}, "30 is too large for 30 nodes");
  expect_fault({"graph.file=some.h5"}, "is not for the kind \"barabasi-albert\"");
  expect_fault({"graph.kind=file"}, "needs `file`");
  expect_fault({"graph.kind=star"}, "\"ring\"");
  expect_fault({"method.name=spectral"}, "a graph has no Fourier modes");
  expect_fault({"method.order=4"}, "a graph has no order");
  expect_fault({"method.integrator=rkc"}, "\"ssprk3\", \"rk4\", \"euler\"");
  expect_fault({"time.tolerance=1e-4"}, "no error control");
  expect_fault({"initial.kind=sine"}, "is a field in space");
  expect_fault({"initial.noise_wavenumber=3"}, "has no wavenumber");
  expect_fault({"output.layout=pdebench"}, "PDEBench's layout");
  expect_fault({"graph.kind=erdos-renyi", "graph.degree=40"}, "too large");
  expect_fault({"graph.nodes=2000000000", "graph.degree=1000000"},
               "[graph] nodes = 2000000000: 2000000000 nodes of 1000000 edges need");
}

/// Writes `edges` as they are, then whatever else `add` writes.
std::string file_with(const std::vector<std::int32_t>& ends, const std::vector<hsize_t>& shape,
                      const std::vector<double>& weights = {}, std::int64_t nodes = 0,
                      const std::vector<double>& places = {}) {
  const auto path = (scratch() / "network.h5").string();
  on_root(world(), [&] {
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const auto write = [&](const char* name, hid_t type, const std::vector<hsize_t>& extents,
                           const void* values) {
      const hid_t space =
          H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
      const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
      H5Dclose(set), H5Sclose(space);
    };
    if (!ends.empty()) write("edges", H5T_NATIVE_INT32, shape, ends.data());
    if (!weights.empty()) write("weights", H5T_NATIVE_DOUBLE, {weights.size()}, weights.data());
    if (!places.empty()) {
      write("positions", H5T_NATIVE_DOUBLE, {places.size() / 2, 2}, places.data());
    }
    if (nodes > 0) {
      const hid_t space = H5Screate(H5S_SCALAR);
      const hid_t attribute =
          H5Acreate2(file, "nodes", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
      H5Awrite(attribute, H5T_NATIVE_INT64, &nodes);
      H5Aclose(attribute), H5Sclose(space);
    }
    H5Fclose(file);
  });
  return path;
}

TEST(GraphFaults, OfAFileNameItsEdge) {
  const auto expect_refused = [](const std::string& path, const std::string& says) {
    expect_fault({"graph.kind=file", "graph.file=" + path}, says);
  };
  expect_refused((scratch() / "none.h5").string(), "not a file");
  expect_refused(file_with({}, {}), "edges is missing");
  expect_refused(file_with({0, 1, 2, 3}, {4}), "edges has the shape [4]");
  expect_refused(file_with({0, 1, 2}, {1, 3}), "expected [number of edges, 2]");
  expect_refused(file_with({0, 1, 1, 7}, {2, 2}, {}, 3),
                 "edge 1 (1, 7) dangles: there is no node 7, the 3 nodes are 0 to 2");
  expect_refused(file_with({0, 1, -1, 2}, {2, 2}), "edge 1 (-1, 2) dangles");
  expect_refused(file_with({0, 1, 2, 2}, {2, 2}), "edge 1 (2, 2) joins a node with itself");
  expect_refused(file_with({0, 1, 1, 2, 1, 0}, {3, 2}), "edge 2 (1, 0) is there already as edge 0");
  expect_refused(file_with({0, 1, 1, 2}, {2, 2}, {1.0, -2.0}), "edge 1 (1, 2) has the weight -2");
  expect_refused(file_with({0, 1, 1, 2}, {2, 2}, {1.0}), "weights has the shape [1], expected [2]");
  expect_refused(file_with({0, 1}, {1, 2}, {}, 0, {0.0, 1.0, std::nan(""), 0.0}),
                 "positions holds NaN or infinity");
  const auto dangling = file_with({0, 1, 1, 7}, {2, 2}, {}, 3);
  const auto own = scratch() / "own.toml";
  on_root(world(), [&] {
    std::ofstream(own) << "[equation]\nname = \"heat\"\n[graph]\nfile = \"" << dangling
                       << "\"\n[output]\nfolder = \"run\"\n";
  });
  try {
    RunSettings::read(world(), own.string(), {}, Machine{1, 1, 1e12});
    ADD_FAILURE() << "a dangling edge was not refused";
  } catch (const Failure& failure) {
    EXPECT_NE(std::string(failure.what()).find("own.toml:4"), std::string::npos) << failure.what();
  }
}

TEST(GraphFaults, PartsThatNothingJoinsAreWarnedOf) {
  const auto path = file_with({0, 1, 2, 3}, {2, 2});
  const auto settings = read_with({"graph.kind=file", "graph.file=" + path});
  ASSERT_EQ(settings.notes.size(), 1U);
  EXPECT_NE(settings.notes[0].find("2 parts"), std::string::npos) << settings.notes[0];
}

std::vector<double> last_frame(const fs::path& folder) {
  const TrajectoryReader reader(folder / "trajectory.h5");
  const std::int64_t last = reader.valid_frames()[0] - 1;
  return reader.read_block(0, 0, last, Box{{0, 0, 0}, {reader.layout().grid.points[0], 1, 1}});
}

void run_into(const fs::path& folder, const std::vector<std::string>& overrides, FolderUse use) {
  RunOptions options;
  options.folder = folder;
  options.use = use;
  options.is_quiet = true;
  EXPECT_EQ(run(world(), read_with(overrides), options), ExitCode::done);
}

// The graph a run keeps is one to start another from; longer runs go on with the same bits.
TEST(GraphRun, KeepsItsGraphAndContinues) {
  const std::vector<std::string> exact = {"output.precision=float64", "output.interval=0.5"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), exact.begin(), exact.end());
    return more;
  };
  run_into(scratch() / "whole", with({"time.end=2"}), FolderUse::overwrite);
  run_into(scratch() / "parts", with({}), FolderUse::overwrite);
  run_into(scratch() / "parts", with({"time.end=2"}), FolderUse::resume);
  const auto kept = scratch() / "whole" / "graph.h5";
  run_into(scratch() / "again",
           with({"time.end=2", "graph.kind=file", "graph.file=" + kept.string()}),
           FolderUse::overwrite);
  const auto whole = last_frame(scratch() / "whole");
  EXPECT_EQ(last_frame(scratch() / "parts"), whole);
  EXPECT_EQ(last_frame(scratch() / "again"), whole);
  const Graph drawn = barabasi_albert_graph(30, 4, RandomStream(1, Purpose::graph));
  EXPECT_TRUE(read_graph(kept).has_same_edges(drawn));
  EXPECT_EQ(read_graph(kept).places.size(), 90U);
}

TEST(GraphRun, IsNotContinuedOnAnotherGraph) {
  const auto path = scratch() / "network.h5";
  const auto write = [&](const Graph& graph) {
    on_root(world(), [&] {
      Graph placed = graph;
      placed.axes = 1;
      placed.places.assign(static_cast<std::size_t>(graph.nodes), 0.0);
      write_graph(path, placed);
    });
  };
  const std::vector<std::string> from_file = {"graph.kind=file", "graph.file=" + path.string()};
  write(ring_graph(9, 2));
  run_into(scratch() / "ring", from_file, FolderUse::overwrite);
  write(ring_graph(9, 4));
  RunOptions options;
  options.folder = scratch() / "ring";
  options.use = FolderUse::resume;
  options.is_quiet = true;
  try {
    run(world(), read_with(from_file), options);
    ADD_FAILURE() << "it went on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::unusable_file);
    EXPECT_NE(std::string(failure.what()).find("another graph"), std::string::npos);
  }
}

// On a ring of n nodes the eigenvalues are −4 sin²(π m/n): here those that grow are known.
TEST(GraphRun, AnalysisNamesTheEigenvaluesThatGrow) {
  const auto settings = read_with({"graph.kind=ring", "graph.nodes=12", "graph.degree=2",
                                   "equation.diffusivity_u=0.25", "equation.diffusivity_v=10"});
  const std::string report = turing_report(settings, {}, true);
  EXPECT_NE(report.find("\"nodes\": 12"), std::string::npos) << report;
  const std::string table = turing_report(settings, {}, false);
  // J = (0.8, 1; −1.8, −1), D = (1/4, 10): determinant 2.5 L² + 7.75 L + 1 < 0.
  EXPECT_NE(table.find("-2.9651 < L < -0.134903"), std::string::npos) << table;
  // m = 1 to 3 twice and m = 4, L = −3, is outside: 4 sin²(π/12) = 0.268, 1, 2.
  EXPECT_NE(table.find("6 of 12"), std::string::npos) << table;
}

}  // namespace
}  // namespace parapet
