#include "learn/training/parameter_update.hpp"

#include <cmath>
#include <span>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "base/failure.hpp"

namespace parapet {

namespace {

using AnyAdamW = std::variant<AdamW<float>, AdamW<double>>;

template <class T>
std::span<T> span_of(at::Tensor& tensor) {
  return {tensor.data_ptr<T>(), static_cast<std::size_t>(tensor.numel())};
}

AnyAdamW make_optimiser(const TrainingSettings& settings, std::int64_t count) {
  const auto size = static_cast<std::size_t>(count);
  if (settings.is_double()) {
    return AdamW<double>(size, {settings.beta1, settings.beta2, 1e-8, settings.weight_decay});
  }
  return AdamW<float>(size, {settings.beta1, settings.beta2, 1e-8, settings.weight_decay});
}

void require_finite(std::int64_t step, double loss, double gradient_norm) {
  if (std::isfinite(loss) && std::isfinite(gradient_norm)) return;
  throw Failure(ExitCode::blew_up,
                fmt::format("training blew up in step {}: loss {}, norm of the gradient {}; a "
                            "smaller learning rate may help",
                            step, loss, gradient_norm),
                true);
}

}  // namespace

ParameterUpdate::ParameterUpdate(FlatParameters& parameters, const TrainingSettings& settings)
    : parameters_(parameters),
      largest_norm_(settings.clip),
      optimiser_(make_optimiser(settings, parameters.size())) {}

void ParameterUpdate::connect(TrainingState& state) {
  state.parameters = parameters_.values().detach();
  state.best_parameters = state.parameters.clone();
  std::visit(
      [&]<class T>(AdamW<T>& adam) {
        const auto wrap = [&](std::span<T> values) {
          return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())},
                               state.parameters.scalar_type());
        };
        state.first_moment = wrap(adam.first_moment());
        state.second_moment = wrap(adam.second_moment());
      },
      optimiser_);
}

void ParameterUpdate::resume(const TrainingState& state) {
  std::visit([&](auto& adam) { adam.set_step_count(state.optimiser_steps); }, optimiser_);
}

double ParameterUpdate::step(std::int64_t step, double loss, double rate) {
  return std::visit(
      [&]<class T>(AdamW<T>& adam) {
        const auto gradient =
            span_of<T>(parameters_.gradients()).first(static_cast<std::size_t>(parameters_.size()));
        const double length = norm(std::span<const T>(gradient));
        require_finite(step, loss, length);
        const double scale =
            largest_norm_ > 0 && length > largest_norm_ ? largest_norm_ / length : 1.0;
        adam.step(span_of<T>(parameters_.values()), gradient, rate, scale);
        return length;
      },
      optimiser_);
}

}  // namespace parapet
