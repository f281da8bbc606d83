#include "io/trajectory_header.hpp"

#include <cmath>

namespace parapet {

namespace {

/// A uniform grid from its points. float32 coordinates carry about seven digits.
void set_axis(const Hdf5Guard& file, Grid& grid, std::size_t axis, const std::string& object) {
  const auto points = file.values(object);
  if (points.empty()) file.refuse(object, "is empty");
  const auto intervals = static_cast<double>(points.size() - 1);
  const double spacing = points.size() > 1 ? (points.back() - points.front()) / intervals : 1.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double uniform = points.front() + static_cast<double>(i) * spacing;
    const double scale = std::abs(points.front()) + std::abs(points.back());
    if (!(std::abs(points[i] - uniform) <= 1e-5 * scale) && points.size() > 1) {
      file.refuse(object, "is not a uniform axis");
    }
  }
  grid.points[axis] = static_cast<std::int64_t>(points.size());
  grid.lower[axis] = points.front();
  grid.length[axis] = spacing * static_cast<double>(points.size());
}

GuardedDataset field_dataset(const Hdf5Guard& file, const TrajectoryLayout& layout,
                             const FieldSpec& field, bool is_vector) {
  auto dataset = file.dataset(dataset_path(layout, field));
  Extents expected{static_cast<std::uint64_t>(layout.members),
                   static_cast<std::uint64_t>(layout.frames())};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(layout.grid.dimensions); ++axis) {
    expected.push_back(static_cast<std::uint64_t>(layout.grid.points[axis]));
  }
  if (is_vector) expected.push_back(static_cast<std::uint64_t>(field.components));
  if (dataset.extents != expected) file.refuse(dataset.name, "has other extents than the file");
  return dataset;
}

void set_precision(const Hdf5Guard& file, TrajectoryHeader& header) {
  if (header.fields.empty()) file.refuse("/", "holds no fields");
  const int bytes = header.fields.front().number_bytes;
  for (const auto& field : header.fields) {
    if (field.number_bytes != bytes) file.refuse(field.name, "has another precision");
  }
  header.layout.precision = bytes == 4 ? Precision::float32 : Precision::float64;
}

void read_well(const Hdf5Guard& file, TrajectoryHeader& header) {
  auto& layout = header.layout;
  layout.dataset_name = file.text("/", "dataset_name");
  layout.members = file.integer("/", "n_trajectories");
  layout.times = file.values("/dimensions/time");
  const auto axes = file.texts("/dimensions", "spatial_dims");
  if (axes.empty() || axes.size() > 3) file.refuse("/dimensions", "has no 1 to 3 axes");
  layout.grid.dimensions = static_cast<int>(axes.size());
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    set_axis(file, layout.grid, axis, "/dimensions/" + axes[axis]);
  }
  for (const auto& name : file.texts("/t0_fields", "field_names")) {
    layout.fields.push_back({name, 1});
  }
  for (const auto& name : file.texts("/t1_fields", "field_names")) {
    layout.fields.push_back({name, layout.grid.dimensions});
  }
  for (const auto& name : file.texts("/scalars", "field_names")) {
    layout.parameters.push_back({name, file.values("/scalars/" + name)});
  }
}

void read_pdebench(const Hdf5Guard& file, TrajectoryHeader& header) {
  auto& layout = header.layout;
  layout.file_layout = FileLayout::pdebench;
  const auto tensor = file.dataset("/tensor");
  if (tensor.extents.size() != 3) file.refuse("/tensor", "is not [sample][time][x]");
  layout.members = static_cast<std::int64_t>(tensor.extents[0]);
  layout.times = file.values("/t-coordinate");
  // Published files carry one time more than frames.
  if (layout.times.size() == tensor.extents[1] + 1) layout.times.pop_back();
  set_axis(file, layout.grid, 0, "/x-coordinate");
  layout.fields.push_back({"tensor", 1});
}

