#include "methods/density/indirect_solver.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "base/exact_sum.hpp"
#include "methods/density/density_base.hpp"
#include "methods/density/indirect_signal.hpp"

namespace parapet {

namespace {

enum Component { density, signal, mediator };

class IndirectSolver final : public CellSolver {
 public:
  IndirectSolver(CellGrid& cells, std::vector<KellerSegelIndirect> laws, const StepControl& control,
                 const MethodOptions& options)
      : CellSolver(cells, laws.size(), 3, control, options),
        laws_(std::move(laws)),
        integrator_(density_integrator(options)),
        stepper_(cells, integrator_),
        chain_(cells),
        generator_(cells) {}

  void settle(std::size_t m) override {
    if (laws_[m].epsilon == 0.0) chain_.follow(laws_[m], at(m, mediator), at(m, signal));
  }
  std::vector<double> quantities(std::size_t m) override;
  std::size_t memory_bytes() const override {
    return CellSolver::memory_bytes() + stepper_.memory_bytes() + chain_.memory_bytes() +
           generator_.memory_bytes();
  }

 protected:
  double longest_step(std::size_t m) override {
    if (integrator_ != DensityIntegrator::ssprk3) return std::numeric_limits<double>::infinity();
    set_rates(m);
    return generator_.monotone().longest_positive_step();
  }

  void advance(std::size_t m, std::span<const double> steps) override {
    const double dt = steps.front();  // steps_at_once() is 1
    const auto half = [&] {
      chain_.advance(laws_[m], 0.5 * dt, at(m, density), at(m, signal), at(m, mediator));
    };
    half();
    set_rates(m);
    stepper_.step(generator_, dt, field(m, density));
    half();
  }

  void evaluate_rate(std::size_t m, std::span<double* const> rate) override;

 private:
  double* at(std::size_t m, Component c) { return field(m, c).data(); }
  /// −∇² of a field whose ghosts are filled, at a place.
  double bend(const double* field, std::ptrdiff_t x) const;
  template <class F>
  void for_each_cell(F&& act) const;
  template <class F>
  double integral(F&& of) const;

  /// Those of the density in the signal as it is.
  void set_rates(std::size_t m) {
    double* const v = at(m, signal);
    cells().halo().exchange({&v, 1});
    const double D = laws_[m].D, chi = laws_[m].chi;
    generator_.fill([=](std::size_t, std::ptrdiff_t x, std::ptrdiff_t stride, double per_square) {
      return exponential_pair(D * per_square, chi * per_square * (v[x + stride] - v[x]));
    });
  }

  std::vector<KellerSegelIndirect> laws_;
  DensityIntegrator integrator_;
  DensityStepper stepper_;
  IndirectSignal chain_;
  RateGenerator generator_;
};

template <class F>
void IndirectSolver::for_each_cell(F&& act) const {
  const CellLayout& layout = cells().layout();
  layout.for_each_row([&](std::ptrdiff_t row, std::int64_t, std::int64_t, std::int64_t) {
    for (std::ptrdiff_t x = row; x < row + layout.row_length(); ++x) act(x);
  });
}

template <class F>
double IndirectSolver::integral(F&& of) const {
  ExactSum sum;
  for_each_cell([&](std::ptrdiff_t x) { sum.add(of(x)); });
  sum.reduce(cells().communicator());
  double cell = 1.0;
  for (int a = 0; a < cells().grid().dimensions; ++a) cell *= cells().grid().spacing(a);
  return sum.round() * cell;
}

double IndirectSolver::bend(const double* field, std::ptrdiff_t x) const {
  double sum = 0.0;
  for (int axis = 0; axis < cells().grid().dimensions; ++axis) {
    const std::ptrdiff_t stride = cells().layout().stride[static_cast<std::size_t>(axis)];
    const double h = cells().grid().spacing(axis);
    sum += ((field[x] - field[x - stride]) - (field[x + stride] - field[x])) / (h * h);
  }
  return sum;
}

void IndirectSolver::evaluate_rate(std::size_t m, std::span<double* const> rate) {
  fill_ghosts(pointers(m));
  set_rates(m);
  const KellerSegelIndirect& law = laws_[m];
  const double *const u = at(m, density), *const v = at(m, signal), *const w = at(m, mediator);
  generator_.rates().apply(u, rate[density]);
  for_each_cell([&](std::ptrdiff_t x) {
    rate[mediator][x] = -law.D_w * bend(w, x) - law.b * w[x] + u[x];
    if (law.epsilon > 0.0) {
      rate[signal][x] = (w[x] - law.D_v * bend(v, x) - law.a * v[x]) / law.epsilon;
    }
  });
  if (law.epsilon == 0.0) chain_.follow(law, rate[mediator], rate[signal]);
}

std::vector<double> IndirectSolver::quantities(std::size_t m) {
  fill_ghosts(pointers(m));
  const KellerSegelIndirect& law = laws_[m];
  const double *const u = at(m, density), *const v = at(m, signal), *const w = at(m, mediator);
  const auto u_log_u = [&](std::ptrdiff_t x) { return u[x] > 0.0 ? u[x] * std::log(u[x]) : 0.0; };
  const double free_energy = integral([&](std::ptrdiff_t x) {
    const double curvature = bend(v, x), Av = law.D_v * curvature + law.a * v[x];
    const double motion = law.epsilon > 0.0 ? (w[x] - Av) * (w[x] - Av) / law.epsilon : 0.0;
    const double stored = motion + Av * (law.D_w * curvature + law.b * v[x]);
    return law.D * u_log_u(x) - law.chi * u[x] * v[x] + 0.5 * law.chi * stored;
  });
  return {integral([&](std::ptrdiff_t x) { return u[x]; }), -integral(u_log_u), free_energy,
          integral([&](std::ptrdiff_t x) { return v[x]; }),
          integral([&](std::ptrdiff_t x) { return w[x]; })};
}

}  // namespace

CellTraits indirect_traits(int dimensions, const MethodOptions& options) {
  const bool is_implicit = density_integrator(options) != DensityIntegrator::ssprk3;
  CellTraits traits;
  traits.components = 3;
  traits.arrays = 1.0;
  traits.shared_arrays =
      16.0 + 2.0 * dimensions + (is_implicit ? 4.0 * (3.0 * dimensions + 3.0) : 0.0);
  traits.holds_averages = true;
  traits.takes_courant = !is_implicit;
  traits.holds_density = true;
  traits.ends = {BoundaryKind::no_flux};
  traits.integrators = {density_integrators.begin(), density_integrators.end()};
  traits.orders = {2};
  traits.quantities = {"mass", "entropy", "free_energy", "signal_mass", "mediator_mass"};
  return traits;
}

std::unique_ptr<Solver> make_indirect_solver(CellGrid& cells,
                                             const std::vector<AnyEquation>& equations,
                                             const StepControl& control,
                                             const MethodOptions& options) {
  std::vector<KellerSegelIndirect> laws;
  for (const AnyEquation& equation : equations) {
    laws.push_back(std::get<KellerSegelIndirect>(equation));
  }
  return std::make_unique<IndirectSolver>(cells, std::move(laws), control, options);
}

}  // namespace parapet
