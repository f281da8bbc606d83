#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "equations/all.hpp"
#include "grid/spectral_transform.hpp"
#include "methods/random_forcing.hpp"
#include "methods/solver.hpp"

namespace parapet {

/// A Solver whose state is the Fourier modes of its fields on one SpectralTransform.
class SpectralSolver : public Solver {
 public:
  explicit SpectralSolver(SpectralTransform& transform) : transform_(transform) {}

  SpectralTransform& transform() const { return transform_; }

  /// One component of one member: mode_count() coefficients, to be read or written freely between
  /// steps. The span is valid until the next step.
  virtual std::span<Complex> modes(std::size_t member, int component) = 0;

  StateArray state_array() const override;
  std::span<const double> state(std::size_t member, int component,
                                std::vector<double>& scratch) override;
  void set_state(std::size_t member, int component, std::span<const double> values) override;

  Box point_box() const override { return transform_.physical_box(); }
  void to_points(std::size_t member, int first, std::span<double* const> fields) override;

  FieldDiagnostics diagnose(std::size_t member) override;
  std::vector<double> spectrum(std::size_t member) override;
  std::uint64_t digest(std::size_t member) override;
  void require_finite(std::size_t member, std::size_t member_in_run) override;

 protected:
  std::vector<const Complex*> component_pointers(std::size_t member);

 private:
  SpectralTransform& transform_;
};

/// One member's own version of the equation.
struct SpectralMember {
  AnyEquation equation;
  std::vector<ForcingWave> forcing;
};

/// How an equation can be advanced on its modes, the default first:
///   etdrk4      pseudo-spectral, exponential Runge–Kutta of fourth order: semilinear forms
///   symplectic  exact free waves and kicks by their potential, of fourth order: waves
///   exact       the closed form of linear equations, to any time at once
std::vector<std::string> integrators_of(const AnyEquation& equation);

/// What a spectral integrator takes and keeps for an equation.
struct SpectralFormTraits {
  int transformed = 0;   ///< fields and products that go between modes and points at once
  int arrays = 0;        ///< of a field's modes that a member keeps
  int coefficients = 0;  ///< numbers a mode for one step size
  int degree = 0;        ///< of the products in their inputs
  bool conserves_mean = false;
  bool keeps_mirror_images = false;       ///< it goes with walls
  std::vector<std::string> quantities{};  ///< names of Solver::quantities
};
/// `integrator` is one of integrators_of(); empty: the first.
SpectralFormTraits spectral_form_traits(const AnyEquation& equation, std::string_view form,
                                        int dimensions, std::string_view integrator = {});

/// The fields of an equation in so many dimensions.
std::vector<FieldName> fields_of(const AnyEquation& equation, std::string_view form,
                                 int dimensions);

/// A solver for members of one equation that share form, grid and step control, by one of its
/// integrators (empty: the first); keeps a reference to `transform`. Members start at time 0 with
/// all modes zero. Throws Failure(bad_input) for walls and a form or a forcing that does not go
/// with them.
std::unique_ptr<SpectralSolver> make_spectral_solver(SpectralTransform& transform,
                                                     std::string_view form,
                                                     std::vector<SpectralMember> members,
                                                     const StepControl& control,
                                                     std::string_view integrator = {});

}  // namespace parapet
