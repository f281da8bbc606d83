#include <bit>
#include <cmath>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/block_file.hpp"
#include "io/trajectory_extension.hpp"
#include "io/trajectory_file.hpp"
#include "io/trajectory_reader.hpp"
#include "sample_fields.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

const Communicator& world() {
  static const Communicator communicator = Communicator::world();
  return communicator;
}

void write_all_frames(TrajectoryFile& file, const Communicator& group, std::int64_t first_member,
                      std::int64_t step, std::size_t axis) {
  const auto& layout = file.layout();
  for (std::int64_t member = first_member; member < layout.members; member += step) {
    for (std::int64_t frame = 0; frame < layout.frames(); ++frame) {
      for (std::size_t field = 0; field < layout.fields.size(); ++field) {
        const Box block = share_of(group, whole(layout.grid), axis);
        file.write_frame(
            member, frame, field, block,
            sample_block(member, frame, field, layout.fields[field].components, block));
      }
    }
  }
}

/// Rounded to what the file keeps.
double stored(double value, Precision precision) {
  return precision == Precision::float32 ? static_cast<float>(value) : value;
}

void expect_sample(const TrajectoryReader& reader) {
  const auto& layout = reader.layout();
  for (std::int64_t member = 0; member < layout.members; ++member) {
    for (std::int64_t frame = 0; frame < layout.frames(); ++frame) {
      for (std::size_t field = 0; field < layout.fields.size(); ++field) {
        const Box all = whole(layout.grid);
        auto expected = sample_block(member, frame, field, layout.fields[field].components, all);
        for (auto& value : expected) value = stored(value, layout.precision);
        EXPECT_EQ(reader.read_block(field, member, frame, all), expected);
        EXPECT_EQ(reader.recorded_digest(member, frame, field),
                  reader.stored_digest(member, frame, field));
      }
    }
  }
}

// Pieces end in the middle of rows or not, and leave the rest of the file alone.
TEST(BlockFile, WritesTheSameBytesInPiecesOfAnySize) {
  const Box all{{0, 0, 0}, {13, 6, 5}};
  const auto values = sample_block(0, 0, 0, 1, all);
  const std::vector<float> rounded(values.begin(), values.end());
  Digest expected;
  for (std::size_t i = 0; i < rounded.size(); ++i) {
    expected.add_bits(std::bit_cast<std::uint32_t>(rounded[i]), i);
  }
  const std::string stored(reinterpret_cast<const char*>(rounded.data()), 4 * rounded.size());
  const std::string before(12, '-'), after(7, '-');
  for (const std::size_t piece : {4, 8, 20, 64, 256, 4096}) {
    const ScratchFolder folder(world());
    const auto path = folder.path() / "values";
    on_root(world(),
            [&] { std::ofstream(path) << before << std::string(stored.size(), ' ') << after; });
    BlockFile::Options options;
    options.cached_piece = piece;
    options.shortest_run = 0;
    BlockFile file(world(), path, options);
    const Box mine = share_of(world(), all, 0);
    const auto digest = file.write({before.size(), all.count, 1, Precision::float32}, mine,
                                   sample_block(0, 0, 0, 1, mine));
    world().barrier();
    EXPECT_EQ(digest, expected.value()) << piece;
    std::ifstream in(path, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), before + stored + after)
        << piece;
  }
}

class Trajectory : public testing::TestWithParam<std::tuple<int, Precision>> {
 protected:
  TrajectoryLayout layout() const {
    return sample_layout(std::get<0>(GetParam()), std::get<1>(GetParam()));
  }
};

TEST_P(Trajectory, HoldsWhatWasWrittenHoweverTheGridIsDivided) {
  for (int axis = 0; axis < layout().grid.dimensions; ++axis) {
    const ScratchFolder folder(world());
    auto file =
        TrajectoryFile::create(world(), world(), folder.path(), layout(), IfPresent::refuse);
    write_all_frames(file, world(), 0, 1, static_cast<std::size_t>(axis));
    world().barrier();
    const TrajectoryReader reader(file.path());
    EXPECT_EQ(reader.valid_frames(), std::vector<std::int64_t>(4, 3));
    expect_sample(reader);
  }
}

