#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>

#include <sys/mman.h>

namespace parapet {

/// Work space of trivially copyable values on a 64-byte boundary (a cache line, the widest vector),
/// not initialised.
template <class T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::size_t size) : size_(size) {
    const std::size_t bytes = size * sizeof(T);
    const std::size_t alignment = bytes < huge_page ? cache_line : huge_page;
    const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    data_.reset(static_cast<T*>(std::aligned_alloc(alignment, rounded)));
    if (!data_ && bytes > 0) throw std::bad_alloc();
    // Transpositions stride over more pages of the usual size than a core can keep track of.
    if (alignment == huge_page) madvise(data_.get(), rounded, MADV_HUGEPAGE);
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return size_ * sizeof(T); }

 private:
  static constexpr std::size_t cache_line = 64;
  static constexpr std::size_t huge_page = std::size_t{1} << 21;
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
