#include "simulation/initial_condition.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "base/exact_sum.hpp"
#include "base/failure.hpp"
#include "simulation/initial_fields.hpp"

namespace parapet {
namespace {

struct Kind {
  std::string_view name;
  void (*make)(const InitialFieldMaker&);
  bool is_modal = false;  ///< told mode by mode
};

constexpr std::array<Kind, 19> kinds = {{{"gaussian-random-field", set_gaussian_random_field, true},
                                         {"random-sines", set_random_sines},
                                         {"modes", set_modes},
                                         {"cosines", set_cosines},
                                         {"sine", set_sine},
                                         {"fronts", set_fronts},
                                         {"taylor-green", set_taylor_green},
                                         {"gaussian-vortices", set_gaussian_vortices},
                                         {"uniform", set_uniform},
                                         {"spots", set_spots},
                                         {"slab", set_slab},
                                         {"patch", set_patch},
                                         {"kinks", set_kinks},
                                         {"breather", set_breather},
                                         {"wave-packet", set_wave_packet},
                                         {"gaussian", set_gaussian},
                                         {"riemann", set_riemann},
                                         {"formula", set_formulas},
                                         {"file", set_from_file}}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kinds) names.emplace_back(kind.name);
  return names;
}

void declare_random(InitialSettings& s, Section& section) {
  const char* const fno = "Li et al. 2021 (FNO), N(0, 625 (-lap + 25 I)^-2): 25, 5, 2";
  section
      .add("sigma", s.sigma, "gaussian-random-field: scale of N(0, sigma^2 (-lap + tau^2)^-gamma)")
      .at_least(0.0)
      .source(fno);
  section.add("tau", s.tau, "gaussian-random-field: inverse correlation length")
      .unit("1/length")
      .at_least(0.0)
      .source(fno);
  section.add("gamma", s.gamma, "gaussian-random-field: smoothness; |u_k|^2 falls as k^(-2 gamma)")
      .at_least(0.0)
      .at_most(20.0)
      .source(fno);
  section.add("random_mean", s.random_mean,
              "gaussian-random-field: draw the mean too; the FNO's generator sets it");
  section.add("irrotational", s.irrotational,
              "gaussian-random-field, vector form: keep only the part without vorticity");
  section.add("picks", s.picks, "random-sines: how many wavenumbers are picked, with replacement")
      .at_least(1)
      .at_most(64)
      .source("PDEBench utils.init_multi: 2");
  section
      .add("highest_wavenumber", s.highest_wavenumber,
           "random-sines: they are picked from 1 to this")
      .at_least(1)
      .at_most(1000)
      .source("PDEBench utils.init_multi: 4");
  section
      .add("normalise", s.normalise,
           "random-sines: take the absolute value and stretch it onto 0 to `amplitude`")
      .source("PDEBench utils.init_multi, if_norm: 1-D reaction-diffusion");
}

void declare_shapes(InitialSettings& s, Section& section) {
  section.add(
      "wavenumbers", s.wavenumbers,
      "modes, cosines, wave-packet: waves per length, for cosines on an axis with ends half "
      "waves, one entry an axis, wave after wave");
  section.add("amplitudes", s.amplitudes, "modes, cosines: one entry a wave").unit("field");
  section.add("phases", s.phases, "modes: one entry a wave").unit("radians");
  section
      .add("amplitude", s.amplitude,
           "random-sines, sine, fronts, taylor-green, gaussian-vortices, spots, slab, patch, "
           "wave-packet: size of the field")
      .unit("field");
  section
      .add("width", s.width,
           "fronts, gaussian-vortices, spots, slab, patch, wave-packet: width of a front, vortex, "
           "spot, edge or packet over the grid's length")
      .above(0.0)
      .at_most(1.0);
  section.add("vortices", s.vortices, "gaussian-vortices: how many").at_least(1).at_most(10000);
  section.add("spots", s.spots, "spots: how many").at_least(1).at_most(10000);
  section.add("extent", s.extent, "slab, patch: thickness of the inside over the grid's length")
      .above(0.0)
      .at_most(1.0);
  section
      .add("power", s.power,
           "slab: the fronts are (1 + exp(distance/width))^-power; 1 is a tanh, 2 the exact "
           "Fisher-KPP front")
      .at_least(1)
      .at_most(16);
  section
      .add("bumps", s.bumps,
           "patch: so many bumps sin^2 along each axis instead of a plateau; 0: a plateau")
      .at_least(0)
      .at_most(1000);
}

void declare_density(InitialSettings& s, Section& section) {
  section
      .add("means", s.means,
           "gaussian: where its middle is, one entry an axis, Gaussian after Gaussian; one entry: "
           "the same for all axes")
      .unit("length")
      .entries(1, 300);
  section
      .add("deviations", s.deviations,
           "gaussian: standard deviations, one entry an axis, Gaussian after Gaussian; one entry: "
           "the same for all")
      .unit("length")
      .above(0.0)
      .entries(1, 300);
  section.add("weights", s.weights, "gaussian: the share of each Gaussian; empty: equal ones")
      .above(0.0)
      .entries(0, 300);
  section
      .add("mass", s.mass,
           "on cells: the field is scaled so that its integral over the domain is this; not given: "
           "it is as it is")
      .unit("field length^d")
      .above(0.0);
}

void declare_noise(InitialSettings& s, Section& section) {
  section
      .add("noise", s.noise,
           "standard deviation of normal noise added to each component, one entry a component; "
           "empty: none")
      .entries(0, 16)
      .at_least(0.0);
  section
      .add("noise_wavenumber", s.noise_wavenumber,
           "the noise has waves up to this number per length (two half waves between walls are "
           "one), and is then the same on every grid that holds them; 0: all the grid keeps")
      .at_least(0)
      .at_most(100000);
}

void scale_and_shift(const InitialSettings& settings, const SpectralTransform& transform,
                     std::span<Complex* const> components) {
  for (std::size_t c = 0; c < settings.scale.size(); ++c) {
    for (std::size_t i = 0; i < transform.mode_count(); ++i) components[c][i] *= settings.scale[c];
  }
  if (settings.base.empty()) return;
  transform.for_each_mode([&](std::size_t i, const Mode& mode) {
    if (mode.wavenumber != std::array<std::int64_t, 3>{0, 0, 0}) return;
    for (std::size_t c = 0; c < components.size(); ++c) components[c][i] += settings.base[c];
  });
}

void add_wave_faults(const InitialSettings& s, const Grid& grid, std::vector<std::string>& faults) {
  const std::size_t waves = s.amplitudes.size(), d = static_cast<std::size_t>(grid.dimensions);
  const bool has_phases = s.kind == "modes";
  if (s.wavenumbers.size() != waves * d || (has_phases && s.phases.size() != waves)) {
    faults.push_back(fmt::format(
        "{} amplitudes need {} wavenumbers (one an axis each){}, not {}{}", waves, waves * d,
        has_phases ? fmt::format(" and {} phases", waves) : "", s.wavenumbers.size(),
        has_phases ? fmt::format(" and {}", s.phases.size()) : ""));
    return;
  }
  for (std::size_t j = 0; j < s.wavenumbers.size(); ++j) {
    const bool is_half_wave = s.kind == "cosines" && !grid.is_periodic[j % d];
    if ((is_half_wave ? 1 : 2) * std::abs(s.wavenumbers[j]) < grid.points[j % d]) continue;
    faults.push_back(fmt::format("wavenumber {} needs more than {} points along axis {}",
                                 s.wavenumbers[j], grid.points[j % d], j % d));
  }
}

}  // namespace

