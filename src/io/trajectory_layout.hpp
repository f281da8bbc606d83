#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "grid/boundary.hpp"
#include "grid/grid.hpp"

namespace parapet {

enum class Precision { float32, float64 };

/// How values are arranged in a trajectory file: The Well's groups, or PDEBench's single `tensor`
/// (1-D, one scalar field, float32).
enum class FileLayout { well, pdebench };

/// A quantity stored at every point: a scalar (`components` = 1) or a vector with one component per
/// axis of the grid, in the order x, y, z. On a 1-D grid a vector has one component and is stored
/// as a scalar.
struct FieldSpec {
  std::string name;
  int components = 1;

  bool operator==(const FieldSpec&) const = default;
};

/// A parameter of the equation: one value for the whole file, or one per member.
struct ScalarParameter {
  std::string name;
  std::vector<double> values;  ///< size 1, or the number of members

  bool operator==(const ScalarParameter&) const = default;
};

/// Everything that is known about a trajectory file before its first frame is computed.
struct TrajectoryLayout {
  std::string dataset_name = "parapet";
  Grid grid;
  Boundaries boundaries{};  ///< of the grid's axes; of its periodic ones `periodic`
  std::int64_t members = 1;
  std::vector<double> times;  ///< one per frame, strictly increasing
  std::vector<FieldSpec> fields;
  Precision precision = Precision::float32;
  FileLayout file_layout = FileLayout::well;
  std::vector<ScalarParameter> parameters;
  std::vector<std::string> certificates;  ///< names of the per-member results, NaN until written
  /// Where the points are the nodes of the graph in `graph.h5`, how many edges that has, else 0:
  /// for ParaView, not kept in the file.
  std::int64_t graph_edges = 0;

  // Provenance: kept in the file, not compared when a file is reopened.
  std::string title;
  std::string equation;
  std::string code_version;
  std::string input_text;

  std::int64_t frames() const { return static_cast<std::int64_t>(times.size()); }
  /// Bytes of one value as stored.
  std::int64_t value_bytes() const { return precision == Precision::float32 ? 4 : 8; }
  /// Bytes the values of all members and frames take in the file.
  std::uint64_t data_bytes() const;
};

/// Whether `name` can be an HDF5 link: no path separator, not "." or "..", nothing unprintable.
bool can_name_dataset(const std::string& name);

/// Whether there are frames, at finite and strictly increasing times.
bool are_frame_times(std::span<const double> times);

/// Throws Failure(bad_input), naming what is wrong, unless a file can be laid out like this.
void check(const TrajectoryLayout& layout);

/// Throws Failure(unusable_file), naming the first difference, unless both lay a file out alike
/// (provenance aside). `file` is what the message calls the found one.
void require_same(const TrajectoryLayout& found, const TrajectoryLayout& expected,
                  const std::string& file);

}  // namespace parapet
