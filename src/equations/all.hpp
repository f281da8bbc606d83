#pragma once

#include "equations/burgers.hpp"

namespace parapet {

/// Every equation there is. A new one is a file beside this and its name here.
using AllEquations = List<Burgers>;

/// One of them, with its parameters.
using AnyEquation = AllEquations::Variant;

}  // namespace parapet
