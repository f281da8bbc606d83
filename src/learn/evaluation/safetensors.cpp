#include "learn/evaluation/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <span>
#include <string_view>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "io/posix_file.hpp"
#include "learn/evaluation/safetensors_header.hpp"

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian values");

namespace parapet {

namespace {

constexpr std::size_t largest_header = 100'000'000;  // the format's own limit
constexpr const char* digest_key = "parapet_digest";

[[noreturn]] void refuse(const std::string& reason) {
  throw Failure(ExitCode::unusable_file, reason);
}

class ContentDigest {
 public:
  void add(std::string_view bytes) {
    add_word(bytes.size());
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + i, std::min<std::size_t>(8, bytes.size() - i));
      add_word(word);
    }
  }
  std::string text() const { return fmt::format("{:016x}", digest_.value()); }

 private:
  void add_word(std::uint64_t word) { digest_.add_bits(word, index_++); }
  Digest digest_;
  std::uint64_t index_ = 0;
};

std::string_view bytes_of(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()};
}

const char* type_of(const at::Tensor& tensor) {
  return tensor.scalar_type() == at::kDouble ? "F64" : "F32";
}

std::string digest_of(const TensorFile& content) {
  ContentDigest digest;
  for (const auto& [key, text] : content.metadata) {
    if (key == digest_key) continue;
    digest.add(key);
    digest.add(text);
  }
  for (const auto& [name, tensor] : content.tensors) {
    digest.add(name);
    digest.add(type_of(tensor));
    digest.add(fmt::format("{}", fmt::join(tensor.sizes(), ",")));
    digest.add(bytes_of(tensor));
  }
  return digest.text();
}

std::string header_of(const TensorFile& content) {
  SafetensorsHeader header{content.metadata, {}};
  std::int64_t offset = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const auto end = offset + static_cast<std::int64_t>(tensor.nbytes());
    header.entries.push_back({name, type_of(tensor), tensor.sizes().vec(), {offset, end}});
    offset = end;
  }
  return header.to_json();
}

void publish(const std::filesystem::path& path, const std::string& header,
             const TensorFile& content) {
  auto beside = path;
  beside += ".tmp";
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  PosixFile file(beside, PosixFile::Mode::create);
  std::uint64_t end = 0;
  const auto append = [&](std::string_view bytes) {
    file.write(std::as_bytes(std::span(bytes)), end);
    end += bytes.size();
  };
  const std::uint64_t length = header.size();
  append({reinterpret_cast<const char*>(&length), sizeof length});
  append(header);
  for (const auto& item : content.tensors) append(bytes_of(item.second));
  file.sync();
  file.close();
  publish_file(beside, path);
}

at::Tensor tensor_of(const TensorEntry& entry, std::string_view data, std::int64_t& next) {
  const auto fail = [&](const char* what) {
    refuse(fmt::format("tensor {}: {}", json_text(entry.name), what));
  };
  if (entry.type != "F32" && entry.type != "F64") fail("neither F32 nor F64");
  if (entry.offsets.size() != 2 || entry.shape.size() > 8) fail("no shape or place");
  std::int64_t bytes = entry.type == "F64" ? 8 : 4;
  for (const auto extent : entry.shape) {
    if (__builtin_mul_overflow(bytes, extent, &bytes)) fail("too large");
  }
  if (entry.offsets[0] != next || entry.offsets[1] - entry.offsets[0] != bytes ||
      entry.offsets[1] > static_cast<std::int64_t>(data.size())) {
    fail("does not lie where its shape says");
  }
  next = entry.offsets[1];
  auto tensor = at::empty(entry.shape, entry.type == "F64" ? at::kDouble : at::kFloat);
  std::memcpy(tensor.data_ptr(), data.data() + entry.offsets[0], static_cast<std::size_t>(bytes));
  return tensor;
}

TensorFile parse(std::string_view file) {
  if (file.size() < 8) refuse("too short");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), 8);
  if (length > largest_header || length > file.size() - 8) refuse("not a safetensors file");
  auto header = SafetensorsHeader::parse(file.substr(8, length));
  TensorFile content{{}, std::move(header.metadata)};
  const auto data = file.substr(8 + length);
  std::int64_t next = 0;
  for (const auto& entry : header.entries) {
    content.tensors.emplace_back(entry.name, tensor_of(entry, data, next));
  }
  if (next != static_cast<std::int64_t>(data.size())) refuse("its size is not what it says");
  return content;
}

}  // namespace

const at::Tensor& TensorFile::tensor(const std::string& name) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const auto& item) { return item.first == name; });
  if (found == tensors.end()) refuse(fmt::format("no tensor {}", json_text(name)));
  return found->second;
}

const std::string& TensorFile::text(const std::string& name) const {
  const auto found = metadata.find(name);
  if (found == metadata.end()) refuse(fmt::format("no metadata {}", json_text(name)));
  return found->second;
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& content) {
  TensorFile whole{{}, content.metadata};
  for (const auto& [name, tensor] : content.tensors) {
    whole.tensors.emplace_back(name, tensor.detach().contiguous());
  }
  whole.metadata[digest_key] = digest_of(whole);
  publish(path, header_of(whole), whole);
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  require(static_cast<bool>(stream), ExitCode::unusable_file,
          fmt::format("{}: cannot be read", path.string()));
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  try {
    auto content = parse(bytes);
    if (content.text(digest_key) != digest_of(content))
      refuse("its digest does not fit its content");
    return content;
  } catch (const Failure& failure) {
    throw Failure(failure.code(), fmt::format("{}: {}", path.string(), failure.what()));
  }
}

}  // namespace parapet
