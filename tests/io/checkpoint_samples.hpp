#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "io/checkpoint.hpp"
#include "sample_fields.hpp"

namespace parapet {

/// A state of two arrays, divided among the ranks of `group`, and attributes of every kind.
struct CheckpointSample {
  CheckpointSample(const Communicator& group, std::int64_t step) {
    shape = {7, 5, 4};
    block = share_of(group, {{0, 0, 0}, shape}, 0);
    line_block = share_of(group, {{0, 0, 0}, {11, 1, 1}}, 0);
    state = sample_block(step, 0, 0, 1, block);
    line = sample_block(step, 1, 0, 1, line_block);
    content.model = "burgers";
    content.config_hash = 42;
    content.step = step;
    content.time = 0.1 * static_cast<double>(step);
    content.attributes = {{"next_frame", std::int64_t{3}},
                          {"seed", std::uint64_t{0xffffffffffffffffULL}},
                          {"dt", 1.0 / 3.0},
                          {"wisdom", std::string(100000, 'w')},
                          {"note", std::string("∂ₜu")},
                          {"nothing", std::string()}};
    content.arrays["u"] = {shape, block, state};
    content.arrays["line"] = {{11, 1, 1}, line_block, line};
  }

  /// What ranks divided along another axis want of it.
  static CheckpointExpectation expectation(const Communicator& group, std::size_t axis) {
    CheckpointExpectation expected;
    expected.model = "burgers";
    expected.config_hash = 42;
    const std::array<std::int64_t, 3> shape{7, 5, 4};
    expected.arrays["u"] = {shape, share_of(group, {{0, 0, 0}, shape}, axis)};
    expected.arrays["line"] = {{11, 1, 1}, share_of(group, {{0, 0, 0}, {11, 1, 1}}, 0)};
    return expected;
  }

  /// Whether `loaded` holds, bit for bit, this rank's part of the sample of that step.
  static bool matches(const LoadedCheckpoint& loaded, const CheckpointExpectation& expected,
                      std::int64_t step) {
    return loaded.step == step && loaded.time == 0.1 * static_cast<double>(step) &&
           loaded.arrays.at("u") == sample_block(step, 0, 0, 1, expected.arrays.at("u").block) &&
           loaded.arrays.at("line") ==
               sample_block(step, 1, 0, 1, expected.arrays.at("line").block);
  }

  std::array<std::int64_t, 3> shape{};
  Box block, line_block;
  std::vector<double> state, line;
  CheckpointContent content;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void set_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace parapet
