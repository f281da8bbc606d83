#include "simulation/initial_file.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "grid/partition.hpp"
#include "io/trajectory_reader.hpp"
#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

std::string points_text(const Grid& grid) {
  std::string text = fmt::format("{}", grid.points[0]);
  for (std::size_t axis = 1; axis < static_cast<std::size_t>(grid.dimensions); ++axis) {
    text += fmt::format(" x {}", grid.points[axis]);
  }
  return text;
}

/// The file of an initial condition and a field in it, the first if it has no name.
class InitialFile {
 public:
  InitialFile(const InitialSettings& settings, const Grid& grid, const std::string& field,
              std::size_t components)
      : settings_(settings), reader_(open(settings)) {
    const TrajectoryLayout& layout = reader_.layout();
    const auto named = std::find_if(layout.fields.begin(), layout.fields.end(), [&](const auto& f) {
      return field.empty() || f.name == field;
    });
    demand(named != layout.fields.end(), fmt::format("has no field \"{}\"", field));
    field_ = static_cast<std::size_t>(named - layout.fields.begin());
    const bool has_grid =
        layout.grid.dimensions == grid.dimensions && layout.grid.points == grid.points;
    demand(
        has_grid && static_cast<std::size_t>(named->components) == components,
        fmt::format("field \"{}\" has {} component(s) on {} points, the run {} on {}", named->name,
                    named->components, points_text(layout.grid), components, points_text(grid)));
  }

  /// Members of the file, of which a run with more takes each several times.
  std::int64_t members() const { return reader_.layout().members; }

  /// This block of the frame that `member` of the run starts from, component fastest.
  std::vector<double> read(std::int64_t member, const Box& block) const {
    return read_member(member % members(), block);
  }

  /// The same of a member of the file.
  std::vector<double> read_member(std::int64_t own, const Box& block) const {
    demand(own < members(), fmt::format("has no member {}", own));
    demand(settings_.frame < reader_.valid_frames()[static_cast<std::size_t>(own)],
           fmt::format("has no frame {} of member {}", settings_.frame, own));
    auto values = reader_.read_block(field_, own, settings_.frame, block);
    const bool is_finite =
        std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
    demand(is_finite,
           fmt::format("frame {} of member {} holds NaN or infinity", settings_.frame, own));
    return values;
  }

 private:
  static TrajectoryReader open(const InitialSettings& settings) {
    require(std::filesystem::is_regular_file(settings.file), ExitCode::bad_input,
            fmt::format("[{}] file: {}: there is no such file", settings.place, settings.file));
    try {
      return TrajectoryReader(settings.file);
    } catch (const Failure& failure) {
      throw Failure(ExitCode::bad_input,
                    fmt::format("[{}] file: {}", settings.place, failure.what()));
    }
  }

  void demand(bool condition, const std::string& otherwise) const {
    require(condition, ExitCode::bad_input,
            fmt::format("[{}] file: {}: {}", settings_.place, settings_.file, otherwise));
  }

  const InitialSettings& settings_;
  TrajectoryReader reader_;
  std::size_t field_ = 0;
};

/// Calls visit(block) for blocks of whole planes of a grid, few enough for a block to be small.
template <class F>
void for_each_slab(const Grid& grid, F&& visit) {
  constexpr std::int64_t points_at_once = std::int64_t{1} << 20;
  const std::int64_t plane = grid.points[1] * grid.points[2];
  const std::int64_t planes = std::max<std::int64_t>(1, points_at_once / plane);
  for (std::int64_t x = 0; x < grid.points[0]; x += planes) {
    const std::int64_t count = std::min(planes, grid.points[0] - x);
    visit(Box{{x, 0, 0}, {count, grid.points[1], grid.points[2]}});
  }
}

// Which field of the file an equation's field starts from.
std::string source_of(const InitialSettings& settings, const std::vector<FieldName>& fields,
                      const FieldName& field) {
  return fields.size() == 1 ? settings.field : std::string(field.name);
}

/// Digests, one a member of the file that the run takes a field from; this rank's part of it. The
/// ranks take the slabs in turn.
void add_members(const Communicator& world, const InitialFile& file, const Grid& grid,
                 std::uint64_t first, std::vector<Digest>& digests) {
  std::int64_t slab = 0;
  for (std::size_t m = 0; m < digests.size(); ++m) {
    for_each_slab(grid, [&](const Box& block) {
      if (slab++ % world.size() != world.rank()) return;
      const auto values = file.read(static_cast<std::int64_t>(m), block);
      const std::size_t cells = static_cast<std::size_t>(block.size());
      std::uint64_t index =
          first + static_cast<std::uint64_t>(block.offset[0] * grid.points[1] * grid.points[2]) *
                      (values.size() / cells);
      for (const double value : values) digests[m].add(value, index++);
    });
  }
}

