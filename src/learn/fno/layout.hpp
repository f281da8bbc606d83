#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "learn/fno_shape.hpp"

namespace parapet {

/// Where each parameter of a Fourier neural operator lies in its one block of memory.
struct FnoLayout {
  struct Entry {
    std::string name;
    std::vector<std::int64_t> sizes;
    std::ptrdiff_t offset;
    double low, high;  ///< the uniform distribution it starts from
    std::ptrdiff_t size() const;
  };
  struct Layer {
    std::ptrdiff_t spectral, weight, bias;
  };

  explicit FnoLayout(const FnoShape& shape);

  std::vector<Entry> entries;
  std::ptrdiff_t size = 0;
  std::ptrdiff_t lift_weight, lift_bias;
  std::vector<Layer> layers;
  std::ptrdiff_t hidden_weight, hidden_bias, output_weight, output_bias;

 private:
  std::ptrdiff_t add(const std::string& name, std::vector<std::int64_t> sizes, double low,
                     double high);
};

}  // namespace parapet
