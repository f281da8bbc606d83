#include "io/table_file.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "io/hdf5_guard.hpp"

namespace parapet {

namespace {

std::string shape_of(const GuardedDataset& dataset) {
  return fmt::format("has the shape [{}]", fmt::join(dataset.extents, ", "));
}

template <class T>
std::vector<T> read_values(const GuardedDataset& dataset, hid_t type) {
  std::vector<T> values(dataset.size());
  check_hdf5(H5Dread(dataset.handle.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
             dataset.name, ExitCode::unusable_file);
  return values;
}

}  // namespace

LabelledTable read_table(const std::filesystem::path& path) {
  const Hdf5Guard file(path);
  LabelledTable table;
  const auto features = file.dataset("features");
  if (features.extents.size() != 2 || features.size() == 0) {
    file.refuse("features", shape_of(features) + ", expected [number of rows, number of features]");
  }
  table.columns = static_cast<std::size_t>(features.extents[1]);
  const auto labels = file.dataset("labels", Hdf5Guard::Numbers::integers);
  if (labels.extents != Extents{features.extents[0]}) {
    file.refuse("labels", fmt::format("{}, expected [{}], one for each row of `features`",
                                      shape_of(labels), features.extents[0]));
  }
  table.features = read_values<double>(features, H5T_NATIVE_DOUBLE);
  table.labels = read_values<std::int64_t>(labels, H5T_NATIVE_INT64);
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(table.features, is_finite)) {
    file.refuse("features", "holds NaN or infinity");
  }
  const auto is_label = [](std::int64_t label) { return label == 0 || label == 1; };
  if (!std::ranges::all_of(table.labels, is_label)) {
    file.refuse("labels", "holds other numbers than 0 and 1");
  }
  return table;
}

}  // namespace parapet
