#include "grid/rank_group.hpp"

#include <array>
#include <atomic>
#include <span>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mpi_native.hpp"

namespace parapet {

namespace {

/// A number common to the ranks that are to share memory, and to no others.
int node_colour(const Communicator& communicator, int most_ranks_sharing_memory) {
  if (communicator.size() == 1 || most_ranks_sharing_memory <= 1) return communicator.rank();
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(native(communicator), MPI_COMM_TYPE_SHARED, communicator.rank(),
                                MPI_INFO_NULL, &node),
            "MPI_Comm_split_type");
  int place = 0, size = 1;
  MPI_Comm_rank(node, &place);
  MPI_Comm_size(node, &size);
  std::vector<int> ranks(static_cast<std::size_t>(size));
  const int own = communicator.rank();
  MPI_Allgather(&own, 1, MPI_INT, ranks.data(), 1, MPI_INT, node);
  MPI_Comm_free(&node);
  return ranks[static_cast<std::size_t>(place - place % most_ranks_sharing_memory)];
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

// The first cache line tells whose memory it is: a process number means another process in another
// container.
constexpr std::size_t header_bytes = 64;
constexpr std::uint64_t no_file = INT32_MAX;

std::uint64_t identity() {
  static std::atomic<std::uint64_t> serial{0};
  return (static_cast<std::uint64_t>(getpid()) << 32) ^
         static_cast<std::uint64_t>(MPI_Wtime() * 1e9) ^ (++serial << 50);
}

void* map(int file, std::size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

}  // namespace

RankGroup::RankGroup(const Communicator& communicator, int most_ranks_sharing_memory)
    : communicator_(&communicator),
      node_(communicator.split(node_colour(communicator, most_ranks_sharing_memory))) {
  places_.assign(static_cast<std::size_t>(communicator.size()), -1);
  const auto ranks = node_.all_gather<std::int32_t>(communicator.rank());
  for (std::size_t place = 0; place < ranks.size(); ++place) {
    places_[static_cast<std::size_t>(ranks[place])] = static_cast<int>(place);
  }
}

void RankGroup::meet() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  node_.barrier();
  std::atomic_thread_fence(std::memory_order_seq_cst);
  ++meetings_;
}

void NodeMemory::release() {
  for (const Mapping& mapping : mappings_) {
    if (mapping.values == nullptr) continue;
    munmap(reinterpret_cast<char*>(mapping.values) - header_bytes, mapping.bytes);
  }
  mappings_.clear();
  own_bytes_ = 0;
}

double* NodeMemory::own(const RankGroup& group) const {
  return mappings_[static_cast<std::size_t>(group.node().rank())].values;
}

bool NodeMemory::allocate(const RankGroup& group, std::size_t doubles) {
  release();
  own_bytes_ = doubles * sizeof(double) + header_bytes;
  const FileDescriptor file(memfd_create("parapet", MFD_CLOEXEC));
  const bool is_there =
      file.number() >= 0 && ftruncate(file.number(), static_cast<off_t>(own_bytes_)) == 0;
  const bool is_mapped = map_all(group, is_there ? file.number() : -1, own_bytes_);
  if (!is_mapped) release();
  return is_mapped;
}

// Opens the other ranks' memory through their entries in /proc, which works between processes of
// one user on one node.
bool NodeMemory::map_all(const RankGroup& group, int file, std::size_t bytes) {
  const Communicator& node = group.node();
  const auto here = static_cast<std::size_t>(node.rank());
  mappings_.resize(static_cast<std::size_t>(node.size()));
  std::uint64_t const name = identity();
  char* const own = file >= 0 ? static_cast<char*>(map(file, bytes)) : nullptr;
  if (own != nullptr) {
    *reinterpret_cast<std::uint64_t*>(own) = name;
    mappings_[here] = {reinterpret_cast<double*>(own + header_bytes), bytes};
  }
  const std::array<std::uint64_t, 4> own_entry{
      static_cast<std::uint64_t>(getpid()),
      own != nullptr ? static_cast<std::uint64_t>(file) : no_file, bytes, name};
  const auto entries = node.all_gather(std::span<const std::uint64_t>(own_entry));
  bool is_complete = true;
  for (std::size_t peer = 0; peer < mappings_.size(); ++peer) {
    const auto [process, number, size, its_name] = std::array{
        entries[4 * peer], entries[4 * peer + 1], entries[4 * peer + 2], entries[4 * peer + 3]};
    is_complete = is_complete && number != no_file;
    if (peer == here || !is_complete) continue;
    const std::string path = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(number);
    const FileDescriptor other(open(path.c_str(), O_RDWR | O_CLOEXEC));
    const bool has_size =
        other.number() >= 0 && lseek(other.number(), 0, SEEK_END) == static_cast<off_t>(size);
    char* const memory = has_size ? static_cast<char*>(map(other.number(), size)) : nullptr;
    is_complete = memory != nullptr;
    if (!is_complete) continue;
    mappings_[peer] = {reinterpret_cast<double*>(memory + header_bytes), size};
    is_complete = *reinterpret_cast<std::uint64_t*>(memory) == its_name;
  }
  // Also keeps every file open until all have opened it.
  return node.all(is_complete);
}

}  // namespace parapet
