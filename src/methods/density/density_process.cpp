#include "methods/density/density_process.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "base/formula.hpp"

namespace parapet {

namespace {

constexpr std::array<std::string_view, 4> variables = {"x", "y", "z", "t"};

/// act(x, out) at every point of a line.
template <class F>
PointFunction at_each_point(F act) {
  return [act](const PointLine& line, double) {
    std::array<double, 3> x{};
    std::array<double, 6> out{};
    for (std::size_t i = 0; i < line.count; ++i) {
      for (std::size_t a = 0; a < line.in.size(); ++a) x[a] = line.in[a][i];
      act(x.data(), out.data());
      for (std::size_t c = 0; c < line.out.size(); ++c) line.out[c][i] = out[c];
    }
  };
}

template <Process E>
DensityProcess process_of(const E& e, int d) {
  DensityProcess process;
  process.dimensions = d;
  if constexpr (HasPotential<E>) {
    process.potential =
        at_each_point([e, d](const double* x, double* V) { V[0] = e.potential(x, d); });
  }
  if constexpr (HasDrift<E>) {
    process.drift = at_each_point([e, d](const double* x, double* f) { e.drift(x, d, f); });
  }
  process.diffusion = at_each_point([e, d](const double* x, double* out) {
    const Tensor D = e.diffusion(x, d);
    std::ranges::copy(std::array{D.xx, D.yy, D.zz, D.xy, D.xz, D.yz}, out);
  });
  if constexpr (HasSteadyState<E>) {
    process.log_steady =
        at_each_point([e, d](const double* x, double* out) { out[0] = e.log_steady(x, d); });
  }
  if constexpr (HasInteraction<E>) {
    process.interaction = [e, d](const double* r) { return double(e.interaction(r, d)); };
  }
  if constexpr (HasSignal<E>) process.signal = e.signal();
  if constexpr (HasPressure<E>) process.pressure = e.pressure();
  if constexpr (HasOwnTime<E>) process.elapsed = [e](double t) { return e.elapsed(t); };
  if constexpr (requires { e.has_cross_diffusion(); }) {
    process.has_cross_diffusion = d > 1 && e.has_cross_diffusion();
  }
  return process;
}

/// Formulas of x, y, z and t, the i-th of which is the c-th output where `of_output[c]` is i.
PointFunction formula_function(const std::vector<std::string>& texts, std::vector<int> of_output) {
  auto formulas = std::make_shared<std::vector<Formula>>();
  for (const std::string& text : texts) {
    formulas->emplace_back(text, std::vector<std::string>(variables.begin(), variables.end()));
  }
  return [formulas, of_output](const PointLine& line, double time) {
    const std::vector<double> zeros(line.count, 0.0), times(line.count, time);
    std::array<const double*, 4> in{zeros.data(), zeros.data(), zeros.data(), times.data()};
    std::ranges::copy(line.in, in.begin());
    for (std::size_t c = 0; c < line.out.size(); ++c) {
      const std::span<double> out(line.out[c], line.count);
      const int formula = c < of_output.size() ? of_output[c] : -1;
      if (formula < 0) {
        std::ranges::fill(out, 0.0);
      } else {
        (*formulas)[static_cast<std::size_t>(formula)].evaluate(in, out);
      }
    }
  };
}

/// Which of the texts is which entry of D: xx, yy, zz, xy, xz, yz.
std::vector<int> entries_of_diffusion(std::size_t texts, int d) {
  if (texts == 1) return {0, 0, 0, -1, -1, -1};
  if (texts == 2 && d == 2) return {0, 1, -1, -1, -1, -1};
  if (texts == 3 && d == 3) return {0, 1, 2, -1, -1, -1};
  if (d == 2) return {0, 3, -1, 1, -1, -1};
  return {0, 4, 8, 1, 2, 5};
}

/// The same below the diagonal.
std::vector<int> mirrored_entries(int d) {
  if (d == 2) return {0, 3, -1, 2, -1, -1};
  return {0, 4, 8, 3, 6, 7};
}

bool mentions_time(const FormulaParameter& parameter) {
  const auto letters = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (const std::string& text : parameter.texts) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool begins = i == 0 || !letters(text[i - 1]);
      const bool ends = i + 1 == text.size() || !letters(text[i + 1]);
      if (text[i] == 't' && begins && ends) return true;
    }
  }
  return false;
}

DensityProcess process_of(const FokkerPlanck& e, int d) {
  DensityProcess process;
  process.dimensions = d;
  if (!e.V.texts.empty()) process.potential = formula_function(e.V.texts, {0});
  if (!e.f.texts.empty()) process.drift = formula_function(e.f.texts, {0, 1, 2});
  if (!e.W.texts.empty()) {
    const auto W = std::make_shared<Formula>(
        e.W.texts[0], std::vector<std::string>(variables.begin(), variables.begin() + 3));
    process.interaction = [W, d](const double* r) {
      const std::array at{r[0], d > 1 ? r[1] : 0.0, d > 2 ? r[2] : 0.0};
      return (*W)(at);
    };
  }
  process.diffusion = formula_function(e.D.texts, entries_of_diffusion(e.D.texts.size(), d));
  process.has_cross_diffusion = d > 1 && e.D.texts.size() == static_cast<std::size_t>(d * d);
  if (process.has_cross_diffusion) {
    process.mirrored_diffusion = formula_function(e.D.texts, mirrored_entries(d));
  }
  process.depends_on_time = mentions_time(e.V) || mentions_time(e.f) || mentions_time(e.D);
  return process;
}

template <class E>
constexpr bool has_process = requires(const E& e) {
  process_of(e, 1);
};

}  // namespace

bool is_process(const AnyEquation& equation) {
  return std::visit([]<class E>(const E&) { return has_process<E>; }, equation);
}

DensityProcess density_process(const AnyEquation& equation, int dimensions) {
  return std::visit(
      [&]<class E>(const E& e) -> DensityProcess {
        if constexpr (has_process<E>) return process_of(e, dimensions);
        throw Failure(ExitCode::internal_error, "this equation is no process");
      },
      equation);
}

}  // namespace parapet
