#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

namespace parapet {

/// Work space of trivially copyable values on a 64-byte boundary (a cache line, the widest vector),
/// not initialised.
template <class T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size) : size_(size) {
    const std::size_t bytes = (size * sizeof(T) + alignment - 1) / alignment * alignment;
    data_.reset(static_cast<T*>(std::aligned_alloc(alignment, bytes)));
    if (!data_ && bytes > 0) throw std::bad_alloc();
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

 private:
  static constexpr std::size_t alignment = 64;
  struct Free {
    void operator()(T* memory) const { std::free(memory); }
  };
  std::unique_ptr<T[], Free> data_;
  std::size_t size_ = 0;
};

/// `count` rounded up such that lines of that many values of `size` bytes keep 64-byte boundaries.
constexpr std::size_t padded_length(std::size_t count, std::size_t size) {
  const std::size_t values = 64 / size;
  return (count + values - 1) / values * values;
}

}  // namespace parapet
