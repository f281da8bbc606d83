#pragma once

#include "equations/advection.hpp"
#include "equations/allen_cahn.hpp"
#include "equations/attraction_repulsion.hpp"
#include "equations/bistable.hpp"
#include "equations/bounded_confidence.hpp"
#include "equations/brusselator.hpp"
#include "equations/burgers.hpp"
#include "equations/consensus_optimisation.hpp"
#include "equations/continuity.hpp"
#include "equations/cucker_smale.hpp"
#include "equations/darcy.hpp"
#include "equations/desai_zwanzig.hpp"
#include "equations/double_well.hpp"
#include "equations/eikonal.hpp"
#include "equations/fisher_kpp.hpp"
#include "equations/fitzhugh_nagumo.hpp"
#include "equations/fokker_planck.hpp"
#include "equations/geometric_brownian_motion.hpp"
#include "equations/gray_scott.hpp"
#include "equations/heat.hpp"
#include "equations/inertial_langevin.hpp"
#include "equations/keller_segel.hpp"
#include "equations/keller_segel_box.hpp"
#include "equations/keller_segel_indirect.hpp"
#include "equations/klein_gordon.hpp"
#include "equations/kuramoto.hpp"
#include "equations/kuramoto_sivashinsky.hpp"
#include "equations/landau.hpp"
#include "equations/linear_quadratic_control.hpp"
#include "equations/mckean_vlasov.hpp"
#include "equations/morse_swarm.hpp"
#include "equations/muller_brown.hpp"
#include "equations/navier_stokes.hpp"
#include "equations/ornstein_uhlenbeck.hpp"
#include "equations/phi_4.hpp"
#include "equations/poisson.hpp"
#include "equations/porous_medium.hpp"
#include "equations/quadratic_hamilton_jacobi.hpp"
#include "equations/schnakenberg.hpp"
#include "equations/schrodinger.hpp"
#include "equations/sine_gordon.hpp"
#include "equations/target_sampling.hpp"
#include "equations/two_layer_network.hpp"
#include "equations/underdamped_langevin.hpp"
#include "equations/variance_exploding.hpp"
#include "equations/variance_preserving.hpp"
#include "equations/wave.hpp"

namespace parapet {

/// Every equation there is. A new one is a file beside this and its name here.
using AllEquations =
    List<Burgers, Heat, FisherKpp, Bistable, AllenCahn, GrayScott, FitzHughNagumo, Brusselator,
         Schnakenberg, KuramotoSivashinsky, NavierStokes, Advection, Wave, KleinGordon, SineGordon,
         Phi4, Schrodinger, QuadraticHamiltonJacobi, Eikonal, LinearQuadraticControl,
         OrnsteinUhlenbeck, DoubleWell, MullerBrown, VariancePreserving, VarianceExploding,
         GeometricBrownianMotion, UnderdampedLangevin, FokkerPlanck, PorousMedium, McKeanVlasov,
         DesaiZwanzig, AttractionRepulsion, MorseSwarm, BoundedConfidence, KellerSegel,
         KellerSegelBox, KellerSegelIndirect, Continuity, Poisson, Darcy, Kuramoto, CuckerSmale,
         InertialLangevin, TargetSampling, ConsensusOptimisation, TwoLayerNetwork, Landau>;

/// One of them, with its parameters.
using AnyEquation = AllEquations::Variant;

}  // namespace parapet
