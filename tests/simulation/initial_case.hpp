#pragma once

#include <numbers>
#include <string>
#include <vector>

#include "diagnostics/field_diagnostics.hpp"
#include "simulation/initial_condition.hpp"
#include "support/box_grid.hpp"

namespace parapet {

inline constexpr double pi = std::numbers::pi;

/// The initial condition of one member on a grid.
struct Field {
  SpectralTransform transform;
  std::vector<std::vector<Complex>> components;

  Field(const Communicator& communicator, const Grid& grid, const InitialSettings& settings,
        std::size_t count = 1, std::uint64_t member = 0, Dealiasing dealiasing = Dealiasing::none)
      : transform(communicator, grid, {dealiasing}) {
    components.assign(count, std::vector<Complex>(transform.mode_count()));
    set(settings, member);
  }
  void set(const InitialSettings& settings, std::uint64_t member) {
    std::vector<Complex*> into;
    for (auto& component : components) into.push_back(component.data());
    set_initial_condition({settings, 42, member, {{"u", static_cast<int>(into.size())}}}, transform,
                          into);
  }
  std::vector<const Complex*> pointers() const {
    std::vector<const Complex*> result;
    for (const auto& component : components) result.push_back(component.data());
    return result;
  }
};

inline InitialSettings kind(const std::string& name) {
  InitialSettings settings;
  settings.kind = name;
  return settings;
}

}  // namespace parapet
