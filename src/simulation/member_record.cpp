#include "simulation/member_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace parapet {

namespace {

constexpr double stationary_rate = 1e-6;  // of u, per length of the run

double known(double value) {
  return std::isnan(value) ? not_measured : value;
}
double certified(double value) {
  return value == not_measured ? std::numeric_limits<double>::quiet_NaN() : value;
}

}  // namespace

std::string DiagnosticsRow::header(const std::vector<FieldName>& fields,
                                   const std::vector<std::string>& quantities) {
  std::string text = "member,time,step";
  for (const FieldName& field : fields) {
    for (int c = 0; c < field.components; ++c) {
      text += ",mean";
      if (fields.size() > 1) text += fmt::format("_{}", field.name);
      if (field.components > 1) text += fmt::format("_{}", "xyz"[c]);
    }
  }
  text += ",energy,dissipation,minimum,maximum,spectrum_tail,energy_rate,energy_balance_residual";
  for (const std::string& name : quantities) text += "," + name;
  return text + ",digest";
}

std::string DiagnosticsRow::text() const {
  std::string line = fmt::format("{},{},{}", member, time, step);
  for (const double mean : field.mean) line += fmt::format(",{}", mean);
  line += fmt::format(",{},{},{},{},{},{},{}", field.energy, dissipation, field.minimum,
                      field.maximum, field.spectrum_tail, energy_rate, energy_balance_residual);
  for (const double quantity : quantities) line += fmt::format(",{}", quantity);
  return line + fmt::format(",0x{:016x}", digest);
}

std::vector<std::string> MemberRecord::certificate_names() {
  return {"conservation_defect",
          "energy_balance",
          "spectrum_tail",
          "time_error",
          "courant",
          "steps",
          "is_nan",
          "is_stationary"};
}

void MemberRecord::add(const DiagnosticsRow& row) {
  const FieldDiagnostics& field = row.field;
  if (row_count_++ == 0) {
    first_mean_ = field.mean;
    first_energy_ = field.energy;
  }
  last_residual_ = known(row.energy_balance_residual);
  const double tail = known(field.spectrum_tail);
  spectrum_tail_ = tail == not_measured ? tail : std::max(spectrum_tail_, tail);
  const double size = std::sqrt(2.0 * first_energy_);
  for (std::size_t c = 0; c < field.mean.size(); ++c) {
    const double drift = std::abs(field.mean[c] - first_mean_[c]);
    conservation_defect_ = std::max(conservation_defect_, size > 0.0 ? drift / size : drift);
  }
}

std::vector<double> MemberRecord::certificate(const MemberProgress& progress,
                                              double relative_rate) const {
  const bool is_stationary = relative_rate * progress.time <= stationary_rate;
  const double energy_balance = last_residual_ == not_measured
                                    ? certified(not_measured)
                                    : std::max(progress.balance.largest_residual(), last_residual_);
  return {conserves_mean_ ? conservation_defect_ : energy_balance,
          energy_balance,
          certified(spectrum_tail_),
          certified(progress.error_estimate),
          progress.courant,
          progress.steps,
          0.0,
          is_stationary ? 1.0 : 0.0};
}

std::vector<double> MemberRecord::certificate_of_failure() {
  std::vector<double> values(certificate_names().size(), std::numeric_limits<double>::quiet_NaN());
  values[6] = 1.0;
  values[7] = 0.0;
  return values;
}

std::vector<double> MemberRecord::to_numbers() const {
  std::vector<double> numbers = {static_cast<double>(row_count_),
                                 first_energy_,
                                 conservation_defect_,
                                 last_residual_,
                                 spectrum_tail_,
                                 conserves_mean_ ? 1.0 : 0.0};
  numbers.insert(numbers.end(), first_mean_.begin(), first_mean_.end());
  return numbers;
}

MemberRecord MemberRecord::from_numbers(bool conserves_mean, std::span<const double> numbers) {
  MemberRecord record(conserves_mean);
  record.row_count_ = static_cast<std::int64_t>(numbers[0]);
  record.first_energy_ = numbers[1];
  record.conservation_defect_ = numbers[2];
  record.last_residual_ = numbers[3];
  record.spectrum_tail_ = numbers[4];
  record.first_mean_.assign(numbers.begin() + 6, numbers.end());
  return record;
}

}  // namespace parapet
