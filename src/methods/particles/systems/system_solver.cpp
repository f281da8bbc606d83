#include <algorithm>
#include <cmath>
#include <utility>

#include "base/failure.hpp"
#include "methods/particles/first_positions.hpp"
#include "methods/particles/particle_base.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "methods/particles/systems/window.hpp"

namespace parapet {

namespace {

class SystemSolver final : public ParticleBase {
 public:
  SystemSolver(CellGrid& cells, std::string_view form, const std::vector<AnyEquation>& equations,
               const StepControl& control, const MethodOptions& options)
      : ParticleBase(cells, equations.size(), control, options),
        numbers_(particle_numbers(equations.front(), cells.grid().dimensions)),
        window_(cells) {
    for (const AnyEquation& equation : equations) add_member(equation, form);
  }

  int state_arrays() const override { return numbers_.count(); }
  std::span<const double> state(std::size_t member, int array, std::vector<double>&) override {
    return {array_of(member, array), local_count()};
  }
  void set_state(std::size_t member, int array, std::span<const double> values) override {
    std::copy_n(values.data(), local_count(), array_of(member, array));
    members_[member].is_adopted = members_[member].is_counted = false;
  }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    const double drawn = own_progress(member).own[2];
    CellSolver::set_progress(member, progress);
    // A start says nothing of the mass, which the drawing of positions has just told.
    if (progress.own[2] == 0.0) own_progress(member).own[2] = drawn;
  }

  void to_points(std::size_t member, int first, std::span<double* const> fields) override;
  std::vector<double> quantities(std::size_t member) override;
  std::size_t memory_bytes() const override;

 protected:
  void advance(std::size_t member, std::span<const double> steps) override;
  Columns columns(std::size_t member) override {
    Columns all;
    for (const auto& array : members_[member].arrays) all.column.push_back(array.data());
    all.count = local_count();
    return all;
  }
  void draw_positions(std::size_t member) override;
  void count(std::size_t member) override;
  std::string_view loss() const override { return "left to infinity, or is no number any more,"; }

 private:
  struct Member {
    std::vector<AlignedArray<double>> arrays;
    std::unique_ptr<ParticleDynamics> dynamics;
    bool is_adopted = false;  ///< whether the dynamics know the particles
    bool is_counted = false;  ///< whether the density on the cells is that of now

    std::vector<double*> pointers() {
      std::vector<double*> all;
      for (auto& array : arrays) all.push_back(array.data());
      return all;
    }
  };

  std::size_t local_count() const { return static_cast<std::size_t>(state_array().block.count[0]); }
  double* array_of(std::size_t member, int array) {
    return members_[member].arrays[static_cast<std::size_t>(array)].data();
  }
  int weight_array() const { return numbers_.positions * (numbers_.has_velocity ? 2 : 1); }
  WindowParticles seen(std::size_t member);

  void add_member(const AnyEquation& equation, std::string_view form);
  void adopt(std::size_t member);

  ParticleNumbers numbers_;
  Window window_;
  std::vector<Member> members_;
};

void SystemSolver::add_member(const AnyEquation& equation, std::string_view form) {
  const auto number = static_cast<std::uint32_t>(options().particles.first_member +
                                                 static_cast<std::int64_t>(members_.size()));
  const CellTraits traits = particle_system_traits(equation, cells().grid().dimensions);
  const bool is_chosen = options().integrator != "auto";
  Member m;
  for (int a = 0; a < numbers_.count(); ++a) m.arrays.emplace_back(local_count());
  const SystemFrame frame{cells().communicator(),
                          cells().grid(),
                          options().particles.count,
                          first_id(),
                          local_count(),
                          options().particles.seed,
                          number,
                          is_chosen ? options().integrator : traits.integrators.front(),
                          std::string(form),
                          options().particles.table};
  std::visit(
      [&]<class E>(const E& e) {
        if constexpr (ParticleSystem<E>) m.dynamics = make_dynamics(e, frame);
      },
      equation);
  members_.push_back(std::move(m));
}

// Weighted particles start one in a cell, in its middle, with its mass; others as independent
// draws.
void SystemSolver::draw_positions(std::size_t member) {
  Member& m = members_[member];
  const auto x = m.pointers();
  const FirstPositions start(cells(), field(member, 0).data());
  own_progress(member).own = {1.0, 1.0, start.mass()};
  const ParticleRange range{first_id(), local_count()};
  if (numbers_.has_weight) {
    start.place(range, x, array_of(member, weight_array()));
  } else {
    const auto number = static_cast<std::uint32_t>(options().particles.first_member +
                                                   static_cast<std::int64_t>(member));
    start.draw(range, options().particles.seed, number, x);
  }
  m.dynamics->start(x);
  m.is_adopted = m.is_counted = false;
}

void SystemSolver::adopt(std::size_t member) {
  Member& m = members_[member];
  if (m.is_adopted) return;
  const auto x = m.pointers();
  m.dynamics->adopt(x);
  m.is_adopted = true;
}

WindowParticles SystemSolver::seen(std::size_t member) {
  WindowParticles particles;
  particles.count = local_count();
  particles.scale = mass(member) / total();
  for (int a = 0; a < cells().grid().dimensions; ++a) particles.x.push_back(array_of(member, a));
  if (numbers_.has_weight) particles.weight = array_of(member, weight_array());
  return particles;
}

void SystemSolver::count(std::size_t member) {
  Member& m = members_[member];
  if (m.is_counted) return;
  double* const density = field(member, 0).data();
  if (m.dynamics->sets_density()) {
    adopt(member);
    std::vector<double> values(static_cast<std::size_t>(cells().block().size()));
    const auto x = m.pointers();
    m.dynamics->density(x, cells().block(), values);
    set_cells(cells().layout(), values.data(), density);
  } else {
    window_.density(seen(member), density);
  }
  m.is_counted = true;
}

void SystemSolver::to_points(std::size_t member, int first, std::span<double* const> fields) {
  if (first == 0) {
    count(member);
    return CellSolver::to_points(member, first, fields);
  }
  Field sums = make_field();
  for (std::size_t a = 0; a < fields.size(); ++a) {
    window_.momentum(seen(member), array_of(member, numbers_.positions + static_cast<int>(a)),
                     sums.data());
    copy_cells(cells().layout(), sums.data(), fields[a]);
  }
}

void SystemSolver::advance(std::size_t member, std::span<const double> steps) {
  adopt(member);
  Member& m = members_[member];
  const MemberProgress& progress = own_progress(member);
  const auto x = m.pointers();
  // steps_at_once() is 1
  m.dynamics->advance(x,
                      {progress.time, steps.front(), static_cast<std::uint32_t>(progress.steps)});
  m.is_counted = false;
}

std::vector<double> SystemSolver::quantities(std::size_t member) {
  adopt(member);
  const WindowParticles particles = seen(member);
  std::vector<double> all{window_.particles(particles), window_.mass(particles)};
  Member& m = members_[member];
  const auto x = m.pointers();
  const auto own = m.dynamics->quantities(x);
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

std::size_t SystemSolver::memory_bytes() const {
  std::size_t bytes = CellSolver::memory_bytes();
  for (const Member& m : members_) {
    for (const auto& array : m.arrays) bytes += array.bytes();
    bytes += m.dynamics->memory_bytes();
  }
  return bytes;
}

}  // namespace

std::unique_ptr<Solver> make_system_solver(CellGrid& cells, std::string_view form,
                                           const std::vector<AnyEquation>& equations,
                                           const StepControl& control,
                                           const MethodOptions& options) {
  return std::make_unique<SystemSolver>(cells, form, equations, control, options);
}

}  // namespace parapet
