#pragma once

#include <array>
#include <string>

#include "grid/grid.hpp"
#include "methods/density/line_energy.hpp"

namespace parapet {

/// Why a process on a grid is no gradient flow that JkoFlow can follow; empty: it is one.
std::string jko_refusal(const DensityProcess& process, const Grid& grid);

/// A gradient flow on the line between walls by the scheme of Jordan, Kinderlehrer & Otto (1998): a
/// step of length τ minimises W₂(ρ, ρ_old)²/2τ + E(ρ) over densities with the same masses between
/// their edges, so that W₂² is that of the edges (Gosse & Toscani 2006): a convex problem where V
/// is convex and nothing interacts, solved by Newton's method. First order in τ; E never rises,
/// mass stays, nothing becomes negative, whatever τ. Where nothing is at the start the density has
/// ends of its own, that move as it does, no farther than to the walls.
class JkoFlow {
 public:
  using Walls = std::array<double, 2>;

  /// A process that jko_refusal() does not refuse, at time 0 of its own; keeps a reference to it.
  /// `resolution` is a length over which V and W are smooth. Throws Failure(bad_input) where edges
  /// do not ascend between the walls or the energy is not finite.
  JkoFlow(const DensityProcess& process, const Walls& walls, double resolution,
          LineDensity density);

  /// Throws Failure(blew_up) when the minimum is not found.
  void step(double tau);

  const std::vector<double>& edges() const { return edges_; }
  LineDensity density() const { return {edges_, energy_.masses()}; }
  double free_energy() const { return energy_.value(edges_); }

 private:
  double objective(const std::vector<double>& edges, double tau) const;
  std::vector<double> newton_change(const std::vector<double>& edges, double tau) const;
  std::vector<double> moved(const std::vector<double>& edges, const std::vector<double>& change,
                            double tau) const;

  Walls walls_;
  LineEnergy energy_;
  std::vector<double> edges_;
};

}  // namespace parapet
