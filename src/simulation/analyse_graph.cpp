#include "simulation/analyse_graph.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "methods/graph/graph_spectrum.hpp"

namespace parapet {
namespace {

constexpr std::size_t most_rows = 20;

struct GrowingMode {
  double eigenvalue;
  std::complex<double> growth;
};

struct GraphAnalysis {
  const Graph& graph;
  const LinearStability& about;
  std::vector<UnstableBand> bands{};  ///< of k = √−Λ
  bool has_spectrum = false;
  std::vector<GrowingMode> growing{};  ///< the fastest first
};

GraphAnalysis analysed(const Graph& graph, const LinearStability& about) {
  GraphAnalysis result{graph, about};
  // Gershgorin: no −Λ is above twice the largest sum of a node's weights.
  result.bands = unstable_bands(about, std::sqrt(2.0 * std::ranges::max(strengths(graph))));
  result.has_spectrum = graph.nodes <= most_nodes_with_spectrum;
  if (!result.has_spectrum) return result;
  for (const double eigenvalue : graph_spectrum(graph)) {
    const auto growth = about.growth(std::sqrt(-eigenvalue));
    if (growth.real() > 0.0) result.growing.push_back({eigenvalue, growth});
  }
  std::ranges::stable_sort(result.growing, [](const GrowingMode& a, const GrowingMode& b) {
    return a.growth.real() > b.growth.real();
  });
  return result;
}

std::string json(const RunSettings& settings, const GraphAnalysis& analysis) {
  std::vector<std::string> bands, modes;
  for (const UnstableBand& band : analysis.bands) {
    bands.push_back(fmt::format(R"({{"low": {}, "high": {}, "fastest": {}, "growth_rate": {}}})",
                                -band.high * band.high, -band.low * band.low,
                                -band.fastest * band.fastest,
                                analysis.about.growth(band.fastest).real()));
  }
  for (const GrowingMode& mode : analysis.growing) {
    modes.push_back(fmt::format(R"({{"eigenvalue": {}, "growth_rate": {}, "frequency": {}}})",
                                mode.eigenvalue, mode.growth.real(), mode.growth.imag()));
  }
  return fmt::format(
      "{{\n  \"equation\": \"{}\",\n  \"state\": [{}],\n  \"jacobian\": [{}],\n"
      "  \"diffusivity\": [{}],\n  \"nodes\": {},\n  \"edges\": {},\n"
      "  \"unstable_bands_of_eigenvalues\": [{}],\n  \"growing_modes\": {}\n}}\n",
      settings.problem.name, fmt::join(analysis.about.state, ", "),
      fmt::join(analysis.about.jacobian, ", "), fmt::join(analysis.about.diffusivity, ", "),
      analysis.graph.nodes, analysis.graph.edge_count(), fmt::join(bands, ", "),
      analysis.has_spectrum ? fmt::format("[\n    {}\n  ]", fmt::join(modes, ",\n    ")) : "null");
}

std::string modes_table(const GraphAnalysis& analysis) {
  const auto& growing = analysis.growing;
  if (!analysis.has_spectrum) {
    return fmt::format(
        "of {} nodes the eigenvalues are not computed, of up to {} they are: which of these bands "
        "holds some is not told\n",
        analysis.graph.nodes, most_nodes_with_spectrum);
  }
  if (growing.empty()) return "no eigenvalue of this graph lies there\n";
  std::string text =
      fmt::format("on this graph {} of {} do{}:\n  {:>14} {:>14} {:>12}\n", growing.size(),
                  analysis.graph.nodes, growing.size() > most_rows ? ", the fastest" : "",
                  "eigenvalue", "growth rate", "frequency");
  for (std::size_t m = 0; m < std::min(most_rows, growing.size()); ++m) {
    text += fmt::format("  {:>14.8g} {:>14.8g} {:>12.6g}\n", growing[m].eigenvalue,
                        growing[m].growth.real(), growing[m].growth.imag());
  }
  return text;
}

std::string table(const RunSettings& settings, const GraphAnalysis& analysis) {
  std::string text = fmt::format(
      "{}: eigenvectors of the graph's Laplacian about the uniform state\n", settings.problem.name);
  const auto fields = settings.fields();
  for (std::size_t c = 0; c < fields.size(); ++c) {
    text += fmt::format("  {} = {:.12g}\n", fields[c].name, analysis.about.state[c]);
  }
  if (analysis.bands.empty()) return text + "none that the graph could have grows: it is stable\n";
  for (const UnstableBand& band : analysis.bands) {
    text += fmt::format(
        "they grow for eigenvalues {:.6g} < L < {:.6g}, fastest at {:.6g} with rate {:.6g}\n",
        -band.high * band.high, -band.low * band.low, -band.fastest * band.fastest,
        analysis.about.growth(band.fastest).real());
  }
  return text + modes_table(analysis);
}

}  // namespace

std::string graph_turing_report(const RunSettings& settings, const LinearStability& about,
                                bool is_json) {
  const GraphAnalysis analysis = analysed(*settings.network, about);
  return is_json ? json(settings, analysis) : table(settings, analysis);
}

}  // namespace parapet
