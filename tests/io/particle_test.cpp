// The file of particles: what is written is what is read, however the particles are divided.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "failure_code.hpp"
#include "io/particle_extension.hpp"
#include "io/particle_file.hpp"
#include "io/particle_reader.hpp"
#include "io/particle_xdmf.hpp"
#include "io/posix_file.hpp"
#include "particle_samples.hpp"
#include "scratch_folder.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

const Communicator& world() {
  static const Communicator communicator = Communicator::world();
  return communicator;
}

ParticleFile create(const fs::path& folder, const ParticleLayout& layout,
                    const Communicator& group) {
  return ParticleFile::create(world(), group, folder, layout, IfPresent::refuse);
}

void write_all(ParticleFile& file, const Communicator& group, std::int64_t first_member = 0,
               std::int64_t step = 1) {
  for (std::int64_t member = first_member; member < file.layout().members; member += step) {
    for (std::int64_t frame = 0; frame < file.layout().frames(); ++frame) {
      write_sample(file, group, member, frame);
    }
  }
}

void expect_column(const ParticleReader& reader, std::size_t column, std::int64_t member,
                   std::int64_t frame) {
  const auto& layout = reader.layout();
  const auto found = reader.read(column, member, frame);
  const auto& [name, components] = reader.columns()[column];
  ASSERT_EQ(std::ssize(found), layout.slots() * components);
  for (std::int64_t slot = 0; slot < layout.slots(); ++slot) {
    for (std::int64_t c = 0; c < components; ++c) {
      const double exact = stored_sample(layout, name, c, member, frame, slot * layout.every);
      ASSERT_EQ(found[static_cast<std::size_t>(slot * components + c)], exact)
          << name << ", slot " << slot << ", component " << c;
    }
  }
  EXPECT_EQ(reader.recorded_digest(column, member, frame),
            reader.stored_digest(column, member, frame));
}

