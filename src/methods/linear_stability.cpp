#include "methods/linear_stability.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/failure.hpp"
#include "equations/dual.hpp"

namespace parapet {
namespace {

constexpr int newton_steps = 100;
constexpr int samples = 4000;

template <class Equation>
constexpr std::size_t count_of = Equation::components.size();

/// R and its Jacobian at `u`.
template <class Equation>
auto linearised(const Equation& equation, const std::vector<double>& u) {
  constexpr std::size_t n = count_of<Equation>;
  std::array<Dual<n>, n> in, out;
  for (std::size_t c = 0; c < n; ++c) in[c] = Dual<n>::variable(u[c], c);
  equation.reaction(in.data(), out.data());
  return out;
}

/// J⁻¹ R for one or two components; infinite or NaN where J is singular.
template <std::size_t n>
std::array<double, n> newton_step(const std::array<Dual<n>, n>& r) {
  static_assert(n == 1 || n == 2);
  if constexpr (n == 1) {
    return {r[0].value / r[0].slope[0]};
  } else {
    const auto &a = r[0].slope, &b = r[1].slope;
    const double determinant = a[0] * b[1] - a[1] * b[0];
    return {(r[0].value * b[1] - a[1] * r[1].value) / determinant,
            (a[0] * r[1].value - r[0].value * b[0]) / determinant};
  }
}

template <class Equation>
std::optional<LinearStability> find_state(const Equation& equation, std::vector<double> u) {
  for (int i = 0; i < newton_steps; ++i) {
    const auto r = linearised(equation, u);
    const auto step = newton_step(r);
    double change = 0.0, size = 0.0;
    for (std::size_t c = 0; c < u.size(); ++c) {
      if (r[c].value != 0.0) u[c] -= step[c];  // at the state itself J may be singular
      if (r[c].value != 0.0) change = std::max(change, std::abs(step[c]));
      size = std::max(size, std::abs(u[c]));
    }
    if (!std::isfinite(change) || !std::isfinite(size)) return std::nullopt;
    if (change > 4.0 * std::numeric_limits<double>::epsilon() * size) continue;
    LinearStability found{u, {}, {}};
    for (const auto& row : linearised(equation, u)) {
      found.jacobian.insert(found.jacobian.end(), row.slope.begin(), row.slope.end());
    }
    for (std::size_t c = 0; c < u.size(); ++c) {
      found.diffusivity.push_back(equation.diffusivity(static_cast<int>(c)));
    }
    return found;
  }
  return std::nullopt;
}

/// Where between `low` and `high` the growth changes its sign, which it does.
double edge(const LinearStability& about, double low, double high) {
  const bool grows_at_low = about.growth(low).real() > 0.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    const bool grows = about.growth(middle).real() > 0.0;
    (grows == grows_at_low ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// Where between `low` and `high` the growth is largest, by thirds.
double peak(const LinearStability& about, double low, double high) {
  for (int i = 0; i < 100; ++i) {
    const double left = low + (high - low) / 3.0, right = high - (high - low) / 3.0;
    const bool is_left = about.growth(left).real() > about.growth(right).real();
    (is_left ? high : low) = is_left ? right : left;
  }
  return 0.5 * (low + high);
}

}  // namespace

std::complex<double> LinearStability::growth(double k) const {
  const double k2 = k * k;
  if (state.size() == 1) return jacobian[0] - diffusivity[0] * k2;
  const double a = jacobian[0] - diffusivity[0] * k2, d = jacobian[3] - diffusivity[1] * k2;
  const double middle = 0.5 * (a + d), half = 0.5 * (a - d);
  const double square = half * half + jacobian[1] * jacobian[2];
  if (square < 0.0) return {middle, std::sqrt(-square)};
  return middle + std::sqrt(square);
}

std::vector<UnstableBand> unstable_bands(const LinearStability& about, double highest) {
  const auto at = [&](int i) { return highest * i / samples; };
  const auto growth = [&](int i) { return about.growth(at(i)).real(); };
  std::vector<UnstableBand> bands;
  int best = 0;
  for (int i = 0; i <= samples; ++i) {
    if (!(growth(i) > 0.0)) continue;
    const bool begins = i == 0 || !(growth(i - 1) > 0.0);
    if (begins) {
      bands.push_back({i == 0 ? 0.0 : edge(about, at(i - 1), at(i)), highest, 0.0});
      best = i;
    }
    if (growth(i) > growth(best)) best = i;
    const bool ends = i == samples || !(growth(i + 1) > 0.0);
    if (!ends) continue;
    UnstableBand& band = bands.back();
    if (i < samples) band.high = edge(about, at(i), at(i + 1));
    band.fastest = peak(about, std::max(band.low, at(best - 1)), std::min(band.high, at(best + 1)));
    if (best == 0 && growth(0) >= about.growth(band.fastest).real()) band.fastest = 0.0;
  }
  return bands;
}

bool has_reaction(const AnyEquation& equation) {
  return std::visit([]<class E>(const E&) { return ReactionDiffusion<E>; }, equation);
}

std::optional<LinearStability> linear_stability(const AnyEquation& equation,
                                                std::vector<double> guess) {
  return std::visit(
      [&]<class E>(const E& e) -> std::optional<LinearStability> {
        if constexpr (ReactionDiffusion<E>) {
          require(guess.size() == count_of<E>, ExitCode::internal_error,
                  "a guess needs one entry a component");
          return find_state(e, std::move(guess));
        } else {
          return std::nullopt;
        }
      },
      equation);
}

}  // namespace parapet
