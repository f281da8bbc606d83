#include "methods/finite_check.hpp"

#include <cmath>
#include <string>

#include <fmt/format.h>

#include "diagnostics/blow_up.hpp"

namespace parapet {
namespace {

bool is_sound(const Complex& value) {  // false for NaN
  return std::abs(value.real()) <= largest_sound && std::abs(value.imag()) <= largest_sound;
}

std::string first_fault(const SpectralTransform& transform,
                        std::span<const Complex* const> components) {
  for (std::size_t c = 0; c < components.size(); ++c) {
    for (std::size_t i = 0; i < transform.mode_count(); ++i) {
      if (is_sound(components[c][i])) continue;
      const auto k = transform.mode(i).wavenumber;
      return fmt::format("component {} of u is {} + {}i at wavenumber ({}, {}, {}) on rank {}", c,
                         components[c][i].real(), components[c][i].imag(), k[0], k[1], k[2],
                         transform.communicator().rank());
    }
  }
  return {};
}

}  // namespace

void throw_unless_finite(const SpectralTransform& transform,
                         std::span<const Complex* const> components, std::size_t member,
                         double time) {
  throw_if_blown_up(transform.communicator(), first_fault(transform, components), member, time);
}

}  // namespace parapet
