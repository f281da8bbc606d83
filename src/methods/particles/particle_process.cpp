#include "methods/particles/particle_process.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/failure.hpp"
#include "base/formula.hpp"
#include "methods/particles/formula_slope.hpp"
#include "methods/particles/in_dimensions.hpp"
#include "particles/interaction_law.hpp"
#include "particles/near_sum.hpp"
#include "particles/pair_sum.hpp"

namespace parapet {

namespace {

/// b = −∇V + f of an equation at a point, V differentiated axis by axis.
template <Process E, int d>
PARAPET_INLINE std::array<VectorNumber, d> drift_at(const E& e, const std::array<double, d>& x) {
  std::array<VectorNumber, d> sum{};
  if constexpr (HasDrift<E>) {
    std::array<VectorNumber, d> at;
    for (int a = 0; a < d; ++a) at[a] = x[a];
    e.drift(at.data(), d, sum.data());
  }
  if constexpr (HasPotential<E>) {
    for (int along = 0; along < d; ++along) {
      std::array<VectorDual, d> at;
      for (int a = 0; a < d; ++a) at[a] = VectorDual(x[a], a == along ? 1.0 : 0.0);
      sum[along] = sum[along] - e.potential(at.data(), d).slope;
    }
  }
  return sum;
}

/// The same at points.
template <Process E, int d>
void add_drift(const E& e, const PointLine& line) {
  std::array<const double*, d> x;
  std::array<double*, d> b;
  std::ranges::copy(line.in, x.begin());
  std::ranges::copy(line.out, b.begin());
  const std::size_t count = line.count;
  run_compiled_for(
      this_processor(), [=]() __attribute__((always_inline)) {
        const E own = e;
        PARAPET_INDEPENDENT
        for (std::size_t i = 0; i < count; ++i) {
          std::array<double, d> at;
          for (int a = 0; a < d; ++a) at[a] = x[a][i];
          const auto sum = drift_at<E, d>(own, at);
          for (int a = 0; a < d; ++a) b[a][i] = sum[a].value;
        }
      });
}

template <Process E>
PointFunction drift_function(const E& e, int dimensions) {
  return in_dimensions<E>(dimensions, [&]<int d>(std::integral_constant<int, d>) -> PointFunction {
    return [e](const PointLine& line, double) { add_drift<E, d>(e, line); };
  });
}

template <HasInertia E>
PointFunction acceleration_function(const E& e) {
  return [e](const PointLine& line, double) {
    const double* const x = line.in[0];
    double* const out = line.out[0];
    const std::size_t count = line.count;
    run_compiled_for(
        this_processor(), [=]() __attribute__((always_inline)) {
          const E own = e;
          PARAPET_INDEPENDENT
          for (std::size_t i = 0; i < count; ++i) {
            const VectorNumber at = x[i];
            out[i] = own.acceleration(&at).value;
          }
        });
  };
}

/// Of formulas.
PointFunction differenced(const DensityProcess& process) {
  return [process](const PointLine& line, double time) {
    for (double* const out : line.out) std::fill_n(out, line.count, 0.0);
    if (process.drift) process.drift(line, time);
    if (!process.potential) return;
    const PointValues V = [&](std::span<const double* const> x, std::span<double> values) {
      double* const to = values.data();
      process.potential({x, {&to, 1}, values.size()}, time);
    };
    add_slope(V, -1.0, line.in, line.out, line.count);
  };
}

/// D at a point.
std::array<double, 6> diffusion_at(const DensityProcess& process, const std::array<double, 3>& x) {
  std::array<double, 6> D{};
  std::array<const double*, 3> in{&x[0], &x[1], &x[2]};
  std::array<double*, 6> out{&D[0], &D[1], &D[2], &D[3], &D[4], &D[5]};
  const auto d = static_cast<std::size_t>(process.dimensions);
  process.diffusion({std::span(in).first(d), out, 1}, 0.0);
  return D;
}

bool is_constant(const DensityProcess& process) {
  if (process.depends_on_time) return false;
  const auto first = diffusion_at(process, {0.3, 0.4, 0.5});
  for (const auto& x : {std::array{0.7, -0.9, 1.3}, std::array{-1.9, 2.3, 0.1}}) {
    if (diffusion_at(process, x) != first) return false;
  }
  return true;
}

/// Whether no formula of D has a place or time in it: values alone would not tell.
bool has_plain_diffusion(const FokkerPlanck& equation) {
  const std::vector<std::string> variables{"x", "y", "z", "t"};
  return std::ranges::all_of(equation.D.texts, [&](const std::string& text) {
    const Formula formula(text, variables);
    return std::ranges::none_of(variables,
                                [&](const auto& one) { return formula.depends_on(one); });
  });
}

std::optional<double> spring_of(const DensityProcess& process) {
  if (!process.interaction) return std::nullopt;
  const auto over_square = [&](const std::array<double, 3>& r) {
    double square = 0.0;
    for (std::size_t a = 0; a < static_cast<std::size_t>(process.dimensions); ++a) {
      square += r[a] * r[a];
    }
    return 2.0 * process.interaction(r.data()) / square;
  };
  const double kappa = over_square({1.0, 1.0, 1.0});
  for (const auto& r : {std::array{0.3, -0.7, 0.2}, std::array{-5.1, 2.2, 3.7}}) {
    if (!(std::abs(over_square(r) - kappa) <= 1e-13 * std::abs(kappa))) return std::nullopt;
  }
  return kappa;
}

/// By a PairSum or a NearSum.
template <int d, class Sum>
class PairForcesBy final : public PairForces {
 public:
  explicit PairForcesBy(Sum sum) : sum_(std::move(sum)) {}