TEST_P(Trajectory, SaysWhatItWasLaidOutFor) {
  const ScratchFolder folder(world());
  const auto file =
      TrajectoryFile::create(world(), world(), folder.path(), layout(), IfPresent::refuse);
  const TrajectoryReader reader(file.path());
  EXPECT_NO_THROW(require_same(reader.layout(), layout(), "file"));
  EXPECT_EQ(reader.layout().title, layout().title);
  EXPECT_EQ(reader.layout().equation, layout().equation);
  EXPECT_EQ(reader.layout().input_text, layout().input_text);
  EXPECT_EQ(reader.valid_frames(), std::vector<std::int64_t>(4, 0));
  for (const auto& name : layout().certificates) {
    for (const double value : reader.certificate(name)) EXPECT_TRUE(std::isnan(value));
  }
}

/// All frames of `layout`, two certificates, and member 3's second frame not valid.
void write_partly(const std::filesystem::path& folder, const TrajectoryLayout& layout) {
  auto file = TrajectoryFile::create(world(), world(), folder, layout, IfPresent::replace);
  write_all_frames(file, world(), 0, 1, 0);
  const double values[] = {0.5, 0.0};
  if (world().is_root()) {
    file.write_certificate(1, values);
    file.write_certificate(2, values);
    file.invalidate(3, 1);
  }
}

TrajectoryLayout extended(TrajectoryLayout layout) {
  layout.members = 6;
  layout.times = {0.0, 0.1, 0.3, 0.4};  // the third frame was at 0.25
  layout.parameters = {{"viscosity", {0.1}}, {"amplitude", {1, 2, 3, 1.0 / 3.0, 5, 6}}};
  layout.title = "A longer sample";
  return layout;
}

/// What `write_partly` wrote at times that the layout kept, and nothing else.
void expect_what_was_written(const TrajectoryReader& reader) {
  const auto& layout = reader.layout();
  EXPECT_EQ(reader.valid_frames(), (std::vector<std::int64_t>{2, 2, 2, 1, 0, 0}));
  for (std::int64_t member = 0; member < 4; ++member) {
    for (std::int64_t frame = 0; frame < (member == 3 ? 1 : 2); ++frame) {
      auto expected =
          sample_block(member, frame, 0, layout.fields[0].components, whole(layout.grid));
      for (auto& value : expected) value = stored(value, layout.precision);
      EXPECT_EQ(reader.read_block(0, member, frame, whole(layout.grid)), expected);
      EXPECT_EQ(reader.recorded_digest(member, frame, 0), reader.stored_digest(member, frame, 0));
    }
  }
}

TEST_P(Trajectory, IsGivenAnotherLayoutWithWhatItHolds) {
  const ScratchFolder folder(world());
  auto before = layout();
  for (const auto kind : {FileLayout::well, FileLayout::pdebench}) {
    before.file_layout = kind;
    if (kind == FileLayout::pdebench) {
      if (before.grid.dimensions > 1 || before.precision != Precision::float32) continue;
      before.fields = {{"u", 1}};
    }
    write_partly(folder.path(), before);
    auto after = extended(before);
    const std::vector<std::int64_t> finished = {2};
    extend_trajectory(world(), folder.path(), after, finished, [] {});
    const TrajectoryReader reader(folder.path() / TrajectoryFile::file_name);
    EXPECT_NO_THROW(require_same(reader.layout(), after, "file"));
    EXPECT_EQ(reader.layout().title, after.title);
    expect_what_was_written(reader);
    const auto kept = reader.certificate("conservation_defect");
    for (std::size_t m = 0; m < 6; ++m) EXPECT_TRUE(m == 2 ? kept[m] == 0.5 : std::isnan(kept[m]));
    after.grid.points[0] += 1;
    EXPECT_THROW(extend_trajectory(world(), folder.path(), after, {}, [] {}), Failure);
    world().barrier();
  }
}

