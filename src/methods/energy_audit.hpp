#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/bounded_sum.hpp"
#include "base/exact_sum.hpp"
#include "diagnostics/energy_balance.hpp"
#include "methods/etdrk4.hpp"

namespace parapet {

/// Equations whose products bring energy in or take it out, beside moving it between modes.
template <class E>
concept TransfersEnergy = requires(const E e, const Wavevector& k, const Complex* z) {
  { e.transfer(k, z, z) } -> std::convertible_to<double>;
};

/// Equations whose linear part lets some modes grow: what it takes from the energy has both signs.
template <class E>
concept HasGrowingModes = requires {
  requires E::has_growing_modes;
};

/// Sums the EnergyTerms of states over their modes, every sum with the same bits on any number of
/// ranks: as BoundedSums, and where the bound guessed from the state before fails, as ExactSums.
template <SemilinearSpectral E>
class EnergyAudit {
 public:
  using System = PseudospectralSystem<E>;
  static constexpr std::size_t fields = System::fields, symbols = E::symbol_count;

  explicit EnergyAudit(const System& system) : system_(system) {}

  /// A member's state with its products, and the coefficients of the steps that led to it and that
  /// goes on from it; none: there is no such step. Where both are the same, only what is needed
  /// between equal steps is measured.
  struct State {
    std::size_t member;
    double time;
    const Complex *modes, *products;
    const EtdCoefficients *before, *after;
    EnergyScales scales;
  };
  struct Measured {
    EnergyTerms terms;
    EnergyScales scales;
  };

  /// Collective.
  std::vector<Measured> measure(std::span<const State> states) const {
    std::vector<BoundedSums> sums;
    for (const State& state : states) {
      sums.push_back(bounded(state.scales));
      add(state, sums.back());
    }
    const auto totals = reduce(sums);
    std::vector<Measured> result;
    for (std::size_t a = 0; a < states.size(); ++a) {
      const auto total = std::span(totals).subspan(a * numbers, numbers);
      result.push_back(holds(sums[a], total) ? measured(states[a], total) : exactly(states[a]));
    }
    return result;
  }

 private:
  enum Quantity : std::size_t { energy, dissipation, slope_before, slope_after, power, quantities };
  static constexpr std::size_t numbers = 2 * quantities;  // values, then sizes
  static constexpr std::size_t block = ModeTable::largest_block;
  using BoundedSums = std::array<BoundedSum, quantities>;
  using Terms = std::array<double, block>;

  // How much larger than before a sum may become in a step; what is not used is lost precision.
  static BoundedSums bounded(const EnergyScales& scales) {
    const auto& [e, d, s, p] = scales;
    return {BoundedSum(4.0 * e), BoundedSum(4.0 * d), BoundedSum(16.0 * s), BoundedSum(16.0 * s),
            BoundedSum(16.0 * p)};
  }

  std::vector<double> reduce(const std::vector<BoundedSums>& sums) const {
    std::vector<double> totals;
    for (const BoundedSums& member : sums) {
      for (const BoundedSum& sum : member) totals.push_back(sum.value());
      for (const BoundedSum& sum : member) totals.push_back(sum.size());
    }
    system_.transform().communicator().all_reduce(std::span<double>(totals), Reduction::sum);
    return totals;
  }

  static bool holds(const BoundedSums& sums, std::span<const double> total) {
    for (std::size_t q = 0; q < quantities; ++q) {
      if (!(total[quantities + q] <= sums[q].bound())) return false;  // also for NaN
    }
    return true;
  }

  static bool is_between_equals(const State& state) {
    return state.before == state.after && state.before != nullptr;
  }

  static Measured measured(const State& state, std::span<const double> total) {
    const auto size = total.subspan(quantities);
    Measured result{
        {total[dissipation], total[power], total[energy], total[slope_before], total[slope_after]},
        state.scales};
    result.scales[1] = size[dissipation];
    result.scales[3] = size[power];
    if (is_between_equals(state)) return result;
    result.scales[0] = size[energy];
    result.scales[2] = std::max(size[slope_before], size[slope_after]);
    return result;
  }

