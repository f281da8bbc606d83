#include "io/xdmf.hpp"

#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "io/coordinates_file.hpp"
#include "io/graph_file.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_structure.hpp"
#include "io/xdmf_elements.hpp"

namespace parapet {

namespace {

using Numbers = XdmfNumbers;

std::string number_format(const TrajectoryLayout& layout) {
  return fmt::format("Format=\"HDF\" NumberType=\"Float\" Precision=\"{}\"", layout.value_bytes());
}

Numbers topology(const TrajectoryLayout& layout) {
  const auto points = topology(layout.grid);
  return {points.begin(), points.end()};
}

/// Frames [first, first + count) of one member, cut out of the file's dataset; `shape` is how the
/// result is to be seen.
std::string values_item(const TrajectoryLayout& layout, const FieldSpec& field, Numbers shape,
                        std::int64_t member, std::int64_t first, std::int64_t count) {
  Numbers extents{layout.members, layout.frames()}, start{member, first}, taken{1, count};
  const auto add_axis = [&](std::int64_t points) {
    extents.push_back(points);
    start.push_back(0);
    taken.push_back(points);
  };
  for (int axis = 0; axis < layout.grid.dimensions; ++axis) {
    add_axis(layout.grid.points[static_cast<std::size_t>(axis)]);
  }
  if (field.components > 1) {
    add_axis(field.components);
    shape.push_back(field.components);
  }
  return hyper_slab(shape, {start, taken, extents}, number_format(layout),
                    TrajectoryFile::file_name + (":" + dataset_path(layout, field)));
}

std::string attributes(const TrajectoryLayout& layout, const Numbers& shape, std::int64_t member,
                       std::int64_t first, std::int64_t count) {
  std::string text;
  for (const auto& field : layout.fields) {
    text +=
        fmt::format("<Attribute Name=\"{}\" AttributeType=\"{}\" Center=\"Node\">{}</Attribute>\n",
                    escaped(field.name), field.components > 1 ? "Vector" : "Scalar",
                    values_item(layout, field, shape, member, first, count));
  }
  return text;
}

/// Nodes joined by lines.
std::string network(const TrajectoryLayout& layout) {
  return fmt::format(
      "<Topology TopologyType=\"Polyline\" NodesPerElement=\"2\" NumberOfElements=\"{0}\">"
      "<DataItem Format=\"HDF\" NumberType=\"Int\" Precision=\"8\" Dimensions=\"{0} 2\">"
      "{2}:/edges</DataItem></Topology>\n<Geometry GeometryType=\"XYZ\">"
      "<DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"8\" Dimensions=\"{1} 3\">"
      "{2}:/positions</DataItem></Geometry>\n",
      layout.graph_edges, layout.grid.points[0], graph_file_name);
}

/// In 1-D a uniform grid along x. Otherwise a curvilinear grid: declared as 3DSMesh also in 2-D,
/// where ParaView 5.11 overruns the array of a vector on a 2DSMesh.
std::string mesh(const TrajectoryLayout& layout) {
  if (layout.graph_edges > 0) return network(layout);
  const auto shape = topology(layout);
  if (layout.grid.dimensions == 1) {
    return fmt::format(
        "<Topology TopologyType=\"3DCoRectMesh\" Dimensions=\"{}\"/>\n"
        "<Geometry GeometryType=\"ORIGIN_DXDYDZ\">"
        "<DataItem Dimensions=\"3\" Format=\"XML\" NumberType=\"Float\" Precision=\"8\">"
        "0 0 {:.17g}</DataItem>"
        "<DataItem Dimensions=\"3\" Format=\"XML\" NumberType=\"Float\" Precision=\"8\">"
        "1 1 {:.17g}</DataItem></Geometry>\n",
        spaced(shape), layout.grid.coordinate(0, 0), layout.grid.spacing(0));
  }
  std::string text = fmt::format(
      "<Topology TopologyType=\"3DSMesh\" Dimensions=\"{}\"/>\n<Geometry GeometryType=\"X_Y_Z\">",
      spaced(shape));
  for (const char* const name : {"x", "y", "z"}) {
    text += fmt::format(
        "<DataItem Format=\"HDF\" NumberType=\"Float\" Precision=\"4\" Dimensions=\"{}\">"
        "coordinates.h5:/{}</DataItem>",
        spaced(shape), name);
  }
  return text + "</Geometry>\n";
}

std::string time_series(const TrajectoryLayout& layout, std::int64_t member, std::int64_t frames) {
  std::string text = fmt::format(
      "<Grid Name=\"member {}\" GridType=\"Collection\" CollectionType=\"Temporal\">\n", member);
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    text += fmt::format("<Grid Name=\"member {} frame {}\" GridType=\"Uniform\">\n", member, frame);
    text +=
        fmt::format("<Time Value=\"{:.17g}\"/>\n", layout.times[static_cast<std::size_t>(frame)]);
    const Numbers shape =
        layout.graph_edges > 0 ? Numbers{layout.grid.points[0]} : topology(layout);
    text += mesh(layout) + attributes(layout, shape, member, frame, 1) + "</Grid>\n";
  }
  return text + "</Grid>\n";
}

std::string list_item(const std::vector<double>& values) {
  std::string numbers;
  for (const double value : values) numbers += fmt::format("{:.17g} ", value);
  return fmt::format(
      "<DataItem Dimensions=\"{}\" Format=\"XML\" NumberType=\"Float\" "
      "Precision=\"8\">{}</DataItem>",
      values.size(), numbers);
}

/// x to the right, t upwards; t need not be equally spaced.
std::string spacetime_image(const TrajectoryLayout& layout, std::int64_t member,
                            std::int64_t frames) {
  const Numbers shape{1, frames, layout.grid.points[0]};
  const char* const x =
      layout.file_layout == FileLayout::pdebench ? "x-coordinate" : "dimensions/x";
  const std::string stored_x = fmt::format(
      "<DataItem Dimensions=\"{}\" Format=\"HDF\" NumberType=\"Float\" Precision=\"4\">{}:/{}"
      "</DataItem>",
      shape[2], TrajectoryFile::file_name, x);
  const std::vector<double> times(layout.times.begin(), layout.times.begin() + frames);
  return fmt::format(
             "<Grid Name=\"member {}\" GridType=\"Uniform\">\n"
             "<Topology TopologyType=\"3DRectMesh\" Dimensions=\"{}\"/>\n"
             "<Geometry GeometryType=\"VXVYVZ\">{}{}{}</Geometry>\n",
             member, spaced(shape), stored_x, list_item(times), list_item({0.0})) +
         attributes(layout, shape, member, 0, frames) + "</Grid>\n";
}

}  // namespace

void write_xdmf(const std::filesystem::path& folder, const TrajectoryLayout& layout,
                std::span<const std::int64_t> valid_frames, std::size_t most_members) {
  std::string series, images;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < valid_frames.size() && shown < most_members; ++i) {
    if (valid_frames[i] == 0) continue;
    ++shown;
    const auto member = static_cast<std::int64_t>(i);
    series += time_series(layout, member, valid_frames[i]);
    if (layout.grid.dimensions == 1) images += spacetime_image(layout, member, valid_frames[i]);
  }
  const auto coordinates = folder / "coordinates.h5";
  if (layout.grid.dimensions > 1 && !std::filesystem::exists(coordinates)) {
    write_coordinates(coordinates, layout.grid);
  }
  write_xdmf_document(folder / "trajectory.xdmf", series);
  if (layout.grid.dimensions == 1) write_xdmf_document(folder / "spacetime.xdmf", images);
}

}  // namespace parapet
