#include "methods/density/density_base.hpp"

#include <algorithm>
#include <cmath>

#include "base/failure.hpp"
#include "methods/density/edge_flux.hpp"

namespace parapet {

DensityIntegrator density_integrator(const MethodOptions& options) {
  const auto found = std::ranges::find(density_integrators, options.integrator);
  return found == density_integrators.end()
             ? DensityIntegrator::backward_euler
             : static_cast<DensityIntegrator>(found - density_integrators.begin());
}

DensityBase::DensityBase(CellGrid& cells, std::size_t members, const StepControl& control,
                         const MethodOptions& options)
    : CellSolver(cells, members, 1, control, options), quantities_(members) {}

void DensityBase::exchange(Field& field) {
  double* const array = field.data();
  cells().halo().exchange({&array, 1});
}

void DensityBase::to_points(std::size_t member, int first, std::span<double* const> fields) {
  Field& u = field(member, 0);
  exchange(u);
  const int dimensions = cells().grid().dimensions;
  const EdgeRates* rates = nullptr;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const int which = first + static_cast<int>(f);
    if (which == 0) {
      copy_cells(cells().layout(), u.data(), fields[f]);
    } else if (which <= dimensions) {
      density_score(cells(), u.data(), which - 1, fields[f]);
    } else {
      if (rates == nullptr) rates = &flows(member);
      edge_flux(*rates, u.data(), which - 1 - dimensions, pace(member), fields[f]);
    }
  }
}

const EdgeRates& DensityBase::flows(std::size_t) {
  throw Failure(ExitCode::internal_error, "this method does not tell the flux of its density");
}

std::vector<double> DensityBase::quantities(std::size_t member) {
  auto& own = quantities_[member];
  if (!own) own = std::make_unique<DensityQuantities>(cells(), process(member));
  Field& u = field(member, 0);
  exchange(u);
  return own->measure(u.data(), interaction(member), progress(member).time);
}

double DensityBase::elapsed_in(std::size_t member, double dt) const {
  const double time = progress(member).time;
  return process(member).elapsed_at(time + dt) - process(member).elapsed_at(time);
}

double DensityBase::time_for(std::size_t member, double tau) const {
  if (!process(member).elapsed || !std::isfinite(tau)) return tau;
  double low = 0.0, high = 1.0;
  while (elapsed_in(member, high) < tau && high < 1e100) low = high, high *= 2.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (elapsed_in(member, middle) < tau ? low : high) = middle;
  }
  return low;
}

double DensityBase::pace(std::size_t member) const {
  return process(member).pace_at(progress(member).time);
}

}  // namespace parapet
