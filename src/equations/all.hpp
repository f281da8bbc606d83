#pragma once

#include "equations/burgers.hpp"
#include "equations/kuramoto_sivashinsky.hpp"
#include "equations/navier_stokes.hpp"

namespace parapet {

/// Every equation there is. A new one is a file beside this and its name here.
using AllEquations = List<Burgers, KuramotoSivashinsky, NavierStokes>;

/// One of them, with its parameters.
using AnyEquation = AllEquations::Variant;

}  // namespace parapet
