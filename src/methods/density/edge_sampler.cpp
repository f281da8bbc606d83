#include "methods/density/edge_sampler.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

using Vector = std::array<double, 3>;
constexpr double largest_sound = 1e150;

Tensor tensor(const std::vector<std::vector<double>>& D, std::size_t i) {
  return {D[0][i], D[1][i], D[2][i], D[3][i], D[4][i], D[5][i]};
}

double entry(const Tensor& D, std::size_t a, std::size_t b) {
  if (a == b) return a == 0 ? D.xx : a == 1 ? D.yy : D.zz;
  return a + b == 1 ? D.xy : a + b == 2 ? D.xz : D.yz;
}

/// D⁻¹ b in d dimensions, by Cramer's rule; not finite where D is singular.
Vector solve(const Tensor& D, const Vector& b, int d) {
  if (d == 1) return {b[0] / D.xx, 0.0, 0.0};
  if (d == 2) {
    const double det = D.xx * D.yy - D.xy * D.xy;
    return {(D.yy * b[0] - D.xy * b[1]) / det, (D.xx * b[1] - D.xy * b[0]) / det, 0.0};
  }
  const double xx = D.yy * D.zz - D.yz * D.yz, xy = D.xz * D.yz - D.xy * D.zz;
  const double xz = D.xy * D.yz - D.xz * D.yy, yy = D.xx * D.zz - D.xz * D.xz;
  const double yz = D.xy * D.xz - D.xx * D.yz, zz = D.xx * D.yy - D.xy * D.xy;
  const double det = D.xx * xx + D.xy * xy + D.xz * xz;
  return {(xx * b[0] + xy * b[1] + xz * b[2]) / det, (xy * b[0] + yy * b[1] + yz * b[2]) / det,
          (xz * b[0] + yz * b[1] + zz * b[2]) / det};
}

}  // namespace

double bernoulli(double x) {
  if (x == 0.0) return 1.0;
  return x / std::expm1(x);
}

RatePair exponential_pair(double diffusion, double q) {
  if (diffusion == 0.0) return {std::max(q, 0.0), std::max(-q, 0.0)};
  return {diffusion * bernoulli(-q / diffusion), diffusion * bernoulli(q / diffusion)};
}

EdgeSampler::EdgeSampler(const CellGrid& cells, const DensityProcess& process, double time,
                         const std::array<int, 3>& step, bool has_cross)
    : row_(cells, time),
      process_(process),
      step_(step),
      has_cross_(has_cross),
      d_(cells.grid().dimensions) {
  for (int a = 0; a < d_; ++a) {
    h_[static_cast<std::size_t>(a)] = cells.grid().spacing(a);
    if (step_[static_cast<std::size_t>(a)] != 0) axis_ = static_cast<std::size_t>(a);
  }
}

std::vector<EdgeLaw> EdgeSampler::laws(std::int64_t i, std::int64_t j, std::int64_t k) {
  row_.move_to(i, j, k);
  return has_cross_ ? slanted() : along_axis();
}

RowSampler::Shift EdgeSampler::shifted(double share) const {
  return {share * step_[0], share * step_[1], share * step_[2]};
}

std::vector<EdgeLaw> EdgeSampler::along_axis() {
  const auto V0 = row_.sample(process_.potential, 1, {});
  const auto V1 = row_.sample(process_.potential, 1, shifted(1.0));
  const auto D0 = row_.sample(process_.diffusion, 6, {});
  const auto D1 = row_.sample(process_.diffusion, 6, shifted(1.0));
  const auto D = row_.sample(process_.diffusion, 6, shifted(0.5));
  const auto f = row_.sample(process_.drift, static_cast<std::size_t>(d_), shifted(0.5));
  const double h = h_[axis_];
  std::vector<EdgeLaw> laws(row_.length());
  for (std::size_t i = 0; i < laws.size(); ++i) {
    check("potential", V0[0][i], i, 0.0);
    check("drift", f[axis_][i], i, 0.5);
    check("diffusion", D[axis_][i], i, 0.5);
    if (D[axis_][i] < 0.0) note("the diffusion is negative:", D[axis_][i], i, 0.5);
    is_degenerate_ = is_degenerate_ || D[axis_][i] == 0.0;
    const double dV = V1[0][i] - V0[0][i], dD = D1[axis_][i] - D0[axis_][i];
    laws[i] = {D[axis_][i] / (h * h), (h * f[axis_][i] - dV - dD) / (h * h)};
  }
  return laws;
}

