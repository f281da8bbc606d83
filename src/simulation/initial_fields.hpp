#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "simulation/initial_condition.hpp"

namespace parapet {

/// What the makers of initial fields below need; each writes all modes of one member. Collective.
struct InitialFieldMaker {
  const InitialSettings& settings;
  SpectralTransform& transform;
  RandomStream stream;
  std::uint64_t member;
  const std::vector<FieldName>& fields;
  const AnyEquation& equation;
  std::span<Complex* const> components;
  /// Where values at this rank's points go, when those are wanted and not modes.
  std::span<double* const> points{};
  bool are_averages = false;  ///< of those values: means over the cells around the points

  const Grid& grid() const { return transform.grid(); }
  std::size_t dimensions() const { return static_cast<std::size_t>(grid().dimensions); }
  std::size_t component_count() const { return points.empty() ? components.size() : points.size(); }
  bool is_vector() const { return fields.size() == 1 && component_count() > 1; }
  bool is_periodic(std::size_t axis) const { return grid().is_periodic[axis]; }
};

/// A point of the unit box: (x_a − lower_a)/length_a, 0 along unused axes.
using UnitPoint = std::array<double, 3>;

/// Evaluates `field(component, point)` on this rank's points, or averages it over their cells, and
/// transforms unless points are wanted.
void set_pointwise(const InitialFieldMaker& make,
                   const std::function<double(std::size_t, const UnitPoint&)>& field);

/// The smallest and largest value of field(component, point) on the grid. Collective.
std::array<double, 2> extremes_of(
    const InitialFieldMaker& make, std::size_t component,
    const std::function<double(std::size_t, const UnitPoint&)>& field);

/// û_k ~ N(0, σ² ((2π k/length)² + τ²)^(−γ) / volume), complex and independent but for the
/// conjugate pairs; real and imaginary part have half the variance each. Between walls, with
/// (π k/length)², each cosine has its own real draw: N(0, σ² (−Δ + τ²)^−γ) with no flux through
/// them. The mean is `mean`, plus its own draw with random_mean. Modes at an axis's n/2 are zero.
void set_gaussian_random_field(const InitialFieldMaker& make);

/// PDEBench's generator for 1-D Burgers (utils.init_multi), made exactly periodic: wavenumbers
/// n = 1 … highest, each multiplied by how often it was picked among `picks` draws with replacement
/// (a wave never picked is the constant A_n sin φ_n), amplitudes in (0, 1), phases in (0, 2π); one
/// field in ten is replaced by its absolute value, one in ten is cut out by a window of smooth
/// edges; the sign is random. With `normalise` the absolute value is stretched onto 0 … A. In
/// several dimensions the wavenumbers are picked for each axis, and the window is a product over
/// the axes.
void set_random_sines(const InitialFieldMaker& make);

/// The field is `mean` everywhere.
void set_uniform(const InitialFieldMaker& make);

/// A (1 − Π_j (1 − e^{−r_j²/2w²})), r_j the distance to the nearest image, along periodic axes, of
/// the j-th of `spots` random places: spots of height A that merge without adding up. Lengths are
/// in units of the box.
void set_spots(const InitialFieldMaker& make);

/// A between two fronts across the first axis, 0 outside: A (1 + e^{s/w})^{−power}, s the distance
/// to the inside, which is `extent` wide and in the middle (negative within).
void set_slab(const InitialFieldMaker& make);

/// The box of side `extent` in the middle: A Π_a (1 + e^{s_a/w})⁻¹ with s_a the distance to it
/// along axis a, or with bumps A Π_a sin²(π bumps ξ_a) for ξ_a from 0 to 1 inside, 0 outside.
void set_patch(const InitialFieldMaker& make);

/// The density Σ_j w_j N(mean_j, deviation_j²): normal distributions whose places, deviations
/// along the axes and weights are `means`, `deviations` and `weights`. Lengths are those of the
/// grid.
void set_gaussian(const InitialFieldMaker& make);

/// Adds normal noise of standard deviation `noise` to each component, all modes alike and drawn one
/// by one: the same on any number of ranks.
void add_noise(const InitialFieldMaker& make);

/// Σ_j A_j sin(2π k_j·x + φ_j); a vector field takes each wave along its k_j, which leaves it
/// without vorticity.
void set_modes(const InitialFieldMaker& make);

/// Σ_j A_j Π_a cos(2π k_ja x_a), between walls cos(π k_ja x_a).
void set_cosines(const InitialFieldMaker& make);

/// A sin(2πx) along the diagonal (scalar), or u_c = A sin(2πx_c) (vector, without vorticity).
void set_sine(const InitialFieldMaker& make);

/// Two smoothed jumps a period, A tanh(sin(2πx)/(2π width)): the falling one becomes a shock, the
/// rising one a fan.
void set_fronts(const InitialFieldMaker& make);

/// Taylor & Green (1937): A (sin X cos Y cos Z, −cos X sin Y cos Z, 0), X = 2πx, …; a scalar field
/// is A sin X sin Y sin Z (unused axes left out).
void set_taylor_green(const InitialFieldMaker& make);

/// Vortices at random places with strengths of random sign, each a Gaussian stream function
/// ψ = A w e^{−r²/2w²} repeated along periodic axes, u = ∂ψ/∂y, v = −∂ψ/∂x (columns along z in 3
/// D); a scalar field is the sum of the bumps A e^{−r²/2w²}. Lengths are in units of the box.
void set_gaussian_vortices(const InitialFieldMaker& make);

/// Kinks of the equation and their mirror images in turn, across the first axis, at `centres` and
/// with `speeds`; an even number of them, so that the field is periodic. Exact on the line, and in
/// a box but for what tails of length (kink width) reach of each other.
void set_kinks(const InitialFieldMaker& make);

/// The breather of the equation across the first axis, of `frequency` over that of small swings.
void set_breather(const InitialFieldMaker& make);

/// A exp(−r²/(4 w²)) cos(2π k·(x − x₀) − c π/2) for component c: the real and imaginary part of a
/// Gaussian packet of waves, |ψ|² of standard deviation w. Lengths are in units of the box.
void set_wave_packet(const InitialFieldMaker& make);

/// What the three above read, and the faults of it as messages.
void declare_waves(InitialSettings& settings, Section& section);
std::vector<std::string> wave_faults(const InitialSettings& settings, const Grid& grid,
                                     const AnyEquation& equation);

/// The member (counted round) of a trajectory file on the same grid: the field that `field` names,
/// or, of several fields, each by its name.
void set_from_file(const InitialFieldMaker& make);

/// riemann: constant states that meet at planes across the axes.
void set_riemann(const InitialFieldMaker& make);

/// formula: what the input file's formulas of x, y and z say.
void set_formulas(const InitialFieldMaker& make);

/// The parameters of both.
void declare_told(InitialSettings& settings, Section& section);
void add_told_faults(const InitialSettings& settings, const Grid& grid, std::size_t components,
                     std::vector<std::string>& faults);

}  // namespace parapet
