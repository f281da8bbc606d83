#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "methods/etd_coefficients.hpp"
#include "methods/pseudospectral_system.hpp"

namespace parapet {

/// ETDRK4 (Cox & Matthews 2002, eqs. 26-29) for the members of a PseudospectralSystem. Every
/// stage is one pass over the modes that multiplies coefficients, applies the products' spectral
/// multipliers and combines; six arrays of a state's size are all the memory it needs.
///
/// With N at the new state as fifth stage, 0.6 f3 (N(u_new) − N(c)) is the difference to an
/// embedded formula of third order (the pair of Balac & Mahé 2013 for the interaction picture, in
/// exponential form). The fifth stage is the next step's first: it costs nothing.
template <SemilinearSpectral E>
class Etdrk4 {
 public:
  using System = PseudospectralSystem<E>;
  static constexpr std::size_t fields = System::fields, products = System::products;
  static constexpr double embedded_share = 0.6;

  explicit Etdrk4(System& system) : system_(system), cache_(2), buffers_(system.member_count()) {
    const std::size_t n = system.mode_count();
    storage_.resize(system.member_count() * n * (3 * fields + 3 * products));
    Complex* next = storage_.data();
    const auto take = [&](std::size_t arrays) { return std::exchange(next, next + arrays * n); };
    for (Buffers& b : buffers_) {
      b.u = take(fields), b.v = take(fields), b.w = take(fields);
      b.p0 = take(products), b.p1 = take(products), b.p2 = take(products);
    }
  }

  /// A member's part in a step.
  struct Part {
    std::size_t member;
    double time;
    double dt;
    std::shared_ptr<const EtdCoefficients> coefficients;
  };

  Complex* state(std::size_t member) { return buffers_[member].u; }
  /// Says that a member's state was changed from outside.
  void forget_products(std::size_t member) { buffers_[member].has_products = false; }
  const Complex* products_at_state(std::size_t member) const { return buffers_[member].p0; }

  /// The coefficients of a member's steps of length dt.
  std::shared_ptr<const EtdCoefficients> coefficients(std::size_t member, double dt) {
    return cache_.get(dt, system_.linear_part(member), [&] {
      std::vector<double> symbols(E::symbol_count * system_.mode_count());
      system_.fill_symbols(member, symbols);
      return EtdCoefficients(symbols, dt);
    });
  }

  /// Makes the products of the members' present states, where they are not known. Collective.
  void prepare(std::span<const std::size_t> members) {
    std::vector<std::size_t> lacking;
    for (const std::size_t m : members) {
      if (!buffers_[m].has_products) lacking.push_back(m);
    }
    evaluate(lacking, &Buffers::u, &Buffers::p0);
    for (const std::size_t m : lacking) buffers_[m].has_products = true;
  }

  /// Computes the states one step on, beside the present ones. Collective.
  void attempt(std::span<Part> parts) {
    std::vector<std::size_t> members;
    for (Part& part : parts) {
      members.push_back(part.member);
      part.coefficients = coefficients(part.member, part.dt);
    }
    prepare(members);
    for (const Part& part : parts) stage_a(part);
    evaluate(members, &Buffers::v, &Buffers::p1);
    for (const Part& part : parts) stage_b(part);
    evaluate(members, &Buffers::w, &Buffers::p2);
    for (const Part& part : parts) stage_c(part);
    evaluate(members, &Buffers::w, &Buffers::p1);
    for (const Part& part : parts) finish(part);
  }

  /// Products at the attempted states, for the error estimate and the next step. Collective.
  void evaluate_attempted(std::span<const std::size_t> members) {
    evaluate(members, &Buffers::v, &Buffers::p2);
  }

