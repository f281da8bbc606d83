#include "learn/evaluation/surrogate.hpp"

#include <cstring>
#include <fstream>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/failure.hpp"
#include "base/random.hpp"
#include "learn/evaluation/safetensors.hpp"
#include "learn/synthetic_trajectory.hpp"

namespace parapet {
namespace {

Surrogate small_surrogate(torch::Dtype precision) {
  FnoShape shape;
  shape.modes = {3, 4};
  shape.width = 5;
  shape.layers = 2;
  shape.projection = 7;
  shape.input_channels = shape.output_channels = 2;
  SurrogateTask task{{"u_x", "u_y"}, false, 0.0, 0.1, {12, 10, 1}, {1.0, 2.0, 1.0}};
  return {task,
          {{{0.1, -0.2}, {1.5, 2.5}}, {{0.3, 1.0 / 3.0}, {0.7, 1e-3}}},
          std::make_shared<Fno>(shape, 7, precision)};
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class SurrogateFile : public ::testing::Test {
 protected:
  void put(const std::string& bytes) const {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string refusal() const {
    try {
      Surrogate::load(file_);
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), ExitCode::unusable_file);
      return failure.what();
    }
    return {};
  }

  Communicator self_ = Communicator::self();
  testing::ScratchFolder folder_{self_, "surrogate"};
  std::filesystem::path file_ = folder_.path() / "model.safetensors";
};

TEST_F(SurrogateFile, HoldsEverything) {
  for (const auto precision : {torch::kFloat, torch::kDouble}) {
    auto saved = small_surrogate(precision);
    saved.save(file_);
    auto loaded = Surrogate::load(file_);
    EXPECT_EQ(loaded.task(), saved.task());
    EXPECT_EQ(loaded.normalisation(), saved.normalisation());
    const torch::NoGradGuard no_gradients;
    const auto fields = torch::linspace(-1, 1, 480, precision).view({2, 2, 12, 10});
    EXPECT_TRUE(torch::equal(loaded.predict(fields), saved.predict(fields)));
  }
}

TEST_F(SurrogateFile, TruncatedIsRefused) {
  small_surrogate(torch::kFloat).save(file_);
  const auto bytes = bytes_of(file_);
  for (const double part : {0.0, 0.0001, 0.01, 0.1, 0.5, 0.9, 0.9999}) {
    put(bytes.substr(0, static_cast<std::size_t>(part * static_cast<double>(bytes.size()))));
    EXPECT_NE(refusal(), "") << part;
  }
  put(bytes + '\0');
  EXPECT_NE(refusal(), "");
}

// A flipped bit is refused or, in the blanks of the header, changes nothing.
TEST_F(SurrogateFile, AFlippedBitIsRefusedOrHarmless) {
  small_surrogate(torch::kFloat).save(file_);
  const auto bytes = bytes_of(file_);
  const RandomStream draws(1, Purpose::test);
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), 8);
  int refused = 0;
  for (std::uint64_t trial = 0; trial < 600; ++trial) {
    auto flipped = bytes;
    const auto range = trial % 2 == 0 ? header + 8 : bytes.size();
    flipped[draws.integer(range, trial)] ^= static_cast<char>(1 << draws.integer(8, trial, 1));
    put(flipped);
    if (!refusal().empty()) {
      ++refused;
      continue;
    }
    EXPECT_EQ(Surrogate::load(file_).task(), small_surrogate(torch::kFloat).task());
  }
  EXPECT_GE(refused, 590);
}

TEST_F(SurrogateFile, OtherFormatsAreRefusedUnread) {
  for (const char* name : {"pickle", "zip", "json"}) {
    const std::string start = name[0] == 'p' ? "\x80\x04\x95" : name[0] == 'z' ? "PK\x03\x04" : "{";
    put(start + std::string(1000, 'a'));
    EXPECT_NE(refusal(), "") << name;
  }
  small_surrogate(torch::kFloat).save_torchscript(file_);
  EXPECT_NE(refusal(), "");
}

// Any well-formed file of the format, digest included, whose content is not a surrogate.
TEST_F(SurrogateFile, NamesTheEntryThatIsWrong) {
  small_surrogate(torch::kFloat).save(file_);
  const auto good = read_safetensors(file_);
  const auto refuses = [&](const std::function<void(TensorFile&)>& change, const char* part) {
    auto content = good;
    change(content);
    write_safetensors(file_, content);
    const auto message = refusal();
    EXPECT_NE(message.find(part), std::string::npos) << message;
  };
  refuses([](auto& c) { c.metadata["format"] = "other"; }, "format");
  refuses([](auto& c) { c.metadata.erase("modes"); }, "modes");
  refuses([](auto& c) { c.metadata["modes"] = "3 x"; }, "modes");
  refuses([](auto& c) { c.metadata["modes"] = "999999 999999"; }, "layers.0.spectral");
  refuses([](auto& c) { c.metadata["width"] = "99999"; }, "layers.0.spectral");
  refuses([](auto& c) { c.metadata["layers"] = "3"; }, "tensors");
  refuses([](auto& c) { c.metadata["input_mean"] = "1"; }, "input_mean");
  refuses([](auto& c) { c.tensors.pop_back(); }, "tensors");
  refuses([](auto& c) { c.tensors[0].second = torch::zeros({3}); }, "lift.weight");
  refuses([](auto& c) { c.tensors[1].second = torch::full({5}, NAN); }, "not finite");
}

}  // namespace
}  // namespace parapet