void InitialSettings::declare(Section& section) {
  section.add("kind", kind, "which field members start from").one_of(kind_names());
  section.add("mean", mean, "added to the field everywhere").unit("field");
  section
      .add("scale", scale,
           "what each component of the field is multiplied with, one entry a component; empty: 1")
      .entries(0, 16);
  section
      .add("base", base, "then added to each component everywhere, one entry a component; empty: 0")
      .entries(0, 16);
  declare_noise(*this, section);
  declare_random(*this, section);
  declare_shapes(*this, section);
  declare_waves(*this, section);
  declare_density(*this, section);
  declare_told(*this, section);
  section.add("file", file,
              "file: a trajectory on the same grid; member m starts from its member m");
  section.add("field", field, "file: which field; the first one if empty");
  section.add("frame", frame, "file: which frame").at_least(0);
}

std::vector<std::string> InitialSettings::faults(const Grid& grid,
                                                 const std::vector<FieldName>& fields,
                                                 const AnyEquation& equation) const {
  std::vector<std::string> result = wave_faults(*this, grid, equation);
  std::size_t components = 0;
  for (const FieldName& f : fields) components += static_cast<std::size_t>(f.components);
  for (const auto& [key, list] :
       {std::pair{"base", &base}, std::pair{"scale", &scale}, std::pair{"noise", &noise}}) {
    if (list->empty() || list->size() == components) continue;
    result.push_back(fmt::format("`{}` has {} entries, the equation {} components", key,
                                 list->size(), components));
  }
  const bool is_vector = fields.size() == 1 && components > 1;
  add_told_faults(*this, grid, components, result);
  if (kind == "file" && file.empty()) result.emplace_back("kind \"file\" needs `file`");
  if (irrotational && !is_vector) {
    result.emplace_back("`irrotational` needs the vector form in 2 or 3 dimensions");
  }
  if (kind == "gaussian-random-field" && random_mean && tau == 0.0) {
    result.emplace_back("`random_mean` with tau = 0 has infinite variance");
  }
  if (kind == "gaussian") {
    const std::size_t n = std::max(means.size(), deviations.size());
    const auto axes = static_cast<std::size_t>(grid.dimensions);
    const std::size_t count = n <= 1 ? 1 : n / axes;
    const auto fits = [&](const auto& list) { return list.size() == 1 || list.size() == n; };
    if ((n > 1 && n % axes != 0) || !fits(means) || !fits(deviations)) {
      result.push_back(fmt::format(
          "{} `means` and {} `deviations` in {} dimensions: expected one entry for all, or one "
          "an axis for each Gaussian",
          means.size(), deviations.size(), axes));
    } else if (!weights.empty() && weights.size() != count) {
      result.push_back(fmt::format("{} `weights` for {} Gaussians", weights.size(), count));
    }
  }
  if (kind == "random-sines" && 2 * highest_wavenumber > grid.points[0]) {
    result.push_back(fmt::format("`highest_wavenumber` = {} needs at least {} points along x",
                                 highest_wavenumber, 2 * highest_wavenumber));
  }
  if (irrotational && !grid.is_periodic_everywhere()) {
    result.emplace_back("`irrotational` needs a periodic grid");
  }
  if (kind == "modes" || kind == "cosines") add_wave_faults(*this, grid, result);
  return result;
}

