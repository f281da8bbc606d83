#include "learn/evaluation/safetensors_header.hpp"

#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw Failure(ExitCode::unusable_file, reason);
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

TensorEntry read_entry(HeaderReader& header, const std::string& name) {
  TensorEntry found{name, {}, {}, {}};
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

}  // namespace

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

std::string SafetensorsHeader::to_json() const {
  std::string json = "{\"__metadata__\":{";
  for (const auto& [key, text] : metadata) {
    json += fmt::format("{}{}:{}", json.back() == '{' ? "" : ",", json_text(key), json_text(text));
  }
  json += '}';
  for (const auto& entry : entries) {
    json += fmt::format(",{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{}]}}",
                        json_text(entry.name), entry.type, fmt::join(entry.shape, ","),
                        fmt::join(entry.offsets, ","));
  }
  json += '}';
  json.append((8 - json.size() % 8) % 8, ' ');
  return json;
}

SafetensorsHeader SafetensorsHeader::parse(std::string_view json) {
  HeaderReader reader(json);
  SafetensorsHeader header;
  reader.object([&](const std::string& name) {
    if (name == "__metadata__") {
      reader.object([&](const std::string& key) { header.metadata[key] = reader.string(); });
    } else {
      header.entries.push_back(read_entry(reader, name));
    }
  });
  reader.end();
  return header;
}

}  // namespace parapet
