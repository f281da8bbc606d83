#include "simulation/analyse.hpp"

#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/failure.hpp"
#include "grid/kept_modes.hpp"
#include "methods/linear_stability.hpp"
#include "simulation/analyse_graph.hpp"

namespace parapet {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(ExitCode::bad_input, "analyse turing: " + why, true);
}

std::vector<double> uniform_start(const RunSettings& settings) {
  const InitialSettings& initial = settings.problem.initial;
  std::vector<double> state;
  for (std::size_t c = 0; c < static_cast<std::size_t>(settings.components()); ++c) {
    const double scale = initial.scale.empty() ? 1.0 : initial.scale[c];
    state.push_back(initial.mean * scale + (initial.base.empty() ? 0.0 : initial.base[c]));
  }
  return state;
}

LinearStability find_state(const RunSettings& settings, const std::vector<double>& near) {
  if (!has_reaction(settings.problem.equation)) {
    refuse(fmt::format("\"{}\" is no reaction-diffusion equation", settings.problem.name));
  }
  const auto guess = near.empty() ? uniform_start(settings) : near;
  if (guess.size() != static_cast<std::size_t>(settings.components())) {
    refuse(fmt::format("--near has {} entries, \"{}\" has {} components", guess.size(),
                       settings.problem.name, settings.components()));
  }
  const auto found = linear_stability(settings.problem.equation, guess);
  if (!found) refuse(fmt::format("no steady state found from ({})", fmt::join(guess, ", ")));
  return *found;
}

/// The highest wavenumber along an axis that the grid keeps.
std::int64_t highest_kept(const RunSettings& settings, std::size_t axis) {
  const std::int64_t n = settings.grid.points[axis];
  const Dealiasing rule = settings.transform_options().dealiasing;
  const bool is_periodic = settings.grid.grid().is_periodic[axis];
  return (is_periodic ? kept_modes(n, rule, true) : kept_cosines(n, rule)).low - 1;
}

/// Each |k| up to `highest`, to twelve digits, and how many of the waves that the grid keeps have
/// it.
std::map<double, std::int64_t> waves_below(const RunSettings& settings, double highest) {
  const Grid grid = settings.grid.grid();
  std::map<double, std::int64_t> waves;
  std::array<std::int64_t, 3> least{0, 0, 0}, most{0, 0, 0};
  for (std::size_t a = 0; a < settings.grid.points.size(); ++a) {
    most[a] = std::min(highest_kept(settings, a),
                       static_cast<std::int64_t>(highest / grid.wave_unit(static_cast<int>(a))));
    if (grid.is_periodic[a]) least[a] = -most[a];
  }
  for (std::int64_t i = least[0]; i <= most[0]; ++i) {
    for (std::int64_t j = least[1]; j <= most[1]; ++j) {
      for (std::int64_t l = least[2]; l <= most[2]; ++l) {
        const double k = std::hypot(grid.wave_unit(0) * static_cast<double>(i),
                                    grid.wave_unit(1) * static_cast<double>(j),
                                    grid.wave_unit(2) * static_cast<double>(l));
        if (k <= highest) ++waves[std::round(k / highest * 1e12) * highest / 1e12];
      }
    }
  }
  return waves;
}

struct Growing {
  double k;
  std::complex<double> growth;
  std::int64_t waves;
};

struct Analysis {
  LinearStability about;
  std::vector<UnstableBand> bands;
  std::vector<Growing> growing;  ///< of the waves the grid holds
};

Analysis analysed(const RunSettings& settings, const std::vector<double>& near) {
  Analysis result{find_state(settings, near), {}, {}};
  double highest = 0.0;
  const Grid grid = settings.grid.grid();
  for (std::size_t a = 0; a < settings.grid.points.size(); ++a) {
    const auto most = static_cast<double>(highest_kept(settings, a));
    highest = std::max(highest, grid.wave_unit(static_cast<int>(a)) * most);
  }
  result.bands = unstable_bands(result.about, highest);
  if (result.bands.empty()) return result;
  for (const auto& [k, waves] : waves_below(settings, result.bands.back().high)) {
    const auto growth = result.about.growth(k);
    if (growth.real() > 0.0) result.growing.push_back({k, growth, waves});
  }
  return result;
}

std::string json(const RunSettings& settings, const Analysis& analysis) {
  std::vector<std::string> bands, waves;
  for (const UnstableBand& band : analysis.bands) {
    bands.push_back(fmt::format(R"({{"low": {}, "high": {}, "fastest": {}, "growth_rate": {}}})",
                                band.low, band.high, band.fastest,
                                analysis.about.growth(band.fastest).real()));
  }
  for (const Growing& wave : analysis.growing) {
    waves.push_back(
        fmt::format(R"({{"wavenumber": {}, "growth_rate": {}, "frequency": {}, "waves": {}}})",
                    wave.k, wave.growth.real(), wave.growth.imag(), wave.waves));
  }
  return fmt::format(
      "{{\n  \"equation\": \"{}\",\n  \"state\": [{}],\n  \"jacobian\": [{}],\n"
      "  \"diffusivity\": [{}],\n  \"unstable_bands\": [{}],\n  \"growing_waves\": [\n    {}\n  ]\n"
      "}}\n",
      settings.problem.name, fmt::join(analysis.about.state, ", "),
      fmt::join(analysis.about.jacobian, ", "), fmt::join(analysis.about.diffusivity, ", "),
      fmt::join(bands, ", "), fmt::join(waves, ",\n    "));
}

std::string table(const RunSettings& settings, const Analysis& analysis) {
  std::string text =
      fmt::format("{}: small waves about the uniform state\n", settings.problem.name);
  const auto fields = settings.fields();
  for (std::size_t c = 0; c < fields.size(); ++c) {
    text += fmt::format("  {} = {:.12g}\n", fields[c].name, analysis.about.state[c]);
  }
  if (analysis.bands.empty()) return text + "no wave the grid could hold grows: it is stable\n";
  for (const UnstableBand& band : analysis.bands) {
    text += fmt::format(
        "waves grow for {:.6g} < |k| < {:.6g}, fastest at {:.6g} (wavelength {:.6g}) with rate "
        "{:.6g}\n",
        band.low, band.high, band.fastest, two_pi / band.fastest,
        analysis.about.growth(band.fastest).real());
  }
  if (analysis.growing.empty()) return text + "the grid holds none of them: it is too small\n";
  text += fmt::format("on this grid:\n  {:>12} {:>12} {:>14} {:>12} {:>6}\n", "|k|", "wavelength",
                      "growth rate", "frequency", "waves");
  for (const Growing& wave : analysis.growing) {
    text += fmt::format("  {:>12.6g} {:>12.6g} {:>14.8g} {:>12.6g} {:>6}\n", wave.k,
                        two_pi / wave.k, wave.growth.real(), wave.growth.imag(), wave.waves);
  }
  return text;
}

}  // namespace

std::string turing_report(const RunSettings& settings, const std::vector<double>& near,
                          bool is_json) {
  if (settings.network) {
    return graph_turing_report(settings, find_state(settings, near), is_json);
  }
  const Analysis analysis = analysed(settings, near);
  return is_json ? json(settings, analysis) : table(settings, analysis);
}

}  // namespace parapet
