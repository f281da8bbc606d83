#include "io/trajectory_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/block_pieces.hpp"
#include "io/hdf5_guard.hpp"
#include "io/posix_file.hpp"
#include "io/progress_table.hpp"
#include "io/trajectory_header.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

constexpr std::int64_t numbers_at_once = std::int64_t{4} << 20;

template <class T>
hid_t memory_type() {
  return sizeof(T) == sizeof(float) ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

/// The path itself, once it names a file whose seal, if it has one, is unbroken.
const std::filesystem::path& sound(const std::filesystem::path& path) {
  require(std::filesystem::is_regular_file(path), ExitCode::unusable_file,
          path.string() + ": not a file");
  check_seal(path);
  return path;
}

}  // namespace

class TrajectoryReader::Implementation {
 public:
  explicit Implementation(const std::filesystem::path& file_path)
      : path(sound(file_path)),
        guard(file_path),
        header(read_header(guard)),
        file(file_path, PosixFile::Mode::read) {}

  const TrajectoryLayout& layout() const { return header.layout; }

  std::int64_t components(std::size_t field) const { return layout().fields[field].components; }
  /// Whether the values lie in the file one after another as this machine keeps them.
  bool is_plain(std::size_t field) const {
    return header.fields[field].offset.has_value() && header.fields[field].is_native;
  }
  std::int64_t frame_numbers(std::size_t field) const {
    return layout().grid.point_count() * components(field);
  }

  /// `out.size()` numbers from C-order index `first` of the whole dataset, which for chunked
  /// storage must be whole x-planes of one frame.
  template <class T>
  void load(std::size_t field, std::int64_t first, std::span<T> out) const {
    const auto& dataset = header.fields[field];
    if (!is_plain(field)) {
      load_through_hdf5(field, first, out);
    } else if (dataset.number_bytes == sizeof(T)) {
      const auto place = *dataset.offset + static_cast<std::uint64_t>(first) * sizeof(T);
      file.read(std::as_writable_bytes(out), place);
    } else if (dataset.number_bytes == 4) {
      load_converted<float>(*dataset.offset, first, out);
    } else {
      load_converted<double>(*dataset.offset, first, out);
    }
  }

  /// Adjacent frames of the list are read together, in bounded pieces.
  void read(std::span<float> out, std::size_t field, std::span<const std::int64_t> frames,
            const Strides& strides) const;

  void require_index(std::size_t field, std::int64_t member, std::int64_t frame) const {
    require(field < layout().fields.size() && member >= 0 && member < layout().members &&
                frame >= 0 && frame < layout().frames(),
            ExitCode::internal_error,
            fmt::format("{}: there is no field {}, member {}, frame {}", path.string(), field,
                        member, frame));
  }

  std::filesystem::path path;
  Hdf5Guard guard;
  TrajectoryHeader header;
  PosixFile file;

 private:
  template <class Stored, class T>
  void load_converted(std::uint64_t offset, std::int64_t first, std::span<T> out) const {
    std::vector<Stored> stored(std::min(out.size(), static_cast<std::size_t>(numbers_at_once)));
    for (std::size_t begin = 0; begin < out.size(); begin += stored.size()) {
      const auto piece = std::span(stored).first(std::min(stored.size(), out.size() - begin));
      const std::uint64_t place =
          offset + (static_cast<std::uint64_t>(first) + begin) * sizeof(Stored);
      file.read(std::as_writable_bytes(piece), place);
      std::transform(piece.begin(), piece.end(), out.begin() + static_cast<std::ptrdiff_t>(begin),
                     [](Stored value) { return static_cast<T>(value); });
    }
  }

  template <class T>
  void load_through_hdf5(std::size_t field, std::int64_t first, std::span<T> out) const {
    const auto& dataset = header.fields[field];
    const std::int64_t frame = first / frame_numbers(field);
    const std::int64_t plane = frame_numbers(field) / layout().grid.points[0];
    std::vector<hsize_t> start(dataset.extents.size(), 0);
    std::vector<hsize_t> count(dataset.extents.begin(), dataset.extents.end());
    start[0] = static_cast<hsize_t>(frame / layout().frames());
    start[1] = static_cast<hsize_t>(frame % layout().frames());
    start[2] = static_cast<hsize_t>(first % frame_numbers(field) / plane);
    count[0] = count[1] = 1;
    count[2] = out.size() / static_cast<std::size_t>(plane);
    const hsize_t size = out.size();
    const Hdf5Handle memory(H5Screate_simple(1, &size, nullptr), H5Sclose, dataset.name);
    const Hdf5Handle space(H5Dget_space(dataset.handle.id()), H5Sclose, dataset.name);
    check_hdf5(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                                   nullptr),
               dataset.name);
    check_hdf5(H5Dread(dataset.handle.id(), memory_type<T>(), memory.id(), space.id(), H5P_DEFAULT,
                       out.data()),
               path.string() + ": " + dataset.name, ExitCode::unusable_file);
  }

  void read_strided(std::span<float> out, std::size_t field, std::int64_t frame,
                    const Strides& strides, std::vector<float>& planes) const;
};

