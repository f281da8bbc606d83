#pragma once

#include <vector>

#include "methods/cell_solver.hpp"
#include "methods/volume/implicit_viscosity.hpp"
#include "methods/volume/vector_laws.hpp"

namespace parapet {

/// Solves ∂u/∂t + u·∇u = ν ∇²u by the differences of VectorFaces and the third-order strong-
/// stability-preserving Runge–Kutta method of Shu & Osher (1988), with ImplicitViscosity where that
/// is chosen. Shocks are those of the limit ν →
/// 0: across one the profile is a straight line in the space of u, and it moves with the mean of
/// the normal velocity, whatever the way components jump.
class VectorVolumeSolver final : public CellSolver {
 public:
  /// One viscosity a member.
  VectorVolumeSolver(CellGrid& cells, std::vector<double> viscosities, const StepControl& control,
                     const MethodOptions& its_options);

  std::size_t memory_bytes() const override;

 protected:
  void step_member(std::size_t member, double target) override {
    begin(member);
    CellSolver::step_member(member, target);
  }
  double longest_step(std::size_t member) override;
  void advance(std::size_t member, std::span<const double> steps) override;
  void evaluate_rate(std::size_t member, std::span<double* const> rate) override;
  GhostRule ghost_rule(int component, int axis, int side) const override;
  bool is_normal_velocity(int component, int axis) const override { return component == axis; }

 private:
  static constexpr std::ptrdiff_t reach = 3;

  int dimensions() const { return cells().grid().dimensions; }
  void begin(std::size_t member);
  VectorStage stage_of(std::size_t member, std::span<double* const> u,
                       std::span<double* const> out) const;
  void run(const VectorStage& stage, std::span<double* const> u, bool is_implicit);
  void advance_explicitly(std::size_t member, double dt);
  void advance_implicitly(std::size_t member, double dt);
  ImplicitViscosity::Limits limits_of(std::size_t member) const;

  std::vector<double> viscosities_;
  SweepAxes axes_;
  SweepBoxes boxes_;
  VectorScratch scratch_;
  std::vector<Field> first_, second_;
  ImplicitViscosity viscosity_;
};

}  // namespace parapet
