#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "diagnostics/field_diagnostics.hpp"
#include "methods/spectral_solver.hpp"

namespace parapet {

/// One line of diagnostics.csv: a member at a time. Averages ⟨·⟩ are over the grid.
struct DiagnosticsRow {
  std::int64_t member = 0;
  double time = 0.0;
  std::int64_t step = 0;
  FieldDiagnostics field;
  double dissipation = 0.0;              ///< ν ⟨|∇u|²⟩
  double energy_rate = 0.0;              ///< d⟨½|u|²⟩/dt by the equation itself
  double energy_balance_residual = 0.0;  ///< from the start to this time, see EnergyBalance
  std::vector<double> quantities{};      ///< further ones of the method
  std::uint64_t digest = 0;              ///< of the state

  static std::string header(const std::vector<FieldName>& fields,
                            const std::vector<std::string>& quantities);
  std::string text() const;
};

/// What has been seen of one member so far, and the certificate made of it.
class MemberRecord {
 public:
  /// Names of the certificate's entries, in order:
  ///   conservation_defect  largest |⟨u⟩(t) − ⟨u⟩(0)| over the root mean square of u(0), where the
  ///                        equation conserves ⟨u⟩; otherwise the energy-balance residual
  ///   energy_balance       largest residual of the energy balance over all steps, see
  ///                        EnergyBalance
  ///   spectrum_tail        largest of FieldDiagnostics::spectrum_tail over the rows
  ///   time_error           MemberProgress::error_estimate
  ///   courant              largest dt · advection rate
  ///   steps                time steps taken
  ///   is_nan               1 when the solution became NaN or infinite (the rest is then NaN)
  ///   is_stationary        1 when at the end u would take 10⁶ times the run's length to change:
  ///                        ‖∂u/∂t‖ · time ≤ 10⁻⁶ ‖u‖
  /// What a method does not measure is NaN.
  static std::vector<std::string> certificate_names();

  explicit MemberRecord(bool conserves_mean) : conserves_mean_(conserves_mean) {}

  bool conserves_mean() const { return conserves_mean_; }

  void add(const DiagnosticsRow& row);

  /// The certificate at the end; `relative_rate` is ‖∂u/∂t‖ / ‖u‖ there.
  std::vector<double> certificate(const MemberProgress& progress, double relative_rate) const;
  static std::vector<double> certificate_of_failure();

  /// The record as numbers, for a checkpoint; `number_count(components)` of them.
  static std::size_t number_count(int components) {
    return 6 + static_cast<std::size_t>(components);
  }
  std::vector<double> to_numbers() const;
  static MemberRecord from_numbers(bool conserves_mean, std::span<const double> numbers);

 private:
  bool conserves_mean_;
  std::int64_t row_count_ = 0;
  double first_energy_ = 0.0;
  double conservation_defect_ = 0.0;
  double last_residual_ = 0.0;  ///< of the energy balance, or not_measured
  double spectrum_tail_ = 0.0;  ///< or not_measured
  std::vector<double> first_mean_;
};

}  // namespace parapet
