#include "io/particle_xdmf.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "io/particle_file.hpp"
#include "io/particle_structure.hpp"
#include "io/xdmf_elements.hpp"

namespace parapet {

namespace {

/// Kept particles [first, first + count) of a frame of a member.
struct Part {
  std::int64_t member, frame, first, count;
};

std::string source_of(const std::string& name) {
  return std::string(ParticleFile::file_name) + ":" + particle_path(name);
}

std::string values_item(const ParticleLayout& layout, const ParticleColumn& column,
                        const Part& part) {
  XdmfNumbers shape{part.count};
  XdmfSelection selection{{part.member, part.frame, part.first},
                          {1, 1, part.count},
                          {layout.members, layout.frames(), layout.slots()}};
  if (column.components > 1) {
    shape.push_back(column.components);
    selection.start.push_back(0);
    selection.count.push_back(column.components);
    selection.extents.push_back(column.components);
  }
  const auto format =
      fmt::format("Format=\"HDF\" NumberType=\"Float\" Precision=\"{}\"", layout.value_bytes());
  return hyper_slab(shape, selection, format, source_of(column.name));
}

std::string attribute(const std::string& name, bool is_vector, const std::string& item) {
  return fmt::format("<Attribute Name=\"{}\" AttributeType=\"{}\" Center=\"Node\">{}</Attribute>\n",
                     escaped(name), is_vector ? "Vector" : "Scalar", item);
}

/// What the user gave a name comes first, since the first is what is drawn.
std::string attributes(const ParticleLayout& layout, const Part& part) {
  std::string text;
  const auto columns = layout.columns();
  const auto scalars = columns.end() - static_cast<std::ptrdiff_t>(layout.scalars.size());
  const auto add = [&](auto begin, auto end) {
    for (auto column = begin; column != end; ++column) {
      text += attribute(column->name, column->components > 1, values_item(layout, *column, part));
    }
  };
  add(scalars, columns.end());
  add(columns.begin() + 1, scalars);
  const XdmfSelection selection{{part.first}, {part.count}, {layout.slots()}};
  return text + attribute("id", false,
                          hyper_slab({part.count}, selection,
                                     "Format=\"HDF\" NumberType=\"Int\" Precision=\"8\"",
                                     source_of("id")));
}

std::string points(const ParticleLayout& layout, const std::string& name, const Part& part) {
  return fmt::format(
             "<Grid Name=\"{}\" GridType=\"Uniform\">\n"
             "<Topology TopologyType=\"Polyvertex\" NumberOfElements=\"{}\" "
             "NodesPerElement=\"1\"/>\n<Geometry GeometryType=\"XYZ\">{}</Geometry>\n",
             name, part.count, values_item(layout, layout.columns().front(), part)) +
         attributes(layout, part) + "</Grid>\n";
}

std::string snapshot(const ParticleLayout& layout, const ParticleView& view, std::int64_t member,
                     std::int64_t frame) {
  const auto name = fmt::format("member {} frame {}", member, frame);
  std::string text = fmt::format(
      "<Grid Name=\"{}\" GridType=\"Collection\" CollectionType=\"Spatial\">\n"
      "<Time Value=\"{:.17g}\"/>\n",
      name, layout.times[static_cast<std::size_t>(frame)]);
  const std::int64_t slots = layout.slots();
  const std::int64_t parts =
      std::clamp<std::int64_t>(slots / view.smallest_part, 1, view.most_parts);
  for (std::int64_t i = 0; i < parts; ++i) {
    // Not i · slots / parts, which could overflow.
    const std::int64_t first = slots / parts * i + std::min(i, slots % parts);
    const std::int64_t count = slots / parts + (i < slots % parts ? 1 : 0);
    text += points(layout, fmt::format("{} part {}", name, i), {member, frame, first, count});
  }
  return text + "</Grid>\n";
}

}  // namespace

void write_particle_xdmf(const std::filesystem::path& folder, const ParticleLayout& layout,
                         std::span<const std::int64_t> valid_frames, const ParticleView& view) {
  std::string series;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < valid_frames.size() && shown < view.most_members; ++i) {
    if (valid_frames[i] == 0) continue;
    ++shown;
    const auto member = static_cast<std::int64_t>(i);
    series += fmt::format(
        "<Grid Name=\"member {}\" GridType=\"Collection\" CollectionType=\"Temporal\">\n", member);
    for (std::int64_t frame = 0; frame < valid_frames[i]; ++frame) {
      series += snapshot(layout, view, member, frame);
    }
    series += "</Grid>\n";
  }
  write_xdmf_document(folder / particle_xdmf_name, series);
}

}  // namespace parapet
