#include "grid/fft_benchmark.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include <fftw3-mpi.h>

#include "base/failure.hpp"
#include "base/mpi_native.hpp"

namespace parapet {

namespace {

double best_seconds(const Communicator& communicator, int repetitions,
                    const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::infinity();
  work();
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    communicator.barrier();
    const auto start = Clock::now();
    work();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::min(best, communicator.all_reduce(seconds, Reduction::maximum));
  }
  return best;
}

/// FFTW-MPI's pair of transforms of one field, natural order in physical space, transposed in
/// spectral space.
class FftwMpiPair {
 public:
  FftwMpiPair(const Communicator& communicator, const Grid& grid) {
    fftw_mpi_init();
    const int rank = grid.dimensions;
    std::vector<ptrdiff_t> n(grid.points.begin(), grid.points.begin() + rank);
    const std::vector<ptrdiff_t> real_shape = n;
    std::vector<ptrdiff_t> complex_shape = n;
    complex_shape.back() = n.back() / 2 + 1;
    ptrdiff_t local0 = 0, begin0 = 0, local1 = 0, begin1 = 0;
    const ptrdiff_t size = fftw_mpi_local_size_transposed(
        rank, complex_shape.data(), native(communicator), &local0, &begin0, &local1, &begin1);
    data_ = fftw_alloc_complex(static_cast<std::size_t>(size));
    auto* const real = reinterpret_cast<double*>(data_);
    forward_ = fftw_mpi_plan_dft_r2c(rank, n.data(), real, data_, native(communicator),
                                     FFTW_MEASURE | FFTW_MPI_TRANSPOSED_OUT);
    backward_ = fftw_mpi_plan_dft_c2r(rank, n.data(), data_, real, native(communicator),
                                      FFTW_MEASURE | FFTW_MPI_TRANSPOSED_IN);
    std::fill_n(real, 2 * size, 0.0);
  }
  ~FftwMpiPair() {
    fftw_destroy_plan(forward_);
    fftw_destroy_plan(backward_);
    fftw_free(data_);
  }
  FftwMpiPair(const FftwMpiPair&) = delete;
  FftwMpiPair& operator=(const FftwMpiPair&) = delete;

  void run() {
    fftw_execute(forward_);
    fftw_execute(backward_);
  }

 private:
  fftw_complex* data_ = nullptr;
  fftw_plan forward_ = nullptr, backward_ = nullptr;
};

double time_fftw_mpi(const Communicator& communicator, const Grid& grid, int repetitions) {
  FftwMpiPair pair(communicator, grid);
  return best_seconds(communicator, repetitions, [&] {
    for (int i = 0; i < 4; ++i) pair.run();
  });
}

double time_pointwise(const Communicator& communicator, const Grid& grid, std::size_t members,
                      int repetitions) {
  SpectralTransform transform(communicator, grid, {.planning = Planning::measure});
  std::vector<std::vector<Complex>> in(members), out(members);
  std::vector<const Complex*> inputs;
  std::vector<Complex*> outputs;
  for (std::size_t member = 0; member < members; ++member) {
    in[member].assign(transform.mode_count(), Complex(1e-3, 0.0));
    out[member].resize(transform.mode_count());
    inputs.push_back(in[member].data());
    outputs.push_back(out[member].data());
  }
  const auto square = [](std::size_t, std::span<const double* const> from,
                         std::span<double* const> to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) to[0][i] = from[0][i] * from[0][i];
  };
  return best_seconds(communicator, repetitions, [&] {
    for (int i = 0; i < 4; ++i) transform.apply_pointwise(members, inputs, outputs, square);
  });
}

}  // namespace

TransformTiming measure_transforms(const Communicator& communicator, const Grid& grid,
                                   std::size_t members, int repetitions) {
  TransformTiming timing{.grid = grid, .ranks = communicator.size(), .members = members};
  if (grid.dimensions > 1) {
    timing.fftw_mpi_eight_transforms =
        static_cast<double>(members) * time_fftw_mpi(communicator, grid, repetitions);
  }
  timing.four_pointwise_applications = time_pointwise(communicator, grid, members, repetitions);
  Grid walls = grid;
  for (int a = 0; a < grid.dimensions; ++a) walls.is_periodic[static_cast<std::size_t>(a)] = false;
  timing.four_between_walls = time_pointwise(communicator, walls, members, repetitions);
  return timing;
}

}  // namespace parapet