/// What stands at the lower and upper end of each axis; files of version 1 are periodic.
void set_boundaries(const Hdf5Guard& file, TrajectoryLayout& layout) {
  const std::string group = "/provenance";
  const auto names = file.texts(group, "boundaries");
  const auto dimensions = static_cast<std::size_t>(layout.grid.dimensions);
  if (names.size() != 2 * dimensions) file.refuse(group, "has another number of boundaries");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto kind = boundary_named(names[i]);
    if (!kind) file.refuse(group, "has an unknown boundary");
    layout.boundaries[i / 2][i % 2] = *kind;
    layout.grid.is_periodic[i / 2] = *kind == BoundaryKind::periodic;
  }
}

/// Files of ours say more, and more exactly.
void read_provenance(const Hdf5Guard& file, TrajectoryLayout& layout) {
  const std::string group = "/provenance";
  const std::int64_t version = file.integer(group, "format_version");
  if (version < 1 || version > provenance_version) file.refuse(group, "is of another version");
  if (version > 1) set_boundaries(file, layout);
  layout.dataset_name = file.text(group, "dataset_name");
  layout.title = file.text(group, "title");
  layout.equation = file.text(group, "equation");
  layout.code_version = file.text(group, "code_version");
  layout.input_text = file.text(group, "input");
  layout.times = file.values(group + "/time");
  const auto lower = file.values(group + "/lower"), length = file.values(group + "/length");
  const auto dimensions = static_cast<std::size_t>(layout.grid.dimensions);
  if (lower.size() != dimensions || length.size() != dimensions) {
    file.refuse(group, "has another grid");
  }
  std::copy(lower.begin(), lower.end(), layout.grid.lower.begin());
  std::copy(length.begin(), length.end(), layout.grid.length.begin());
  std::vector<FieldSpec> fields;
  for (const auto& name : file.texts(group, "fields")) {
    const bool is_vector =
        layout.file_layout == FileLayout::well && !file.has("/t0_fields/" + name);
    fields.push_back({name, is_vector ? layout.grid.dimensions : 1});
  }
  layout.fields = fields;
  layout.parameters.clear();
  for (const auto& name : file.texts(group, "parameters")) {
    layout.parameters.push_back({name, file.values(group + "/parameters/" + name)});
  }
}

void open_results(const Hdf5Guard& file, TrajectoryHeader& header) {
  auto& layout = header.layout;
  layout.certificates = file.texts("/certificates", "field_names");
  const Extents by_member{static_cast<std::uint64_t>(layout.members)};
  for (const auto& name : layout.certificates) {
    header.certificates.push_back(file.dataset("/certificates/" + name));
    const auto& dataset = header.certificates.back();
    if (dataset.extents != by_member) file.refuse(dataset.name, "has other extents than the file");
  }
  header.digests = file.dataset("/progress/digests", Hdf5Guard::Numbers::unsigned64);
  const Extents expected{by_member[0], layout.times.size(), layout.fields.size()};
  if (header.digests->extents != expected || !header.digests->offset) {
    file.refuse(header.digests->name, "has other extents than the file");
  }
}

}  // namespace

TrajectoryPlaces TrajectoryHeader::places() const {
  const auto offset = [](const GuardedDataset& dataset) {
    require(dataset.offset.has_value() && dataset.is_native, ExitCode::unusable_file,
            dataset.name + ": cannot be written in place");
    return *dataset.offset;
  };
  TrajectoryPlaces found;
  for (const auto& field : fields) found.fields.push_back(offset(field));
  for (const auto& certificate : certificates) found.certificates.push_back(offset(certificate));
  require(digests.has_value(), ExitCode::unusable_file, "the file has no progress table");
  found.digests = offset(*digests);
  return found;
}

TrajectoryHeader read_header(const Hdf5Guard& file) {
  TrajectoryHeader header;
  if (file.has("/tensor")) {
    read_pdebench(file, header);
  } else {
    read_well(file, header);
  }
  const bool is_ours = file.has("/provenance") && file.has("/progress");
  if (is_ours) read_provenance(file, header.layout);
  for (const auto& field : header.layout.fields) {
    const bool is_vector = dataset_path(header.layout, field).starts_with("/t1_fields/");
    header.fields.push_back(field_dataset(file, header.layout, field, is_vector));
  }
  set_precision(file, header);
  if (is_ours) open_results(file, header);
  return header;
}

}  // namespace parapet
