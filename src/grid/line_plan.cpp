#include "grid/line_plan.hpp"

#include <fftw3.h>

#include "base/failure.hpp"
#include "grid/aligned_array.hpp"

namespace parapet {

namespace {

fftw_complex* as_fftw(const Complex* values) {
  return reinterpret_cast<fftw_complex*>(const_cast<Complex*>(values));
}

fftw_plan plan_line(const LineKind& kind, unsigned flags) {
  require(kind.points <= INT32_MAX, ExitCode::bad_input,
          "a grid axis of " + std::to_string(kind.points) +
              " points is too long for one transform and has no balanced factors");
  const int n = static_cast<int>(kind.points);
  const auto length = static_cast<std::size_t>(kind.points) + 2;
  AlignedArray<Complex> in(length), out(length);
  auto* const in_real = reinterpret_cast<double*>(in.data());
  auto* const out_real = reinterpret_cast<double*>(out.data());
  switch (kind.type) {
    case LineKind::Type::forward:
      return fftw_plan_dft_1d(n, as_fftw(in.data()), as_fftw(out.data()), FFTW_FORWARD, flags);
    case LineKind::Type::backward:
      return fftw_plan_dft_1d(n, as_fftw(in.data()), as_fftw(out.data()), FFTW_BACKWARD, flags);
    case LineKind::Type::from_real:
      return fftw_plan_dft_r2c_1d(n, in_real, as_fftw(out.data()), flags);
    case LineKind::Type::to_real:
      return fftw_plan_dft_c2r_1d(n, as_fftw(in.data()), out_real, flags | FFTW_DESTROY_INPUT);
  }
  return nullptr;
}

std::vector<LinePlan> plan_lines(std::span<const LineKind> kinds, unsigned flags) {
  std::vector<LinePlan> plans;
  for (const LineKind& kind : kinds) {
    fftw_plan plan = plan_line(kind, flags);
    require(plan != nullptr, ExitCode::internal_error,
            "FFTW has no plan for a line of " + std::to_string(kind.points) + " points");
    plans.emplace_back(plan);
  }
  return plans;
}

std::string export_wisdom() {
  char* const text = fftw_export_wisdom_to_string();
  std::string wisdom = text != nullptr ? text : "";
  fftw_free(text);
  return wisdom;
}

// Wisdom of earlier plans is forgotten first: it would make the choice depend on what this process
// did before.
void import_wisdom(const std::string& wisdom) {
  fftw_forget_wisdom();
  if (wisdom.empty()) return;
  require(fftw_import_wisdom_from_string(wisdom.c_str()) != 0, ExitCode::unusable_file,
          "the stored FFTW wisdom is damaged or from another version of FFTW");
}

}  // namespace

void LinePlan::Destroy::operator()(fftw_plan_s* plan) const {
  fftw_destroy_plan(plan);
}

void LinePlan::run(const Complex* in, Complex* out) const {
  fftw_execute_dft(plan_.get(), as_fftw(in), as_fftw(out));
}

void LinePlan::run(const double* in, Complex* out) const {
  fftw_execute_dft_r2c(plan_.get(), const_cast<double*>(in), as_fftw(out));
}

void LinePlan::run(Complex* in, double* out) const {
  fftw_execute_dft_c2r(plan_.get(), as_fftw(in), out);
}

std::vector<LinePlan> make_line_plans(const Communicator& communicator,
                                      std::span<const LineKind> kinds, Planning planning,
                                      std::string& wisdom) {
  std::vector<LinePlan> plans;
  if (planning == Planning::estimate) {
    fftw_forget_wisdom();
    collectively(communicator, [&] { plans = plan_lines(kinds, FFTW_ESTIMATE); });
    wisdom.clear();
    return plans;
  }
  on_root(communicator, [&] {
    import_wisdom(wisdom);
    plans = plan_lines(kinds, FFTW_MEASURE);
    wisdom = export_wisdom();
  });
  communicator.broadcast(wisdom);
  collectively(communicator, [&] {
    import_wisdom(wisdom);
    plans = plan_lines(kinds, FFTW_MEASURE | FFTW_WISDOM_ONLY);
  });
  return plans;
}

}  // namespace parapet