  /// Sizes cost an exact sum of their own each; those of energy and dissipation are their values.
  Measured exactly(const State& state) const {
    std::array<ExactSum, quantities> values;
    std::array<SizeSum, quantities> sizes;
    add(state, values);
    add(state, sizes);
    std::array<double, numbers> total;
    for (std::size_t q = 0; q < quantities; ++q) {
      values[q].reduce(system_.transform().communicator());
      sizes[q].sum.reduce(system_.transform().communicator());
      total[q] = values[q].round();
      total[quantities + q] = sizes[q].sum.round();
    }
    return measured(state, total);
  }

  static void add_positive(BoundedSum& sum, std::span<const double> terms) {
    sum.add_positive(terms);
  }
  template <class Sum>
  static void add_positive(Sum& sum, std::span<const double> terms) {
    sum.add(terms);
  }

  struct SizeSum {
    ExactSum sum;
    void add(std::span<const double> terms) {
      for (const double term : terms) sum.add(std::abs(term));
    }
  };

  template <class Sums>
  void add(const State& state, Sums& sums) const {
    const bool is_whole = !is_between_equals(state);
    system_.modes().for_each_block([&](const auto& modes) {
      add_dissipation(state, modes, sums[dissipation]);
      if constexpr (TransfersEnergy<E>) add_transfer(state, modes, sums[power]);
      if (is_whole) add_rest(state, modes, sums);
    });
    add_forcing(state, sums, is_whole);
  }

  template <class Block, class Sum>
  void add_dissipation(const State& state, const Block& modes, Sum& sum) const {
    const E& equation = system_.member(state.member).equation;
    Terms terms;
    modes.for_each_alone([&](std::size_t j, std::size_t i, const Wavevector& k) {
      double loss = 0.0;
      for (std::size_t s = 0; s < symbols; ++s) {
        loss += equation.dissipation(k, static_cast<int>(s)) * square(state.modes, i, s);
      }
      terms[j] = system_.modes().weight(i) * loss;
    });
    if constexpr (HasGrowingModes<E>) {
      sum.add({terms.data(), modes.count});
    } else {
      add_positive(sum, {terms.data(), modes.count});
    }
  }

  /// |û|² over the fields that share symbol s.
  double square(const Complex* u, std::size_t i, std::size_t s) const {
    double sum = 0.0;
    for (std::size_t f = symbols == 1 ? 0 : s; f < (symbols == 1 ? fields : s + 1); ++f) {
      const Complex v = u[f * system_.mode_count() + i];
      sum += v.real() * v.real() + v.imag() * v.imag();
    }
    return sum;
  }

  template <class Block, class Sum>
  void add_transfer(const State& state, const Block& modes, Sum& sum) const {
    const E& equation = system_.member(state.member).equation;
    const std::size_t n = system_.mode_count();
    Terms terms;
    modes.for_each_alone([&](std::size_t j, std::size_t i, const Wavevector& k) {
      std::array<Complex, fields> u;
      std::array<Complex, System::products> p;
      for (std::size_t f = 0; f < fields; ++f) u[f] = state.modes[f * n + i];
      for (std::size_t q = 0; q < p.size(); ++q) p[q] = state.products[q * n + i];
      terms[j] = system_.modes().weight(i) * equation.transfer(k, u.data(), p.data());
    });
    sum.add({terms.data(), modes.count});
  }

