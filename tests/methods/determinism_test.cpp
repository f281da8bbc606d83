#include <map>
#include <ostream>

#include "base/digest.hpp"
#include "diagnostics/field_diagnostics.hpp"
#include "methods/solver_case.hpp"

namespace parapet {
namespace {

struct Case {
  const char* name;
  const char* form;
  std::vector<std::int64_t> points;
  StepControl control;
  int forcing_waves;
  AnyEquation equation = Burgers{};
  std::array<bool, 3> is_periodic = {true, true, true};

  Grid grid() const {
    Grid result = box_grid(points);
    result.is_periodic = is_periodic;
    return result;
  }
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

std::vector<ForcingWave> forcing_of(const Case& c, std::uint64_t member) {
  ForcingSettings settings;
  settings.waves = c.forcing_waves;
  const auto dimensions = static_cast<int>(c.points.size());
  return draw_forcing(settings, 7, member, dimensions,
                      fields_of(c.equation, c.form, dimensions)[0].components);
}

/// Burgers of a viscosity of its own, or the case's other equation.
SpectralMember member_of(const Case& c, std::uint64_t m) {
  if (!std::holds_alternative<Burgers>(c.equation)) return {c.equation, forcing_of(c, m)};
  return burgers_member(0.02 + 0.01 * static_cast<double>(m), forcing_of(c, m));
}

void set_start(SpectralSolver& solver, SpectralTransform& transform, std::size_t slot,
               std::uint64_t member) {
  for (int component = 0; component < solver.components(); ++component) {
    const double phase = 0.3 * static_cast<double>(member) + component;
    set_field(solver, transform, slot, component, [&](const Point& x) {
      return 0.2 + std::sin(2 * pi * (x[0] + x[1]) + phase) * std::cos(2 * pi * x[2] + phase) +
             0.3 * std::cos(4 * pi * x[0] - 2 * pi * x[1]);
    });
  }
}

/// Digests of the listed members, advanced together, and of the diagnostics drawn from them.
std::map<std::uint64_t, std::uint64_t> digests(const Communicator& communicator, const Case& c,
                                               const std::vector<std::uint64_t>& members) {
  SpectralTransform transform(communicator, c.grid(), {});
  std::vector<SpectralMember> parts;
  for (const std::uint64_t m : members) {
    parts.push_back(member_of(c, m));
  }
  auto solver = make_spectral_solver(transform, c.form, parts, c.control);
  for (std::size_t i = 0; i < members.size(); ++i) set_start(*solver, transform, i, members[i]);
  run_to(*solver, 0.03);
  run_to(*solver, 0.07);
  std::map<std::uint64_t, std::uint64_t> result;
  for (std::size_t i = 0; i < members.size(); ++i) {
    std::vector<const Complex*> components;
    for (int f = 0; f < solver->components(); ++f) components.push_back(solver->modes(i, f).data());
    const auto d = diagnose(transform, components);
    Digest extra;
    std::uint64_t place = 0;
    for (const double value :
         {d.mean[0], d.energy, d.gradient_square, d.minimum, d.maximum, d.spectrum_tail,
          solver->progress(i).error_estimate, solver->progress(i).courant,
          solver->rate_of_change(i).energy, solver->rate_of_change(i).relative,
          solver->energy_residual(i), solver->progress(i).balance.largest_residual()}) {
      extra.add(value, place++);
    }
    for (const double value : shell_spectrum(transform, components)) extra.add(value, place++);
    result[members[i]] = solver->digest(i) + mix_bits(extra.value());
  }
  return result;
}

class Bits : public testing::TestWithParam<Case> {};

// Rank 0 alone computes the reference; then the first 1, 2, … ranks of the program together do.
TEST_P(Bits, DoNotDependOnTheNumberOfRanks) {
  const auto world = Communicator::world();
  const auto reference = digests(Communicator::self(), GetParam(), {0}).at(0);
  for (const int ranks : {1, 2, 3, 4, 7}) {
    if (ranks > world.size()) break;
    const auto group = world.split(world.rank() < ranks ? 0 : 1);
    if (world.rank() < ranks) {
      EXPECT_EQ(digests(group, GetParam(), {0}).at(0), reference) << ranks << " ranks";
    }
    world.barrier();
  }
}

TEST_P(Bits, DoNotDependOnTheBatch) {
  const auto world = Communicator::world();
  const auto batch = digests(world, GetParam(), {3, 0, 1, 2, 4});
  for (const auto& [member, digest] : batch) {
    EXPECT_EQ(digests(world, GetParam(), {member}).at(member), digest) << "member " << member;
  }
}

TEST_P(Bits, AreThoseOfAnUninterruptedRunAfterARestart) {
  const Case& c = GetParam();
  SpectralTransform transform(Communicator::world(), c.grid(), {});
  const SpectralMember member = member_of(c, 1);
  auto whole = make_spectral_solver(transform, c.form, {member}, c.control);
  set_start(*whole, transform, 0, 1);
  for (int i = 0; i < 5; ++i) whole->step(0.07);
  // What a checkpoint keeps: the modes and the progress.
  auto resumed = make_spectral_solver(transform, c.form, {member}, c.control);
  for (int f = 0; f < whole->components(); ++f) {
    const auto from = whole->modes(0, f);
    std::copy(from.begin(), from.end(), resumed->modes(0, f).begin());
  }
  resumed->set_progress(0, MemberProgress::from_numbers(whole->progress(0).to_numbers()));
  run_to(*whole, 0.07);
  run_to(*resumed, 0.07);
  EXPECT_EQ(resumed->digest(0), whole->digest(0));
  EXPECT_EQ(resumed->progress(0).to_numbers(), whole->progress(0).to_numbers());
}

const StepControl fixed{2e-3, 0.0}, controlled{std::nullopt, 1e-6};

INSTANTIATE_TEST_SUITE_P(
    Solvers, Bits,
    testing::Values(
        Case{"line", "scalar", {96}, fixed, 5},
        Case{"controlled line", "scalar", {96}, controlled, 5},
        Case{"plane", "scalar", {30, 27}, fixed, 0},
        Case{"vector plane", "vector", {24, 20}, controlled, 3},
        Case{"vector box", "vector", {12, 10, 11}, fixed, 2},
        Case{"heat line", "", {60}, fixed, 0, Heat{}},
        Case{"Gray-Scott plane", "", {24, 20}, fixed, 0, GrayScott{}},
        Case{"Brusselator box", "", {12, 10, 11}, controlled, 0, Brusselator{}},
        Case{"Fisher line between walls", "", {60}, fixed, 0, FisherKpp{}, {false, true, true}},
        Case{"Gray-Scott plane between walls",
             "",
             {24, 21},
             controlled,
             0,
             GrayScott{},
             {false, false, true}},
        Case{"Brusselator box between some walls",
             "",
             {12, 10, 11},
             fixed,
             0,
             Brusselator{},
             {false, true, false}},
        Case{"sine-Gordon line", "", {60}, fixed, 0, SineGordon{}},
        Case{"phi-4 box", "", {12, 10, 11}, fixed, 0, Phi4{}},
        Case{"Klein-Gordon plane", "", {24, 20}, fixed, 0, KleinGordon{}},
        Case{"advection plane", "", {30, 27}, fixed, 0, Advection{}},
        Case{"Schrodinger box", "", {12, 10, 11}, fixed, 0, Schrodinger{}}));

}  // namespace
}  // namespace parapet
