#include "methods/particles/inertial_step.hpp"

#include <algorithm>
#include <cmath>

#include "methods/particles/step_chunks.hpp"

namespace parapet {

namespace {

using namespace step_chunks;

/// Half a kick: v ← v + τ/2 F(x).
void kick(const StepFrame& frame, double time, double* x, double* v, std::size_t count) {
  Rows<1> force;
  const double* const in = x;
  const auto out = force.pointers();
  frame.process.acceleration({{&in, 1}, out, count}, time);
  for (std::size_t i = 0; i < count; ++i) v[i] += 0.5 * frame.tau * out[0][i];
}

/// Half a drift, friction and noise, half a drift.
void turn(const StepFrame& frame, std::size_t begin, double* x, double* v, std::size_t count) {
  Rows<2> noise;  // what comes for the place is not used
  draw(frame, begin, count, {frame.step, 0}, noise.pointers());
  const auto [rate, temperature] = *frame.process.friction;
  const double kept = std::exp(-rate * frame.tau), half = 0.5 * frame.tau;
  const double strength = std::sqrt(-temperature * std::expm1(-2.0 * rate * frame.tau));
  for (std::size_t i = 0; i < count; ++i) {
    x[i] += half * v[i];
    v[i] = kept * v[i] + strength * noise.row[1][i];
    x[i] += half * v[i];
  }
}

}  // namespace

void step_inertial(const StepFrame& frame, const ParticleRow& particles) {
  Rows<2> moved;
  const auto [x, v] = moved.pointers();
  in_chunks(particles.count, [&, x = x, v = v](std::size_t begin, std::size_t count) {
    std::array<double*, most_axes> at{};
    const ParticleRow part = part_of(particles, at, begin, count);
    std::copy_n(at[0], count, x);
    std::copy_n(at[1], count, v);
    kick(frame, frame.time, x, v, count);
    turn(frame, begin, x, v, count);
    kick(frame, frame.time + frame.tau, x, v, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (part.is_there != nullptr && part.is_there[i] == 0.0) continue;
      at[0][i] = x[i], at[1][i] = v[i];
    }
    keep_inside(frame.domain, part);
  });
}

}  // namespace parapet
