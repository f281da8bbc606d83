#include "simulation/run_layout.hpp"

#include <tuple>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/version.hpp"
#include "grid/graph_drawing.hpp"
#include "io/graph_file.hpp"
#include "simulation/initial_file.hpp"
#include "simulation/member_record.hpp"
#include "simulation/forecast.hpp"

namespace parapet {

TrajectoryLayout trajectory_layout(const RunSettings& settings) {
  TrajectoryLayout layout;
  layout.dataset_name = settings.problem.name;
  layout.grid = settings.grid.grid();
  layout.members = settings.ensemble.members;
  layout.times = schedule_of(settings).frame_times();
  layout.boundaries = settings.grid.boundaries();
  if (settings.network) layout.graph_edges = settings.network->edge_count();
  for (const FieldName& field : settings.output_fields()) {
    layout.fields.push_back({std::string(field.name), field.components});
  }
  layout.precision = settings.output.value_precision();
  layout.file_layout = settings.output.file_layout();
  layout.parameters = settings.equation_parameters();
  layout.certificates = MemberRecord::certificate_names();
  layout.title = settings.output.title;
  const auto& [name, form] = std::tie(settings.problem.name, settings.problem.form);
  layout.equation = form.empty() ? name : fmt::format("{} ({})", name, form);
  layout.code_version = version();
  layout.input_text = settings.resolved;
  return layout;
}

void keep_graph(const Communicator& world, const std::filesystem::path& path, const Graph& graph,
                bool is_resumed) {
  on_root(world, [&] {
    if (is_resumed) {
      require(read_graph(path).has_same_edges(graph), ExitCode::unusable_file,
              path.string() + ": the run was made on another graph than the input says now");
      return;
    }
    Graph drawn = graph;
    draw_nodes(drawn);
    write_graph(path, drawn);
  });
}

}  // namespace parapet
