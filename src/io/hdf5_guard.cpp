#include "io/hdf5_guard.hpp"

#include <algorithm>
#include <bit>

#include "io/posix_file.hpp"

namespace parapet {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

namespace {

constexpr std::size_t most_texts = 1000;
constexpr int most_axes = 8;
// Every part of a path is looked up from the root on, which takes the square of its length.
constexpr std::size_t longest_path = 1000;
// Deflate cannot do better than about 1:1030; whatever claims more is not a compressed file.
constexpr std::uint64_t largest_compression = 1100;

std::uint64_t size_of_file(const std::filesystem::path& path) {
  require(std::filesystem::is_regular_file(path), ExitCode::unusable_file,
          path.string() + ": not a file");
  return PosixFile(path, PosixFile::Mode::read).size();
}

}  // namespace

std::uint64_t GuardedDataset::size() const {
  std::uint64_t product = 1;
  for (const auto extent : extents) product *= extent;
  return product;
}

Hdf5Guard::Hdf5Guard(const std::filesystem::path& path)
    : path_(path), file_size_(size_of_file(path)), file_(open_hdf5(path)) {}

void Hdf5Guard::refuse(const std::string& object, const std::string& reason) const {
  throw Failure(ExitCode::unusable_file, path_.string() + ": " + object + " " + reason);
}

bool Hdf5Guard::has(const std::string& object) const {
  if (object.size() > longest_path) {
    refuse(object.substr(0, 40) + "…",
           "is a path of " + std::to_string(object.size()) + " characters, not allowed");
  }
  for (std::size_t end = object.find('/', 1);; end = object.find('/', end + 1)) {
    const std::string prefix = object.substr(0, end);
    if (prefix == "/") return true;
    H5L_info_t link{};
    if (H5Lexists(file_.id(), prefix.c_str(), H5P_DEFAULT) <= 0) return false;
    if (H5Lget_info(file_.id(), prefix.c_str(), &link, H5P_DEFAULT) < 0) return false;
    // A soft or external link could lead anywhere, in this file or out of it.
    if (link.type != H5L_TYPE_HARD) refuse(prefix, "is a link to elsewhere");
    if (end == std::string::npos) return true;
  }
}

Hdf5Handle Hdf5Guard::open_object(const std::string& object) const {
  if (!has(object)) refuse(object, "is missing");
  return {H5Oopen(file_.id(), object.c_str(), H5P_DEFAULT), H5Oclose,
          path_.string() + ": " + object, ExitCode::unusable_file};
}

GuardedDataset Hdf5Guard::dataset(const std::string& object, Numbers numbers) const {
  GuardedDataset dataset;
  dataset.name = object;
  dataset.handle = open_object(object);
  if (H5Iget_type(dataset.handle.id()) != H5I_DATASET) refuse(object, "is not a dataset");
  check_type(dataset, numbers);
  check_extents(dataset);
  check_storage(dataset);
  return dataset;
}

void Hdf5Guard::check_type(GuardedDataset& dataset, Numbers numbers) const {
  const Hdf5Handle type(H5Dget_type(dataset.handle.id()), H5Tclose, dataset.name,
                        ExitCode::unusable_file);
  const auto is = [&](hid_t other) { return H5Tequal(type.id(), other) > 0; };
  bool is_allowed = false;
  if (numbers == Numbers::unsigned64) {
    is_allowed = dataset.is_native = is(H5T_STD_U64LE);
  } else if (numbers == Numbers::integers) {
    dataset.is_native = is(H5T_STD_I64LE);
    is_allowed = dataset.is_native || is(H5T_STD_I32LE) || is(H5T_STD_U32LE) || is(H5T_STD_U64LE);
  } else if (numbers == Numbers::bytes) {
    is_allowed = dataset.is_native = is(H5T_STD_U8LE);
  } else {
    dataset.is_native = is(H5T_IEEE_F32LE) || is(H5T_IEEE_F64LE);
    is_allowed = dataset.is_native || is(H5T_IEEE_F32BE) || is(H5T_IEEE_F64BE);
  }
  if (!is_allowed) refuse(dataset.name, "does not hold numbers of the expected type");
  dataset.number_bytes = static_cast<int>(H5Tget_size(type.id()));
}

void Hdf5Guard::check_extents(GuardedDataset& dataset) const {
  const Hdf5Handle space(H5Dget_space(dataset.handle.id()), H5Sclose, dataset.name,
                         ExitCode::unusable_file);
  const int axes = H5Sget_simple_extent_ndims(space.id());
  if (H5Sis_simple(space.id()) <= 0 || axes < 0 || axes > most_axes) {
    refuse(dataset.name, "has no proper extents");
  }
  std::vector<hsize_t> extents(static_cast<std::size_t>(axes));
  H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  dataset.extents.assign(extents.begin(), extents.end());
  const auto most = static_cast<double>(file_size_) * static_cast<double>(largest_compression);
  double bytes = dataset.number_bytes;
  for (const auto extent : extents) bytes *= static_cast<double>(extent);
  if (!(bytes <= most) ||
      std::any_of(extents.begin(), extents.end(), [&](auto n) { return double(n) > most; })) {
    refuse(dataset.name, "claims more values than the file can hold");
  }
}

void Hdf5Guard::check_storage(GuardedDataset& dataset) const {
  const Hdf5Handle properties(H5Dget_create_plist(dataset.handle.id()), H5Pclose, dataset.name,
                              ExitCode::unusable_file);
  if (H5Pget_external_count(properties.id()) != 0) refuse(dataset.name, "is stored elsewhere");
  const H5D_layout_t layout = H5Pget_layout(properties.id());
  if (layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED) {
    refuse(dataset.name, "is neither contiguous nor chunked");
  }
  for (int i = 0; i < H5Pget_nfilters(properties.id()); ++i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties.id(), static_cast<unsigned>(i), &flags,
                                               &values, nullptr, 0, nullptr, &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_FLETCHER32) {
      refuse(dataset.name, "goes through filter " + std::to_string(filter) + ", not allowed");
    }
  }
  if (layout != H5D_CONTIGUOUS || dataset.size() == 0) return;
  const haddr_t offset = H5Dget_offset(dataset.handle.id());
  const std::uint64_t bytes = dataset.size() * static_cast<std::uint64_t>(dataset.number_bytes);
  if (offset == HADDR_UNDEF || bytes > file_size_ || offset > file_size_ - bytes) {
    refuse(dataset.name, "reaches beyond the end of the file");
  }
  dataset.offset = offset;
}

