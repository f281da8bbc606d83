#include "methods/particles/particle_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "base/fixed_point_sum.hpp"
#include "base/random.hpp"
#include "methods/density/cell_convolution.hpp"
#include "methods/particles/inertial_step.hpp"
#include "methods/particles/particle_cells.hpp"
#include "methods/particles/particle_energy.hpp"
#include "methods/particles/particle_moments.hpp"
#include "methods/particles/particle_process.hpp"
#include "methods/particles/particle_step.hpp"
#include "methods/particles/platen_step.hpp"
#include "methods/particles/random_batches.hpp"

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

/// What a rank has of N particles.
struct Share {
  std::int64_t first = 0, count = 0;

  Share(std::int64_t all, const Communicator& ranks) {
    const std::int64_t rank = ranks.rank(), size = ranks.size();
    // Whole pairs, which share their noise.
    const auto begin = [&](std::int64_t r) { return std::min(all, (all / 2 * r / size) * 2); };
    first = begin(rank);
    count = (rank + 1 == size ? all : begin(rank + 1)) - first;
  }
};

/// The particles of one member on this rank.
struct Particles {
  std::vector<AlignedArray<double>> x;
  std::optional<AlignedArray<double>> is_there;  ///< 1, or 0 when gone

  std::vector<double*> pointers() {
    std::vector<double*> all;
    for (auto& axis : x) all.push_back(axis.data());
    return all;
  }
};

class ParticleSolver final : public CellSolver {
 public:
  ParticleSolver(CellGrid& cells, const std::vector<AnyEquation>& equations,
                 const StepControl& control, const MethodOptions& options)
      : CellSolver(cells, equations.size(), 1, control, options),
        dimensions_(static_cast<std::size_t>(cells.grid().dimensions)),
        share_(options.particles.count, cells.communicator()),
        between_(cells),
        interaction_(choose_interaction(equations.front(), cells.grid(), options.particles).name) {
    for (const AnyEquation& equation : equations) add_member(equation);
    for (std::size_t a = 0; a < dimensions_; ++a) {
      if (has_forces_of_pairs()) force_.emplace_back(local_count());
      if (!needs_two_drifts()) continue;
      predicted_.emplace_back(local_count());
      first_drift_.emplace_back(local_count());
    }
    if (interaction_ == "mesh") potential_ = make_field();
  }

  int state_arrays() const override {
    return static_cast<int>(dimensions_) + (members_.front().is_there ? 1 : 0);
  }
  StateArray state_array() const override {
    return {{options().particles.count, 1, 1}, {{share_.first, 0, 0}, {share_.count, 1, 1}}};
  }
  std::span<const double> state(std::size_t member, int array, std::vector<double>&) override {
    return {state_of(member, array), local_count()};
  }
  void set_state(std::size_t member, int array, std::span<const double> values) override {
    std::copy_n(values.data(), local_count(), state_of(member, array));
    members_[member].is_counted = false;
  }
  void set_points(std::size_t member, int, std::span<const double> values) override {
    CellSolver::set_state(member, 0, values);
    draw_positions(member);
  }
  void set_progress(std::size_t member, const MemberProgress& progress) override {
    const std::array<double, 3> drawn = own_progress(member).own;
    CellSolver::set_progress(member, progress);
    MemberProgress& own = own_progress(member);
    // A start says nothing of the mass, which the drawing of positions has just told.
    if (own.own[2] == 0.0) own.own = {1.0, 1.0, drawn[2]};
    if (members_[member].pairs) members_[member].pairs->restore({own.own[0], own.own[1]});
  }