namespace {

std::int64_t taken(std::int64_t points, std::int64_t stride) {
  return (points + stride - 1) / stride;
}

/// Copies every strides[1]-th row and strides[2]-th point of one x-plane.
float* thin_plane(const float* plane, const Shape& points, std::int64_t components,
                  const Strides& strides, float* out) {
  for (std::int64_t y = 0; y < points[1]; y += strides[1]) {
    const float* row = plane + y * points[2] * components;
    for (std::int64_t z = 0; z < points[2]; z += strides[2]) {
      out = std::copy_n(row + z * components, components, out);
    }
  }
  return out;
}

}  // namespace

/// Reads whole planes, in one call when they fit the buffer, and keeps the points asked for.
void TrajectoryReader::Implementation::read_strided(std::span<float> out, std::size_t field,
                                                    std::int64_t frame, const Strides& strides,
                                                    std::vector<float>& planes) const {
  const auto& points = layout().grid.points;
  const std::int64_t plane = frame_numbers(field) / points[0];
  const std::int64_t at_once = std::max<std::int64_t>(1, numbers_at_once / plane);
  float* next = out.data();
  for (std::int64_t begin = 0; begin < points[0];) {
    // Neighbouring planes are read along with those taken; single planes only where they are large.
    const std::int64_t count = at_once > 1 ? std::min(at_once, points[0] - begin) : 1;
    planes.resize(static_cast<std::size_t>(count * plane));
    load(field, frame * frame_numbers(field) + begin * plane, std::span(planes));
    std::int64_t x = begin;
    for (; x < begin + count; x += strides[0]) {
      next =
          thin_plane(planes.data() + (x - begin) * plane, points, components(field), strides, next);
    }
    begin = x;
  }
}

void TrajectoryReader::Implementation::read(std::span<float> out, std::size_t field,
                                            std::span<const std::int64_t> frames,
                                            const Strides& strides) const {
  const bool is_whole = strides == Strides{1, 1, 1};
  const std::size_t size = frames.empty() ? 0 : out.size() / frames.size();
  std::vector<float> planes;
  for (std::size_t begin = 0; begin < frames.size();) {
    std::size_t end = begin + 1;
    if (is_whole && is_plain(field)) {
      while (end < frames.size() && frames[end] == frames[end - 1] + 1) ++end;
    }
    const auto part = out.subspan(begin * size, (end - begin) * size);
    if (is_whole) {
      load(field, frames[begin] * frame_numbers(field), part);
    } else {
      read_strided(part, field, frames[begin], strides, planes);
    }
    begin = end;
  }
}

TrajectoryReader::TrajectoryReader(const std::filesystem::path& file)
    : implementation_(std::make_unique<Implementation>(file)) {}
TrajectoryReader::TrajectoryReader(TrajectoryReader&&) noexcept = default;
TrajectoryReader& TrajectoryReader::operator=(TrajectoryReader&&) noexcept = default;
TrajectoryReader::~TrajectoryReader() = default;

const std::filesystem::path& TrajectoryReader::path() const {
  return implementation_->path;
}
const TrajectoryLayout& TrajectoryReader::layout() const {
  return implementation_->layout();
}

std::vector<std::int64_t> TrajectoryReader::valid_frames() const {
  const auto& digests = implementation_->header.digests;
  if (!digests) {
    return std::vector<std::int64_t>(static_cast<std::size_t>(layout().members), layout().frames());
  }
  return ProgressTable(layout(), *digests->offset).valid_frames(implementation_->file);
}

std::vector<double> TrajectoryReader::certificate(const std::string& name) const {
  return implementation_->guard.values("/certificates/" + name);
}

