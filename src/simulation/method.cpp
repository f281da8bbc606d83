#include "simulation/method.hpp"

#include <utility>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/text.hpp"
#include "diagnostics/field_diagnostics.hpp"
#include "grid/redistribution.hpp"
#include "simulation/initial_condition.hpp"
#include "simulation/initial_file.hpp"

namespace parapet {

namespace {

std::uint64_t seed_of(const RunSettings& settings) {
  return static_cast<std::uint64_t>(settings.ensemble.seed);
}

InitialRequest request_for(const RunSettings& settings, std::int64_t member) {
  const ProblemSettings problem = settings.problem_of(member);
  return {problem.initial, seed_of(settings), static_cast<std::uint64_t>(member), settings.fields(),
          problem.equation};
}

class SpectralMethod final : public Method {
 public:
  SpectralMethod(const Communicator& group, const RunSettings& settings, std::string wisdom)
      : settings_(settings),
        transform_(group, settings.grid.grid(), options(settings, std::move(wisdom))) {}

  std::unique_ptr<Solver> make_solver(std::int64_t first, std::int64_t count) override {
    std::vector<SpectralMember> members;
    for (std::int64_t m = first; m < first + count; ++m) {
      members.push_back(settings_.equation_of(m));
    }
    return make_spectral_solver(transform_, settings_.problem.form, std::move(members),
                                settings_.step_control(), settings_.spectral_integrator());
  }

  void start(Solver& solver, std::size_t slot, std::int64_t member) override {
    auto& spectral = dynamic_cast<SpectralSolver&>(solver);
    std::vector<Complex*> components;
    for (int c = 0; c < solver.components(); ++c) {
      components.push_back(spectral.modes(slot, c).data());
    }
    settings_.is_steady()
        ? set_given(member, components)
        : set_initial_condition(request_for(settings_, member), transform_, components);
    solver.set_progress(slot, MemberProgress{});
    solver.settle(slot);
  }

  std::string description() const override { return transform_.description(); }
  std::vector<std::int64_t> shells() const override { return shell_starts(transform_); }
  std::string wisdom() const override { return transform_.wisdom(); }

 private:
  void set_given(std::int64_t member, std::span<Complex* const> components) {
    const auto given = settings_.problem_of(member).given;
    const std::size_t first = components.size() - given.size();
    for (std::size_t g = 0; g < given.size(); ++g) {
      const auto values = given_points(given[g], seed_of(settings_),
                                       static_cast<std::uint64_t>(member), transform_, false);
      const double* const from = values.data();
      transform_.to_modes({&from, 1}, {&components[first + g], 1});
    }
  }

  static SpectralTransform::Options options(const RunSettings& settings, std::string wisdom) {
    auto made = settings.transform_options();
    made.wisdom = std::move(wisdom);
    return made;
  }

  const RunSettings& settings_;
  SpectralTransform transform_;
};

class CellMethod final : public Method {
 public:
  CellMethod(const Communicator& group, const RunSettings& settings)
      : settings_(settings),
        group_(group),
        cells_(group, settings.grid.grid(), settings.grid.boundaries(), settings.cell_form().ghosts,
               settings.cell_form().reach) {}

  std::unique_ptr<Solver> make_solver(std::int64_t first, std::int64_t count) override {
    std::vector<AnyEquation> members;
    for (std::int64_t m = first; m < first + count; ++m) {
      members.push_back(settings_.problem_of(m).equation);
    }
    MethodOptions options = settings_.method_options();
    options.particles.first_member = first;
    if (settings_.has_carrier_file()) {
      velocity_ = velocity_from_file(group_, settings_, cells_.block());
      options.velocity = &velocity_;
    }
    return make_cell_solver(cells_, options, settings_.problem.form, members,
                            settings_.step_control());
  }

  // Fields are made where the transform has its points and moved to the blocks.
  void start(Solver& solver, std::size_t slot, std::int64_t member) override {
    SpectralTransform transform(group_, settings_.grid.grid(),
                                {Dealiasing::none, Planning::estimate});
    const auto fields = fields_of_member(member, transform);
    if (settings_.cell_form().holds_density) require_densities(fields);
    std::vector<double> block(cells_.cell_count());
    for (std::size_t c = 0; c < fields.size(); ++c) {
      redistribute(group_, transform.physical_box(), fields[c], cells_.block(), block);
      solver.set_points(slot, static_cast<int>(c), block);
    }
    solver.set_progress(slot, MemberProgress{});
    solver.settle(slot);
  }

  std::string description() const override { return describe_division(settings_, group_.size()); }

 private:
  /// The fields a member starts from, one array a component; zeros for those not given.
  std::vector<std::vector<double>> fields_of_member(std::int64_t member,
                                                    SpectralTransform& transform) {
    const auto count = static_cast<std::size_t>(settings_.components());
    const bool are_averages = settings_.cell_form().holds_averages;
    if (!settings_.is_steady()) {
      return initial_points(request_for(settings_, member), transform, count, are_averages);
    }
    const auto given = settings_.problem_of(member).given;
    std::vector<std::vector<double>> fields(count - given.size(),
                                            std::vector<double>(transform.point_count()));
    for (const GivenFieldSettings& one : given) {
      fields.push_back(given_points(one, seed_of(settings_), static_cast<std::uint64_t>(member),
                                    transform, are_averages));
    }
    return fields;
  }

  void require_densities(const std::vector<std::vector<double>>& fields) const {
    double least = 0.0;
    for (const auto& field : fields) {
      for (const double value : field) least = value < least || value != value ? value : least;
    }
    collectively(group_, [&] {
      require(least == 0.0, ExitCode::bad_input,
              fmt::format("[initial] gives {} somewhere: a density is not negative", least));
    });
  }

  const RunSettings& settings_;
  const Communicator& group_;
  CellGrid cells_;
  std::vector<std::vector<double>> velocity_;  ///< of [equation.carrier]
};

}  // namespace

std::unique_ptr<Method> make_method(const Communicator& group, const RunSettings& settings,
                                    std::string wisdom) {
  if (!settings.is_spectral()) return std::make_unique<CellMethod>(group, settings);
  return std::make_unique<SpectralMethod>(group, settings, std::move(wisdom));
}

std::string describe_division(const RunSettings& settings, int ranks) {
  const Grid grid = settings.grid.grid();
  if (settings.network) {
    return fmt::format("{} nodes and {} edges of a graph, nodes in {} on {}",
                       settings.network->nodes, settings.network->edge_count(),
                       counted(CellDivision(grid, ranks, 1).active_ranks(), "block"),
                       counted(ranks, "rank"));
  }
  if (!settings.is_spectral()) {
    return CellGrid::describe(grid, ranks, settings.cell_form().ghosts);
  }
  return SpectralTransform::describe(grid, settings.transform_options(), ranks);
}

}  // namespace parapet
