#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace parapet {

/// A number with its exact derivatives with respect to `count` variables (Clifford 1873; forward
/// differentiation: Wengert 1964). Put through the same template as a double, it gives the Jacobian
/// of a reaction or the gradient of a potential to rounding.
template <std::size_t count>
struct Dual {
  double value = 0.0;
  std::array<double, count> slope{};

  constexpr Dual() = default;
  constexpr Dual(double constant) : value(constant) {}
  static constexpr Dual variable(double at, std::size_t index) {
    Dual result(at);
    result.slope[index] = 1.0;
    return result;
  }

  friend constexpr Dual operator+(const Dual& a, const Dual& b) {
    return linear(a.value + b.value, 1.0, a, 1.0, b);
  }
  friend constexpr Dual operator-(const Dual& a, const Dual& b) {
    return linear(a.value - b.value, 1.0, a, -1.0, b);
  }
  friend constexpr Dual operator*(const Dual& a, const Dual& b) {
    return linear(a.value * b.value, b.value, a, a.value, b);
  }
  friend constexpr Dual operator/(const Dual& a, const Dual& b) {
    const double quotient = a.value / b.value;
    return linear(quotient, 1.0 / b.value, a, -quotient / b.value, b);
  }
  friend constexpr Dual operator-(const Dual& a) { return 0.0 - a; }
  friend constexpr Dual operator+(double a, const Dual& b) { return Dual(a) + b; }
  friend constexpr Dual operator+(const Dual& a, double b) { return a + Dual(b); }
  friend constexpr Dual operator-(double a, const Dual& b) { return Dual(a) - b; }
  friend constexpr Dual operator-(const Dual& a, double b) { return a - Dual(b); }
  friend constexpr Dual operator*(double a, const Dual& b) { return Dual(a) * b; }
  friend constexpr Dual operator*(const Dual& a, double b) { return a * Dual(b); }
  friend constexpr Dual operator/(const Dual& a, double b) { return a / Dual(b); }

  friend Dual exp(const Dual& a) { return chain(std::exp(a.value), std::exp(a.value), a); }
  friend Dual log(const Dual& a) { return chain(std::log(a.value), 1.0 / a.value, a); }
  friend Dual sqrt(const Dual& a) {
    const double root = std::sqrt(a.value);
    return chain(root, 0.5 / root, a);
  }
  friend Dual sin(const Dual& a) { return chain(std::sin(a.value), std::cos(a.value), a); }
  friend Dual cos(const Dual& a) { return chain(std::cos(a.value), -std::sin(a.value), a); }

 private:
  static constexpr Dual chain(double value, double slope, const Dual& a) {
    return linear(value, slope, a, 0.0, a);
  }
  static constexpr Dual linear(double value, double p, const Dual& a, double q, const Dual& b) {
    Dual result(value);
    for (std::size_t i = 0; i < count; ++i) result.slope[i] = p * a.slope[i] + q * b.slope[i];
    return result;
  }
};

}  // namespace parapet
