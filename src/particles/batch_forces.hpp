#pragma once

#include "particles/pair_rows.hpp"

namespace parapet {

/// The forces between n particles and as many others, each with the one beside it.
template <int d, RadialLaw Law>
PARAPET_INLINE void add_side_by_side(const Law& law, PairArrays<d, double> ones,
                                     PairArrays<d, double> others, std::size_t n, double* slopes) {
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < n; ++i) {
    double square = 0.0;
    for (int c = 0; c < d; ++c) {
      square += (ones.x[c][i] - others.x[c][i]) * (ones.x[c][i] - others.x[c][i]);
    }
    slopes[i] = square;
  }
  replace_by_slopes(law, slopes, n);
  PARAPET_INDEPENDENT
  for (std::size_t i = 0; i < n; ++i) {
    for (int c = 0; c < d; ++c) {
      const double force = slopes[i] * (ones.x[c][i] - others.x[c][i]);
      ones.force[c][i] -= force;
      others.force[c][i] += force;
    }
  }
}

/// −Σ_l ∇W(x_k − x_l) over the other particles of a batch, of `batches` batches of `size` side by
/// side: the k-th particle of batch b is at k·batches + b. The same bits whichever batches are
/// beside it.
template <int d, RadialLaw Law>
void find_batch_forces(const Law& law, std::size_t size, std::size_t batches,
                       const PairArrays<d, double>& arrays, Processor processor) {
  for (double* const component : arrays.force) std::fill_n(component, size * batches, 0.0);
  run_compiled_for(
      processor, [&]() __attribute__((always_inline)) {
        const Law own_law = law;
        const PairArrays<d, double> p = arrays;
        const std::size_t few = std::clamp<std::size_t>(4096 / size, 8, pair_block);
        alignas(64) double slopes[pair_block];
        for (std::size_t begin = 0; begin < batches; begin += few) {
          const std::size_t n = std::min(few, batches - begin);
          for (std::size_t k = 0; k + 1 < size; ++k) {
            for (std::size_t l = k + 1; l < size; ++l) {
              const std::size_t one = k * batches + begin, other = l * batches + begin;
              add_side_by_side<d>(own_law, p.from(one), p.from(other), n, slopes);
            }
          }
        }
      });
}

}  // namespace parapet