TEST_P(Trajectory, IsWrittenByIndependentGroups) {
  const ScratchFolder folder(world());
  const int groups = (world().size() + 1) / 2;
  const int colour = world().rank() % groups;
  const auto group = world().split(colour);
  auto file = TrajectoryFile::create(world(), group, folder.path(), layout(), IfPresent::refuse);
  const auto axis = static_cast<std::size_t>(layout().grid.dimensions - 1);
  write_all_frames(file, group, colour, groups, axis);
  for (std::int64_t member = colour; member < 4; member += groups) {
    const double values[] = {1e-12 * static_cast<double>(member), 0.0};
    if (group.is_root()) file.write_certificate(member, values);
  }
  world().barrier();
  const TrajectoryReader reader(file.path());
  expect_sample(reader);
  EXPECT_EQ(reader.certificate("conservation_defect"),
            (std::vector<double>{0.0, 1e-12, 2e-12, 1e-12 * 3.0}));
}

TEST_P(Trajectory, GivesEveryStrideThPoint) {
  const ScratchFolder folder(world());
  auto file = TrajectoryFile::create(world(), world(), folder.path(), layout(), IfPresent::refuse);
  write_all_frames(file, world(), 0, 1, 0);
  world().barrier();
  const TrajectoryReader reader(file.path());
  const auto& grid = layout().grid;
  const Strides strides{3, grid.dimensions > 1 ? 2 : 1, grid.dimensions > 2 ? 4 : 1};
  const std::vector<std::int64_t> frames = {2, 0, 1};
  for (std::size_t field = 0; field < layout().fields.size(); ++field) {
    const int components = layout().fields[field].components;
    std::vector<float> expected;
    for (const std::int64_t member : {1, 2, 3}) {
      for (const auto frame : frames) {
        for (std::int64_t x = 0; x < grid.points[0]; x += strides[0]) {
          for (std::int64_t y = 0; y < grid.points[1]; y += strides[1]) {
            for (std::int64_t z = 0; z < grid.points[2]; z += strides[2]) {
              for (int c = 0; c < components; ++c) {
                expected.push_back(
                    static_cast<float>(sample_value(member, frame, field, c, x, y, z)));
              }
            }
          }
        }
      }
    }
    EXPECT_EQ(reader.read(field, 1, 3, frames, strides), expected);
  }
}

TEST_P(Trajectory, ReadsBlocksAndRunsOfFrames) {
  const ScratchFolder folder(world());
  auto file = TrajectoryFile::create(world(), world(), folder.path(), layout(), IfPresent::refuse);
  write_all_frames(file, world(), 0, 1, 0);
  world().barrier();
  const TrajectoryReader reader(file.path());
  Box block = whole(layout().grid);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (block.count[axis] > 2)
      block = {block.offset, block.count}, block.offset[axis] = 1, block.count[axis] -= 2;
  }
  const std::size_t field = layout().fields.size() - 2;
  auto expected = sample_block(2, 1, field, layout().fields[field].components, block);
  for (auto& value : expected) value = stored(value, layout().precision);
  EXPECT_EQ(reader.read_block(field, 2, 1, block), expected);
  const std::vector<std::int64_t> frames = {0, 1, 2};
  std::vector<float> all;
  for (std::int64_t member = 0; member < 4; ++member) {
    for (const auto frame : frames) {
      for (const double value : sample_block(
               member, frame, field, layout().fields[field].components, whole(layout().grid))) {
        all.push_back(static_cast<float>(value));
      }
    }
  }
  EXPECT_EQ(reader.read(field, 0, 4, frames), all);
}

INSTANTIATE_TEST_SUITE_P(Dimensions, Trajectory,
                         testing::Combine(testing::Values(1, 2, 3),
                                          testing::Values(Precision::float32, Precision::float64)));

TEST(TrajectoryFile, DigestDoesNotDependOnTheDivisionAndFollowsTheDigestOfBase) {
  const auto layout = sample_layout(3, Precision::float64);
  const ScratchFolder folder(world());
  auto file = TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::refuse);
  Digest expected;
  std::uint64_t index = 0;
  for (const double value : sample_block(1, 2, 0, 1, whole(layout.grid))) {
    expected.add(value, index++);
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const Box block = share_of(world(), whole(layout.grid), axis);
    EXPECT_EQ(file.write_frame(1, 2, 0, block, sample_block(1, 2, 0, 1, block)), expected.value());
  }
}

