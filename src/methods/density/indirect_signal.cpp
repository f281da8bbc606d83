#include "methods/density/indirect_signal.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "grid/redistribution.hpp"
#include "methods/density/cell_convolution.hpp"

namespace parapet {

namespace {

/// (1 − e^{−z})/z.
double mean_of_decay(double z) {
  return z == 0.0 ? 1.0 : -std::expm1(-z) / z;
}

/// ∫₀ᵗ e^{−β(t − s)} (1 − e^{−αs})/α ds, symmetric in α and β: a divided difference of e^{−zt} at
/// 0, α and β, by its series where both are small.
double second_integral(double alpha, double beta, double t) {
  const double p = std::min(alpha, beta) * t, q = std::max(alpha, beta) * t;
  if (q > 0.1) return t * t * (mean_of_decay(p) - std::exp(-p) * mean_of_decay(q - p)) / q;
  double sum = 0.0, symmetric = 1.0, power = 1.0, factor = 0.5;
  for (int k = 0; k < 12; ++k) {
    sum += factor * symmetric;
    power *= q;
    symmetric = p * symmetric + power;
    factor *= -1.0 / (k + 3);
  }
  return t * t * sum;
}

}  // namespace

ChainStep chain_step(double alpha, double beta, double t) {
  const double least = std::min(alpha, beta), apart = std::abs(alpha - beta);
  return {std::exp(-alpha * t), t * mean_of_decay(alpha * t), std::exp(-beta * t),
          t * std::exp(-least * t) * mean_of_decay(apart * t), second_integral(alpha, beta, t)};
}

IndirectSignal::IndirectSignal(CellGrid& cells)
    : cells_(cells),
      transform_(cells.communicator(), cells.grid(), {Dealiasing::none, Planning::estimate}),
      u_(transform_.mode_count()),
      v_(transform_.mode_count()),
      w_(transform_.mode_count()),
      points_(transform_.point_count()),
      block_(cells.cell_count()) {}

void IndirectSignal::to_modes(const double* field, std::vector<Complex>& modes) {
  copy_cells(cells_.layout(), field, block_.data());
  redistribute(cells_.communicator(), cells_.block(), block_, transform_.physical_box(), points_);
  const double* const from = points_.data();
  Complex* const to = modes.data();
  transform_.to_modes({&from, 1}, {&to, 1});
}

void IndirectSignal::to_cells(const std::vector<Complex>& modes, double* field, bool is_positive) {
  const Complex* const from = modes.data();
  double* const to = points_.data();
  transform_.to_points({&from, 1}, {&to, 1});
  for (double& value : points_) {
    if (is_positive && value < 0.0) value = 0.0;
  }
  redistribute(cells_.communicator(), transform_.physical_box(), points_, cells_.block(), block_);
  set_cells(cells_.layout(), block_.data(), field);
}

void IndirectSignal::advance(const KellerSegelIndirect& law, double time, const double* u,
                             double* v, double* w) {
  const bool follows = law.epsilon == 0.0;
  to_modes(u, u_);
  to_modes(w, w_);
  if (!follows) to_modes(v, v_);
  transform_.for_each_mode([&](std::size_t k, const Mode& mode) {
    const double square = difference_symbol(cells_.grid(), mode);
    const double beta = law.D_v * square + law.a;
    const double scale = follows ? 1.0 : law.epsilon;
    const ChainStep step = chain_step(law.D_w * square + law.b, beta / scale, time);
    if (!follows) {
      v_[k] = step.keep_v * v_[k] + (step.v_of_w * w_[k] + step.v_of_u * u_[k]) / scale;
    }
    w_[k] = step.keep_w * w_[k] + step.w_of_u * u_[k];
    if (follows) v_[k] = w_[k] / beta;
  });
  to_cells(w_, w, true);
  to_cells(v_, v, true);
}

void IndirectSignal::follow(const KellerSegelIndirect& law, const double* w, double* v) {
  to_modes(w, w_);
  transform_.for_each_mode([&](std::size_t k, const Mode& mode) {
    w_[k] /= law.D_v * difference_symbol(cells_.grid(), mode) + law.a;
  });
  to_cells(w_, v, false);
}

std::size_t IndirectSignal::memory_bytes() const {
  return transform_.memory_bytes() + 3 * u_.size() * sizeof(Complex) +
         (points_.size() + block_.size()) * sizeof(double);
}

}  // namespace parapet
