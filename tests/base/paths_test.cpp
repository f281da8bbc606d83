#include "base/paths.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "base/failure.hpp"

namespace parapet {
namespace {

namespace fs = std::filesystem;

TEST(FolderName, MayLieAnywhereButNotAbove) {
  for (const char* name : {"runs/one", "/scratch/me/run", ".", "a..b"}) {
    EXPECT_EQ(fault_in_folder_name(name), std::nullopt) << name;
  }
  for (const char* name : {"", "../x", "a/../b", "..", "a\nb", "a\x1b[2J"}) {
    EXPECT_TRUE(fault_in_folder_name(name)) << name;
  }
}

// Root may write anywhere, so permissions are not tried.
TEST(PrepareFolder, CreatesWhatIsMissingAndRefusesWhatCannotBe) {
  const auto world = Communicator::world();
  const auto root = fs::temp_directory_path() / ("parapet-paths-" + std::to_string(world.size()));
  if (world.is_root()) fs::remove_all(root);
  prepare_folder(world, root / "a" / "b");
  EXPECT_TRUE(fs::is_directory(root / "a" / "b"));
  prepare_folder(world, root / "a" / "b");
  if (world.is_root()) {
    EXPECT_TRUE(fs::is_empty(root / "a" / "b"));
    std::ofstream(root / "file") << "x";
    fs::create_symlink(root / "nowhere", root / "dangling");
  }
  world.barrier();
  for (const char* name : {"file", "file/below", "dangling"}) {
    try {
      prepare_folder(world, root / name);
      FAIL() << name;
    } catch (const Failure& failure) {
      EXPECT_TRUE(failure.is_collective());
      EXPECT_EQ(failure.code(), ExitCode::input_output);
    }
  }
  world.barrier();
  if (world.is_root()) fs::remove_all(root);
}

}  // namespace
}  // namespace parapet
