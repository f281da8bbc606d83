#include "methods/symplectic_stepper.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/exact_sum.hpp"

namespace parapet {
namespace {

constexpr std::size_t sets_for_whole_and_half_steps = 2;

std::vector<std::size_t> members_of(std::span<const SymplecticStepper::Part> parts) {
  std::vector<std::size_t> members;
  for (const auto& part : parts) members.push_back(part.member);
  return members;
}

}  // namespace

SymplecticStepper::SymplecticStepper(SpectralTransform& transform, std::vector<WaveForm> members)
    : transform_(transform),
      modes_(transform),
      forms_(std::move(members)),
      frequency_squares_(forms_.size()),
      cache_(sets_for_whole_and_half_steps) {
  const std::size_t n = modes_.size();
  storage_.resize(forms_.size() * static_cast<std::size_t>(arrays_per_member) * n);
  Complex* next = storage_.data();
  const auto take = [&] { return std::exchange(next, next + n); };
  for (std::size_t m = 0; m < forms_.size(); ++m) {
    now_.push_back({take(), take(), take()});
    again_.push_back({take(), take(), take()});
    std::size_t first = 0;
    while (!(forms_[first].free == forms_[m].free)) ++first;
    linear_part_.push_back(first);
    if (first != m) continue;
    frequency_squares_[m].resize(n);
    modes_.for_each([&](std::size_t i, const Wavevector& k) {
      frequency_squares_[m][i] = forms_[m].free.frequency_square(k);
    });
  }
}

std::size_t SymplecticStepper::Drifts::memory_bytes() const {
  std::size_t sum = 0;
  for (const OscillatorTurn& turn : turns) sum += turn.memory_bytes();
  return sum;
}

std::shared_ptr<const SymplecticStepper::Drifts> SymplecticStepper::drifts(std::size_t member,
                                                                           double dt) {
  return cache_.get(dt, linear_part_[member], [&] {
    Drifts drifts;
    if (!has_potential()) {
      drifts.turns.emplace_back(frequency_squares(member), dt);
      return drifts;
    }
    for (const double share : BlanesMoan::drift) {
      drifts.turns.emplace_back(frequency_squares(member), share * dt);
    }
    return drifts;
  });
}

std::vector<std::shared_ptr<const SymplecticStepper::Drifts>> SymplecticStepper::drifts_of(
    std::span<const Part> parts) {
  std::vector<std::shared_ptr<const Drifts>> result;
  for (const Part& part : parts) result.push_back(drifts(part.member, part.dt));
  return result;
}

void SymplecticStepper::evaluate(std::span<const std::size_t> members, std::vector<State>& states) {
  if (members.empty()) return;
  std::vector<const Complex*> inputs;
  std::vector<Complex*> outputs;
  for (const std::size_t m : members) {
    inputs.push_back(states[m].u);
    outputs.push_back(states[m].f);
    states[m].has_force = true;
  }
  transform_.apply_pointwise(members.size(), inputs, outputs,
                             [&](std::size_t a, auto in, auto out, std::size_t count) {
                               forms_[members[a]].force({in, out, count});
                             });
}

void SymplecticStepper::prepare(std::span<const std::size_t> members, std::vector<State>& states) {
  std::vector<std::size_t> lacking;
  for (const std::size_t m : members) {
    if (!states[m].has_force) lacking.push_back(m);
  }
  evaluate(lacking, states);
}

std::span<const Complex> SymplecticStepper::force(std::size_t member) {
  if (!has_potential()) return {};
  prepare({&member, 1}, now_);
  return {now_[member].f, modes_.size()};
}

void SymplecticStepper::step(std::span<const Part> parts) {
  step(parts, now_);
}

void SymplecticStepper::step(std::span<const Part> parts, std::vector<State>& states) {
  const auto drifts = drifts_of(parts);
  if (!has_potential()) {
    for (std::size_t a = 0; a < parts.size(); ++a) {
      const State& s = states[parts[a].member];
      drifts[a]->turns.front().turn(s.u, s.v);
    }
    return;
  }
  const auto members = members_of(parts);
  prepare(members, states);
  for (int j = 0; j < BlanesMoan::drifts; ++j) {
    for (std::size_t a = 0; a < parts.size(); ++a) {
      const State& s = states[parts[a].member];
      const double kick = BlanesMoan::kick[BlanesMoan::kick_place(j)] * parts[a].dt;
      drifts[a]->turns[BlanesMoan::drift_place(j)].kick_and_turn(kick, s.f, s.u, s.v);
    }
    evaluate(members, states);
  }
  for (const Part& part : parts) {
    const State& s = states[part.member];
    const double kick = BlanesMoan::kick.front() * part.dt;
    for (std::size_t i = 0; i < modes_.size(); ++i) s.v[i] += kick * s.f[i];
  }
}

std::vector<double> SymplecticStepper::step_and_estimate(std::span<const Part> parts) {
  if (!has_potential()) {
    step(parts);
    return std::vector<double>(parts.size(), 0.0);
  }
  prepare(members_of(parts), now_);
  std::vector<Part> halves(parts.begin(), parts.end());
  for (Part& part : halves) {
    copy_state(now_[part.member], again_[part.member]);
    part.dt *= 0.5;
  }
  step(parts, now_);
  step(halves, again_);
  step(halves, again_);
  std::vector<double> errors;
  for (const Part& part : parts) {
    errors.push_back(16.0 / 15.0 * relative_difference(now_[part.member], again_[part.member]));
  }
  return errors;
}

void SymplecticStepper::copy_state(const State& from, State& to) const {
  std::copy_n(from.u, modes_.size(), to.u);
  std::copy_n(from.v, modes_.size(), to.v);
  std::copy_n(from.f, modes_.size(), to.f);
  to.has_force = from.has_force;
}

double SymplecticStepper::relative_difference(const State& a, const State& b) const {
  ExactSum difference, size;
  for (std::size_t i = 0; i < modes_.size(); ++i) {
    const double weight = modes_.weight(i);
    difference.add(weight * (std::norm(a.u[i] - b.u[i]) + std::norm(a.v[i] - b.v[i])));
    size.add(weight * (std::norm(b.u[i]) + std::norm(b.v[i])));
  }
  difference.reduce(transform_.communicator());
  size.reduce(transform_.communicator());
  const double above = difference.round();
  return above == 0.0 ? 0.0 : std::sqrt(above / size.round());
}

std::size_t SymplecticStepper::memory_bytes() const {
  std::size_t sum = storage_.size() * sizeof(Complex) + cache_.memory_bytes();
  for (const auto& values : frequency_squares_) sum += values.size() * sizeof(double);
  return sum + modes_.memory_bytes();
}

}  // namespace parapet
