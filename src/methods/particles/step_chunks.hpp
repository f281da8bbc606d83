#pragma once

#include <algorithm>
#include <array>

#include "methods/particles/particle_step.hpp"

/// What integrators share that move particles a few at a time.
namespace parapet::step_chunks {

inline constexpr std::size_t chunk = 512;  // whose noise and drift stay in the first cache
inline constexpr std::size_t most_axes = 3;

/// A few numbers for each of some particles, one row after another.
template <std::size_t rows>
struct Rows {
  alignas(64) std::array<std::array<double, chunk>, rows> row;

  std::array<double*, rows> pointers() {
    std::array<double*, rows> all;
    for (std::size_t r = 0; r < rows; ++r) all[r] = row[r].data();
    return all;
  }
};

inline std::array<const double*, most_axes> places(std::span<double* const> x, std::size_t begin) {
  std::array<const double*, most_axes> in{};
  for (std::size_t a = 0; a < x.size(); ++a) in[a] = x[a] + begin;
  return in;
}

/// b − ∇W∗ρ of the particles from `begin` on, the latter as the frame adds it.
inline void find_drift(const StepFrame& frame, std::span<double* const> x, std::size_t begin,
                       std::size_t count, double time, Rows<most_axes>& drift) {
  const std::size_t d = x.size();
  const auto in = places(x, begin);
  const auto out = drift.pointers();
  frame.process.drift({std::span(in).first(d), std::span(out).first(d), count}, time);
  if (frame.add_force) {
    frame.add_force(std::span(in).first(d), begin, count, std::span(out).first(d));
  }
}

/// Normal numbers for the particles from `begin` on.
inline void draw(const StepFrame& frame, std::size_t begin, std::size_t count, NoiseTime time,
                 std::span<double* const> xi) {
  if (frame.ids != nullptr) return frame.noise.fill({frame.ids + begin, count}, time, xi);
  frame.noise.fill(frame.first + begin, count, time, xi);
}

inline ParticleRow part_of(const ParticleRow& all, std::array<double*, most_axes>& x,
                           std::size_t begin, std::size_t count) {
  for (std::size_t a = 0; a < all.x.size(); ++a) x[a] = all.x[a] + begin;
  return {std::span<double* const>(x).first(all.x.size()),
          all.is_there == nullptr ? nullptr : all.is_there + begin, count};
}

template <class F>
void in_chunks(std::size_t count, F&& act) {
  for (std::size_t begin = 0; begin < count; begin += chunk) {
    act(begin, std::min(chunk, count - begin));
  }
}

}  // namespace parapet::step_chunks
