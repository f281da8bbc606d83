#include "methods/particles/systems/target_density.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/elementary.hpp"
#include "base/labelled_table.hpp"
#include "base/processors.hpp"
#include "methods/particles/formula_slope.hpp"

namespace parapet {

namespace {

class FormulaTarget final : public TargetDensity {
 public:
  FormulaTarget(const std::string& text, int dimensions) : U_(text, dimensions) {}

  void values(std::span<const double* const> x, std::span<double> U) const override {
    U_.values(x, U);
  }
  void slope(std::span<const double* const> x, std::span<double* const> out,
             std::size_t count) const override {
    U_.slope(x, out, count);
  }

 private:
  FormulaSlope U_;
};

/// U = Σ_n log(1 + e^{−m_n}) + ½ p |w|² with margins m_n = ±a_n·w, + where the label is 1.
class RegressionTarget final : public TargetDensity {
 public:
  RegressionTarget(const LabelledTable& table, double precision)
      : table_(table), precision_(precision) {}

  void values(std::span<const double* const> w, std::span<double> U) const override {
    for (std::size_t begin = 0; begin < U.size(); begin += chunk) {
      const std::size_t count = std::min(chunk, U.size() - begin);
      add_losses(w, begin, U.subspan(begin, count));
    }
  }
  void slope(std::span<const double* const> w, std::span<double* const> out,
             std::size_t count) const override {
    for (std::size_t begin = 0; begin < count; begin += chunk) {
      add_slopes(w, begin, std::min(chunk, count - begin), out);
    }
  }

 private:
  static constexpr std::size_t chunk = 256;
  using Margins = std::array<double, chunk>;

  double sign(std::size_t n) const { return table_.labels[n] == 1 ? 1.0 : -1.0; }

  PARAPET_INLINE void find_margins(std::span<const double* const> w, std::size_t begin,
                                   std::size_t count, std::size_t n, Margins& m) const {
    for (std::size_t i = 0; i < count; ++i) m[i] = 0.0;
    for (std::size_t c = 0; c < table_.columns; ++c) {
      const double a = sign(n) * table_.row(n)[c];
      const double* const of = w[c] + begin;
      for (std::size_t i = 0; i < count; ++i) m[i] += a * of[i];
    }
  }

  void add_losses(std::span<const double* const> w, std::size_t begin, std::span<double> U) const {
    run_compiled_for(
        this_processor(), [&]() __attribute__((always_inline)) {
          for (std::size_t i = 0; i < U.size(); ++i) U[i] = 0.0;
          for (std::size_t c = 0; c < table_.columns; ++c) {
            for (std::size_t i = 0; i < U.size(); ++i) {
              U[i] += 0.5 * precision_ * w[c][begin + i] * w[c][begin + i];
            }
          }
          Margins m;
          for (std::size_t n = 0; n < table_.rows(); ++n) {
            find_margins(w, begin, U.size(), n, m);
            PARAPET_INDEPENDENT
            for (std::size_t i = 0; i < U.size(); ++i) {
              const double lost = m[i] < 0.0 ? -m[i] : 0.0;
              U[i] += lost + elementary::log(1.0 + elementary::exp(-std::abs(m[i])));
            }
          }
        });
  }

  void add_slopes(std::span<const double* const> w, std::size_t begin, std::size_t count,
                  std::span<double* const> out) const {
    run_compiled_for(
        this_processor(), [&]() __attribute__((always_inline)) {
          for (std::size_t c = 0; c < table_.columns; ++c) {
            for (std::size_t i = begin; i < begin + count; ++i) out[c][i] = precision_ * w[c][i];
          }
          Margins m;
          for (std::size_t n = 0; n < table_.rows(); ++n) {
            find_margins(w, begin, count, n, m);
            PARAPET_INDEPENDENT
            for (std::size_t i = 0; i < count; ++i) m[i] = 1.0 / (1.0 + elementary::exp(m[i]));
            for (std::size_t c = 0; c < table_.columns; ++c) {
              const double a = sign(n) * table_.row(n)[c];
              double* const to = out[c] + begin;
              for (std::size_t i = 0; i < count; ++i) to[i] -= a * m[i];
            }
          }
        });
  }

  const LabelledTable& table_;
  double precision_;
};

}  // namespace

std::unique_ptr<TargetDensity> target_density(const TargetSampling& e, const SystemFrame& frame) {
  if (frame.form == "logistic-regression") {
    return std::make_unique<RegressionTarget>(*frame.table, e.p);
  }
  return std::make_unique<FormulaTarget>(e.U.texts[0], frame.grid.dimensions);
}

}  // namespace parapet
