#include "simulation/run_layout.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/version.hpp"
#include "grid/graph_drawing.hpp"
#include "io/graph_file.hpp"
#include "io/posix_file.hpp"
#include "methods/particles/systems/system_methods.hpp"
#include "simulation/forecast.hpp"
#include "simulation/member_record.hpp"

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

ParticleLayout particle_layout(const RunSettings& settings) {
  const TrajectoryLayout fields = trajectory_layout(settings);
  ParticleLayout layout;
  layout.dataset_name = fields.dataset_name;
  layout.members = fields.members;
  layout.times = fields.times;
  layout.particles = settings.particles.count;
  layout.every = settings.particles.every;
  layout.dimensions = settings.dimensions();
  layout.has_weight = settings.has_absorbing_ends();
  if (is_particle_system(settings.problem.equation)) {
    const ParticleNumbers numbers =
        particle_numbers(settings.problem.equation, settings.dimensions());
    layout.dimensions = numbers.positions;
    layout.has_velocity = numbers.has_velocity;
    layout.has_weight = numbers.has_weight;
    layout.scalars.assign(numbers.further.begin(), numbers.further.end());
  }
  layout.precision = fields.precision;
  layout.title = fields.title;
  layout.equation = fields.equation;
  layout.code_version = fields.code_version;
  layout.input_text = fields.input_text;
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

namespace {

using Digests = std::vector<std::uint64_t>;
using KeptContents = std::map<std::string, Digests>;  // by place

// A line a place: its name, then one digest a member.
KeptContents read_contents(const std::filesystem::path& path) {
  KeptContents kept;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string place;
    std::getline(words, place, ',');
    for (std::string word; std::getline(words, word, ',');) {
      kept[place].push_back(std::strtoull(word.c_str(), nullptr, 16));
    }
  }
  return kept;
}

std::string text_of(const KeptContents& kept) {
  std::string text;
  for (const auto& [place, digests] : kept) {
    text += place;
    for (const std::uint64_t digest : digests) text += fmt::format(",{:016x}", digest);
    text += '\n';
  }
  return text;
}

bool begins_with(const Digests& digests, const Digests& beginning) {
  return beginning.size() <= digests.size() &&
         std::equal(beginning.begin(), beginning.end(), digests.begin());
}

}  // namespace

void keep_contents(const Communicator& world, const std::filesystem::path& path,
                   const std::vector<FileContent>& contents, bool is_resumed) {
  if (contents.empty()) return;
  on_root(world, [&] {
    KeptContents kept;
    if (is_resumed) kept = read_contents(path);
    for (const FileContent& content : contents) {
      require(begins_with(content.digests, kept[content.place]), ExitCode::unusable_file,
              fmt::format("[{}] {}: {}: holds other values than when the run was begun",
                          content.place, content.key, content.file));
      kept[content.place] = content.digests;
    }
    replace_file(path, text_of(kept));
  });
}

}  // namespace parapet
