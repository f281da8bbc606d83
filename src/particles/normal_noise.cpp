#include "particles/normal_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/elementary.hpp"
#include "particles/philox_block.hpp"

namespace parapet {

namespace {

constexpr std::size_t tile_size = 512;  // its arrays stay in the first cache
constexpr unsigned pair_shift = 48, draw_shift = 56;

struct Pair {
  double first, second;
};

/// RandomStream's uniform number: an odd multiple of 2⁻⁵³ in (0, 1), of the upper 52 of 64 bits.
PARAPET_INLINE double to_unit(std::uint64_t low, std::uint64_t high) {
  const std::uint64_t mantissa = (high << 20U) | (low >> 12U);
  return (elementary::detail::from_bits(mantissa | 0x3ff0000000000000) - 1.0) + 0x1p-53;
}

/// Box & Muller's of two uniform numbers.
PARAPET_INLINE Pair normal_pair(double u, double v) {
  const double radius = std::sqrt(-2.0 * elementary::log_of_normal(u));
  const auto [sine, cosine] = elementary::sine_cosine_of_turn(v);
  return {radius * cosine, radius * sine};
}

/// The pairs at some indices of a stream, in one step.
struct PairMaker {
  const RandomStream& stream;
  Processor processor;
  std::uint32_t step;

  void make(std::span<const std::uint64_t> indices, double* first, double* second) const {
    const auto key = stream.key();
    const std::uint32_t member = stream.member(), at_step = step;
    const std::uint64_t* const index = indices.data();
    const std::size_t count = indices.size();
    run_compiled_for(
        processor, [=]() __attribute__((always_inline)) {
          // Two loops: in one, the chain from counter to number is longer than a core looks ahead.
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < count; ++i) {
            const auto [word] = wide_philox(index[i], at_step, member, key);
            first[i] = to_unit(word[0], word[1]);
            second[i] = to_unit(word[2], word[3]);
          }
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < count; ++i) {
            const Pair pair = normal_pair(first[i], second[i]);
            first[i] = pair.first;
            second[i] = pair.second;
          }
        });
  }
};

using Tile = std::array<std::uint64_t, tile_size>;
using Numbers = std::array<double, tile_size>;

/// Components 2j and 2j + 1, whose pairs stand at id(i) + offset.
template <class Id>
void fill_pair(const PairMaker& maker, std::size_t count, std::uint64_t offset, double* first,
               double* second, Id id) {
  Tile index;
  for (std::size_t at = 0; at < count; at += tile_size) {
    const std::size_t n = std::min(tile_size, count - at);
    for (std::size_t i = 0; i < n; ++i) index[i] = id(at + i) + offset;
    maker.make({index.data(), n}, first + at, second + at);
  }
}

/// The last of an odd number of components, of any particles.
void fill_last(const PairMaker& maker, std::span<const std::uint64_t> ids, std::uint64_t offset,
               double* out) {
  Tile index;
  Numbers even, odd;
  for (std::size_t at = 0; at < ids.size(); at += tile_size) {
    const std::size_t n = std::min(tile_size, ids.size() - at);
    for (std::size_t i = 0; i < n; ++i) index[i] = ids[at + i] / 2 + offset;
    maker.make({index.data(), n}, even.data(), odd.data());
    for (std::size_t i = 0; i < n; ++i) out[at + i] = (ids[at + i] & 1U) != 0 ? odd[i] : even[i];
  }
}

/// The same of consecutive particles, two from a pair.
void fill_last(const PairMaker& maker, std::uint64_t first, std::size_t count, std::uint64_t offset,
               double* out) {
  if (first % 2 != 0 && count > 0) {
    fill_last(maker, {&first, 1}, offset, out);
    ++first, --count, ++out;
  }
  Tile index;
  Numbers even, odd;
  for (std::size_t at = 0; at < count / 2; at += tile_size) {
    const std::size_t n = std::min(tile_size, count / 2 - at);
    for (std::size_t i = 0; i < n; ++i) index[i] = first / 2 + at + i + offset;
    maker.make({index.data(), n}, even.data(), odd.data());
    for (std::size_t i = 0; i < n; ++i) {
      out[2 * (at + i)] = even[i];
      out[2 * (at + i) + 1] = odd[i];
    }
  }
  const std::uint64_t last = first + count - 1;
  if (count % 2 != 0) fill_last(maker, {&last, 1}, offset, out + count - 1);
}

std::uint64_t offset_of(NoiseTime time, std::size_t pair) {
  return (std::uint64_t{time.draw} << draw_shift) + (std::uint64_t{pair} << pair_shift);
}

}  // namespace

NormalNoise::NormalNoise(std::uint64_t seed, std::uint32_t member, int dimensions, Purpose purpose,
                         Processor processor)
    : stream_(seed, purpose, member),
      dimensions_(static_cast<std::size_t>(dimensions)),
      processor_(processor) {}

void NormalNoise::fill(std::uint64_t first, std::size_t count, NoiseTime time,
                       std::span<double* const> out) const {
  const PairMaker maker{stream_, processor_, time.step};
  const auto id = [=](std::size_t i) { return first + i; };
  for (std::size_t c = 0; c + 1 < dimensions_; c += 2) {
    fill_pair(maker, count, offset_of(time, c / 2), out[c], out[c + 1], id);
  }
  if (dimensions_ % 2 == 0) return;
  fill_last(maker, first, count, offset_of(time, dimensions_ / 2), out[dimensions_ - 1]);
}

void NormalNoise::fill(std::span<const std::uint64_t> ids, NoiseTime time,
                       std::span<double* const> out) const {
  const PairMaker maker{stream_, processor_, time.step};
  const auto id = [=](std::size_t i) { return ids[i]; };
  for (std::size_t c = 0; c + 1 < dimensions_; c += 2) {
    fill_pair(maker, ids.size(), offset_of(time, c / 2), out[c], out[c + 1], id);
  }
  if (dimensions_ % 2 == 0) return;
  fill_last(maker, ids, offset_of(time, dimensions_ / 2), out[dimensions_ - 1]);
}

}  // namespace parapet