std::uint64_t TrajectoryReader::recorded_digest(std::int64_t member, std::int64_t frame,
                                                std::size_t field) const {
  const auto& self = *implementation_;
  self.require_index(field, member, frame);
  if (!self.header.digests) return 0;
  return ProgressTable(layout(), *self.header.digests->offset)
      .read(self.file, member, frame, field);
}

std::uint64_t TrajectoryReader::stored_digest(std::int64_t member, std::int64_t frame,
                                              std::size_t field) const {
  const auto& self = *implementation_;
  self.require_index(field, member, frame);
  const auto digest_as = [&](auto number) {
    using Stored = decltype(number);
    const std::int64_t plane = self.frame_numbers(field) / layout().grid.points[0];
    const std::int64_t at_once = std::max<std::int64_t>(1, numbers_at_once / plane) * plane;
    const std::int64_t begin = (member * layout().frames() + frame) * self.frame_numbers(field);
    Digest digest;
    std::vector<Stored> values;
    for (std::int64_t done = 0; done < self.frame_numbers(field); done += at_once) {
      values.resize(static_cast<std::size_t>(std::min(at_once, self.frame_numbers(field) - done)));
      self.load(field, begin + done, std::span(values));
      add_to(digest, std::span<const Stored>(values), static_cast<std::uint64_t>(done));
    }
    return digest.value();
  };
  const auto digest =
      layout().precision == Precision::float32 ? digest_as(float{}) : digest_as(double{});
  return table_entry(digest);
}

std::vector<float> TrajectoryReader::read(std::size_t field, std::int64_t first_member,
                                          std::int64_t member_count,
                                          std::span<const std::int64_t> frames,
                                          Strides strides) const {
  require(field < layout().fields.size(), ExitCode::internal_error, "there is no such field");
  std::int64_t size =
      member_count * static_cast<std::int64_t>(frames.size()) * layout().fields[field].components;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    require(strides[axis] >= 1, ExitCode::internal_error, "strides are at least 1");
    size *= taken(layout().grid.points[axis], strides[axis]);
  }
  std::vector<float> values(static_cast<std::size_t>(size));
  read_into(values, field, first_member, member_count, frames, strides);
  return values;
}

void TrajectoryReader::read_into(std::span<float> out, std::size_t field, std::int64_t first_member,
                                 std::int64_t member_count, std::span<const std::int64_t> frames,
                                 Strides strides) const {
  const auto& self = *implementation_;
  std::vector<std::int64_t> all;  // counted over all members
  for (std::int64_t member = first_member; member < first_member + member_count; ++member) {
    for (const std::int64_t frame : frames) {
      self.require_index(field, member, frame);
      all.push_back(member * layout().frames() + frame);
    }
  }
  std::int64_t size = static_cast<std::int64_t>(all.size()) * layout().fields[field].components;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    size *= taken(layout().grid.points[axis], strides[axis]);
  }
  require(static_cast<std::int64_t>(out.size()) == size, ExitCode::internal_error,
          "the memory for a read has another size than the result");
  self.read(out, field, all, strides);
}

std::vector<double> TrajectoryReader::read_block(std::size_t field, std::int64_t member,
                                                 std::int64_t frame, const Box& block) const {
  const auto& self = *implementation_;
  self.require_index(field, member, frame);
  Shape numbers = layout().grid.points;
  require_inside(numbers, block);
  Box wanted = block;
  const std::int64_t components = self.components(field);
  for (auto* fastest : {&numbers[2], &wanted.offset[2], &wanted.count[2]}) *fastest *= components;
  std::vector<double> values(static_cast<std::size_t>(wanted.size()));
  if (values.empty()) return values;
  const std::int64_t plane = numbers[1] * numbers[2];
  const std::int64_t begin = (member * layout().frames() + frame) * self.frame_numbers(field);
  std::vector<double> full;
  double* next = values.data();
  const std::int64_t at_once = std::max<std::int64_t>(1, numbers_at_once / plane);
  for (std::int64_t x = 0; x < wanted.count[0]; x += at_once) {
    const std::int64_t planes = std::min(at_once, wanted.count[0] - x);
    full.resize(static_cast<std::size_t>(planes * plane));
    self.load(field, begin + (wanted.offset[0] + x) * plane, std::span(full));
    const Box part{{0, wanted.offset[1], wanted.offset[2]},
                   {planes, wanted.count[1], wanted.count[2]}};
    for_each_run({planes, numbers[1], numbers[2]}, part, [&](const Run& run) {
      next = std::copy_n(full.data() + run.in_array, run.count, next);
    });
  }
  return values;
}

}  // namespace parapet