  /// Visits the attempted state and the error estimate of each of its modes: visit(mode, field,
  /// u_new, error). Needs evaluate_attempted.
  template <class F>
  void for_each_error(const Part& part, F&& visit) const {
    const Buffers& b = buffers_[part.member];
    const std::size_t n = system_.mode_count();
    const auto& equation = system_.member(part.member).equation;
    const double* const f3 = part.coefficients->f3.data();
    system_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const auto change =
          tendency(equation, k, [&](std::size_t j) { return b.p2[j * n + i] - b.p1[j * n + i]; });
      for (std::size_t f = 0; f < fields; ++f) {
        visit(i, f, b.v[f * n + i], embedded_share * f3[symbol(f) * n + i] * change[f]);
      }
    });
  }

  /// Makes the attempted state the present one; its products too if they were evaluated.
  void accept(std::size_t member, bool has_products) {
    Buffers& b = buffers_[member];
    std::swap(b.u, b.v);
    if (has_products) std::swap(b.p0, b.p2);
    b.has_products = has_products;
  }

  std::size_t memory_bytes() const {
    return storage_.size() * sizeof(Complex) + cache_.memory_bytes();
  }

  /// N̂ at a mode from any combination of products, forcing not included.
  template <class P>
  static std::array<Complex, fields> tendency(const E& equation, const Wavevector& k, P&& product) {
    std::array<Complex, products> p;
    for (std::size_t j = 0; j < products; ++j) p[j] = product(j);
    std::array<Complex, fields> result;
    equation.tendency(k, p.data(), result.data());
    return result;
  }

 private:
  struct Buffers {
    Complex *u, *v, *w;     // state; a, then the new state; b, then c
    Complex *p0, *p1, *p2;  // products at u; at a, then c; at b, then the new state
    bool has_products = false;
  };

  static constexpr std::size_t symbol(std::size_t field) {
    return E::symbol_count == 1 ? 0 : field;
  }

  void evaluate(std::span<const std::size_t> members, Complex* Buffers::*from,
                Complex* Buffers::*to) {
    if (members.empty()) return;
    from_.clear();
    to_.clear();
    for (const std::size_t m : members) {
      from_.push_back(buffers_[m].*from);
      to_.push_back(buffers_[m].*to);
    }
    system_.evaluate(members, from_, to_);
  }

  /// Adds coefficient · δ̂(t) to the forced modes of `target`.
  template <class F>
  void add_forcing(const Part& part, Complex* target, F&& value) const {
    const std::size_t n = system_.mode_count();
    for (const ForcedMode& forced : system_.member(part.member).forcing) {
      const std::size_t c = symbol(static_cast<std::size_t>(forced.component)) * n + forced.mode;
      target[forced.index] += value(forced, c);
    }
  }

  void stage_a(const Part& part) {  // a = e2 u + q N(u)
    const Buffers& b = buffers_[part.member];
    const auto& c = *part.coefficients;
    first_stage(part, b.p0, b.v);
    add_forcing(part, b.v, [&](const ForcedMode& forced, std::size_t i) {
      return c.q[i] * forced.at(part.time);
    });
  }

  void stage_b(const Part& part) {  // b = e2 u + q N(a)
    const Buffers& b = buffers_[part.member];
    const auto& c = *part.coefficients;
    first_stage(part, b.p1, b.w);
    add_forcing(part, b.w, [&](const ForcedMode& forced, std::size_t i) {
      return c.q[i] * forced.at(part.time + 0.5 * part.dt);
    });
  }

  void first_stage(const Part& part, const Complex* p, Complex* result) const {
    const std::size_t n = system_.mode_count();
    const auto& equation = system_.member(part.member).equation;
    const Complex* const u = buffers_[part.member].u;
    const double* const e2 = part.coefficients->e2.data();
    const double* const q = part.coefficients->q.data();
    system_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const auto N = tendency(equation, k, [&](std::size_t j) { return p[j * n + i]; });
      for (std::size_t f = 0; f < fields; ++f) {
        const std::size_t s = symbol(f) * n + i, at = f * n + i;
        result[at] = e2[s] * u[at] + q[s] * N[f];
      }
    });
  }

  /// c = e2 a + q (2 N(b) − N(u)), and into a's place e u + f1 N(u) + 2 f2 (N(a) + N(b)).
  void stage_c(const Part& part) {
    const Buffers& b = buffers_[part.member];
    const auto& equation = system_.member(part.member).equation;
    const auto& c = *part.coefficients;
    const std::size_t n = system_.mode_count();
    const double *const e = c.e.data(), *const e2 = c.e2.data(), *const q = c.q.data();
    const double *const f1 = c.f1.data(), *const f2 = c.f2.data();
    Complex *const v = b.v, *const w = b.w;
    const Complex *const u = b.u, *const p0 = b.p0, *const p1 = b.p1, *const p2 = b.p2;
    system_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const auto N0 = tendency(equation, k, [&](std::size_t j) { return p0[j * n + i]; });
      const auto Nb = tendency(equation, k, [&](std::size_t j) { return p2[j * n + i]; });
      const auto Nab =
          tendency(equation, k, [&](std::size_t j) { return p1[j * n + i] + p2[j * n + i]; });
      for (std::size_t f = 0; f < fields; ++f) {
        const std::size_t s = symbol(f) * n + i, at = f * n + i;
        w[at] = e2[s] * v[at] + q[s] * (2.0 * Nb[f] - N0[f]);
        v[at] = e[s] * u[at] + f1[s] * N0[f] + 2.0 * f2[s] * Nab[f];
      }
    });
    add_forcing(part, w, [&](const ForcedMode& forced, std::size_t i) {
      return q[i] * (2.0 * forced.at(part.time + 0.5 * part.dt) - forced.at(part.time));
    });
    add_forcing(part, v, [&](const ForcedMode& forced, std::size_t i) {
      return f1[i] * forced.at(part.time) + 4.0 * f2[i] * forced.at(part.time + 0.5 * part.dt);
    });
  }

  void finish(const Part& part) {  // u_new = … + f3 N(c)
    const Buffers& b = buffers_[part.member];
    const auto& equation = system_.member(part.member).equation;
    const std::size_t n = system_.mode_count();
    const double* const f3 = part.coefficients->f3.data();
    Complex* const v = b.v;
    const Complex* const p1 = b.p1;
    system_.modes().for_each([&](std::size_t i, const Wavevector& k) {
      const auto N = tendency(equation, k, [&](std::size_t j) { return p1[j * n + i]; });
      for (std::size_t f = 0; f < fields; ++f) v[f * n + i] += f3[symbol(f) * n + i] * N[f];
    });
    add_forcing(part, v, [&](const ForcedMode& forced, std::size_t i) {
      return f3[i] * forced.at(part.time + part.dt);
    });
  }

  System& system_;
  EtdCoefficientCache cache_;
  std::vector<Complex> storage_;
  std::vector<Buffers> buffers_;
  std::vector<const Complex*> from_;
  std::vector<Complex*> to_;
};

}  // namespace parapet