/// −∇V + f − ∇·D at the middles, by differences over one cell.
EdgeSampler::Rows EdgeSampler::driving() {
  const auto d = static_cast<std::size_t>(d_);
  Rows b = row_.sample(process_.drift, d, shifted(0.5));
  for (std::size_t a = 0; a < d; ++a) {
    RowSampler::Shift lower = shifted(0.5), upper = shifted(0.5);
    lower[a] -= 0.5, upper[a] += 0.5;
    const auto V0 = row_.sample(process_.potential, 1, lower);
    const auto V1 = row_.sample(process_.potential, 1, upper);
    const auto D0 = row_.sample(process_.diffusion, 6, lower);
    const auto D1 = row_.sample(process_.diffusion, 6, upper);
    for (std::size_t i = 0; i < row_.length(); ++i) {
      b[a][i] -= (V1[0][i] - V0[0][i]) / h_[a];
      for (std::size_t c = 0; c < d; ++c) {
        b[c][i] -= (entry(tensor(D1, i), c, a) - entry(tensor(D0, i), c, a)) / h_[a];
      }
    }
  }
  return b;
}

std::vector<EdgeLaw> EdgeSampler::slanted() {
  const Rows b = driving();
  const auto D = row_.sample(process_.diffusion, 6, shifted(0.5));
  std::vector<EdgeLaw> laws(row_.length());
  for (std::size_t i = 0; i < laws.size(); ++i) {
    Vector here{};
    for (std::size_t a = 0; a < b.size(); ++a) here[a] = b[a][i];
    laws[i] = slanted_law(tensor(D, i), here, i);
  }
  return laws;
}

EdgeLaw EdgeSampler::slanted_law(const Tensor& D, const Vector& b, std::size_t i) {
  const double lambda = weight(D);
  const Vector g = solve(D, b, d_);
  double peclet = 0.0;
  for (std::size_t a = 0; a < 3; ++a) peclet += step_[a] * h_[a] * g[a];
  check("drift over the diffusion", peclet, i, 0.5);
  if (!(lambda >= 0.0)) {
    note(
        "the diffusion tensor is too slanted for cells of this shape: an axis's own entry over "
        "h_a² falls short of the others' over h_a h_b by",
        -lambda, i, 0.5);
  }
  return {lambda, lambda * peclet};
}

/// λ_e in D/(h_a h_b) = Σ λ_e e eᵀ over the axes and the diagonals of faces.
double EdgeSampler::weight(const Tensor& D) const {
  const auto scaled = [&](std::size_t a, std::size_t b) {
    return entry(D, a, b) / (h_[a] * h_[b]);
  };
  const auto d = static_cast<std::size_t>(d_);
  for (std::size_t b = 0; b < axis_; ++b) {  // axis_ is the last one of the step
    if (step_[b] != 0) return std::max(0.0, step_[b] * step_[axis_] * scaled(b, axis_));
  }
  double rest = scaled(axis_, axis_);
  for (std::size_t b = 0; b < d; ++b) {
    if (b != axis_) rest -= std::abs(scaled(axis_, b));
  }
  return rest;
}

void EdgeSampler::check(const char* what, double value, std::size_t i, double share) {
  if (!(std::abs(value) <= largest_sound)) note(fmt::format("the {} is", what), value, i, share);
}

void EdgeSampler::note(const std::string& what, double value, std::size_t i, double share) {
  if (!fault_.empty()) return;
  const auto x = row_.place(i, shifted(share));
  fault_ = fmt::format("{} {} at x = {:.6g}", what, value, x[0]);
  for (std::size_t a = 1; a < static_cast<std::size_t>(d_); ++a) {
    fault_ += fmt::format(", {} = {:.6g}", "xyz"[a], x[a]);
  }
}

void throw_bad_process(const Communicator& communicator, std::string fault) {
  const auto first = communicator.all_reduce<std::int32_t>(
      fault.empty() ? communicator.size() : communicator.rank(), Reduction::minimum);
  if (first == communicator.size()) return;
  communicator.broadcast(fault, first);
  throw Failure(ExitCode::bad_input, fault, true);
}

}  // namespace parapet
