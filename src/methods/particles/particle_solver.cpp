#include "methods/particles/particle_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "methods/particles/first_positions.hpp"
#include "methods/particles/inertial_step.hpp"
#include "methods/particles/migration_time.hpp"
#include "methods/particles/particle_base.hpp"
#include "methods/particles/particle_cells.hpp"
#include "methods/particles/particle_energy.hpp"
#include "methods/particles/particle_flux.hpp"
#include "methods/particles/particle_interaction.hpp"
#include "methods/particles/particle_moments.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_step.hpp"
#include "methods/particles/platen_step.hpp"

namespace parapet {

namespace {

bool has_absorbing_ends(const CellGrid& cells) {
  for (int axis = 0; axis < cells.grid().dimensions; ++axis) {
    for (const BoundaryKind kind : cells.boundaries()[static_cast<std::size_t>(axis)]) {
      if (kind == BoundaryKind::absorbing) return true;
    }
  }
  return false;
}

constexpr int steps_sorted = 32;  // after which particles of a cell are scattered again

class ParticleSolver final : public ParticleBase {
 public:
  ParticleSolver(CellGrid& cells, const std::vector<AnyEquation>& equations,
                 const StepControl& control, const MethodOptions& options)
      : ParticleBase(cells, equations.size(), control, options),
        dimensions_(static_cast<std::size_t>(cells.grid().dimensions)),
        is_by_space_(are_by_space(equations.front(), cells.grid(), options)),
        between_(cells),
        is_through_mesh_(interaction_name(equations.front()) == "mesh"),
        interaction_(make_interaction(interaction_name(equations.front()), cells, between_,
                                      options.particles)) {
    for (const AnyEquation& equation : equations) add_member(equation);
  }

  int state_arrays() const override {
    return static_cast<int>(dimensions_) + (has_absorbing_ends(cells()) ? 1 : 0);
  }
  std::span<const double> state(std::size_t member, int array,
                                std::vector<double>& scratch) override {
    ParticleStore& store = members_[member].store;
    const auto column = static_cast<std::size_t>(array);
    if (!store.is_by_space()) return {store.column(column), store.count()};
    return scratch = store.in_order(column);
  }
  void set_state(std::size_t member, int array, std::span<const double> values) override {
    Member& m = members_[member];
    m.store.divide_by_index();
    std::copy_n(values.data(), m.store.count(), m.store.column(static_cast<std::size_t>(array)));
    m.is_counted = false;
  }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    const std::array<double, 3> drawn = own_progress(member).own;
    CellSolver::set_progress(member, progress);
    MemberProgress& own = own_progress(member);
    // A start says nothing of the mass, which the drawing of positions has just told.
    if (own.own[2] == 0.0) own.own = {1.0, 1.0, drawn[2]};
    restore_bounds(member);
  }

  void to_points(std::size_t member, int first, std::span<double* const> fields) override;
  std::vector<double> quantities(std::size_t member) override;
  std::size_t memory_bytes() const override;

 protected:
  void advance(std::size_t member, std::span<const double> steps) override;
  Columns columns(std::size_t member) override {
    ParticleStore& store = members_[member].store;
    Columns all{{}, store.ids(), store.count()};
    for (int c = 0; c < state_arrays(); ++c) {
      all.column.push_back(store.column(static_cast<std::size_t>(c)));
    }
    return all;
  }
  void draw_positions(std::size_t member) override;
  void count(std::size_t member) override;
  std::string_view loss() const override {
    return "went further than the whole domain in one step, or is no longer finite,";
  }

 private:
  struct Member {
    ParticleStore store;
    ParticleProcess process;
    NormalNoise noise;
    std::unique_ptr<BoxMesh> mesh;  ///< of the store's box
    std::vector<double*> x{};       ///< of the row that row_of() has given last
    int unsorted = 0;               ///< steps since particles of a cell were next to each other
    bool is_counted = false;        ///< whether the density on the cells is that of now
  };

  bool needs_two_drifts() const {
    return options().integrator == "heun" || options().integrator == "platen";
  }
  bool moves_at_once() const { return !needs_two_drifts() && options().integrator != "baoab"; }
  ParticleRow row_of(Member& m) const {
    m.x.clear();
    for (std::size_t a = 0; a < dimensions_; ++a) m.x.push_back(m.store.column(a));
    double* const is_there =
        state_arrays() > static_cast<int>(dimensions_) ? m.store.column(dimensions_) : nullptr;
    return {m.x, is_there, m.store.count()};
  }

