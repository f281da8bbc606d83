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

TEST(FileName, StaysInsideTheFolder) {
  for (const char* name : {"trajectory.h5", "sub/a.h5"}) {
    EXPECT_EQ(fault_in_file_name(name), std::nullopt) << name;
  }
  for (const char* name : {"", "/etc/passwd", "../../x", "a/../../x", ".", "sub/", "a\n.h5"}) {
    EXPECT_TRUE(fault_in_file_name(name)) << name;
  }
}

// Experiment B4 of the reliability notes; root may write anywhere, so permissions are not tried.
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
