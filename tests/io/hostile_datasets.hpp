#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hdf5.h>

namespace parapet {

/// Ways to put something in the place of a dataset that a reader should not touch.
struct Hostile {
  std::string name;
  std::function<void(hid_t file, const char* at, int axes, const hsize_t* extents)> plant;
};

inline hid_t make(hid_t file, const char* at, hid_t type, int axes, const hsize_t* extents,
                  hid_t properties) {
  const hid_t space = H5Screate_simple(axes, extents, nullptr);
  const hid_t made = H5Dcreate2(file, at, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
  H5Sclose(space);
  H5Dclose(made);
  return made;
}

inline std::vector<Hostile> hostiles() {
  const auto of_type = [](hid_t type) {
    return [type](hid_t file, const char* at, int axes, const hsize_t* extents) {
      make(file, at, type, axes, extents, H5P_DEFAULT);
    };
  };
  const hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, H5T_VARIABLE);
  const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
  H5Tinsert(compound, "a", 0, H5T_IEEE_F64LE);
  const hid_t odd = H5Tcopy(H5T_IEEE_F64LE);
  H5Tset_ebias(odd, 1000);
  return {
      {"external link",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Lcreate_external("/etc/passwd", "/x", file, at, H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"soft link",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Lcreate_soft("/provenance", file, at, H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"link to itself",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Lcreate_soft((std::string("/") + at).c_str(), file, at, H5P_DEFAULT, H5P_DEFAULT);
       }},
      {"group",
       [](hid_t file, const char* at, int, const hsize_t*) {
         H5Gclose(H5Gcreate2(file, at, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
       }},
      {"external storage",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_external(properties, "/etc/passwd", 0, H5F_UNLIMITED);
         make(file, at, H5T_IEEE_F64LE, axes, extents, properties);
         H5Pclose(properties);
       }},
      {"virtual dataset",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         const hid_t space = H5Screate_simple(axes, extents, nullptr);
         H5Pset_virtual(properties, space, "/tmp/other.h5", "/x", space);
         make(file, at, H5T_IEEE_F64LE, axes, extents, properties);
         H5Sclose(space);
         H5Pclose(properties);
       }},
      {"filter that is not allowed",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_chunk(properties, axes, extents);
         H5Pset_scaleoffset(properties, H5Z_SO_FLOAT_DSCALE, 2);
         make(file, at, H5T_IEEE_F64LE, axes, extents, properties);
         H5Pclose(properties);
       }},
      {"extents of 2^60",
       [](hid_t file, const char* at, int axes, const hsize_t* extents) {
         std::vector<hsize_t> huge(extents, extents + axes), chunk(huge.size(), 1);
         huge[0] = hsize_t{1} << 60;
         const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
         H5Pset_chunk(properties, axes, chunk.data());
         make(file, at, H5T_IEEE_F64LE, axes, huge.data(), properties);
         H5Pclose(properties);
       }},
      {"text", of_type(text)},
      {"compound", of_type(compound)},
      {"integers", of_type(H5T_STD_I32LE)},
      {"floating point that is not IEEE", of_type(odd)},
  };
}

}  // namespace parapet
