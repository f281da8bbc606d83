#include "io/trajectory_values.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/block_pieces.hpp"
#include "io/trajectory_seal.hpp"

namespace parapet {

namespace {

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

TrajectoryValues::TrajectoryValues(const std::filesystem::path& file_path)
    : path(sound(file_path)),
      guard(file_path),
      header(read_header(guard)),
      file(file_path, PosixFile::Mode::read) {}

void TrajectoryValues::require_index(std::size_t field, std::int64_t member,
                                     std::int64_t frame) const {
  require(field < layout().fields.size() && member >= 0 && member < layout().members &&
              frame >= 0 && frame < layout().frames(),
          ExitCode::internal_error,
          fmt::format("{}: there is no field {}, member {}, frame {}", path.string(), field, member,
                      frame));
}

template <class Stored, class T>
void TrajectoryValues::load_converted(std::uint64_t offset, std::int64_t first,
                                      std::span<T> out) const {
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
void TrajectoryValues::load_through_hdf5(std::size_t field, std::int64_t first,
                                         std::span<T> out) const {
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
  check_hdf5(
      H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
      dataset.name);
  check_hdf5(H5Dread(dataset.handle.id(), memory_type<T>(), memory.id(), space.id(), H5P_DEFAULT,
                     out.data()),
             path.string() + ": " + dataset.name, ExitCode::unusable_file);
}

template <class T>
void TrajectoryValues::load(std::size_t field, std::int64_t first, std::span<T> out) const {
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

template void TrajectoryValues::load(std::size_t, std::int64_t, std::span<float>) const;
template void TrajectoryValues::load(std::size_t, std::int64_t, std::span<double>) const;

/// Reads whole planes, in one call when they fit the buffer, and keeps the points asked for.
void TrajectoryValues::read_strided(std::span<float> out, std::size_t field, std::int64_t frame,
                                    const Strides& strides, std::vector<float>& planes) const {
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

void TrajectoryValues::read(std::span<float> out, std::size_t field,
                            std::span<const std::int64_t> frames, const Strides& strides) const {
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

}  // namespace parapet
