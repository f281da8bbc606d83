#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/communicator.hpp"
#include "base/processors.hpp"

namespace parapet {

/// A sum over sources at a target, out_k = Σ_s f_k(target, source), as the kernel of a SourceSum:
///   targets, sources, sums      how many numbers a target and a source have and f has
///   add(target, source, sum)    adds f to `sum`; arrays of doubles; in operations that vector code
///                               is made of (VectorNumber for elementary functions)
template <class K>
concept SourceKernel = requires(const K kernel, const double* numbers, double* sum) {
  { K::targets } -> std::convertible_to<std::size_t>;
  { K::sources } -> std::convertible_to<std::size_t>;
  { K::sums } -> std::convertible_to<std::size_t>;
  kernel.add(numbers, numbers, sum);
};

/// Numbers of the particles of all ranks, in the order of ranks: one row a number.
class GatheredRows {
 public:
  /// `rows`: this rank's, of `count` each. Collective.
  GatheredRows(const Communicator& ranks, std::span<const double* const> rows, std::size_t count) {
    const auto counts = ranks.all_gather(static_cast<std::int64_t>(count));
    const auto most = static_cast<std::size_t>(*std::ranges::max_element(counts));
    for (const double* const row : rows) {
      std::vector<double> own(row, row + count);
      own.resize(most);
      const auto padded = ranks.all_gather(std::span<const double>(own));
      auto& gathered = rows_.emplace_back();
      for (std::size_t rank = 0; rank < counts.size(); ++rank) {
        const auto begin = padded.begin() + static_cast<std::ptrdiff_t>(rank * most);
        gathered.insert(gathered.end(), begin, begin + counts[rank]);
      }
    }
  }

  std::size_t count() const { return rows_.empty() ? 0 : rows_[0].size(); }
  const double* row(std::size_t r) const { return rows_[r].data(); }

 private:
  std::vector<std::vector<double>> rows_;
};

/// Adds up all sources at each of `count` targets, in the sources' order: the same bits however
/// targets are divided among ranks. `targets` and `sums` have one array a number.
template <SourceKernel K>
void add_sources(const K& kernel, const std::array<const double*, K::targets>& targets,
                 std::size_t count, const GatheredRows& sources,
                 const std::array<double*, K::sums>& sums, Processor processor = this_processor()) {
  constexpr std::size_t lanes = 32;  // of four of the widest vectors
  run_compiled_for(
      processor, [&]() __attribute__((always_inline)) {
        const K own = kernel;  // out of reach of what is stored
        for (std::size_t begin = 0; begin < count; begin += lanes) {
          const std::size_t n = std::min(lanes, count - begin);
          // Lanes beyond the last target repeat it.
          alignas(64) double at[K::targets][lanes];
          alignas(64) double sum[K::sums][lanes] = {};
          for (std::size_t k = 0; k < K::targets; ++k) {
            for (std::size_t l = 0; l < lanes; ++l)
              at[k][l] = targets[k][begin + std::min(l, n - 1)];
          }
          for (std::size_t s = 0; s < sources.count(); ++s) {
            double source[K::sources];
            for (std::size_t k = 0; k < K::sources; ++k) source[k] = sources.row(k)[s];
            PARAPET_INDEPENDENT
            for (std::size_t l = 0; l < lanes; ++l) {
              double target[K::targets], part[K::sums];
              for (std::size_t k = 0; k < K::targets; ++k) target[k] = at[k][l];
              for (std::size_t k = 0; k < K::sums; ++k) part[k] = sum[k][l];
              own.add(target, source, part);
              for (std::size_t k = 0; k < K::sums; ++k) sum[k][l] = part[k];
            }
          }
          for (std::size_t k = 0; k < K::sums; ++k) {
            std::copy_n(sum[k], n, sums[k] + begin);
          }
        }
      });
}

}  // namespace parapet