  /// Energy and slopes.
  template <class Block, class Sums>
  void add_rest(const State& state, const Block& modes, Sums& sums) const {
    Terms terms;
    modes.for_each_alone([&](std::size_t j, std::size_t i, const Wavevector&) {
      double squares = 0.0;
      for (std::size_t s = 0; s < symbols; ++s) squares += square(state.modes, i, s);
      terms[j] = 0.5 * system_.modes().weight(i) * squares;
    });
    add_positive(sums[energy], {terms.data(), modes.count});
    std::array<Terms, symbols> slopes;
    fill_slopes(state, modes, slopes);
    add_slopes(state.after, modes.first, {slopes, modes.count}, sums[slope_after]);
    add_slopes(state.before, modes.first, {slopes, modes.count}, sums[slope_before]);
  }

  /// ∂d_k/∂t of a block of modes but for the forcing's part.
  template <class Block>
  void fill_slopes(const State& state, const Block& modes,
                   std::array<Terms, symbols>& slopes) const {
    const E& equation = system_.member(state.member).equation;
    const std::size_t n = system_.mode_count();
    modes.for_each_alone([&](std::size_t j, std::size_t i, const Wavevector& k) {
      const auto N = Etdrk4<E>::tendency(equation, k,
                                         [&](std::size_t q) { return state.products[q * n + i]; });
      std::array<double, symbols> rate{};
      for (std::size_t f = 0; f < fields; ++f) {
        const Complex u = state.modes[f * n + i];
        rate[symbol(f)] +=
            equation.symbol(k, static_cast<int>(f)) * (u.real() * u.real() + u.imag() * u.imag()) +
            (u.real() * N[f].real() + u.imag() * N[f].imag());
      }
      for (std::size_t s = 0; s < symbols; ++s) {
        slopes[s][j] = 2.0 * system_.modes().weight(i) *
                       equation.dissipation(k, static_cast<int>(s)) * rate[s];
      }
    });
  }

  struct Slopes {
    const std::array<Terms, symbols>& terms;
    std::size_t count;
  };

  template <class Sum>
  void add_slopes(const EtdCoefficients* step, std::size_t first, const Slopes& slopes,
                  Sum& sum) const {
    if (step == nullptr) return;
    Terms weighted;
    for (std::size_t s = 0; s < symbols; ++s) {
      const double* const weight = step->slope.data() + s * system_.mode_count() + first;
      for (std::size_t j = 0; j < slopes.count; ++j) weighted[j] = weight[j] * slopes.terms[s][j];
      sum.add({weighted.data(), slopes.count});
    }
  }

  template <class Sums>
  void add_forcing(const State& state, Sums& sums, bool is_whole) const {
    const auto& member = system_.member(state.member);
    std::vector<Wavevector> vectors;
    if (!member.forcing.empty()) vectors = wavevectors_of(member.forcing);
    for (std::size_t w = 0; w < vectors.size(); ++w) {
      const ForcedMode& forced = member.forcing[w];
      const double gain = system_.modes().weight(forced.mode) *
                          (std::conj(state.modes[forced.index]) * forced.at(state.time)).real();
      const auto add_one = [](auto& sum, double term) { sum.add(std::span(&term, 1)); };
      add_one(sums[power], gain);
      if (!is_whole) continue;
      const double slope = 2.0 * member.equation.dissipation(vectors[w], forced.component) * gain;
      const std::size_t at =
          symbol(static_cast<std::size_t>(forced.component)) * system_.mode_count() + forced.mode;
      if (state.after != nullptr) add_one(sums[slope_after], state.after->slope[at] * slope);
      if (state.before != nullptr) {
        add_one(sums[slope_before], state.before->slope[at] * slope);
      }
    }
  }

  std::vector<Wavevector> wavevectors_of(const std::vector<ForcedMode>& forcing) const {
    std::vector<Wavevector> result;
    for (const ForcedMode& forced : forcing) {
      const SpectralTransform& transform = system_.transform();
      result.push_back(wavevector(transform.grid(), transform.mode(forced.mode).wavenumber));
    }
    return result;
  }

  static constexpr std::size_t symbol(std::size_t field) { return symbols == 1 ? 0 : field; }

  const System& system_;
};

}  // namespace parapet
