#include "io/checkpoint_image.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "io/checkpoint_seal.hpp"

namespace parapet {

namespace {

constexpr std::int64_t format_version = 1;

Extents extents_of(const Shape& shape) {
  return {shape.begin(), shape.end()};
}

void write_attributes(hid_t root, const CheckpointContent& content) {
  const auto numbers = create_group(root, "attributes");
  const auto texts = create_group(root, "texts");
  std::vector<std::string> integers, unsigneds, doubles, names;
  for (const auto& [name, value] : content.attributes) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      // A dataset: attributes are limited to 64 kB, which FFTW's wisdom exceeds.
      const auto dataset = create_dataset(texts.id(), name, H5T_STD_U8LE, {text->size() + 1});
      check_hdf5(
          H5Dwrite(dataset.id(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, text->c_str()),
          name);
      names.push_back(name);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      set_attribute(numbers.id(), name, *integer);
      integers.push_back(name);
    } else if (const auto* bits = std::get_if<std::uint64_t>(&value)) {
      set_attribute(numbers.id(), name, *bits);
      unsigneds.push_back(name);
    } else {
      set_attribute(numbers.id(), name, std::get<double>(value));
      doubles.push_back(name);
    }
  }
  // Names of the caller's numbers cannot start with a blank, so these lists cannot clash.
  set_attribute(numbers.id(), " integers", integers);
  set_attribute(numbers.id(), " unsigneds", unsigneds);
  set_attribute(numbers.id(), " doubles", doubles);
  set_attribute(texts.id(), "names", names);
}

}  // namespace

std::uint64_t checkpoint_bytes(const CheckpointContent& content) {
  std::uint64_t bytes = std::uint64_t{64} << 10;
  for (const auto& [name, array] : content.arrays) {
    bytes += 8 * static_cast<std::uint64_t>(array.shape[0] * array.shape[1] * array.shape[2]);
    bytes += 1024;
  }
  for (const auto& [name, value] : content.attributes) {
    const auto* text = std::get_if<std::string>(&value);
    bytes += 1024 + (text == nullptr ? 0 : text->size());
  }
  return bytes + bytes / 20;
}

CheckpointPlaces lay_out_checkpoint(const std::filesystem::path& path,
                                    const CheckpointContent& content) {
  CheckpointPlaces places;
  auto file = create_hdf5(path, seal_bytes);
  const hid_t root = file.id();
  set_attribute(root, "format_version", format_version);
  set_attribute(root, "model", content.model);
  set_attribute(root, "config_hash", content.config_hash);
  set_attribute(root, "step", content.step);
  set_attribute(root, "time", content.time);
  write_attributes(root, content);
  {
    const auto group = create_group(root, "arrays");
    std::vector<std::string> names;
    for (const auto& [name, array] : content.arrays) {
      const auto dataset =
          create_dataset(group.id(), name, H5T_IEEE_F64LE, extents_of(array.shape));
      places.arrays.push_back(file_offset(dataset.id()));
      names.push_back(name);
    }
    set_attribute(group.id(), "names", names);
    if (!names.empty()) {
      const auto digests = create_dataset(root, "digests", H5T_STD_U64LE, {names.size()});
      places.digests = file_offset(digests.id());
    }
    const auto complete = create_dataset(root, "complete", H5T_STD_U64LE, {1});
    places.complete = file_offset(complete.id());
  }
  file.close(path.string());
  return places;
}

CheckpointImage::CheckpointImage(const std::filesystem::path& path)
    : path_(path), guard_(path), arrays_(guard_.texts("/arrays", "names")) {}

