#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <hdf5.h>

#include "base/failure.hpp"
#include "io/hdf5_handle.hpp"
#include "io/posix_file.hpp"
#include "learn/data/sample_set.hpp"
#include "learn/evaluation/evaluation.hpp"
#include "learn/evaluation/member_prediction.hpp"
#include "learn/evaluation/surrogate.hpp"

namespace parapet {

namespace {

// JSON knows no NaN.
std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string metrics_json(const Metrics& metrics) {
  std::string json;
  for (std::size_t m = 0; m < metric_names.size(); ++m) {
    json += fmt::format("{}\"{}\": {}", m == 0 ? "" : ", ", metric_names[m], number(metrics[m]));
  }
  return "{" + json + "}";
}

std::string interval_json(const Evaluation& evaluation) {
  std::string json;
  for (std::size_t m = 0; m < metric_names.size(); ++m) {
    json += fmt::format("{}    \"{}\": {{\"value\": {}, \"low\": {}, \"high\": {}}}",
                        m == 0 ? "" : ",\n", metric_names[m], number(evaluation.metrics[m]),
                        number(evaluation.interval.low[m]), number(evaluation.interval.high[m]));
  }
  return "{\n" + json + "\n  }";
}

// One list a metric, behind what each entry is the error of.
std::string lists_json(const std::string& heading, const std::vector<Metrics>& entries) {
  std::string json = "    " + heading;
  for (std::size_t m = 0; m < metric_names.size(); ++m) {
    json += fmt::format(",\n    \"{}\": [", metric_names[m]);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      json += (i == 0 ? "" : ", ") + number(entries[i][m]);
    }
    json += "]";
  }
  return "{\n" + json + "\n  }";
}

std::string cost_json(const Evaluation& evaluation) {
  const auto& cost = evaluation.cost;
  std::string json = fmt::format(
      "    \"surrogate\": {{\"seconds_single\": {}, \"seconds_batched\": {}, \"batch\": {}, "
      "\"relative_l2\": {}}}",
      number(cost.single), number(cost.batched), cost.batch, number(evaluation.relative_l2()));
  if (evaluation.solver) {
    const auto& solver = *evaluation.solver;
    json += fmt::format(
        ",\n    \"solver\": {{\"seconds\": {}, \"points\": {}, \"time_step\": {}, "
        "\"relative_l2\": {}, \"members\": {}, \"method\": \"{}\"}}",
        number(solver.seconds), solver.points, number(solver.time_step), number(solver.error),
        solver.members, solver.method);
  }
  return "{\n" + json + "\n  }";
}

Extents extents_of(const PredictionShape& shape, std::size_t samples) {
  Extents extents{samples, static_cast<std::uint64_t>(shape.frames),
                  static_cast<std::uint64_t>(shape.channels)};
  for (int a = 0; a < shape.dimensions; ++a) {
    extents.push_back(static_cast<std::uint64_t>(shape.points[static_cast<std::size_t>(a)]));
  }
  return extents;
}

// Samples from the best to the worst by relative L2, evenly spaced in rank, both ends included.
std::vector<std::size_t> chosen_samples(const Evaluation& evaluation, std::int64_t count) {
  std::vector<std::size_t> order(evaluation.per_sample.size());
  std::iota(order.begin(), order.end(), 0);
  const auto error = [&](std::size_t i) {
    return value(evaluation.per_sample[i], Metric::relative_l2);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return error(a) < error(b); });
  const auto wanted =
      std::min(order.size(), static_cast<std::size_t>(std::max<std::int64_t>(count, 1)));
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < wanted; ++i) {
    chosen.push_back(order[wanted == 1 ? 0 : i * (order.size() - 1) / (wanted - 1)]);
  }
  return chosen;
}

}  // namespace

void write_evaluation(const std::filesystem::path& file, const Evaluation& evaluation) {
  std::string json = fmt::format("{{\n  \"samples\": {},\n  \"metrics\": {},\n",
                                 evaluation.per_sample.size(), interval_json(evaluation));
  if (evaluation.legacy) {
    json += fmt::format("  \"legacy_pdebench\": {},\n", metrics_json(*evaluation.legacy));
  }
  if (evaluation.rollout) {
    const auto& rollout = *evaluation.rollout;
    const auto times = fmt::format("\"time\": [{}]", fmt::join(rollout.times, ", "));
    json += fmt::format("  \"rollout\": {},\n  \"rollout_steps\": {},\n",
                        metrics_json(rollout.metrics), lists_json(times, rollout.steps));
  }
  const auto members = fmt::format("\"member\": [{}]", fmt::join(evaluation.members, ", "));
  json += fmt::format("  \"cost\": {},\n  \"per_sample\": {}\n}}\n", cost_json(evaluation),
                      lists_json(members, evaluation.per_sample));
  replace_file(file, json);
}

void write_predictions(const std::filesystem::path& file, Surrogate& surrogate,
                       const SampleSet& samples, const Evaluation& evaluation, std::int64_t count) {
  const auto chosen = chosen_samples(evaluation, count);
  std::vector<double> inputs, targets, predictions, members;
  for (const auto index : chosen) {
    const auto member = evaluation.members[index];
    const MemberPrediction prediction(surrogate, samples, member);
    const auto& predicted =
        samples.is_operator_task() ? prediction.one_step() : prediction.rollout();
    inputs.insert(inputs.end(), prediction.input().begin(), prediction.input().end());
    targets.insert(targets.end(), prediction.truth().begin(), prediction.truth().end());
    predictions.insert(predictions.end(), predicted.begin(), predicted.end());
    members.push_back(static_cast<double>(member));
  }
  const auto guard = samples.hold_reads();
  const auto extents = extents_of(prediction_shape(samples), chosen.size());
  auto beside = file;
  beside += ".tmp";
  std::error_code error;
  std::filesystem::remove(beside, error);
  auto output = create_hdf5(beside);
  write_dataset(output.id(), "input", H5T_IEEE_F32LE, extents, inputs);
  write_dataset(output.id(), "target", H5T_IEEE_F32LE, extents, targets);
  write_dataset(output.id(), "prediction", H5T_IEEE_F32LE, extents, predictions);
  write_dataset(output.id(), "sample", H5T_STD_I64LE, {chosen.size()}, members);
  set_attribute(output.id(), "fields", samples.channels());
  output.close(file.string());
  std::filesystem::rename(beside, file, error);
  require(!error, ExitCode::input_output, file.string() + ": cannot be written");
}

}  // namespace parapet