void expect_sample(const ParticleReader& reader) {
  const auto& layout = reader.layout();
  for (std::int64_t member = 0; member < layout.members; ++member) {
    for (std::int64_t frame = 0; frame < layout.frames(); ++frame) {
      for (std::size_t i = 0; i < reader.columns().size(); ++i) {
        expect_column(reader, i, member, frame);
      }
    }
  }
  const auto ids = reader.ids(0, layout.slots());
  for (std::size_t slot = 0; slot < ids.size(); ++slot) {
    ASSERT_EQ(ids[slot], slot * static_cast<std::uint64_t>(layout.every));
  }
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Dimensions, every n-th, precision.
class Particles : public testing::TestWithParam<std::tuple<int, std::int64_t, Precision>> {
 protected:
  ParticleLayout layout() const {
    const auto [dimensions, every, precision] = GetParam();
    return sample_particles(dimensions, every, precision);
  }
};

TEST_P(Particles, AreReadAsTheyWereWritten) {
  const ScratchFolder folder(world());
  auto file = create(folder.path(), layout(), world());
  write_all(file, world());
  file.sync();
  world().barrier();
  const ParticleReader reader(file.path());
  EXPECT_NO_THROW(require_same(reader.layout(), layout(), "file"));
  EXPECT_EQ(reader.layout().title, layout().title);
  EXPECT_EQ(reader.layout().input_text, layout().input_text);
  EXPECT_EQ(reader.valid_frames(), std::vector<std::int64_t>(2, 3));
  expect_sample(reader);
}

TEST_P(Particles, AreTheSameBytesOnOneRankAndWrittenAgain) {
  const ScratchFolder folder(world());
  const auto alone = folder.path() / "alone";
  on_root(world(), [&] {
    fs::create_directories(alone);
    const auto self = Communicator::self();
    auto file = ParticleFile::create(self, self, alone, layout(), IfPresent::refuse);
    write_all(file, self);
  });
  auto file = create(folder.path(), layout(), world());
  write_all(file, world());
  world().barrier();
  const auto expected = bytes_of(alone / ParticleFile::file_name);
  EXPECT_TRUE(bytes_of(file.path()) == expected);
  world().barrier();
  file = ParticleFile::reopen(world(), world(), folder.path(), layout());
  if (world().is_root()) file.invalidate(1, 1);
  world().barrier();
  EXPECT_EQ(file.valid_frames(), (std::vector<std::int64_t>{3, 1}));
  EXPECT_FALSE(bytes_of(file.path()) == expected);
  world().barrier();
  for (const std::int64_t frame : {1, 2}) write_sample(file, world(), 1, frame);
  world().barrier();
  EXPECT_TRUE(bytes_of(file.path()) == expected);
}

TEST_P(Particles, AreWrittenByIndependentGroups) {
  const ScratchFolder folder(world());
  const int groups = std::min(2, world().size());
  const int colour = world().rank() % groups;
  const auto group = world().split(colour);
  auto file = create(folder.path(), layout(), group);
  write_all(file, group, colour, groups);
  world().barrier();
  expect_sample(ParticleReader(file.path()));
}

INSTANTIATE_TEST_SUITE_P(Samples, Particles,
                         testing::Values(std::tuple(1, 1, Precision::float32),
                                         std::tuple(2, 3, Precision::float64),
                                         std::tuple(3, 4, Precision::float32),
                                         std::tuple(6, 2, Precision::float64)));

// One particle on many ranks, one of them with all; more than are gathered at a time.
TEST(ParticleFile, TakesAnyNumberOfParticles) {
  for (const std::int64_t count : {1, 2, 5, 300001}) {
    const ScratchFolder folder(world());
    auto layout = sample_particles(3, 1, Precision::float64);
    layout.particles = count;
    layout.members = 1;
    layout.times = {0.0};
    auto file = create(folder.path(), layout, world());
    write_all(file, world());
    world().barrier();
    expect_sample(ParticleReader(file.path()));
    world().barrier();
  }
}

TEST(ParticleFile, HoldsNothingButPositionsIfNothingElseIsAsked) {
  const ScratchFolder folder(world());
  auto layout = sample_particles(2, 1, Precision::float32);
  layout.has_velocity = layout.has_weight = false;
  layout.scalars.clear();
  auto file = create(folder.path(), layout, world());
  write_all(file, world());
  world().barrier();
  const ParticleReader reader(file.path());
  EXPECT_EQ(reader.columns(), (std::vector<ParticleColumn>{{"position", 3}}));
  expect_sample(reader);
}

TEST(ParticleFile, OpensWhenTheRunEndsInTheMiddleOfAFrame) {
  const ScratchFolder folder(world());
  const auto layout = sample_particles(2, 1, Precision::float64);
  auto file = create(folder.path(), layout, world());
  EXPECT_EQ(ParticleReader(file.path()).valid_frames(), std::vector<std::int64_t>(2, 0));
  world().barrier();
  write_sample(file, world(), 0, 0);
  write_sample(file, world(), 0, 1);
  // As a killed run leaves it: values of frame 1 written over, its entries taken back before.
  if (world().is_root()) file.invalidate(0, 1);
  world().barrier();
  const ParticleReader reader(file.path());
  EXPECT_EQ(reader.valid_frames(), (std::vector<std::int64_t>{1, 0}));
  EXPECT_NO_THROW(file.require_intact(0, 1, 0));
  EXPECT_EQ(outcome_of([&] { file.require_intact(0, 1, 1); }).code, ExitCode::unusable_file);
  expect_column(reader, 1, 0, 0);
}

TEST_P(Particles, AreGivenAnotherLayoutWithWhatTheFileHolds) {
  const ScratchFolder folder(world());
  {
    auto file = create(folder.path(), layout(), world());
    write_all(file, world());
    if (world().is_root()) file.invalidate(1, 1);
    world().barrier();
  }
  auto longer = layout();
  longer.times = {0.0, 0.1, 0.3, 0.4};  // the third frame was at 0.25
  longer.members = 3;
  longer.title = "A longer sample";
  extend_particles(world(), folder.path(), longer, [] {});
  auto file = ParticleFile::reopen(world(), world(), folder.path(), longer);
  EXPECT_EQ(ParticleReader(file.path()).layout().title, longer.title);
  EXPECT_EQ(file.valid_frames(), (std::vector<std::int64_t>{2, 1, 0}));
  world().barrier();
  for (std::int64_t member = 0; member < 3; ++member) {
    for (std::int64_t frame = member == 0 ? 2 : member == 1 ? 1 : 0; frame < 4; ++frame) {
      write_sample(file, world(), member, frame);
    }
  }
  world().barrier();
  expect_sample(ParticleReader(file.path()));
  auto other = longer;
  other.particles += 1;
  const auto refused = outcome_of([&] { extend_particles(world(), folder.path(), other, [] {}); });
  EXPECT_EQ(refused.code, ExitCode::unusable_file);
  EXPECT_TRUE(refused.is_collective);
  expect_sample(ParticleReader(file.path()));
}

TEST(ParticleFile, FindsDamage) {
  const ScratchFolder folder(world());
  const auto layout = sample_particles(2, 1, Precision::float64);
  auto file = create(folder.path(), layout, world());
  write_all(file, world());
  world().barrier();
  const auto flip = [&](std::uint64_t offset) {
    const PosixFile raw(file.path(), PosixFile::Mode::read_write);
    std::byte byte{};
    raw.read(std::span(&byte, 1), offset);
    byte ^= std::byte{4};
    raw.write(std::span(&byte, 1), offset);
  };
  const auto last = stored_sample(layout, "position", 1, 1, 2, layout.particles - 1);
  on_root(world(), [&] {
    const auto bytes = bytes_of(file.path());
    const auto at = bytes.find(std::string(reinterpret_cast<const char*>(&last), sizeof last));
    ASSERT_NE(at, std::string::npos);
    flip(at);
    EXPECT_EQ(outcome_of([&] { file.require_intact(1, 1, 2); }).code, ExitCode::unusable_file);
    EXPECT_NO_THROW(file.require_intact(0, 2, 1));
    flip(at);
    EXPECT_NO_THROW(file.require_intact(1, 1, 2));
    flip(100);  // metadata
    EXPECT_EQ(outcome_of([&] { ParticleReader(file.path()); }).code, ExitCode::unusable_file);
  });
}

TEST(ParticleFile, RefusesWhatItCannotDo) {
  const ScratchFolder folder(world());
  const auto layout = sample_particles(2, 2, Precision::float32);
  const auto reopen = [&](const ParticleLayout& wanted) {
    return outcome_of([&] { ParticleFile::reopen(world(), world(), folder.path(), wanted); });
  };
  const auto make = [&](const ParticleLayout& wanted, IfPresent if_present) {
    return outcome_of(
        [&] { ParticleFile::create(world(), world(), folder.path(), wanted, if_present); });
  };
  EXPECT_EQ(reopen(layout).code, ExitCode::unusable_file);
  EXPECT_EQ(make(layout, IfPresent::refuse).code, ExitCode::done);
  const auto present = make(layout, IfPresent::refuse);
  EXPECT_EQ(present.code, ExitCode::input_output);
  EXPECT_TRUE(present.is_collective);
  EXPECT_NE(present.message.find("is there already"), std::string::npos) << present.message;
  EXPECT_EQ(make(layout, IfPresent::replace).code, ExitCode::done);
  EXPECT_EQ(reopen(layout).code, ExitCode::done);
  auto other = layout;
  other.every = 1;
  EXPECT_NE(reopen(other).message.find("choice of particles"), std::string::npos);
  for (const auto& spoil : std::vector<std::function<void(ParticleLayout&)>>{
           [](auto& l) { l.particles = 0; }, [](auto& l) { l.every = 0; },
           [](auto& l) { l.every = l.particles + 1; }, [](auto& l) { l.dimensions = 0; },
           [](auto& l) { l.times = {}; },
           [](auto& l) {
             l.times = {0.0, 0.0};
           },
           [](auto& l) { l.scalars = {"id"}; }, [](auto& l) { l.scalars = {"a/b"}; },
           [](auto& l) { l.scalars = {"weight"}; },
           [](auto& l) { l.particles = std::int64_t{1} << 53, l.members = 1 << 20; }}) {
    auto wrong = layout;
    spoil(wrong);
    EXPECT_EQ(make(wrong, IfPresent::replace).code, ExitCode::bad_input);
  }
  auto huge = layout;
  huge.particles = std::int64_t{1} << 50;
  const auto full = make(huge, IfPresent::replace);
  EXPECT_EQ(full.code, ExitCode::input_output);
  EXPECT_NE(full.message.find("not enough space on the disk: need "), std::string::npos);
  EXPECT_EQ(reopen(layout).code, ExitCode::done) << "the old file is still there";
}

TEST(ParticleFile, RefusesParticlesThatAreMissingOrBroughtTwice) {
  const ScratchFolder folder(world());
  const auto layout = sample_particles(2, 1, Precision::float32);
  auto file = create(folder.path(), layout, world());
  auto share = particle_share(layout, world(), 0, 0);
  const auto outcome = [&](std::int64_t first, std::int64_t count) {
    auto values = share.values();
    values.first_id = first;
    values.count = count;
    return outcome_of([&] { file.write(0, 0, values); });
  };
  const bool is_last = world().rank() == world().size() - 1;
  const auto first = share.first, count = share.count;
  for (const auto& found : {outcome(first, count - (is_last ? 1 : 0)), outcome(0, count),
                            outcome(first, is_last ? count + 1 : count)}) {
    if (world().size() == 1 && found.code == ExitCode::done) continue;  // 0 is where one begins
    EXPECT_EQ(found.code, ExitCode::internal_error);
    EXPECT_TRUE(found.is_collective);
  }
  auto values = share.values();
  values.weight = nullptr;
  EXPECT_EQ(outcome_of([&] { file.write(0, 0, values); }).code, ExitCode::internal_error);
  EXPECT_EQ(outcome(first, count).code, ExitCode::done);
}

/// How often `part` stands in `text`.
std::size_t count_of(const std::string& part, const std::string& text) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(ParticleXdmf, ListsOnlyValidFramesInParts) {
  if (!world().is_root()) return;
  const ScratchFolder folder(Communicator::self());
  auto layout = sample_particles(2, 1, Precision::float32);
  layout.particles = 10000003;
  ParticleView view;
  const auto text = [&](std::vector<std::int64_t> valid) {
    write_particle_xdmf(folder.path(), layout, valid, view);
    return bytes_of(folder.path() / "particles.xdmf");
  };
  EXPECT_EQ(count_of("Polyvertex", text({0, 0})), 0U);
  EXPECT_EQ(count_of("Polyvertex", text({2, 1})), 30U);
  EXPECT_EQ(count_of("NumberOfElements=\"1000001\"", text({0, 1})), 3U);
  EXPECT_EQ(count_of("NumberOfElements=\"1000000\"", text({0, 1})), 7U);
  layout.particles = 999;
  EXPECT_EQ(count_of("Polyvertex", text({0, 1})), 1U);
  layout.particles = 1000000000;
  EXPECT_EQ(count_of("Polyvertex", text({0, 1})), 64U);
}

}  // namespace
}  // namespace parapet