std::vector<std::uint64_t> CheckpointImage::unsigneds(const std::string& object) const {
  const auto dataset = guard_.dataset(object, Hdf5Guard::Numbers::unsigned64);
  std::vector<std::uint64_t> values(dataset.size());
  check_hdf5(
      H5Dread(dataset.handle.id(), H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
      object, ExitCode::unusable_file);
  return values;
}

Shape CheckpointImage::shape(const std::string& array) const {
  const auto dataset = guard_.dataset("/arrays/" + array);
  if (dataset.extents.size() != 3) guard_.refuse(dataset.name, "has not three axes");
  Shape shape{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    shape[axis] = static_cast<std::int64_t>(dataset.extents[axis]);
  }
  return shape;
}

void CheckpointImage::require_fit(const CheckpointExpectation& expected) const {
  const auto version = guard_.integer("/", "format_version");
  if (version != format_version) {
    guard_.refuse("/", fmt::format("has format_version {}, not {}", version, format_version));
  }
  if (unsigneds("/complete") != std::vector<std::uint64_t>{1}) {
    guard_.refuse("/complete", "does not say that all was written");
  }
  const auto model = guard_.text("/", "model");
  if (model != expected.model) {
    guard_.refuse("/", fmt::format("has model \"{}\", not \"{}\"", model, expected.model));
  }
  if (guard_.unsigned_integer("/", "config_hash") != expected.config_hash) {
    guard_.refuse("/", "has another config_hash: settings that must not change were changed");
  }
  if (const auto step = guard_.integer("/", "step"); step < 0) {
    guard_.refuse("/", fmt::format("has step {}", step));
  }
  if (!std::isfinite(guard_.number("/", "time")))
    guard_.refuse("/", "has a time that is not finite");
  for (const auto& [name, array] : expected.arrays) {
    const auto found = shape(name);
    if (found != array.shape) {
      guard_.refuse("/arrays/" + name,
                    fmt::format("is {} x {} x {}, not {} x {} x {}", found[0], found[1], found[2],
                                array.shape[0], array.shape[1], array.shape[2]));
    }
  }
}

LoadedCheckpoint CheckpointImage::describe() const {
  LoadedCheckpoint loaded;
  loaded.path = path_;
  loaded.step = guard_.integer("/", "step");
  loaded.time = guard_.number("/", "time");
  for (const auto& name : guard_.texts("/attributes", " integers")) {
    loaded.attributes[name] = guard_.integer("/attributes", name);
  }
  for (const auto& name : guard_.texts("/attributes", " unsigneds")) {
    loaded.attributes[name] = guard_.unsigned_integer("/attributes", name);
  }
  for (const auto& name : guard_.texts("/attributes", " doubles")) {
    loaded.attributes[name] = guard_.number("/attributes", name);
  }
  for (const auto& name : guard_.texts("/texts", "names")) {
    const auto dataset = guard_.dataset("/texts/" + name, Hdf5Guard::Numbers::bytes);
    std::string text(dataset.size(), '\0');
    check_hdf5(
        H5Dread(dataset.handle.id(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()),
        name, ExitCode::unusable_file);
    if (text.empty() || text.back() != '\0') guard_.refuse(dataset.name, "is not text");
    text.pop_back();
    loaded.attributes[name] = text;
  }
  return loaded;
}

std::vector<double> CheckpointImage::read(const std::string& array, const Shape& shape,
                                          const Box& block, std::size_t largest_piece) const {
  const auto dataset = guard_.dataset("/arrays/" + array);
  if (dataset.extents != extents_of(shape)) guard_.refuse(dataset.name, "has another shape");
  require_inside(shape, block);
  std::vector<double> values(static_cast<std::size_t>(block.size()));
  const auto most = std::max<std::int64_t>(1, static_cast<std::int64_t>(largest_piece / 8));
  const Hdf5Handle space(H5Dget_space(dataset.handle.id()), H5Sclose, array);
  // Pieces are cut along the slowest axes, so each is the next stretch of the block's memory.
  double* next = values.data();
  for (const Box& piece : pieces_of(block, most)) {
    std::array<hsize_t, 3> start{}, count{};
    std::copy(piece.offset.begin(), piece.offset.end(), start.begin());
    std::copy(piece.count.begin(), piece.count.end(), count.begin());
    const Hdf5Handle memory(H5Screate_simple(3, count.data(), nullptr), H5Sclose, array);
    check_hdf5(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(),
                                   nullptr),
               array);
    check_hdf5(
        H5Dread(dataset.handle.id(), H5T_NATIVE_DOUBLE, memory.id(), space.id(), H5P_DEFAULT, next),
        path_.string() + ": " + dataset.name, ExitCode::unusable_file);
    next += piece.size();
  }
  return values;
}

std::uint64_t CheckpointImage::recorded_digest(const std::string& array) const {
  const auto digests = unsigneds("/digests");
  const auto found = std::find(arrays_.begin(), arrays_.end(), array);
  if (found == arrays_.end() || digests.size() != arrays_.size()) {
    guard_.refuse("/digests", "does not belong to the arrays");
  }
  return digests[static_cast<std::size_t>(found - arrays_.begin())];
}

void require_finite(const std::string& name, std::span<const double> values, ExitCode code) {
  const auto bad = std::find_if(values.begin(), values.end(),
                                [](double value) { return !std::isfinite(value); });
  require(bad == values.end(), code,
          fmt::format("array {} holds {} among this rank's values", name,
                      bad == values.end() ? 0.0 : *bad));
}

}  // namespace parapet
