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
  double energy_balance_residual = 0.0;  ///< see EnergyBalance
  std::uint64_t digest = 0;              ///< of the state

  static std::string header(int components);
  std::string text() const;
};

/// What has been seen of one member so far, and the certificate made of it.
class MemberRecord {
 public:
  /// Names of the certificate's entries, in order:
  ///   conservation_defect  largest |⟨u⟩(t) − ⟨u⟩(0)| over the root mean square of u(0), where the
  ///                        equation conserves ⟨u⟩; otherwise the largest energy-balance residual
  ///   energy_balance       largest energy-balance residual
  ///   spectrum_tail        largest of FieldDiagnostics::spectrum_tail
  ///   time_error           sum over the steps of the estimated relative error of each
  ///   courant              largest dt · advection rate
  ///   steps                time steps taken
  ///   is_nan               1 when the solution became NaN or infinite (the rest is then NaN)
  ///   is_stationary        1 when at the end ⟨|u|²⟩ would take 10⁶ times the run's length to
  ///   change
  static std::vector<std::string> certificate_names();

  explicit MemberRecord(bool conserves_mean) : conserves_mean_(conserves_mean) {}

  bool conserves_mean() const { return conserves_mean_; }

  /// Takes in a new row and fills its energy-balance residual.
  void add(DiagnosticsRow& row);

  std::vector<double> certificate(const MemberProgress& progress) const;
  static std::vector<double> certificate_of_failure();

  /// The record as numbers, for a checkpoint; `number_count(components)` of them.
  static std::size_t number_count(int components) {
    return 6 + 6 + static_cast<std::size_t>(components);
  }
  std::vector<double> to_numbers() const;
  static MemberRecord from_numbers(bool conserves_mean, std::span<const double> numbers);

 private:
  struct Sample {
    double time = 0.0, energy = 0.0, rate = 0.0;
  };

  bool conserves_mean_;
  std::int64_t row_count_ = 0;
  double first_energy_ = 0.0;
  double conservation_defect_ = 0.0;
  double energy_balance_ = 0.0;
  double spectrum_tail_ = 0.0;
  std::vector<double> first_mean_;
  Sample before_, last_;
  EnergyBalance balance_;
};

}  // namespace parapet