TEST(TrajectoryFile, IsReopenedAndContinued) {
  const auto layout = sample_layout(2, Precision::float32);
  const ScratchFolder folder(world());
  const Box block = share_of(world(), whole(layout.grid), 1);
  {
    auto file = TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::refuse);
    for (std::size_t field = 0; field < 3; ++field) {
      file.write_frame(0, 0, field, block,
                       sample_block(0, 0, field, layout.fields[field].components, block));
    }
    file.write_frame(0, 1, 0, block, sample_block(0, 1, 0, 1, block));
    world().barrier();
    EXPECT_EQ(file.valid_frames(), (std::vector<std::int64_t>{1, 0, 0, 0}));
  }
  auto file = TrajectoryFile::reopen(world(), world(), folder.path(), layout);
  EXPECT_EQ(file.valid_frames(), (std::vector<std::int64_t>{1, 0, 0, 0}));
  world().barrier();
  write_all_frames(file, world(), 0, 1, 0);
  world().barrier();
  expect_sample(TrajectoryReader(file.path()));
  world().barrier();
  if (world().is_root()) file.invalidate(2, 1);
  world().barrier();
  EXPECT_EQ(file.valid_frames(), (std::vector<std::int64_t>{3, 3, 1, 3}));
}

ExitCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    EXPECT_TRUE(failure.is_collective()) << failure.what();
    return failure.code();
  }
  return ExitCode::done;
}

TEST(TrajectoryFile, RefusesWhatItCannotDo) {
  const auto layout = sample_layout(1, Precision::float32);
  const ScratchFolder folder(world());
  const auto create = [&](const TrajectoryLayout& wanted, IfPresent if_present) {
    TrajectoryFile::create(world(), world(), folder.path(), wanted, if_present);
  };
  EXPECT_EQ(code_of([&] { TrajectoryFile::reopen(world(), world(), folder.path(), layout); }),
            ExitCode::unusable_file);
  create(layout, IfPresent::refuse);
  EXPECT_EQ(code_of([&] { create(layout, IfPresent::refuse); }), ExitCode::input_output);
  EXPECT_EQ(code_of([&] { create(layout, IfPresent::replace); }), ExitCode::done);
  auto other = layout;
  other.times.back() += 1e-9;
  EXPECT_EQ(code_of([&] { TrajectoryFile::reopen(world(), world(), folder.path(), other); }),
            ExitCode::unusable_file);
  auto twice = layout;
  twice.fields[1].name = "u";
  EXPECT_EQ(code_of([&] { create(twice, IfPresent::replace); }), ExitCode::bad_input);
  auto elsewhere = layout;
  elsewhere.fields[0].name = "../u";
  EXPECT_EQ(code_of([&] { create(elsewhere, IfPresent::replace); }), ExitCode::bad_input);
  auto huge = layout;
  huge.members = std::int64_t{1} << 40;
  huge.parameters.pop_back();
  EXPECT_EQ(code_of([&] { create(huge, IfPresent::replace); }), ExitCode::input_output);
  EXPECT_NO_THROW(TrajectoryReader(folder.path() / TrajectoryFile::file_name));
}

TEST(TrajectoryFile, SummarisesProgressForManyMembersInAFewLines) {
  auto layout = sample_layout(1, Precision::float32);
  layout.members = 20000;
  layout.parameters.pop_back();
  const ScratchFolder folder(world());
  auto file = TrajectoryFile::create(world(), world(), folder.path(), layout, IfPresent::refuse);
  const Box block = share_of(world(), whole(layout.grid), 0);
  for (const std::int64_t member : {0, 1, 9000}) {
    for (std::size_t field = 0; field < 2; ++field) {
      file.write_frame(member, 0, field, block, sample_block(member, 0, field, 1, block));
    }
  }
  world().barrier();
  if (!world().is_root()) return;
  file.publish_progress("running");
  std::ifstream in(folder.path() / "progress.json");
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_NE(text.find("[[0, 2, 1], [2, 8998, 0], [9000, 1, 1], [9001, 10999, 0]]"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\"status\": \"running\""), std::string::npos);
}

}  // namespace
}  // namespace parapet
