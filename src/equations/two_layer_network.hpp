#pragma once

#include <array>

#include "equations/particle_system.hpp"

namespace parapet {

/// Training of a network with one hidden layer as a system of particles (Mei, Montanari & Nguyen
/// 2018; Rotskoff & Vanden-Eijnden 2018): neurons θ_i = (a_i, w_i, b_i),
///   f(x) = s/N Σ_i a_i tanh(w_i x + b_i),   L = 1/(2n) Σ_j (f(x_j) − y_j)²,
///   dθ_i = −(N/s²) ∇_{θ_i} L dt − λ θ_i dt + √(2T) dW_i
/// s = 1 is the mean-field scaling, whose limit N → ∞ is a gradient flow of the neurons'
/// distribution in the distance W₂; s = √N that of the neural tangent kernel (Jacot, Gabriel &
/// Hongler 2018), in which neurons hardly move. Learned is sin πx + ½ sin 3πx at 64 points x_j =
/// −1 + 2 (j + ½)/64. Axes are a, w, b in turn; what the grid lacks of them starts as normal
/// numbers of the same spread.
struct TwoLayerNetwork : SeenAsDensity {
  static constexpr std::string_view name = "two-layer-network";
  static constexpr std::string_view summary =
      "training of a two-layer network as particles (a, w, b): f = s/N sum a tanh(w x + b), noisy "
      "gradient flow";
  static constexpr std::array<std::string_view, 2> forms = {"mean-field", "neural-tangent"};
  static constexpr std::string_view forms_meaning = "scaling: s = 1 or s = sqrt(N)";

  Parameter T = {"temperature",     0.0, "noise of the training", "1/time", non_negative,
                 "Mei et al. 2018", "T"};
  Parameter lambda = {"weight_decay", 0.0, "pull of all weights to 0", "1/time", non_negative, "",
                      "lambda"};
  Parameter spread = {"spread",
                      1.0,
                      "standard deviation at the start of the weights that are no axis of the grid",
                      "1",
                      non_negative,
                      ""};

  auto parameters() { return std::array{&T, &lambda, &spread}; }
  static ParticleNumbers particle_numbers(int) { return {3}; }
};

}  // namespace parapet
