#include "io/trajectory_structure.hpp"

#include <cctype>
#include <limits>

#include "io/hdf5_handle.hpp"

namespace parapet {

namespace {

constexpr const char* axis_names[] = {"x", "y", "z"};

std::uint64_t unsigned_of(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

hid_t stored_type(const TrajectoryLayout& layout) {
  return layout.precision == Precision::float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

std::vector<std::string> used_axes(const Grid& grid) {
  return {axis_names, axis_names + grid.dimensions};
}

/// Which axes of a The Well dataset exist: every one of a field, none of a constant.
void set_varying(hid_t object, bool by_sample, bool by_time) {
  set_attribute(object, "sample_varying", by_sample);
  set_attribute(object, "time_varying", by_time);
}

/// [member][frame][x][y][z][component], unused axes and a single component left out.
Extents field_extents(const TrajectoryLayout& layout, const FieldSpec& field) {
  Extents extents{unsigned_of(layout.members), unsigned_of(layout.frames())};
  for (std::size_t axis = 0; axis < unsigned_of(layout.grid.dimensions); ++axis) {
    extents.push_back(unsigned_of(layout.grid.points[axis]));
  }
  if (field.components > 1) extents.push_back(unsigned_of(field.components));
  return extents;
}

std::vector<double> coordinates(const Grid& grid, int axis) {
  std::vector<double> values(unsigned_of(grid.points[unsigned_of(axis)]));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = grid.coordinate(axis, static_cast<std::int64_t>(i));
  }
  return values;
}

void write_root_attributes(hid_t root, const TrajectoryLayout& layout) {
  set_attribute(root, "dataset_name", layout.dataset_name);
  set_attribute(root, "grid_type", "cartesian");
  set_attribute(root, "n_spatial_dims", std::int64_t{layout.grid.dimensions});
  set_attribute(root, "n_trajectories", layout.members);
  std::vector<std::string> constants;
  for (const auto& parameter : layout.parameters) {
    if (parameter.values.size() != 1) continue;
    constants.push_back(parameter.name);
    set_attribute(root, parameter.name, parameter.values[0]);
  }
  set_attribute(root, "simulation_parameters", constants);
}

void write_dimensions(hid_t root, const TrajectoryLayout& layout) {
  const auto group = create_group(root, "dimensions");
  set_attribute(group.id(), "spatial_dims", used_axes(layout.grid));
  const auto time = write_dataset(group.id(), "time", H5T_IEEE_F32LE,
                                  {unsigned_of(layout.frames())}, layout.times);
  set_varying(time.id(), false, true);
  int axis = 0;
  for (const auto& name : used_axes(layout.grid)) {
    const auto values = coordinates(layout.grid, axis++);
    const auto dataset = write_dataset(group.id(), name, H5T_IEEE_F32LE, {values.size()}, values);
    set_varying(dataset.id(), false, false);
  }
}

/// The Well's word for a kind of boundary: what passes freely is open, all else is a wall.
std::string well_type(BoundaryKind kind) {
  if (kind == BoundaryKind::periodic) return "PERIODIC";
  const bool is_open = kind == BoundaryKind::outflow || kind == BoundaryKind::absorbing;
  return is_open ? "OPEN" : "WALL";
}

std::string in_lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// One condition at the ends of an axis that `sides` name (0 lower, 1 upper).
void write_boundary_condition(hid_t group, const TrajectoryLayout& layout, int axis,
                              const std::string& type, const std::vector<int>& sides) {
  const auto condition =
      create_group(group, std::string(axis_names[axis]) + "_" + in_lower_case(type));
  set_attribute(condition.id(), "bc_type", type);
  set_attribute(condition.id(), "associated_dims", std::vector<std::string>{axis_names[axis]});
  set_attribute(condition.id(), "associated_fields", std::vector<std::string>{});
  set_varying(condition.id(), false, false);
  std::vector<bool> mask(unsigned_of(layout.grid.points[unsigned_of(axis)]), false);
  for (const int side : sides) mask[side == 0 ? 0 : mask.size() - 1] = true;
  write_mask(condition.id(), "mask", mask);
}

void write_boundary_conditions(hid_t root, const TrajectoryLayout& layout) {
  const auto group = create_group(root, "boundary_conditions");
  for (int axis = 0; axis < layout.grid.dimensions; ++axis) {
    const auto& ends = layout.boundaries[unsigned_of(axis)];
    const std::string lower = well_type(ends[0]), upper = well_type(ends[1]);
    if (lower == upper) {
      write_boundary_condition(group.id(), layout, axis, lower, {0, 1});
    } else {
      write_boundary_condition(group.id(), layout, axis, lower, {0});
      write_boundary_condition(group.id(), layout, axis, upper, {1});
    }
  }
}

void write_scalars(hid_t root, const TrajectoryLayout& layout) {
  const auto group = create_group(root, "scalars");
  std::vector<std::string> names;
  for (const auto& parameter : layout.parameters) {
    names.push_back(parameter.name);
    const bool by_member = parameter.values.size() != 1;
    const auto dataset =
        write_dataset(group.id(), parameter.name, H5T_IEEE_F32LE,
                      by_member ? Extents{parameter.values.size()} : Extents{}, parameter.values);
    set_varying(dataset.id(), by_member, false);
  }
  set_attribute(group.id(), "field_names", names);
}

/// The groups of scalar, vector and (always empty) tensor fields: all three are required.
void create_fields(hid_t root, const TrajectoryLayout& layout,
                   std::vector<std::uint64_t>& offsets) {
  const Hdf5Handle groups[] = {create_group(root, "t0_fields"), create_group(root, "t1_fields"),
                               create_group(root, "t2_fields")};
  std::vector<std::string> names[3];
  for (const auto& field : layout.fields) {
    const std::size_t order = field.components > 1 ? 1 : 0;
    names[order].push_back(field.name);
    const auto dataset = create_dataset(groups[order].id(), field.name, stored_type(layout),
                                        field_extents(layout, field));
    set_attribute(dataset.id(), "dim_varying",
                  std::vector<bool>(unsigned_of(layout.grid.dimensions), true));
    set_varying(dataset.id(), true, true);
    offsets.push_back(file_offset(dataset.id()));
  }
  for (std::size_t order = 0; order < 3; ++order) {
    set_attribute(groups[order].id(), "field_names", names[order]);
  }
}

/// PDEBench's 1-D family. Its published files carry one more time than frames and, some of them, an
/// x of another interval than was computed on (PDEBench issue 51); here both are the true ones, an
/// entry for every frame and none for a frame that does not exist.
void create_pdebench(hid_t root, const TrajectoryLayout& layout,
                     std::vector<std::uint64_t>& offsets) {
  const auto tensor = create_dataset(root, "tensor", stored_type(layout),
                                     field_extents(layout, layout.fields.front()));
  offsets.push_back(file_offset(tensor.id()));
  const auto x = coordinates(layout.grid, 0);
  write_dataset(root, "x-coordinate", H5T_IEEE_F32LE, {x.size()}, x);
  write_dataset(root, "t-coordinate", H5T_IEEE_F32LE, {layout.times.size()}, layout.times);
  for (const auto& parameter : layout.parameters) {
    if (parameter.values.size() == 1) {
      set_attribute(root, parameter.name, parameter.values[0]);
    } else {
      write_dataset(root, parameter.name, H5T_IEEE_F64LE, {parameter.values.size()},
                    parameter.values);
    }
  }
}

/// What the layouts above cannot say: exact numbers, the order of things, where it all came from.
void write_provenance(hid_t root, const TrajectoryLayout& layout) {
  const auto group = create_group(root, "provenance");
  const hid_t id = group.id();
  set_attribute(id, "written_by", "parapet");
  set_attribute(id, "format_version", provenance_version);
  set_attribute(id, "dataset_name", layout.dataset_name);
  set_attribute(id, "title", layout.title);
  set_attribute(id, "equation", layout.equation);
  set_attribute(id, "code_version", layout.code_version);
  set_attribute(id, "input", layout.input_text);
  std::vector<std::string> fields, parameters;
  for (const auto& field : layout.fields) fields.push_back(field.name);
  set_attribute(id, "fields", fields);
  const auto dimensions = unsigned_of(layout.grid.dimensions);
  std::vector<std::string> boundaries;
  for (std::size_t axis = 0; axis < dimensions; ++axis) {
    for (const BoundaryKind kind : layout.boundaries[axis]) boundaries.emplace_back(name_of(kind));
  }
  set_attribute(id, "boundaries", boundaries);
  write_dataset(id, "lower", H5T_IEEE_F64LE, {dimensions},
                {layout.grid.lower.begin(), layout.grid.lower.begin() + layout.grid.dimensions});
  write_dataset(id, "length", H5T_IEEE_F64LE, {dimensions},
                {layout.grid.length.begin(), layout.grid.length.begin() + layout.grid.dimensions});
  write_dataset(id, "time", H5T_IEEE_F64LE, {layout.times.size()}, layout.times);
  const auto exact = create_group(id, "parameters");
  for (const auto& parameter : layout.parameters) {
    parameters.push_back(parameter.name);
    write_dataset(exact.id(), parameter.name, H5T_IEEE_F64LE, {parameter.values.size()},
                  parameter.values);
  }
  set_attribute(id, "parameters", parameters);
}

void create_results(hid_t root, const TrajectoryLayout& layout, TrajectoryPlaces& places) {
  const auto certificates = create_group(root, "certificates");
  set_attribute(certificates.id(), "field_names", layout.certificates);
  const std::vector<double> unknown(unsigned_of(layout.members),
                                    std::numeric_limits<double>::quiet_NaN());
  for (const auto& name : layout.certificates) {
    const auto dataset =
        write_dataset(certificates.id(), name, H5T_IEEE_F64LE, {unknown.size()}, unknown);
    places.certificates.push_back(file_offset(dataset.id()));
  }
  const auto progress = create_group(root, "progress");
  const auto digests = create_dataset(
      progress.id(), "digests", H5T_STD_U64LE,
      {unsigned_of(layout.members), unsigned_of(layout.frames()), layout.fields.size()});
  places.digests = file_offset(digests.id());
}

}  // namespace

std::string dataset_path(const TrajectoryLayout& layout, const FieldSpec& field) {
  if (layout.file_layout == FileLayout::pdebench) return "/tensor";
  return (field.components > 1 ? "/t1_fields/" : "/t0_fields/") + field.name;
}

TrajectoryPlaces lay_out(const std::filesystem::path& path, const TrajectoryLayout& layout) {
  TrajectoryPlaces places;
  auto file = create_hdf5(path);
  const hid_t root = file.id();
  if (layout.file_layout == FileLayout::pdebench) {
    create_pdebench(root, layout, places.fields);
  } else {
    write_root_attributes(root, layout);
    write_dimensions(root, layout);
    write_boundary_conditions(root, layout);
    write_scalars(root, layout);
    create_fields(root, layout, places.fields);
  }
  write_provenance(root, layout);
  create_results(root, layout, places);
  file.close(path.string());
  return places;
}

}  // namespace parapet
