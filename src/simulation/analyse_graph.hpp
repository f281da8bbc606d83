#pragma once

#include <string>

#include "methods/linear_stability.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

/// turing_report() on a graph: an eigenvector of its Laplacian, of eigenvalue Λ ≤ 0, about the
/// uniform state grows as a wave of k² = −Λ on a grid does (Othmer & Scriven 1971; Nakao &
/// Mikhailov 2010, eq. 4). Beyond most_nodes_with_spectrum nodes only the band is told.
std::string graph_turing_report(const RunSettings& settings, const LinearStability& about,
                                bool is_json);

}  // namespace parapet
