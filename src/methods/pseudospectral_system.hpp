#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "equations/forms.hpp"
#include "methods/mode_table.hpp"
#include "methods/random_forcing.hpp"

namespace parapet {

/// One mode that the forcing of a member drives: its coefficient turns as
/// amplitude · exp(± i (frequency t + phase)).
struct ForcedMode {
  std::size_t index;  ///< component · mode_count + local mode
  std::size_t mode;
  int component;
  ForcingWave wave;
  double sign;      ///< −1 where −l is stored in the place of l
  bool is_nyquist;  ///< its own conjugate: the coefficient is real

  Complex at(double t) const;
};

/// The modes of this rank that `waves` drive.
std::vector<ForcedMode> forced_modes(const SpectralTransform& transform,
                                     const std::vector<ForcingWave>& waves);

/// One member of a system: its version of the equation and what drives it.
template <class E>
struct SystemMember {
  E equation;
  std::vector<ForcedMode> forcing;
};

/// The right-hand side of a semilinear spectral equation for several members at once: products
/// taken on the grid, everything else mode by mode. Fields and products of a member are stored one
/// after another, mode_count() coefficients each.
template <SemilinearSpectral E>
class PseudospectralSystem {
 public:
  static constexpr std::size_t fields = E::field_count, symbols = E::symbol_count;
  static constexpr std::size_t derived = E::derived_count, products = E::product_count;

  PseudospectralSystem(SpectralTransform& transform, std::vector<SystemMember<E>> members)
      : transform_(transform), modes_(transform), members_(std::move(members)) {
    for (std::size_t m = 0; m < members_.size(); ++m) {
      std::size_t first = 0;
      while (members_[first].equation != members_[m].equation) ++first;
      linear_part_.push_back(first);
    }
    derived_.resize(members_.size() * derived * mode_count());
  }

  SpectralTransform& transform() const { return transform_; }
  const ModeTable& modes() const { return modes_; }
  std::size_t mode_count() const { return modes_.size(); }
  std::size_t member_count() const { return members_.size(); }
  const SystemMember<E>& member(std::size_t m) const { return members_[m]; }
  /// The same number for members whose linear parts are the same.
  std::size_t linear_part(std::size_t m) const { return linear_part_[m]; }

  /// Symbols of member m's linear part, `symbols` groups of mode_count().
  void fill_symbols(std::size_t m, std::span<double> values) const {
    const E& equation = members_[m].equation;
    const std::size_t n = mode_count();
    modes_.for_each([&](std::size_t i, const Wavevector& k) {
      for (std::size_t s = 0; s < symbols; ++s) {
        values[s * n + i] = equation.symbol(k, static_cast<int>(s));
      }
    });
  }

  /// Modes of the products of the members listed, from their fields. Collective.
  void evaluate(std::span<const std::size_t> members, std::span<const Complex* const> states,
                std::span<Complex* const> results) {
    const std::size_t n = mode_count();
    inputs_.clear();
    outputs_.clear();
    for (std::size_t a = 0; a < members.size(); ++a) {
      for (std::size_t f = 0; f < fields; ++f) inputs_.push_back(states[a] + f * n);
      Complex* const extra = derived_.data() + a * derived * n;
      derive(members_[members[a]].equation, states[a], extra);
      for (std::size_t d = 0; d < derived; ++d) inputs_.push_back(extra + d * n);
      for (std::size_t p = 0; p < products; ++p) outputs_.push_back(results[a] + p * n);
    }
    transform_.apply_pointwise(members.size(), inputs_, outputs_,
                               [&](std::size_t a, auto in, auto out, std::size_t count) {
                                 multiply(members_[members[a]].equation, {in, out, count});
                               });
  }

  std::size_t memory_bytes() const {
    return derived_.size() * sizeof(Complex) + modes_.memory_bytes();
  }

 private:
  void derive(const E& equation, const Complex* state, Complex* extra) const {
    if constexpr (derived > 0) {
      const std::size_t n = mode_count();
      modes_.for_each([&](std::size_t i, const Wavevector& k) {
        std::array<Complex, fields> u;
        std::array<Complex, derived> d;
        for (std::size_t f = 0; f < fields; ++f) u[f] = state[f * n + i];
        equation.derive(k, u.data(), d.data());
        for (std::size_t j = 0; j < derived; ++j) extra[j * n + i] = d[j];
      });
    }
  }

  static void multiply(const E& equation, const PointLine& line) {
    if constexpr (requires { equation.products_along(line); }) {
      equation.products_along(line);
    } else {
      apply_at_points<fields + derived, products>(
          line, [equation](const double* u, double* p) { equation.products(u, p); });
    }
  }

  SpectralTransform& transform_;
  ModeTable modes_;
  std::vector<SystemMember<E>> members_;
  std::vector<std::size_t> linear_part_;
  std::vector<Complex> derived_;
  std::vector<const Complex*> inputs_;
  std::vector<Complex*> outputs_;
};

}  // namespace parapet