FileContent summed(const Communicator& world, const InitialSettings& source,
                   const std::vector<Digest>& parts) {
  FileContent content{source.place, source.file, {}};
  for (const Digest& part : parts) content.digests.push_back(part.value());
  world.all_reduce(std::span(content.digests), Reduction::sum);
  return content;
}

FileContent content_of_fields(const Communicator& world, const RunSettings& settings,
                              const InitialSettings& source, const std::vector<FieldName>& fields) {
  const Grid grid = settings.grid.grid();
  std::vector<Digest> digests;
  collectively(world, [&] {
    std::uint64_t first = 0;
    for (const FieldName& field : fields) {
      const auto components = static_cast<std::size_t>(field.components);
      const InitialFile file(source, grid, source_of(source, fields, field), components);
      digests.resize(static_cast<std::size_t>(std::min(settings.ensemble.members, file.members())));
      add_members(world, file, grid, first, digests);
      first += components * static_cast<std::uint64_t>(grid.point_count());
    }
  });
  return summed(world, source, digests);
}

/// A rank's share of the planes of a grid.
Box slab_of(const Grid& grid, const Communicator& world) {
  const Partition planes{grid.points[0], world.size()};
  const int rank = world.rank();
  return {{planes.begin(rank), 0, 0}, {planes.count(rank), grid.points[1], grid.points[2]}};
}

InitialSettings source_of(const CarrierSettings& carrier) {
  InitialSettings source;
  source.place = "equation.carrier";
  source.file = carrier.file;
  source.frame = carrier.frame;
  return source;
}

FileContent content_of_carrier(const Communicator& world, const RunSettings& settings) {
  const Grid grid = settings.grid.grid();
  const Box slab = slab_of(grid, world);
  const auto before = slab.offset[0] * grid.points[1] * grid.points[2];
  std::vector<Digest> digest(1);
  std::int64_t axis = 0;
  for (const auto& values : velocity_from_file(world, settings, slab)) {
    auto index = static_cast<std::uint64_t>(axis++ * grid.point_count() + before);
    for (const double value : values) digest[0].add(value, index++);
  }
  return summed(world, source_of(settings.problem.carrier), digest);
}

}  // namespace

std::vector<FileContent> contents_of_files(const Communicator& world, const RunSettings& settings,
                                           bool is_resumed) {
  std::vector<FileContent> contents;
  const auto add = [&](const InitialSettings& source, const std::vector<FieldName>& fields) {
    if (source.kind != "file") return;
    const bool is_absent = is_resumed && !std::filesystem::is_regular_file(source.file);
    if (!world.any(is_absent)) {
      contents.push_back(content_of_fields(world, settings, source, fields));
    }
  };
  if (settings.table) {
    contents.push_back(
        {"particles", settings.particles.table, {settings.table->digest()}, "table"});
  }
  if (settings.has_carrier_file()) contents.push_back(content_of_carrier(world, settings));
  if (settings.is_steady()) {
    for (const GivenFieldSettings& given : settings.problem.given) {
      add(given.field, {FieldName(given.what.name)});
    }
  } else if (!is_resumed || settings.is_ensemble()) {
    add(settings.problem.initial, settings.fields());
  }
  return contents;
}

std::vector<std::vector<double>> velocity_from_file(const Communicator& ranks,
                                                    const RunSettings& settings, const Box& block) {
  const InitialSettings source = source_of(settings.problem.carrier);
  const Grid grid = settings.grid.grid();
  const auto axes = static_cast<std::size_t>(grid.dimensions);
  std::vector<double> values;
  collectively(ranks, [&] {
    const InitialFile file(source, grid, settings.problem.carrier.field, axes);
    values = file.read_member(settings.problem.carrier.member, block);
  });
  std::vector<std::vector<double>> of_axes(axes);
  for (std::size_t i = 0; i < values.size(); ++i) of_axes[i % axes].push_back(values[i]);
  return of_axes;
}

void set_from_file(const InitialFieldMaker& make) {
  std::size_t first = 0;
  std::vector<double> points(make.transform.point_count());
  for (const FieldName& field : make.fields) {
    const auto components = static_cast<std::size_t>(field.components);
    std::vector<double> values;
    collectively(make.transform.communicator(), [&] {
      const InitialFile file(make.settings, make.grid(),
                             source_of(make.settings, make.fields, field), components);
      values = file.read(static_cast<std::int64_t>(make.member), make.transform.physical_box());
    });
    for (std::size_t c = 0; c < components; ++c) {
      for (std::size_t i = 0; i < points.size(); ++i) points[i] = values[i * components + c];
      if (!make.points.empty()) {
        std::copy(points.begin(), points.end(), make.points[first + c]);
        continue;
      }
      const double* const from = points.data();
      make.transform.to_modes({&from, 1}, {&make.components[first + c], 1});
    }
    first += components;
  }
}

}  // namespace parapet
