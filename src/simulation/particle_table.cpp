#include <variant>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "io/table_file.hpp"
#include "simulation/run_settings.hpp"

namespace parapet {

namespace {

/// The table, or what is wrong with it.
std::string fault_of_reading(const std::string& path, LabelledTable& table) {
  try {
    table = read_table(path);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

void broadcast(const Communicator& world, LabelledTable& table) {
  auto columns = static_cast<std::int64_t>(table.columns);
  auto rows = static_cast<std::int64_t>(table.rows());
  world.broadcast(columns);
  world.broadcast(rows);
  table.columns = static_cast<std::size_t>(columns);
  table.features.resize(static_cast<std::size_t>(columns * rows));
  table.labels.resize(static_cast<std::size_t>(rows));
  world.broadcast(std::span<double>(table.features));
  world.broadcast(std::span<std::int64_t>(table.labels));
}

}  // namespace

void RunSettings::read_particle_table(const Communicator& world, InputFile& file) {
  auto* const sampling = std::get_if<TargetSampling>(&problem.equation);
  const bool needs_table = sampling != nullptr && problem.form == "logistic-regression";
  if (needs_table == particles.table.empty()) {
    file.fault("particles", "table",
               needs_table ? "the form \"logistic-regression\" needs the file of a table"
                           : "is for the equation \"target-sampling\", form "
                             "\"logistic-regression\"");
  }
  if (!needs_table || file.has_faults()) return;
  LabelledTable found;
  std::string fault;
  if (world.is_root()) fault = fault_of_reading(particles.table, found);
  world.broadcast(fault);
  if (!fault.empty()) return file.fault("particles", "table", fault);
  broadcast(world, found);
  sampling->coefficients = static_cast<int>(found.columns);
  table = std::move(found);
}

}  // namespace parapet