  void compute(std::span<const double* const> x, std::size_t count, double scale,
               std::span<double* const> force) override {
    std::array<const double*, d> at;
    std::array<double*, d> to;
    std::ranges::copy(x, at.begin());
    std::ranges::copy(force, to.begin());
    sum_.compute(at, count, to);
    for (double* const component : to) {
      for (std::size_t i = 0; i < count; ++i) component[i] *= scale;
    }
  }
  std::array<double, 2> bounds() const override {
    return {sum_.bounds().of_pair, sum_.bounds().of_sum};
  }
  void restore(const std::array<double, 2>& bounds) override {
    sum_.restore({bounds[0], bounds[1]});
  }
  std::size_t memory_bytes() const override {
    if constexpr (requires { sum_.memory_bytes(); }) return sum_.memory_bytes();
    return 0;
  }

 private:
  Sum sum_;
};

/// What make(law, d) gives where the equation states a W that depends on the distance alone.
template <class Make>
std::unique_ptr<PairForces> forces_by_law(const AnyEquation& equation, int dimensions,
                                          double softening, Make&& make) {
  return std::visit(
      [&]<class E>(const E& e) -> std::unique_ptr<PairForces> {
        if constexpr (Process<E> && HasInteraction<E>) {
          return in_dimensions<E>(
              dimensions,
              [&]<int d>(std::integral_constant<int, d> axes) -> std::unique_ptr<PairForces> {
                return make(InteractionLaw<E, d>{e, softening}, axes);
              });
        }
        return nullptr;
      },
      equation);
}

}  // namespace

ParticleProcess particle_process(const AnyEquation& equation, int dimensions) {
  ParticleProcess process;
  process.density = density_process(equation, dimensions);
  std::visit(
      [&]<class E>(const E& e) {
        if constexpr (Process<E>) process.drift = drift_function(e, dimensions);
        if constexpr (HasInertia<E>) {
          process.acceleration = acceleration_function(e);
          process.friction = e.friction();
        }
        if constexpr (HasInteractionRange<E>) process.range = e.interaction_range();
      },
      equation);
  if (!process.drift) process.drift = differenced(process.density);
  const bool is_the_same = is_constant(process.density);
  process.has_constant_diffusion = is_the_same && !process.density.has_cross_diffusion;
  const auto* const formulas = std::get_if<FokkerPlanck>(&equation);
  if (is_the_same && (formulas == nullptr || has_plain_diffusion(*formulas))) {
    process.constant_diffusion = diffusion_at(process.density, {});
  }
  process.spring = spring_of(process.density);
  return process;
}

std::unique_ptr<PairForces> pair_forces(const Communicator& ranks, const AnyEquation& equation,
                                        int dimensions, double softening) {
  return forces_by_law(
      equation, dimensions, softening,
      [&]<class Law, int d>(const Law& law, std::integral_constant<int, d>) {
        using Sum = PairSum<d, Law>;
        return std::make_unique<PairForcesBy<d, Sum>>(Sum(ranks, law, /*is_reproducible=*/true));
      });
}

std::unique_ptr<PairForces> near_forces(const Communicator& ranks, const AnyEquation& equation,
                                        const Grid& domain, double softening, double cutoff) {
  return forces_by_law(
      equation, domain.dimensions, softening,
      [&]<class Law, int d>(const Law& law, std::integral_constant<int, d>) {
        using Sum = NearSum<d, Law>;
        return std::make_unique<PairForcesBy<d, Sum>>(Sum(ranks, law, domain, cutoff));
      });
}

std::string particles_refusal(const AnyEquation& equation, int dimensions) {
  const DensityProcess process = density_process(equation, dimensions);
  if (process.pressure.scale > 0.0) {
    return "particles of a process whose pressure depends on the density are not there: its "
           "density is, by \"finite-volume\"";
  }
  if (process.signal) {
    return "particles that follow a signal between walls are not there: the density is, by "
           "\"finite-volume\"";
  }
  return {};
}

}  // namespace parapet
