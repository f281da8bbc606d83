#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "equations/second_order_wave.hpp"
#include "methods/blanes_moan.hpp"
#include "methods/coefficient_cache.hpp"
#include "methods/mode_table.hpp"
#include "methods/oscillator_turn.hpp"

namespace parapet {

/// Steps of second-order waves by splitting: free waves turn exactly in Fourier space (drift), the
/// potential's force, taken at the grid's points, changes the velocity (kick), composed as
/// BlanesMoan says. The flow of the Hamiltonian of the kept modes with ⟨V⟩ a mean over the grid's
/// points is thereby followed by symplectic maps whether or not products alias. Without a potential
/// a step is one drift, exact at any length.
class SymplecticStepper {
 public:
  SymplecticStepper(SpectralTransform& transform, std::vector<WaveForm> members);

  struct Part {
    std::size_t member;
    double dt;
  };
  static constexpr int arrays_per_member = 6;

  std::size_t member_count() const { return forms_.size(); }
  const WaveForm& form(std::size_t member) const { return forms_[member]; }
  bool has_potential() const { return static_cast<bool>(forms_.front().force); }
  const ModeTable& modes() const { return modes_; }
  std::span<const double> frequency_squares(std::size_t member) const {
    return frequency_squares_[linear_part_[member]];
  }

  Complex* u(std::size_t member) { return now_[member].u; }
  Complex* velocity(std::size_t member) { return now_[member].v; }
  /// The force's modes at the present state; empty without a potential. Collective.
  std::span<const Complex> force(std::size_t member);
  /// Says that a member's state was changed from outside.
  void forget_force(std::size_t member) { now_[member].has_force = false; }

  /// Advances the states. Collective.
  void step(std::span<const Part> parts);
  /// The same, and the relative L2 error of each step, estimated by doing it again as two halves
  /// (Richardson: the local error of a method of fourth order is 16/15 of the difference).
  /// Collective.
  std::vector<double> step_and_estimate(std::span<const Part> parts);

  std::size_t memory_bytes() const;

 private:
  struct State {
    Complex *u, *v, *f;
    bool has_force = false;
  };
  struct Drifts {
    std::vector<OscillatorTurn> turns;
    std::size_t memory_bytes() const;
  };

  void step(std::span<const Part> parts, std::vector<State>& states);
  std::vector<std::shared_ptr<const Drifts>> drifts_of(std::span<const Part> parts);
  std::shared_ptr<const Drifts> drifts(std::size_t member, double dt);
  void evaluate(std::span<const std::size_t> members, std::vector<State>& states);
  void prepare(std::span<const std::size_t> members, std::vector<State>& states);
  void copy_state(const State& from, State& to) const;
  double relative_difference(const State& a, const State& b) const;

  SpectralTransform& transform_;
  ModeTable modes_;
  std::vector<WaveForm> forms_;
  std::vector<std::size_t> linear_part_;  ///< the first member with the same free waves
  std::vector<std::vector<double>> frequency_squares_;
  CoefficientCache<Drifts> cache_;
  std::vector<Complex> storage_;
  std::vector<State> now_, again_;  ///< again_: where steps are done as halves
};

}  // namespace parapet