namespace {

const Kind& kind_of(const InitialSettings& settings) {
  const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                 [&](const Kind& k) { return k.name == settings.kind; });
  require(kind != kinds.end(), ExitCode::bad_input, "no initial condition " + settings.kind);
  return *kind;
}

InitialFieldMaker maker_for(const InitialRequest& request, SpectralTransform& transform,
                            std::span<Complex* const> modes) {
  const RandomStream stream(request.seed, request.purpose,
                            static_cast<std::uint32_t>(request.member));
  return {request.settings, transform,        stream, request.member,
          request.fields,   request.equation, modes};
}

/// Arrays of so many values, all zero, and pointers to them.
template <class T>
struct Arrays {
  std::vector<std::vector<T>> values;
  std::vector<T*> pointers;

  Arrays(std::size_t count, std::size_t size) : values(count, std::vector<T>(size)) {
    for (auto& one : values) pointers.push_back(one.data());
  }
};

/// Fields told by their modes, at the points. Collective.
Arrays<double> points_of_modes(SpectralTransform& transform, std::size_t components,
                               const std::function<void(std::span<Complex* const>)>& fill) {
  const Arrays<Complex> modes(components, transform.mode_count());
  fill(modes.pointers);
  Arrays<double> points(components, transform.point_count());
  const std::vector<const Complex*> from(modes.pointers.begin(), modes.pointers.end());
  transform.to_points(from, points.pointers);
  return points;
}

void add_noise_at_points(const InitialRequest& request, SpectralTransform& transform,
                         std::vector<std::vector<double>>& fields) {
  const auto noise = points_of_modes(
      transform, fields.size(),
      [&](std::span<Complex* const> modes) { add_noise(maker_for(request, transform, modes)); });
  for (std::size_t c = 0; c < fields.size(); ++c) {
    for (std::size_t i = 0; i < fields[c].size(); ++i) fields[c][i] += noise.values[c][i];
  }
}

/// Makes the integral of each component over the domain the mass asked for. Collective.
void scale_to_mass(const InitialSettings& settings, const SpectralTransform& transform,
                   std::vector<std::vector<double>>& fields) {
  const double mass = *settings.mass;
  const Grid& grid = transform.grid();
  double cell = 1.0;
  for (int a = 0; a < grid.dimensions; ++a) cell *= grid.spacing(a);
  for (auto& field : fields) {
    const double factor = mass / (cell * exact_sum(transform.communicator(), field));
    if (!std::isfinite(factor)) {
      throw Failure(ExitCode::bad_input,
                    fmt::format("[{}] has no mass on the points of the grid that could be scaled "
                                "to `mass` = {}",
                                settings.place, mass),
                    true);
    }
    for (double& value : field) value *= factor;
  }
}

}  // namespace

void set_initial_condition(const InitialRequest& request, SpectralTransform& transform,
                           std::span<Complex* const> components) {
  const InitialFieldMaker maker = maker_for(request, transform, components);
  kind_of(request.settings).make(maker);
  scale_and_shift(request.settings, transform, components);
  if (!request.settings.noise.empty()) add_noise(maker);
}

std::vector<std::vector<double>> initial_points(const InitialRequest& request,
                                                SpectralTransform& transform,
                                                std::size_t components, bool are_averages) {
  const InitialSettings& settings = request.settings;
  const Kind& kind = kind_of(settings);
  Arrays<double> result(components, transform.point_count());
  if (kind.is_modal) {
    result = points_of_modes(transform, components, [&](std::span<Complex* const> modes) {
      kind.make(maker_for(request, transform, modes));
    });
  } else {
    InitialFieldMaker maker = maker_for(request, transform, {});
    maker.points = result.pointers;
    maker.are_averages = are_averages;
    kind.make(maker);
  }
  for (std::size_t c = 0; c < components; ++c) {
    for (double& value : result.values[c]) {
      if (!settings.scale.empty()) value *= settings.scale[c];
      if (!settings.base.empty()) value += settings.base[c];
    }
  }
  if (!settings.noise.empty()) add_noise_at_points(request, transform, result.values);
  if (settings.mass) scale_to_mass(settings, transform, result.values);
  return std::move(result.values);
}

}  // namespace parapet
