#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include "base/communicator.hpp"
#include "grid/grid.hpp"

namespace parapet {

using Complex = std::complex<double>;

/// Which modes are kept, per axis of n points: all of them; |k| < n/3, which makes products of two
/// fields free of aliasing; |k| < n/4, which does the same for products of three. Between walls,
/// where wavenumbers count half waves, k < 2n/3 and k < n/2.
enum class Dealiasing { none, two_thirds, one_half };

/// How FFTW chooses its algorithms: by rule (the same bits in every run and on every rank count) or
/// by timing them (faster; bits reproducible only with the wisdom that was found).
enum class Planning { estimate, measure };

/// One Fourier mode of a real field: u(x) = Σ_k û_k exp(i Σ_a k_a unit_a (x_a − lower_a)), unit_a =
/// 2π/length_a (Grid::wave_unit). Since û_−k = conj û_k, of most pairs (k, −k) only one is stored;
/// `weight` is how many modes of the full sum it stands for: 2, or 1 where k = −k on the grid or
/// where −k is stored too (the planes of the wavenumbers 0 and n/2 of the last periodic axis;
/// whatever breaks the symmetry there has no effect on the field). An even n without dealiasing
/// keeps the wavenumber n/2 (never −n/2), whose sign is undetermined: odd derivatives must treat it
/// as zero.
///
/// Along an axis between walls that nothing crosses (no-flux: the derivative across them is zero)
/// the field goes on as its own mirror image, and the sum is the same with unit_a = π/length_a and
/// û_−k = û_k. Only k ≥ 0 is stored, which doubles the weight of every k > 0: the mode is
/// weight · û_k Π cos(k_a unit_a (x_a − lower_a)), and derivatives of odd order have no such modes.
/// Without a periodic axis coefficients are real, stored with imaginary parts of zero.
struct Mode {
  std::array<std::int64_t, 3> wavenumber;  ///< signed integer wavenumbers k_x, k_y, k_z
  double weight;
  std::uint64_t global_index;  ///< position in the rank-independent array of kept modes
};

/// Transforms of real fields on a uniform grid to Fourier modes, or cosines between walls, and
/// back, distributed over ranks.
///
/// A field in physical space is this rank's block `physical_box()` of the grid, contiguous, x
/// slowest, no padding. In spectral space it is `mode_count()` complex coefficients (normalised:
/// û_0 is the mean) in an order that `for_each_mode` tells; only the kept modes exist. Either may
/// be empty on some ranks. The bits of every result are independent of the number of ranks.
class SpectralTransform {
 public:
  struct Options {
    Dealiasing dealiasing = Dealiasing::two_thirds;
    Planning planning = Planning::estimate;
    std::string wisdom{};  ///< FFTW wisdom from an earlier run, used with Planning::measure
    /// One-dimensional periodic grids of at least this many points are transformed as
    /// two-dimensional arrays (if the number has balanced factors), by all ranks together; shorter
    /// ones line by line, each line by one rank.
    std::int64_t shortest_split_line = std::int64_t{1} << 17;
    /// So many ranks on one node read each other's memory instead of sending messages (1: none).
    int most_ranks_sharing_memory = std::numeric_limits<int>::max();
  };

  /// Collective over `communicator`, which is duplicated.
  SpectralTransform(const Communicator& communicator, const Grid& grid, const Options& options);
  SpectralTransform(SpectralTransform&&) noexcept;
  ~SpectralTransform();

  const Grid& grid() const;
  const Communicator& communicator() const;

  Box physical_box() const;
  std::size_t point_count() const { return static_cast<std::size_t>(physical_box().size()); }

  /// Number of kept modes on this rank.
  std::size_t mode_count() const;
  /// Shape of the array of all kept modes; its linear index is Mode::global_index. The same on any
  /// number of ranks, which is what checkpoints and digests are made of.
  std::array<std::int64_t, 3> mode_shape() const;
  /// This rank's block of that array; local modes are stored in its C order.
  Box mode_box() const;
  /// The mode at a local index in [0, mode_count()).
  Mode mode(std::size_t local_index) const;
  template <class F>
  void for_each_mode(F&& f) const {
    const std::size_t count = mode_count();
    for (std::size_t i = 0; i < count; ++i) f(i, mode(i));
  }

  /// Transforms several fields at once. Collective.
  void to_modes(std::span<const double* const> fields, std::span<Complex* const> modes);
  void to_points(std::span<const Complex* const> modes, std::span<double* const> fields);

  /// Reads `in` and writes `out` of one member at `count` grid points, point by point.
  using PointKernel = std::function<void(std::size_t member, std::span<const double* const> in,
                                         std::span<double* const> out, std::size_t count)>;

  /// Takes `inputs` to physical space, applies `kernel` there, and brings its results back: the
  /// nonlinear term of a pseudo-spectral method, without ever storing a field in physical space.
  /// `inputs` and `outputs` hold `members` groups, member after member; the kernel sees one
  /// member's fields at a time, a block of points per call. Collective.
  void apply_pointwise(std::size_t members, std::span<const Complex* const> inputs,
                       std::span<Complex* const> outputs, const PointKernel& kernel);

  /// One line that says how the grid is divided, for `parapet check` and the log.
  std::string description() const;
  /// The same of a transform that is not there, among so many ranks.
  static std::string describe(const Grid& grid, const Options& options, int ranks);
  /// Bytes this object holds on this rank (work space and plans' buffers).
  std::size_t memory_bytes() const;
  /// FFTW wisdom to keep with a checkpoint (empty with Planning::estimate).
  std::string wisdom() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace parapet
