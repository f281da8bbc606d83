#include "io/hdf5_handle.hpp"

#include <array>

namespace parapet {

namespace {

extern "C" herr_t parapet_keep_first_reason(unsigned, const H5E_error2_t* error, void* reason) {
  auto* text = static_cast<std::string*>(reason);
  if (text->empty() && error->desc != nullptr) *text = error->desc;
  return 0;
}

/// What went wrong, from where it was noticed first.
std::string hdf5_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, parapet_keep_first_reason, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason.empty() ? "HDF5 gives no reason" : reason;
}

Hdf5Handle space_of(const Extents& extents) {
  if (extents.empty()) return {H5Screate(H5S_SCALAR), H5Sclose, "data space"};
  std::vector<hsize_t> dims(extents.begin(), extents.end());
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose,
          "data space"};
}

Hdf5Handle text_type() {
  Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "string type");
  check_hdf5(H5Tset_size(type.id(), H5T_VARIABLE), "string type");
  check_hdf5(H5Tset_cset(type.id(), H5T_CSET_UTF8), "string type");
  return type;
}

Hdf5Handle bool_type() {
  Hdf5Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose, "boolean type");
  std::int8_t value = 0;
  check_hdf5(H5Tenum_insert(type.id(), "FALSE", &value), "boolean type");
  value = 1;
  check_hdf5(H5Tenum_insert(type.id(), "TRUE", &value), "boolean type");
  return type;
}

void write_attribute(hid_t object, const std::string& name, hid_t type, const Extents& extents,
                     const void* values) {
  const Hdf5Handle space = space_of(extents);
  Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                       H5Aclose, "attribute " + name);
  if (values != nullptr) check_hdf5(H5Awrite(attribute.id(), type, values), "attribute " + name);
  attribute.close("attribute " + name);
}

}  // namespace

hid_t check_hdf5(hid_t status, const std::string& what, ExitCode code) {
  if (status < 0) throw Failure(code, what + ": " + hdf5_reason());
  return status;
}

Hdf5Handle::Hdf5Handle(hid_t id, Closer closer, const std::string& what, ExitCode code)
    : id_(check_hdf5(id, what, code)), closer_(closer) {}

void Hdf5Handle::close(const std::string& what) {
  check_hdf5(closer_(std::exchange(id_, -1)), "closing " + what);
}

void tame_hdf5() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  H5PLset_loading_state(0);
}

Hdf5Handle create_hdf5(const std::filesystem::path& path, std::uint64_t user_block) {
  tame_hdf5();
  const Hdf5Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "file properties");
  check_hdf5(H5Pset_userblock(creation.id(), user_block), "file properties");
  // H5F_ACC_EXCL opens with O_EXCL: neither an existing file nor a link is followed.
  return {H5Fcreate(path.c_str(), H5F_ACC_EXCL, creation.id(), H5P_DEFAULT), H5Fclose,
          path.string()};
}

Hdf5Handle open_hdf5(const std::filesystem::path& path) {
  tame_hdf5();
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, path.string(),
          ExitCode::unusable_file};
}

Hdf5Handle create_group(hid_t parent, const std::string& name) {
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
          "group " + name};
}

void set_attribute(hid_t object, const std::string& name, const std::string& value) {
  set_attribute(object, name, value.c_str());
}

void set_attribute(hid_t object, const std::string& name, const char* value) {
  write_attribute(object, name, text_type().id(), {}, &value);
}

void set_attribute(hid_t object, const std::string& name, bool value) {
  const std::int8_t stored = value ? 1 : 0;
  write_attribute(object, name, bool_type().id(), {}, &stored);
}

void set_attribute(hid_t object, const std::string& name, std::int64_t value) {
  write_attribute(object, name, H5T_NATIVE_INT64, {}, &value);
}

void set_attribute(hid_t object, const std::string& name, std::uint64_t value) {
  write_attribute(object, name, H5T_NATIVE_UINT64, {}, &value);
}

void set_attribute(hid_t object, const std::string& name, double value) {
  write_attribute(object, name, H5T_NATIVE_DOUBLE, {}, &value);
}

void set_attribute(hid_t object, const std::string& name, const std::vector<std::string>& values) {
  std::vector<const char*> texts;
  for (const auto& value : values) texts.push_back(value.c_str());
  write_attribute(object, name, text_type().id(), {texts.size()},
                  texts.empty() ? nullptr : texts.data());
}

void set_attribute(hid_t object, const std::string& name, const std::vector<bool>& values) {
  const std::vector<std::int8_t> stored(values.begin(), values.end());
  write_attribute(object, name, bool_type().id(), {stored.size()}, stored.data());
}

Hdf5Handle create_dataset(hid_t parent, const std::string& name, hid_t type,
                          const Extents& extents) {
  const std::string what = "dataset " + name;
  const Hdf5Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, what);
  check_hdf5(H5Pset_layout(properties.id(), H5D_CONTIGUOUS), what);
  check_hdf5(H5Pset_alloc_time(properties.id(), H5D_ALLOC_TIME_EARLY), what);
  check_hdf5(H5Pset_fill_time(properties.id(), H5D_FILL_TIME_NEVER), what);
  check_hdf5(H5Pset_obj_track_times(properties.id(), false), what);
  const Hdf5Handle space = space_of(extents);
  return {
      H5Dcreate2(parent, name.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
      H5Dclose, what};
}

Hdf5Handle write_dataset(hid_t parent, const std::string& name, hid_t type, const Extents& extents,
                         const std::vector<double>& values) {
  auto dataset = create_dataset(parent, name, type, extents);
  check_hdf5(
      H5Dwrite(dataset.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
      "dataset " + name);
  return dataset;
}

Hdf5Handle write_mask(hid_t parent, const std::string& name, const std::vector<bool>& values) {
  const std::vector<std::int8_t> stored(values.begin(), values.end());
  const Hdf5Handle type = bool_type();
  auto dataset = create_dataset(parent, name, type.id(), {stored.size()});
  check_hdf5(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, stored.data()),
             "dataset " + name);
  return dataset;
}

std::uint64_t file_offset(hid_t dataset) {
  const haddr_t offset = H5Dget_offset(dataset);
  require(offset != HADDR_UNDEF, ExitCode::unusable_file, "a dataset has no place in the file");
  return offset;
}

}  // namespace parapet
