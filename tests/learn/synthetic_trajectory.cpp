#include "learn/synthetic_trajectory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <unistd.h>

#include "base/random.hpp"
#include "io/trajectory_file.hpp"

namespace parapet::testing {

double SyntheticTrajectory::value(std::int64_t member, std::int64_t frame, int component,
                                  std::int64_t i, std::int64_t j, std::int64_t k) const {
  const RandomStream draws(17, Purpose::test, static_cast<std::uint32_t>(member));
  const double h = 1.0 / static_cast<double>(points);
  const std::int64_t index[] = {i, j, k};
  double sum = 0.0;
  for (int axis = 0; axis < dimensions; ++axis) {
    for (int wave = 1; wave <= 4; ++wave) {
      const int number = (component * 3 + axis) * 8 + wave;
      const auto key = static_cast<std::uint64_t>(number);
      const double omega = 2.0 * std::numbers::pi * wave;
      const double decay = std::exp(-0.002 * omega * omega * static_cast<double>(frame));
      sum += decay * draws.normal(key, 0) / wave *
             std::sin(omega * h * static_cast<double>(index[axis]) + 6.0 * draws.uniform(key, 1));
    }
  }
  return sum;
}

std::string SyntheticTrajectory::write(const Communicator& communicator,
                                       const std::filesystem::path& folder) const {
  TrajectoryLayout layout;
  layout.grid.dimensions = dimensions;
  for (int a = 0; a < dimensions; ++a) layout.grid.points[static_cast<std::size_t>(a)] = points;
  layout.members = members;
  for (std::int64_t f = 0; f < frames; ++f) layout.times.push_back(static_cast<double>(f));
  layout.fields = {{"u", components}};
  layout.certificates = {"is_nan"};
  const auto own = communicator.split(communicator.rank());
  auto file = TrajectoryFile::create(communicator, own, folder, layout, IfPresent::replace);
  const auto contains = [](const std::vector<std::int64_t>& list, std::int64_t m) {
    return std::find(list.begin(), list.end(), m) != list.end();
  };
  const auto& n = layout.grid.points;
  for (std::int64_t m = communicator.rank(); m < members; m += communicator.size()) {
    for (std::int64_t f = 0; f < frames; ++f) {
      if (f + 1 == frames && contains(incomplete, m)) continue;
      std::vector<double> values;
      for (std::int64_t i = 0; i < n[0]; ++i) {
        for (std::int64_t j = 0; j < n[1]; ++j) {
          for (std::int64_t k = 0; k < n[2]; ++k) {
            for (int c = 0; c < components; ++c) values.push_back(value(m, f, c, i, j, k));
          }
        }
      }
      if (m == nan_member && f + 1 == frames) {
        values[3] = std::numeric_limits<double>::quiet_NaN();
      }
      file.write_frame(m, f, 0, {{0, 0, 0}, n}, values);
    }
    file.write_certificate(m, std::vector<double>{contains(failed, m) ? 1.0 : 0.0});
  }
  file.sync();
  communicator.barrier();
  return file.path().string();
}

ScratchFolder::ScratchFolder(const Communicator& communicator, const std::string& name)
    : communicator_(communicator) {
  std::int64_t process = getpid();
  communicator.broadcast(process);
  path_ =
      std::filesystem::temp_directory_path() / ("parapet-" + name + "-" + std::to_string(process));
  on_root(communicator, [&] {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  });
}

ScratchFolder::~ScratchFolder() {
  if (communicator_.is_root()) {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
}

}  // namespace parapet::testing
