#include "learn/evaluation/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <string_view>

#include <ATen/ATen.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/failure.hpp"

static_assert(std::endian::native == std::endian::little, "safetensors holds little-endian values");

namespace parapet {

namespace {

constexpr std::size_t largest_header = 100'000'000;  // the format's own limit
constexpr const char* digest_key = "parapet_digest";

[[noreturn]] void refuse(const std::string& reason) {
  throw Failure(ExitCode::unusable_file, reason);
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// Just as much JSON as a safetensors header is: objects, texts, lists of whole numbers.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : text_(text) {}

  template <class Entry>
  void object(Entry&& entry) {
    expect('{');
    if (accept('}')) return;
    do {
      const std::string key = string();
      expect(':');
      entry(key);
    } while (accept(','));
    expect('}');
  }

  std::vector<std::int64_t> integers() {
    std::vector<std::int64_t> values;
    expect('[');
    if (accept(']')) return values;
    do {
      values.push_back(integer());
    } while (accept(','));
    expect(']');
    return values;
  }

  std::string string() {
    expect('"');
    std::string out;
    while (true) {
      const char c = take();
      if (c == '"') return out;
      out += c == '\\' ? escape() : c;
    }
  }

  void end() {
    skip_space();
    if (position_ != text_.size()) refuse("its header goes on after its end");
  }

 private:
  char take() {
    if (position_ >= text_.size()) refuse("its header ends too early");
    return text_[position_++];
  }
  char escape() {
    const char c = take();
    if (c == '"' || c == '\\' || c == '/') return c;
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c != 'u') refuse("its header has an unknown escape");
    unsigned code = 0;
    const char* begin = text_.data() + position_;
    if (text_.size() - position_ < 4 ||
        std::from_chars(begin, begin + 4, code, 16).ptr != begin + 4 || code >= 0x80) {
      refuse("its header has an unknown escape");
    }
    position_ += 4;
    return static_cast<char>(code);
  }
  void skip_space() {
    while (position_ < text_.size() && std::strchr(" \t\n\r", text_[position_]) != nullptr &&
           text_[position_] != '\0') {
      ++position_;
    }
  }
  bool accept(char c) {
    skip_space();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse(fmt::format("its header lacks `{}` at byte {}", c, position_ + 8));
  }
  std::int64_t integer() {
    skip_space();
    std::int64_t value = 0;
    const char* begin = text_.data() + position_;
    const auto parsed = std::from_chars(begin, text_.data() + text_.size(), value);
    if (parsed.ec != std::errc{} || value < 0) refuse("its header lacks a whole number");
    position_ += static_cast<std::size_t>(parsed.ptr - begin);
    return value;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

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

std::string digest_of(const TensorFile& content) {
  ContentDigest digest;
  for (const auto& [key, text] : content.metadata) {
    if (key == digest_key) continue;
    digest.add(key);
    digest.add(text);
  }
  for (const auto& [name, tensor] : content.tensors) {
    digest.add(name);
    digest.add(tensor.scalar_type() == at::kDouble ? "F64" : "F32");
    digest.add(fmt::format("{}", fmt::join(tensor.sizes(), ",")));
    digest.add(bytes_of(tensor));
  }
  return digest.text();
}

std::string header_of(const TensorFile& content) {
  std::string json = "{\"__metadata__\":{";
  for (const auto& [key, text] : content.metadata) {
    json += fmt::format("{}{}:{}", json.back() == '{' ? "" : ",", json_text(key), json_text(text));
  }
  json += '}';
  std::size_t offset = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const std::size_t end = offset + tensor.nbytes();
    json += fmt::format(",{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}",
                        json_text(name), tensor.scalar_type() == at::kDouble ? "F64" : "F32",
                        fmt::join(tensor.sizes(), ","), offset, end);
    offset = end;
  }
  json += '}';
  json.append((8 - json.size() % 8) % 8, ' ');  // so that the values are aligned
  return json;
}

void publish(const std::filesystem::path& path, const std::string& header,
             const TensorFile& content) {
  const auto fail = [&](const char* what) {
    throw Failure(ExitCode::input_output, fmt::format("{}: cannot {}", path.string(), what));
  };
  auto beside = path;
  beside += ".tmp";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  const std::uint64_t length = header.size();
  file.write(reinterpret_cast<const char*>(&length), 8);
  file << header;
  for (const auto& item : content.tensors) {
    const auto bytes = bytes_of(item.second);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  file.close();
  if (!file) fail("write");
  const int handle = ::open(beside.c_str(), O_RDONLY);
  const bool is_synced = handle >= 0 && ::fsync(handle) == 0;
  if (handle >= 0) ::close(handle);
  if (!is_synced) fail("sync");
  std::error_code error;
  std::filesystem::rename(beside, path, error);
  if (error) fail("rename");
}

struct Description {
  std::string name, type;
  std::vector<std::int64_t> shape, offsets;
};

Description read_description(HeaderReader& header, const std::string& name) {
  Description found{name, {}, {}, {}};
  header.object([&](const std::string& key) {
    if (key == "dtype") {
      found.type = header.string();
    } else if (key == "shape") {
      found.shape = header.integers();
    } else if (key == "data_offsets") {
      found.offsets = header.integers();
    } else {
      refuse(fmt::format("its header has the unknown key {}", json_text(key)));
    }
  });
  return found;
}

at::Tensor tensor_of(const Description& entry, std::string_view data, std::int64_t& next) {
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
  HeaderReader header(file.substr(8, length));
  TensorFile content;
  std::vector<Description> entries;
  header.object([&](const std::string& name) {
    if (name == "__metadata__") {
      header.object([&](const std::string& key) { content.metadata[key] = header.string(); });
    } else {
      entries.push_back(read_description(header, name));
    }
  });
  header.end();
  const auto data = file.substr(8 + length);
  std::int64_t next = 0;
  for (const auto& entry : entries) {
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
