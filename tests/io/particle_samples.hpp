#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/communicator.hpp"
#include "io/particle_file.hpp"

namespace parapet {

/// A value that tells its place. Quantities: position 0, velocity 1, weight 2, scalars 3 ….
inline double sample_number(std::int64_t quantity, std::int64_t component, std::int64_t member,
                            std::int64_t frame, std::int64_t id) {
  return static_cast<double>(id) + 0.1 * static_cast<double>(component) +
         10.0 * static_cast<double>(quantity) + 1000.0 * static_cast<double>(frame) +
         10000.0 * static_cast<double>(member);
}

inline ParticleLayout sample_particles(int dimensions, std::int64_t every, Precision precision) {
  ParticleLayout layout;
  layout.dataset_name = "sample";
  layout.members = 2;
  layout.times = {0.0, 0.1, 0.25};
  layout.particles = 23;
  layout.every = every;
  layout.dimensions = dimensions;
  layout.has_velocity = layout.has_weight = true;
  layout.scalars = {"frequency", "phase&<age>"};
  layout.precision = precision;
  layout.title = "A sample";
  layout.equation = "dX = dW";
  layout.code_version = "0";
  layout.input_text = "[particles]\ncount = 23\n";
  return layout;
}

/// One rank's share of the sample, which is cut into nearly equal parts.
struct ParticleShare {
  std::int64_t first = 0, count = 0;
  std::vector<std::vector<double>> arrays;
  std::vector<const double*> position, velocity, scalars;
  const double* weight = nullptr;

  ParticleValues values() const { return {first, count, position, velocity, weight, scalars}; }
};

inline ParticleShare particle_share(const ParticleLayout& layout, const Communicator& group,
                                    std::int64_t member, std::int64_t frame) {
  ParticleShare share;
  share.first = layout.particles * group.rank() / group.size();
  share.count = layout.particles * (group.rank() + 1) / group.size() - share.first;
  const auto make = [&](std::int64_t quantity, std::int64_t component) {
    auto& array = share.arrays.emplace_back();
    for (std::int64_t i = 0; i < share.count; ++i) {
      array.push_back(sample_number(quantity, component, member, frame, share.first + i));
    }
    return array.data();
  };
  for (int c = 0; c < layout.dimensions; ++c) share.position.push_back(make(0, c));
  for (int c = 0; c < layout.dimensions && layout.has_velocity; ++c) {
    share.velocity.push_back(make(1, c));
  }
  if (layout.has_weight) share.weight = make(2, 0);
  for (std::size_t i = 0; i < layout.scalars.size(); ++i) {
    share.scalars.push_back(make(3 + static_cast<std::int64_t>(i), 0));
  }
  return share;
}

/// Writes a frame of the sample. Collective over the group.
inline void write_sample(ParticleFile& file, const Communicator& group, std::int64_t member,
                         std::int64_t frame) {
  const auto share = particle_share(file.layout(), group, member, frame);
  file.write(member, frame, share.values());
}

/// What the file should hold in the column `name`, rounded as it is stored.
inline double stored_sample(const ParticleLayout& layout, const std::string& name,
                            std::int64_t component, std::int64_t member, std::int64_t frame,
                            std::int64_t id) {
  std::int64_t quantity = 3;
  if (name == "position" || name[0] == 'x') quantity = 0;
  if (name[0] == 'v') quantity = 1;
  if (name == "weight") quantity = 2;
  for (std::size_t i = 0; i < layout.scalars.size(); ++i) {
    if (name == layout.scalars[i]) quantity = 3 + static_cast<std::int64_t>(i);
  }
  if (name.size() == 2) component = name[1] - '1';
  if (quantity < 2 && component >= layout.dimensions) return 0.0;
  const double value = sample_number(quantity, component, member, frame, id);
  return layout.precision == Precision::float32 ? static_cast<float>(value) : value;
}

}  // namespace parapet
