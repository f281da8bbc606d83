#include "simulation/machine.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <sstream>

#include <unistd.h>

namespace parapet {

namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

// A limit file holds a number of bytes or "max"; version 1 writes a huge number for none.
std::uint64_t read_limit(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::uint64_t bytes = 0;
  return in >> bytes ? bytes : unlimited;
}

// A group is limited by its own file and by those of every group above it.
std::uint64_t limit_of_group(const std::filesystem::path& hierarchy, std::string group,
                             const char* file) {
  std::uint64_t limit = read_limit(hierarchy / file);
  while (!group.empty() && group != "/") {
    limit = std::min(limit, read_limit(hierarchy / group.substr(1) / file));
    group.erase(group.find_last_of('/'));
  }
  return limit;
}

// Lines are "hierarchy:controllers:path"; version 2 has no controllers.
std::uint64_t control_group_limit(const std::filesystem::path& root) {
  std::uint64_t limit = unlimited;
  std::ifstream in(root / "proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) {
      limit = std::min(limit, limit_of_group(root / "sys/fs/cgroup", group, "memory.max"));
    } else if (controllers.find("memory") != std::string::npos) {
      limit = std::min(
          limit, limit_of_group(root / "sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
  }
  return limit;
}

std::uint64_t node_memory(const std::filesystem::path& root) {
  std::ifstream in(root / "proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kibibytes = 0;
    if (words >> name >> kibibytes && name == "MemTotal:") return kibibytes * 1024;
  }
  return unlimited;
}

}  // namespace

std::uint64_t memory_limit(const std::filesystem::path& root) {
  return std::min(node_memory(root), control_group_limit(root));
}

int ranks_on_this_node(const Communicator& world) {
  std::array<char, 64> name{};
  gethostname(name.data(), name.size() - 1);
  const auto names = world.all_gather(std::span<const char>(name));
  int count = 0;
  for (int rank = 0; rank < world.size(); ++rank) {
    const auto begin = names.begin() + static_cast<std::ptrdiff_t>(rank) * 64;
    count += std::equal(name.begin(), name.end(), begin) ? 1 : 0;
  }
  return count;
}

}  // namespace parapet