  /// An array an axis with room for so many particles.
  std::vector<double*> scratch(std::vector<AlignedArray<double>>& arrays, std::size_t count) const {
    arrays.resize(dimensions_);
    std::vector<double*> all;
    for (auto& axis : arrays) {
      if (axis.size() < count) axis = AlignedArray<double>(count);
      all.push_back(axis.data());
    }
    return all;
  }

  void add_member(const AnyEquation& equation);
  void arrange(Member& m);
  void migrate(Member& m);
  std::string interaction_name(const AnyEquation& equation) const {
    return choose_interaction(equation, cells().grid(), options().particles).name;
  }
  void interact(std::size_t member, const ParticleRow& at);
  void restore_bounds(std::size_t member);
  StepFrame frame_of(std::size_t member, double dt);

  std::size_t dimensions_;
  bool is_by_space_;
  ParticleCells between_;
  bool is_through_mesh_;
  std::unique_ptr<ParticleInteraction> interaction_;  ///< null where there is none
  std::vector<Member> members_;
  std::vector<AlignedArray<double>> predicted_, first_drift_;
};

void ParticleSolver::add_member(const AnyEquation& equation) {
  const int d = cells().grid().dimensions;
  const auto number = static_cast<std::uint32_t>(options().particles.first_member +
                                                 static_cast<std::int64_t>(members_.size()));
  Member m{
      ParticleStore(cells(), options().particles.count, static_cast<std::size_t>(state_arrays())),
      particle_process(equation, d), NormalNoise(options().particles.seed, number, d), nullptr};
  const ParticleRow row = row_of(m);
  if (row.is_there != nullptr) std::fill_n(row.is_there, row.count, 1.0);
  if (interaction_) interaction_->add_member(equation, m.process, number);
  members_.push_back(std::move(m));
}

void ParticleSolver::draw_positions(std::size_t member) {
  Member& m = members_[member];
  const FirstPositions start(cells(), field(member, 0).data());
  own_progress(member).own = {1.0, 1.0, start.mass()};
  m.store.divide_by_index();
  const ParticleRow row = row_of(m);
  start.draw({first_id(), row.count}, options().particles.seed, member_in_run(member), row.x);
  if (row.is_there != nullptr) std::fill_n(row.is_there, row.count, 1.0);
  keep_inside(StepDomain(cells()), {row.x, nullptr, row.count});
  m.is_counted = false;
}

void ParticleSolver::to_points(std::size_t member, int first, std::span<double* const> fields) {
  if (first == 0) {
    count(member);
    CellSolver::to_points(member, 0, fields.first(1));
    first = 1, fields = fields.subspan(1);
  }
  if (fields.empty()) return;
  Member& m = members_[member];
  const ParticleRow row = row_of(m);
  const auto own = own_progress(member).own;
  interact(member, row);
  own_progress(member).own = own;  // a look changes nothing
  restore_bounds(member);
  const double pace = m.process.density.pace_at(own_progress(member).time);
  std::vector<std::vector<double>> flux(dimensions_, std::vector<double>(cells().cell_count()));
  std::vector<double*> to;
  for (auto& axis : flux) to.push_back(axis.data());
  particle_flux(cells(), between_, frame_of(member, 0.0), row, pace * mass(member) / total(), to);
  for (std::size_t f = 0; f < fields.size(); ++f) {
    std::ranges::copy(flux[static_cast<std::size_t>(first) - 1 + f], fields[f]);
  }
}

void ParticleSolver::count(std::size_t member) {
  Member& m = members_[member];
  if (m.is_counted) return;
  const ParticleRow row = row_of(m);
  double* const density = field(member, 0).data();
  if (m.mesh && m.store.is_by_space()) {
    m.mesh->count(row.x, row.is_there, row.count, total(), mass(member), density);
  } else {
    between_.count(row.x, row.is_there, row.count, total(), mass(member), density);
  }
  m.is_counted = true;
}

void ParticleSolver::interact(std::size_t member, const ParticleRow& at) {
  if (!interaction_) return;
  Member& m = members_[member];
  MemberProgress& progress = own_progress(member);
  interaction_->prepare(member, {at, static_cast<std::uint32_t>(progress.steps), mass(member),
                                 m.store.is_by_space() ? m.mesh.get() : nullptr});
  const auto bounds = interaction_->bounds(member);
  progress.own[0] = bounds[0], progress.own[1] = bounds[1];
}

void ParticleSolver::restore_bounds(std::size_t member) {
  const std::array<double, 3>& own = own_progress(member).own;
  if (interaction_) interaction_->restore(member, {own[0], own[1]});
}

// Each rank gets the particles in its box of cells, and a new box where ranks are uneven.
void ParticleSolver::arrange(Member& m) {
  const Migrating time;
  if (!m.store.is_by_space() || m.store.is_uneven()) {
    m.store.divide_by_space();
    if (is_through_mesh_) m.mesh = std::make_unique<BoxMesh>(cells(), m.store.box());
    m.unsorted = 0;
  } else if (++m.unsorted == steps_sorted) {
    m.store.sort();
    m.unsorted = 0;
  }
}

StepFrame ParticleSolver::frame_of(std::size_t member, double dt) {
  Member& m = members_[member];
  const MemberProgress& progress = own_progress(member);
  const double time = progress.time;
  StepFrame frame{m.process, m.noise, StepDomain(cells())};
  frame.time = time;
  frame.tau = m.process.density.elapsed_at(time + dt) - m.process.density.elapsed_at(time);
  frame.step = static_cast<std::uint32_t>(progress.steps);
  frame.first = static_cast<std::uint64_t>(first_id());
  if (m.store.is_by_space()) frame.ids = m.store.ids();
  if (m.store.is_by_space() && moves_at_once()) {
    frame.have_moved = [&store = m.store](std::size_t begin, std::size_t count) {
      store.find_leaving(begin, count);
    };
  }
  frame.integrator = options().integrator;
  if (interaction_) {
    frame.add_force = [this](auto x, std::size_t begin, std::size_t count, auto b) {
      interaction_->add(x, begin, count, b);
    };
  }
  return frame;
}

void ParticleSolver::advance(std::size_t member, std::span<const double> steps) {
  Member& m = members_[member];
  const double dt = steps.front();  // steps_at_once() is 1
  if (is_by_space_) arrange(m);
  const StepFrame frame = frame_of(member, dt);
  const ParticleRow row = row_of(m);
  interact(member, row);
  if (options().integrator == "baoab") {
    step_inertial(frame, row);
  } else if (moves_at_once()) {
    step_particles(frame, row);
  } else {
    const auto ahead = scratch(predicted_, row.count), drift = scratch(first_drift_, row.count);
    predict_particles(frame, row, ahead, drift);
    interact(member, {ahead, row.is_there, row.count});
    const auto correct = options().integrator == "heun" ? correct_particles : correct_by_platen;
    correct(frame, row, ahead, drift);
  }
  if (is_by_space_) migrate(m);
  m.is_counted = false;
}

void ParticleSolver::migrate(Member& m) {
  const Migrating time;
  if (moves_at_once()) {
    m.store.migrate_found();
  } else {
    m.store.migrate();
  }
}

std::vector<double> ParticleSolver::quantities(std::size_t member) {
  Member& m = members_[member];
  const ParticleRow row = row_of(m);
  const double cutoff =
      interaction_ ? interaction_->cutoff(member) : std::numeric_limits<double>::infinity();
  std::vector<double> all = particle_moments(cells(), row, total(), mass(member));
  const auto more = particle_energies({cells(), m.process, row, m.store.ids(),
                                       static_cast<std::uint64_t>(options().particles.count),
                                       mass(member), own_progress(member).time, cutoff});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::size_t ParticleSolver::memory_bytes() const {
  std::size_t bytes = CellSolver::memory_bytes() + between_.memory_bytes();
  if (interaction_) bytes += interaction_->memory_bytes();
  for (const Member& m : members_) {
    bytes += m.store.memory_bytes();
    if (m.mesh) bytes += m.mesh->memory_bytes();
  }
  for (const auto* const arrays : {&predicted_, &first_drift_}) {
    for (const auto& one : *arrays) bytes += one.bytes();
  }
  return bytes;
}

}  // namespace

std::unique_ptr<Solver> make_particle_solver(CellGrid& cells,
                                             const std::vector<AnyEquation>& equations,
                                             const StepControl& control,
                                             const MethodOptions& options) {
  return std::make_unique<ParticleSolver>(cells, equations, control, options);
}

}  // namespace parapet
