#pragma once

#include <array>
#include <string>
#include <vector>

#include "equations/process.hpp"

namespace parapet {

/// The equation of Fokker (1914) and Planck (1917) for functions that the input file gives:
///   ∂ρ/∂t = ∇·(∇·(D ρ) + (∇V + ∇W∗ρ − f) ρ),
///   dX = (−∇V − ∇W∗ρ + f) dt + σ dW (Itô),  σσᵀ = 2 D
/// of x, y, z and t. Gradient flow of ∫ D ρ log ρ + V ρ + ½ ρ W∗ρ where D is one number and f = 0.
struct FokkerPlanck : OneDensity {
  static constexpr std::string_view name = "fokker-planck";
  static constexpr std::string_view summary =
      "Fokker-Planck u_t = div(div(D u) + (grad(V + W*u) - f) u) with V, W, f and D given by "
      "formulas";

  FormulaParameter V = {"potential", {}, "potential V; no text: 0", "length²/time", "", 1};
  FormulaParameter f = {
      "drift", {}, "further drift f, one text an axis; no text: 0", "length/time"};
  FormulaParameter W = {
      "interaction",  {}, "interaction W of two particles at a separation x, y, z; no text: 0",
      "length²/time", "", 1,
      false};
  FormulaParameter D = {"diffusion",
                        {"1"},
                        "diffusion D: one text, one an axis, or the whole symmetric tensor row by "
                        "row",
                        "length²/time",
                        "",
                        9};

  std::array<Parameter*, 0> parameters() { return {}; }
  std::array<FormulaParameter*, 4> formulas() { return {&V, &f, &W, &D}; }
};

}  // namespace parapet
