#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace parapet {

/// Values at points that follow one another: one array of `count` values for each input and output.
struct PointLine {
  std::span<const double* const> in;
  std::span<double* const> out;
  std::size_t count;
};

/// Calls act(inputs, outputs) for every point of a line. `act` comes as a copy: nothing the loop
/// writes can then change the parameters it holds, and several points go at once.
template <std::size_t inputs, std::size_t outputs, class F>
void apply_at_points(const PointLine& line, const F act) {
  std::array<const double*, inputs> from;
  std::array<double*, outputs> to;
  for (std::size_t j = 0; j < inputs; ++j) from[j] = line.in[j];
  for (std::size_t j = 0; j < outputs; ++j) to[j] = line.out[j];
#ifdef __clang__
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t i = 0; i < line.count; ++i) {
    std::array<double, inputs> u;
    std::array<double, outputs> p;
    for (std::size_t j = 0; j < inputs; ++j) u[j] = from[j][i];
    act(u.data(), p.data());
    for (std::size_t j = 0; j < outputs; ++j) to[j][i] = p[j];
  }
}

}  // namespace parapet
