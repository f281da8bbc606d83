#include "io/checkpoint_seal.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"

namespace parapet {

namespace {

constexpr std::array<char, 16> magic = {'p', 'a', 'r', 'a', 'p', 'e', 't', '-',
                                        'c', 'h', 'e', 'c', 'k', '-', '1', '\n'};

struct Seal {
  std::array<char, 16> magic;
  std::uint64_t file_bytes;
  std::uint64_t body_digest;
  std::uint64_t seal_digest;  ///< of the block with this word 0
  std::array<char, seal_bytes - 40> unused;
};
static_assert(sizeof(Seal) == seal_bytes);

std::uint64_t digest_of(Seal seal) {
  seal.seal_digest = 0;
  std::array<std::uint64_t, seal_bytes / 8> words{};
  std::memcpy(words.data(), &seal, seal_bytes);
  Digest digest;
  for (std::size_t i = 0; i < words.size(); ++i) digest.add_bits(words[i], i);
  return digest.value();
}

}  // namespace

std::uint64_t body_digest(const PosixFile& file, int part, int parts) {
  const std::uint64_t words = (file.size() - seal_bytes + 7) / 8;
  const auto share = [&](int of) {
    return words / static_cast<std::uint64_t>(parts) * static_cast<std::uint64_t>(of) +
           std::min(static_cast<std::uint64_t>(of), words % static_cast<std::uint64_t>(parts));
  };
  Digest digest;
  std::vector<std::uint64_t> buffer;
  const std::uint64_t end = share(part + 1);
  for (std::uint64_t word = share(part); word < end; word += buffer.size()) {
    buffer.assign(std::min<std::uint64_t>(std::uint64_t{1} << 17, end - word), 0);
    const std::uint64_t offset = seal_bytes + 8 * word;
    const std::uint64_t bytes = std::min<std::uint64_t>(8 * buffer.size(), file.size() - offset);
    file.read(std::as_writable_bytes(std::span(buffer)).first(bytes), offset);
    for (std::size_t i = 0; i < buffer.size(); ++i) digest.add_bits(buffer[i], word + i);
  }
  return digest.value();
}

void seal_checkpoint(const PosixFile& file, std::uint64_t digest) {
  Seal seal{magic, file.size(), digest, 0, {}};
  seal.seal_digest = digest_of(seal);
  file.write(std::as_bytes(std::span(&seal, 1)), 0);
}

std::uint64_t sealed_digest(const PosixFile& file) {
  const auto refuse = [&](const std::string& reason) {
    throw Failure(ExitCode::unusable_file, file.path().string() + ": " + reason);
  };
  Seal seal{};
  if (file.size() < seal_bytes) refuse("too short to be a checkpoint");
  file.read(std::as_writable_bytes(std::span(&seal, 1)), 0);
  if (seal.magic != magic) refuse("not a checkpoint of this program and version");
  if (seal.seal_digest != digest_of(seal))
    refuse("damaged: its first 512 bytes are not as written");
  if (seal.file_bytes != file.size()) {
    refuse(fmt::format("damaged: {} bytes long, written with {}", file.size(), seal.file_bytes));
  }
  return seal.body_digest;
}

}  // namespace parapet
