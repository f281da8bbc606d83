#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace parapet::kernels {

/// Memory aligned to a cache line, not initialised; grows, never shrinks.
template <class Real>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::ptrdiff_t size) { resize(size); }

  /// At least `size` elements; what was in them is lost when it grows. Returns them.
  Real* resize(std::ptrdiff_t size) {
    if (size > size_) {
      memory_.reset();
      memory_.reset(static_cast<Real*>(
          ::operator new(static_cast<std::size_t>(size) * sizeof(Real), alignment)));
      size_ = size;
    }
    return memory_.get();
  }
  Real* data() { return memory_.get(); }
  const Real* data() const { return memory_.get(); }

 private:
  static constexpr std::align_val_t alignment{64};
  struct Free {
    void operator()(Real* memory) const { ::operator delete(memory, alignment); }
  };
  std::unique_ptr<Real, Free> memory_;
  std::ptrdiff_t size_ = 0;
};

}  // namespace parapet::kernels
