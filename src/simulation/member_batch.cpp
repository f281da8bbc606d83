#include "simulation/member_batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <list>
#include <utility>

#include <fmt/format.h>

namespace parapet {

namespace {

// x y x y … from x x … y y …, as trajectories store vectors.
std::vector<double> interleaved(std::vector<double> parts, std::size_t components) {
  if (components == 1) return parts;
  const std::size_t points = parts.size() / components;
  std::vector<double> values(parts.size());
  for (std::size_t c = 0; c < components; ++c) {
    for (std::size_t i = 0; i < points; ++i) values[i * components + c] = parts[c * points + i];
  }
  return values;
}

}  // namespace

MemberBatch::MemberBatch(GroupContext& context, const Batch& members)
    : context_(context), members_(members) {
  solver_ = context.method.make_solver(members.first, members.count);
  records_.assign(count(), MemberRecord(context.settings.conserves_mean()));
}

void MemberBatch::continue_or_start() {
  if (const auto saved = store().load(context_.group, expectation())) return restore(*saved);
  const bool is_ensemble = context_.settings.is_ensemble();
  const bool had_one =
      !is_ensemble && context_.had_checkpoints && context_.trajectory.valid_frames()[0] > 1;
  if (had_one) {
    throw Failure(ExitCode::unusable_file,
                  context_.folder.string() + ": the checkpoints of this run are gone", true);
  }
  if (!is_ensemble) {
    context_.log.warning("no checkpoint was written yet: starts again from the initial condition");
  }
  on_root(context_.group, [&] {
    forget_frames(0);
    drop_rows_after(-1.0);
  });
  start();
}

void MemberBatch::forget_frames(std::int64_t first_frame) {
  for (std::int64_t m = members_.first; m < members_.first + members_.count; ++m) {
    context_.trajectory.invalidate(m, first_frame);
    if (context_.particles) context_.particles->invalidate(m, first_frame);
  }
}

void MemberBatch::start() {
  collectively(context_.group, [&] { context_.fault.fail_at("initial", 0); });
  for (std::size_t m = 0; m < count(); ++m) {
    context_.method.start(*solver_, m, members_.first + static_cast<std::int64_t>(m));
  }
  record(context_.schedule.events()[0]);
  next_event_ = 1;
  // From here on a single run always has a checkpoint: one that has lost them all is refused.
  if (!context_.settings.is_ensemble() && context_.settings.checkpoint.is_on()) save();
}

void MemberBatch::drop_rows_after(double time) {
  context_.diagnostics->drop_after(members_, time);
  if (context_.spectra) context_.spectra->drop_after(members_, time);
}

BatchOutcome MemberBatch::run() {
  const auto& events = context_.schedule.events();
  while (next_event_ < events.size()) {
    if (advance(events[next_event_]) == BatchOutcome::stopped) return BatchOutcome::stopped;
  }
  finish();
  return BatchOutcome::finished;
}

BatchOutcome MemberBatch::advance(const Event& event) {
  for (bool is_short = true; is_short;) {
    is_short = step(event.time);
    if (!is_short) {
      record(event);
      ++next_event_;
    }
    context_.show_progress(solver_->progress(0).time / context_.schedule.end());
    const bool is_done = next_event_ == context_.schedule.events().size();
    const Requests asked = requests();
    if (!is_done && !asked.at_once && (asked.stop || asked.save)) save();
    if (!is_done && asked.stop) return BatchOutcome::stopped;
  }
  return BatchOutcome::finished;
}

bool MemberBatch::step(double target) {
  inject_faults();
  const auto steps_done = [&] {
    double most = 0.0;
    for (std::size_t m = 0; m < count(); ++m) {
      most = std::max(most, solver_->progress(m).steps);
    }
    return most;
  };
  const double before = steps_done();
  const bool is_short = solver_->step(target);
  // At least 1: refused steps count too, and every checkpoint has a number of its own.
  step_count_ += std::max<std::int64_t>(1, std::llround(steps_done() - before));
  return is_short;
}

void MemberBatch::inject_faults() {
  const FaultInjection& fault = context_.fault;
  if (!fault.concerns(members_.first, members_.count)) return;
  fault.pause();
  fault.fail_at("step", step_count_ + 1);
  if (!fault.makes_nan_somewhere(step_count_ + 1)) return;
  std::vector<double> scratch;
  const auto state = solver_->state(0, 0, scratch);
  std::vector<double> spoilt(state.begin(), state.end());
  const bool is_here = fault.makes_nan(step_count_ + 1) && !spoilt.empty();
  if (is_here) spoilt[spoilt.size() / 2] = std::numeric_limits<double>::quiet_NaN();
  solver_->set_state(0, 0, spoilt);
}

MemberBatch::Requests MemberBatch::requests() {
  const CheckpointSettings& checkpoint = context_.settings.checkpoint;
  const bool is_due = checkpoint.steps ? step_count_ - saved_step_ >= *checkpoint.steps
                                       : since_saved_.seconds() >= checkpoint.every_seconds();
  std::array<std::int32_t, 3> flags = {context_.stop.local_code(context_.group),
                                       context_.relay.has_heard() ? 1 : 0,
                                       context_.group.is_root() && is_due ? 1 : 0};
  context_.group.all_reduce(std::span<std::int32_t>(flags), Reduction::maximum);
  const auto verdict = StopRequest::decode(flags[0]);
  if (verdict) context_.relay.announce();
  return {verdict || flags[1] != 0, flags[2] != 0,
          verdict.urgency == StopRequest::Urgency::at_once};
}

DiagnosticsRow MemberBatch::diagnose_member(std::size_t member, double time) {
  DiagnosticsRow row;
  row.member = members_.first + static_cast<std::int64_t>(member);
  row.time = time;
  row.step = static_cast<std::int64_t>(solver_->progress(member).steps);
  row.field = solver_->diagnose(member);
  const RateOfChange rate = solver_->rate_of_change(member);
  row.dissipation = rate.dissipation;
  row.energy_rate = rate.energy;
  row.energy_balance_residual = solver_->energy_residual(member);
  row.quantities = solver_->quantities(member);
  row.digest = solver_->digest(member);
  records_[member].add(row);
  return row;
}

void MemberBatch::require_finite_state() {
  for (std::size_t m = 0; m < count(); ++m) {
    solver_->require_finite(m, static_cast<std::size_t>(members_.first) + m);
  }
}

std::string MemberBatch::describe_blow_up(const Failure& failure) {
  try {
    require_finite_state();
  } catch (const Failure& found) {
    return found.what();
  }
  return failure.what();
}

void MemberBatch::record(const Event& event) {
  require_finite_state();
  for (std::size_t m = 0; m < count(); ++m) {
    const DiagnosticsRow row = diagnose_member(m, event.time);
    if (context_.diagnostics) context_.diagnostics->append(row.text());
    if (event.frame < 0) continue;
    write_frame(context_.trajectory, m, row.member, event.frame);
    if (context_.particles) write_particles(m, row.member, event.frame);
    if (row.member < context_.settings.diagnostics.spectra && context_.settings.is_spectral()) {
      const auto shells = solver_->spectrum(m);
      std::string line = fmt::format("{},{}", row.member, row.time);
      for (const double energy : shells) line += fmt::format(",{:.6g}", energy);
      if (context_.spectra) context_.spectra->append(line);
    }
    if (!context_.settings.is_ensemble()) {
      context_.log.info(
          "frame {} of {}  t = {:.6g}  step {}  energy {:.6e}  min {:.4g}  max {:.4g}  digest "
          "0x{:016x}",
          event.frame + 1, context_.trajectory.layout().frames(), row.time, row.step,
          row.field.energy, row.field.minimum, row.field.maximum, row.digest);
    }
  }
  on_root(context_.group, [&] {
    context_.diagnostics->flush();
    if (context_.spectra) context_.spectra->flush();
  });
  context_.publish();
}

void MemberBatch::write_frame(TrajectoryFile& file, std::size_t member, std::int64_t member_in_file,
                              std::int64_t frame) {
  collectively(context_.group, [&] { context_.fault.fail_at("output", 0); });
  const auto points = static_cast<std::size_t>(solver_->point_box().size());
  const auto& fields = file.layout().fields;
  for (std::size_t field = 0; field < fields.size(); ++field) {
    const auto count = static_cast<std::size_t>(fields[field].components);
    std::vector<double> values(points * count);
    std::vector<double*> pointers;
    for (std::size_t c = 0; c < count; ++c) pointers.push_back(values.data() + c * points);
    solver_->to_points(member, context_.settings.component_of(fields[field].name), pointers);
    file.write_frame(member_in_file, frame, field, solver_->point_box(),
                     interleaved(std::move(values), count));
  }
}

void MemberBatch::write_particles(std::size_t member, std::int64_t member_in_file,
                                  std::int64_t frame) {
  std::list<std::vector<double>> copies;
  std::vector<const double*> arrays;
  for (int array = 0; array < solver_->state_arrays(); ++array) {
    arrays.push_back(solver_->state(member, array, copies.emplace_back()).data());
  }
  const Box block = solver_->state_array().block;
  const ParticleLayout& layout = context_.particles->layout();
  std::span<const double* const> rest(arrays);
  const auto next = [&](std::size_t count) {
    const auto some = rest.first(count);
    rest = rest.subspan(count);
    return some;
  };
  const auto dimensions = static_cast<std::size_t>(layout.dimensions);
  ParticleValues values;
  values.first_id = block.offset[0], values.count = block.count[0];
  values.position = next(dimensions);
  if (layout.has_velocity) values.velocity = next(dimensions);
  if (layout.has_weight) values.weight = next(1)[0];
  values.scalars = next(layout.scalars.size());
  context_.particles->write(member_in_file, frame, values);
}

void MemberBatch::finish() {
  const CheckpointSettings& checkpoint = context_.settings.checkpoint;
  const bool keeps_state = !context_.settings.is_ensemble() || checkpoint.keep_final;
  if (keeps_state && checkpoint.is_on()) save();
  for (std::size_t m = 0; m < count(); ++m) {
    warn_of_unstable_steps(m);
    const double rate = solver_->rate_of_change(m).relative;
    if (!context_.group.is_root()) continue;
    context_.trajectory.write_certificate(members_.first + static_cast<std::int64_t>(m),
                                          records_[m].certificate(solver_->progress(m), rate));
  }
  context_.trajectory.sync();
  if (context_.particles) context_.particles->sync();
  if (!keeps_state) remove_checkpoints();
}

// ETDRK4 treats diffusion exactly; advection limits the step to about one grid wave's passage. On
// cells it is diffusion too. Error control refuses steps that an instability has spoilt by itself.
void MemberBatch::warn_of_unstable_steps(std::size_t member) {
  const double courant = solver_->progress(member).courant;
  if (courant <= 1.0 || !context_.settings.step_control().step) return;
  context_.log.warning(
      "member {}: the step reached {:.2g} times the longest stable one: beyond 1 the steps are too "
      "large to "
      "be trusted, see [time] step",
      members_.first + static_cast<std::int64_t>(member), courant);
}

void MemberBatch::remove_checkpoints() {
  on_root(context_.group, [&] {
    for (const auto& path : store().list()) std::filesystem::remove(path);
  });
}

void MemberBatch::certify_failure() {
  for (std::int64_t m = members_.first; m < members_.first + members_.count; ++m) {
    if (!context_.group.is_root()) continue;
    context_.trajectory.write_certificate(m, MemberRecord::certificate_of_failure());
  }
  context_.trajectory.sync();
  if (context_.settings.is_ensemble()) remove_checkpoints();
}

void MemberBatch::write_blown_up_state() {
  const auto beside = context_.folder / ".blowup";
  on_root(context_.group, [&] { std::filesystem::create_directories(beside); });
  TrajectoryLayout layout = context_.trajectory.layout();
  layout.members = members_.count;
  layout.times = {solver_->progress(0).time};
  layout.precision = Precision::float64;
  layout.file_layout = FileLayout::well;
  layout.certificates.clear();
  for (auto& parameter : layout.parameters) {
    if (parameter.values.size() == 1) continue;
    const auto first = parameter.values.begin() + members_.first;
    parameter.values = std::vector<double>(first, first + members_.count);
  }
  {
    auto file =
        TrajectoryFile::create(context_.group, context_.group, beside, layout, IfPresent::replace);
    for (std::size_t m = 0; m < count(); ++m) {
      write_frame(file, m, static_cast<std::int64_t>(m), 0);
    }
  }
  on_root(context_.group, [&] {
    std::filesystem::rename(beside / TrajectoryFile::file_name,
                            context_.folder / "state.blowup.h5");
    std::filesystem::remove_all(beside);
  });
}

}  // namespace parapet