std::vector<double> Hdf5Guard::values(const std::string& object) const {
  const auto found = dataset(object);
  if (found.extents.size() > 1) refuse(object, "has more than one dimension");
  std::vector<double> read(found.size());
  check_hdf5(
      H5Dread(found.handle.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, read.data()),
      path_.string() + ": " + object, ExitCode::unusable_file);
  return read;
}

bool Hdf5Guard::has_attribute(const std::string& object, const std::string& name) const {
  return has(object) &&
         H5Aexists_by_name(file_.id(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

Hdf5Handle Hdf5Guard::open_attribute(const std::string& object, const std::string& name) const {
  if (!has_attribute(object, name)) refuse(object, "lacks the attribute " + name);
  return {H5Aopen_by_name(file_.id(), object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
          H5Aclose, path_.string() + ": " + object + ": attribute " + name,
          ExitCode::unusable_file};
}

std::vector<std::string> Hdf5Guard::texts(const std::string& object,
                                          const std::string& name) const {
  const auto attribute = open_attribute(object, name);
  const Hdf5Handle space(H5Aget_space(attribute.id()), H5Sclose, name, ExitCode::unusable_file);
  const Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose, name, ExitCode::unusable_file);
  const auto count = H5Sget_simple_extent_npoints(space.id());
  if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) <= 0 || count < 0 ||
      static_cast<std::size_t>(count) > most_texts) {
    refuse(object, "has an attribute " + name + " that is not text");
  }
  std::vector<char*> read(static_cast<std::size_t>(count), nullptr);
  if (read.empty()) return {};
  check_hdf5(H5Aread(attribute.id(), type.id(), read.data()), path_.string() + ": " + name,
             ExitCode::unusable_file);
  std::vector<std::string> copied;
  for (const char* text : read) copied.emplace_back(text == nullptr ? "" : text);
  H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, read.data());
  return copied;
}

std::string Hdf5Guard::text(const std::string& object, const std::string& name) const {
  const auto found = texts(object, name);
  if (found.size() != 1) refuse(object, "has an attribute " + name + " that is not one text");
  return found.front();
}

namespace {

/// One number of a class (H5T_FLOAT or H5T_INTEGER) from a scalar attribute.
template <class T>
bool read_scalar(const Hdf5Handle& attribute, H5T_class_t number_class, hid_t memory, T& value) {
  const Hdf5Handle space(H5Aget_space(attribute.id()), H5Sclose, "data space");
  const Hdf5Handle type(H5Aget_type(attribute.id()), H5Tclose, "type");
  return H5Sget_simple_extent_npoints(space.id()) == 1 && H5Tget_class(type.id()) == number_class &&
         H5Tget_size(type.id()) <= 8 && H5Aread(attribute.id(), memory, &value) >= 0;
}

}  // namespace

double Hdf5Guard::number(const std::string& object, const std::string& name) const {
  double value = 0.0;
  if (!read_scalar(open_attribute(object, name), H5T_FLOAT, H5T_NATIVE_DOUBLE, value)) {
    refuse(object, "has an attribute " + name + " that is not one number");
  }
  return value;
}

std::int64_t Hdf5Guard::integer(const std::string& object, const std::string& name) const {
  std::int64_t value = 0;
  if (!read_scalar(open_attribute(object, name), H5T_INTEGER, H5T_NATIVE_INT64, value)) {
    refuse(object, "has an attribute " + name + " that is not one integer");
  }
  return value;
}

std::uint64_t Hdf5Guard::unsigned_integer(const std::string& object,
                                          const std::string& name) const {
  std::uint64_t value = 0;
  if (!read_scalar(open_attribute(object, name), H5T_INTEGER, H5T_NATIVE_UINT64, value)) {
    refuse(object, "has an attribute " + name + " that is not one integer");
  }
  return value;
}

}  // namespace parapet
