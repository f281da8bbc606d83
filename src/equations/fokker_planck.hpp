#pragma once

#include <array>
#include <string>
#include <vector>

#include "equations/process.hpp"

namespace parapet {

/// The equation of Fokker (1914) and Planck (1917) for functions that the input file gives:
///   ∂ρ/∂t = ∇·(∇·(D ρ) + (∇V − f) ρ),     dX = (−∇V + f) dt + σ dW (Itô),  σσᵀ = 2 D
/// of x, y, z and t. Gradient flow of ∫ D ρ log ρ + V ρ where D is one number and f = 0.
struct FokkerPlanck : OneDensity {
  static constexpr std::string_view name = "fokker-planck";
  static constexpr std::string_view summary =
      "Fokker-Planck u_t = div(div(D u) + (grad(V) - f) u) with V, f and D given by formulas";

  FormulaParameter V = {"potential", {}, "potential V; no text: 0", "length²/time", "", 1};
  FormulaParameter f = {
      "drift", {}, "further drift f, one text an axis; no text: 0", "length/time"};
  FormulaParameter D = {"diffusion",
                        {"1"},
                        "diffusion D: one text, one an axis, or the whole symmetric tensor row by "
                        "row",
                        "length²/time",
                        "",
                        9};

  std::array<Parameter*, 0> parameters() { return {}; }
  std::array<FormulaParameter*, 3> formulas() { return {&V, &f, &D}; }
};

}  // namespace parapet
