#pragma once

#include "equations/allen_cahn.hpp"
#include "equations/bistable.hpp"
#include "equations/brusselator.hpp"
#include "equations/burgers.hpp"
#include "equations/continuity.hpp"
#include "equations/fisher_kpp.hpp"
#include "equations/fitzhugh_nagumo.hpp"
#include "equations/gray_scott.hpp"
#include "equations/heat.hpp"
#include "equations/kuramoto_sivashinsky.hpp"
#include "equations/navier_stokes.hpp"
#include "equations/schnakenberg.hpp"

namespace parapet {

/// Every equation there is. A new one is a file beside this and its name here.
using AllEquations = List<Burgers, Heat, FisherKpp, Bistable, AllenCahn, GrayScott, FitzHughNagumo,
                          Brusselator, Schnakenberg, KuramotoSivashinsky, NavierStokes, Continuity>;

/// One of them, with its parameters.
using AnyEquation = AllEquations::Variant;

}  // namespace parapet
