#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "grid/grid.hpp"
#include "simulation/compare.hpp"

namespace parapet {

/// What was found with so many particles.
struct CompareSeries {
  std::int64_t count;
  std::string interaction;
  std::vector<Distance> frames;
  std::vector<double> density;  ///< of the particles at the last frame, x slowest
};

/// As tables, with the fitted slopes in N where there are several numbers of particles.
std::string compare_text(const std::string& name, const std::vector<CompareSeries>& all);

/// The same as JSON, with the density's and the particles' cells at the last frame, in 3-D summed
/// up along z: what postproc/compare.py draws.
std::string compare_json(const std::string& name, const Grid& grid,
                         const std::vector<double>& density, const std::vector<CompareSeries>& all);

}  // namespace parapet