  void to_points(std::size_t member, int first, std::span<double* const> fields) override {
    count(member);
    CellSolver::to_points(member, first, fields);
  }
  FieldDiagnostics diagnose(std::size_t member) override {
    count(member);
    return CellSolver::diagnose(member);
  }
  std::vector<double> quantities(std::size_t member) override;
  RateOfChange rate_of_change(std::size_t) override {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  std::uint64_t digest(std::size_t member) override;
  void require_finite(std::size_t member, std::size_t member_in_run) override;
  std::size_t memory_bytes() const override;

 protected:
  double longest_step(std::size_t) override { return std::numeric_limits<double>::infinity(); }
  void advance(std::size_t member, std::span<const double> steps) override;
  void evaluate_rate(std::size_t, std::span<double* const>) override {
    throw Failure(ExitCode::internal_error, "the density of particles has no rate of change");
  }

 private:
  struct Member : Particles {
    ParticleProcess process;
    std::unique_ptr<PairForces> pairs;
    std::unique_ptr<RandomBatches> batches;
    std::unique_ptr<CellConvolution> convolution;
    NormalNoise noise;
    bool is_counted = false;  ///< whether the density on the cells is that of now
  };

  bool needs_two_drifts() const {
    return options().integrator == "heun" || options().integrator == "platen";
  }
  bool has_forces_of_pairs() const {
    return interaction_ == "direct" || interaction_ == "random-batch";
  }
  std::size_t local_count() const { return static_cast<std::size_t>(share_.count); }
  double total() const { return static_cast<double>(options().particles.count); }
  double mass(std::size_t member) { return own_progress(member).own[2]; }
  std::uint32_t member_in_run(std::size_t member) const {
    return static_cast<std::uint32_t>(options().particles.first_member +
                                      static_cast<std::int64_t>(member));
  }
  double* state_of(std::size_t member, int array) {
    Member& m = members_[member];
    const auto a = static_cast<std::size_t>(array);
    return a < dimensions_ ? m.x[a].data() : m.is_there->data();
  }

  void add_member(const AnyEquation& equation);
  void draw_positions(std::size_t member);
  void count(std::size_t member);
  void interact(std::size_t member, std::span<double* const> x);
  void find_mean(std::span<double* const> x);
  ForceFunction force_of(std::size_t member);
  void act_through_mesh(std::size_t member, std::span<double* const> x);
  StepFrame frame_of(std::size_t member, double dt);

  std::size_t dimensions_;
  Share share_;
  ParticleCells between_;
  std::string interaction_;
  std::vector<Member> members_;
  std::vector<AlignedArray<double>> force_, predicted_, first_drift_;
  std::array<double, 3> mean_{};  ///< place of all, where they act through it
  Field potential_;
};

void ParticleSolver::add_member(const AnyEquation& equation) {
  const int d = cells().grid().dimensions;
  const auto number = static_cast<std::uint32_t>(options().particles.first_member +
                                                 static_cast<std::int64_t>(members_.size()));
  Member m{{},      particle_process(equation, d),
           nullptr, nullptr,
           nullptr, NormalNoise(options().particles.seed, number, d),
           false};
  for (int a = 0; a < d; ++a) m.x.emplace_back(local_count());
  if (has_absorbing_ends(cells())) {
    m.is_there.emplace(local_count());
    std::fill_n(m.is_there->data(), local_count(), 1.0);
  }
  if (interaction_ == "direct") {
    m.pairs = pair_forces(cells().communicator(), equation, d, options().particles.softening);
  } else if (interaction_ == "random-batch") {
    m.batches =
        std::make_unique<RandomBatches>(cells().communicator(), equation, d, options().particles,
                                        static_cast<std::uint64_t>(share_.first), number);
  } else if (interaction_ == "mesh") {
    m.convolution = std::make_unique<CellConvolution>(cells(), m.process.density.interaction);
  }
  members_.push_back(std::move(m));
}

// Independent draws: a cell by its share of the mass, a place in it uniformly.
void ParticleSolver::draw_positions(std::size_t member) {
  Member& m = members_[member];
  const Grid& grid = cells().grid();
  std::vector<double> up_to = between_.whole(field(member, 0).data());
  double sum = 0.0;
  for (double& cell : up_to) cell = sum += cell;
  double volume = 1.0;
  for (int a = 0; a < grid.dimensions; ++a) volume *= grid.spacing(a);
  collectively(cells().communicator(), [&] {
    require(sum > 0.0 && std::isfinite(sum), ExitCode::bad_input,
            "[initial] gives no mass anywhere: particles cannot be drawn from it");
  });
  own_progress(member).own = {1.0, 1.0, sum * volume};
  const RandomStream stream(options().particles.seed, Purpose::first_positions,
                            member_in_run(member));
  for (std::size_t i = 0; i < local_count(); ++i) {
    const std::uint64_t id = static_cast<std::uint64_t>(share_.first) + i;
    const auto [which, first] = stream.uniform_pair(id, 0);
    const auto [second, third] = stream.uniform_pair(id, 1);
    const std::array<double, 3> place{first, second, third};
    auto cell = std::upper_bound(up_to.begin(), up_to.end(), which * sum) - up_to.begin();
    cell = std::min<std::ptrdiff_t>(cell, std::ssize(up_to) - 1);
    for (std::size_t a = dimensions_; a-- > 0;) {
      const int axis = static_cast<int>(a);
      const double at = static_cast<double>(cell % grid.points[a]) + place[a] - 0.5;
      m.x[a].data()[i] = grid.lower[a] + (at + grid.first_point(axis)) * grid.spacing(axis);
      cell /= grid.points[a];
    }
  }
  if (m.is_there) std::fill_n(m.is_there->data(), local_count(), 1.0);
  const auto x = m.pointers();
  keep_inside(StepDomain(cells()), {x, nullptr, local_count()});
  m.is_counted = false;
}

void ParticleSolver::count(std::size_t member) {
  Member& m = members_[member];
  if (m.is_counted) return;
  const auto x = m.pointers();
  between_.count({x.data(), x.size()}, m.is_there ? m.is_there->data() : nullptr, local_count(),
                 total(), mass(member), field(member, 0).data());
  m.is_counted = true;
}

// The mean is that of whole numbers of a share of the domain: no order changes it.
void ParticleSolver::find_mean(std::span<double* const> x) {
  const Grid& grid = cells().grid();
  std::vector<FixedPointSum> sums;
  for (std::size_t a = 0; a < dimensions_; ++a) {
    const double reach =
        std::max(std::abs(grid.lower[a]), std::abs(grid.lower[a] + grid.length[a]));
    sums.emplace_back(4.0 * reach);
    sums.back().add({x[a], local_count()});
  }
  FixedPointSum::reduce(cells().communicator(), sums);
  for (std::size_t a = 0; a < dimensions_; ++a) {
    mean_[a] =
        sums[a].holds() ? sums[a].value() / total() : std::numeric_limits<double>::quiet_NaN();
  }
}

// Of what `interact` has just found.
ForceFunction ParticleSolver::force_of(std::size_t member) {
  if (interaction_ == "none") return {};
  if (interaction_ == "mesh") {
    return [this](auto x, std::size_t, std::size_t count, auto b) {
      between_.add_slopes(x, count, b);
    };
  }
  if (has_forces_of_pairs()) {
    return [this](auto, std::size_t begin, std::size_t count, auto b) {
      for (std::size_t a = 0; a < b.size(); ++a) {
        const double* const force = force_[a].data() + begin;
        for (std::size_t i = 0; i < count; ++i) b[a][i] += force[i];
      }
    };
  }
  const double spring = *members_[member].process.spring * mass(member);
  return [this, spring](auto x, std::size_t, std::size_t count, auto b) {
    for (std::size_t a = 0; a < b.size(); ++a) {
      for (std::size_t i = 0; i < count; ++i) b[a][i] -= spring * (x[a][i] - mean_[a]);
    }
  };
}

void ParticleSolver::act_through_mesh(std::size_t member, std::span<double* const> x) {
  Member& m = members_[member];
  Field density = make_field();
  const std::vector<const double*> at(x.begin(), x.end());
  between_.spread(at, m.is_there ? m.is_there->data() : nullptr, local_count(), total(),
                  mass(member), density.data());
  m.convolution->apply(density.data(), potential_.data());
  between_.set_potential(potential_.data());
}

void ParticleSolver::interact(std::size_t member, std::span<double* const> x) {
  Member& m = members_[member];
  if (interaction_ == "none") return;
  if (interaction_ == "moments") return find_mean(x);
  if (interaction_ == "mesh") return act_through_mesh(member, x);
  std::vector<double*> force;
  for (auto& axis : force_) force.push_back(axis.data());
  const std::vector<const double*> at(x.begin(), x.end());
  if (m.batches) {
    const auto step = static_cast<std::uint32_t>(own_progress(member).steps);
    return m.batches->compute(at, local_count(), step, mass(member), force);
  }
  m.pairs->compute(at, local_count(), mass(member) / total(), force);
  const auto bounds = m.pairs->bounds();
  own_progress(member).own[0] = bounds[0], own_progress(member).own[1] = bounds[1];
}

StepFrame ParticleSolver::frame_of(std::size_t member, double dt) {
  const Member& m = members_[member];
  const MemberProgress& progress = own_progress(member);
  const double time = progress.time;
  StepFrame frame{m.process, m.noise, StepDomain(cells())};
  frame.time = time;
  frame.tau = m.process.density.elapsed_at(time + dt) - m.process.density.elapsed_at(time);
  frame.step = static_cast<std::uint32_t>(progress.steps);
  frame.first = static_cast<std::uint64_t>(share_.first);
  frame.integrator = options().integrator;
  frame.add_force = force_of(member);
  return frame;
}

void ParticleSolver::advance(std::size_t member, std::span<const double> steps) {
  Member& m = members_[member];
  const double dt = steps.front();  // steps_at_once() is 1
  const StepFrame frame = frame_of(member, dt);
  auto x = m.pointers();
  double* const is_there = m.is_there ? m.is_there->data() : nullptr;
  interact(member, x);
  if (options().integrator == "baoab") {
    step_inertial(frame, {x, is_there, local_count()});
  } else if (!needs_two_drifts()) {
    step_particles(frame, {x, is_there, local_count()});
  } else {
    std::vector<double*> ahead, drift;
    for (auto& axis : predicted_) ahead.push_back(axis.data());
    for (auto& axis : first_drift_) drift.push_back(axis.data());
    predict_particles(frame, {x, is_there, local_count()}, ahead, drift);
    interact(member, ahead);
    const auto correct = options().integrator == "heun" ? correct_particles : correct_by_platen;
    correct(frame, {x, is_there, local_count()}, ahead, drift);
  }
  m.is_counted = false;
}

std::vector<double> ParticleSolver::quantities(std::size_t member) {
  Member& m = members_[member];
  const auto x = m.pointers();
  const ParticleRow row{x, m.is_there ? m.is_there->data() : nullptr, local_count()};
  std::vector<double> all = particle_moments(cells(), row, total(), mass(member));
  const auto more =
      particle_energies({cells(), m.process, row, static_cast<std::uint64_t>(share_.first),
                         static_cast<std::uint64_t>(options().particles.count), mass(member),
                         own_progress(member).time});
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::uint64_t ParticleSolver::digest(std::size_t member) {
  Digest sum;
  const auto all = static_cast<std::uint64_t>(options().particles.count);
  for (int array = 0; array < state_arrays(); ++array) {
    const double* const values = state_of(member, array);
    const std::uint64_t first =
        static_cast<std::uint64_t>(array) * all + static_cast<std::uint64_t>(share_.first);
    for (std::size_t i = 0; i < local_count(); ++i) sum.add(values[i], first + i);
  }
  return cells().communicator().all_reduce(sum.value(), Reduction::sum);
}

void ParticleSolver::require_finite(std::size_t member, std::size_t member_in_run) {
  Member& m = members_[member];
  constexpr auto nobody = std::numeric_limits<std::int64_t>::max();
  std::int64_t lost = nobody;
  for (std::size_t i = 0; i < local_count() && lost == nobody; ++i) {
    for (auto& axis : m.x) {
      if (!std::isfinite(axis.data()[i])) lost = share_.first + static_cast<std::int64_t>(i);
    }
  }
  lost = cells().communicator().all_reduce(lost, Reduction::minimum);
  if (lost == nobody) return;
  throw Failure(ExitCode::blew_up,
                fmt::format("member {}: particle {} went further than the whole domain in one "
                            "step, or is no longer finite, by t = {:.6g}: take shorter steps",
                            member_in_run, lost, progress(member).time),
                true);
}

std::size_t ParticleSolver::memory_bytes() const {
  std::size_t bytes = CellSolver::memory_bytes() + potential_.bytes() + between_.memory_bytes();
  for (const Member& m : members_) {
    for (const auto& axis : m.x) bytes += axis.bytes();
    if (m.is_there) bytes += m.is_there->bytes();
    if (m.batches) bytes += m.batches->memory_bytes();
    if (m.convolution) bytes += m.convolution->memory_bytes();
  }
  for (const auto* const arrays : {&force_, &predicted_, &first_drift_}) {
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
