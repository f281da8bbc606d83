#include "learn/evaluation/surrogate.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "base/failure.hpp"
#include "learn/evaluation/safetensors.hpp"

namespace parapet {

namespace {

constexpr const char* format_name = "parapet-fno-1";

// [1, channel, 1 (, 1, 1)], to be broadcast over a batch of fields.
at::Tensor per_channel(const std::vector<double>& values, std::int64_t dimensions,
                       at::ScalarType type) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(dimensions) + 2, 1);
  shape[1] = static_cast<std::int64_t>(values.size());
  return at::tensor(values, at::kDouble).to(type).view(shape);
}

std::string join_numbers(const auto& values) {
  return fmt::format("{}", fmt::join(values, " "));
}

template <class T>
std::vector<T> split_numbers(const std::string& text, const std::string& what) {
  std::vector<T> values;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    T value{};
    const auto parsed = std::from_chars(word.data(), word.data() + word.size(), value);
    require(parsed.ec == std::errc{} && parsed.ptr == word.data() + word.size(),
            ExitCode::unusable_file, fmt::format("metadata {}: `{}` is not a number", what, word));
    values.push_back(value);
  }
  return values;
}

/// The metadata of a model file, with every fault a Failure that names the entry.
class Metadata {
 public:
  explicit Metadata(const TensorFile& file) : file_(file) {}

  template <class T>
  std::vector<T> numbers(const std::string& name, std::size_t count) const {
    auto values = split_numbers<T>(file_.text(name), name);
    require(values.size() == count, ExitCode::unusable_file,
            fmt::format("metadata {}: {} numbers expected", name, count));
    return values;
  }
  std::int64_t integer(const std::string& name, std::int64_t low, std::int64_t high) const {
    const auto value = numbers<std::int64_t>(name, 1).front();
    require(value >= low && value <= high, ExitCode::unusable_file,
            fmt::format("metadata {}: {} is not in {} … {}", name, value, low, high));
    return value;
  }
  template <class T>
  std::array<T, 3> triple(const std::string& name) const {
    const auto values = numbers<T>(name, 3);
    return {values[0], values[1], values[2]};
  }

 private:
  const TensorFile& file_;
};

FnoShape shape_from(const Metadata& metadata, std::int64_t channels) {
  FnoShape shape;
  shape.input_channels = shape.output_channels = channels;
  const auto dimensions = metadata.integer("dimensions", 1, 3);
  shape.modes = metadata.numbers<std::int64_t>("modes", static_cast<std::size_t>(dimensions));
  for (const auto modes : shape.modes) {
    require(modes >= 1 && modes <= 1'000'000, ExitCode::unusable_file, "metadata modes: absurd");
  }
  shape.width = metadata.integer("width", 1, 100'000);
  shape.layers = metadata.integer("layers", 1, 10'000);
  shape.projection = metadata.integer("projection", 1, 1'000'000);
  shape.has_coordinates = metadata.integer("coordinates", 0, 1) == 1;
  return shape;
}

ChannelScale scale_from(const Metadata& metadata, const std::string& side, std::size_t channels) {
  return {metadata.numbers<double>(side + "_mean", channels),
          metadata.numbers<double>(side + "_deviation", channels)};
}

// Every parameter must be there, with its shape, and nothing else.
void copy_parameters(const TensorFile& file, Fno& network) {
  const torch::NoGradGuard no_gradients;
  auto parameters = network.named_parameters();
  require(parameters.size() == file.tensors.size(), ExitCode::unusable_file,
          fmt::format("{} tensors, {} expected", file.tensors.size(), parameters.size()));
  for (auto& item : parameters) {
    const auto& stored = file.tensor(item.key());
    require(stored.sizes() == item.value().sizes() && stored.dtype() == item.value().dtype(),
            ExitCode::unusable_file,
            fmt::format("tensor {} has another shape or type than the metadata say", item.key()));
    require(at::isfinite(stored).all().item<bool>(), ExitCode::unusable_file,
            fmt::format("tensor {} is not finite", item.key()));
    item.value().copy_(stored);
  }
}

Surrogate surrogate_from(const TensorFile& file) {
  require(file.text("format") == format_name, ExitCode::unusable_file,
          fmt::format("its format is not {}", format_name));
  const Metadata metadata(file);
  SurrogateTask task;
  std::istringstream names(file.text("channels"));
  for (std::string name; names >> name;) task.channels.push_back(name);
  require(!task.channels.empty(), ExitCode::unusable_file, "metadata channels: empty");
  task.is_operator = file.text("task") == "operator";
  task.input_time = metadata.numbers<double>("input_time", 1).front();
  task.target_time = metadata.numbers<double>("target_time", 1).front();
  task.points = metadata.triple<std::int64_t>("points");
  task.length = metadata.triple<double>("length");
  const auto channels = task.channels.size();
  const auto shape = shape_from(metadata, static_cast<std::int64_t>(channels));
  Normalisation normalisation{scale_from(metadata, "input", channels),
                              scale_from(metadata, "target", channels)};
  // The tensors in the file bound what the metadata may ask for.
  require(!file.tensors.empty(), ExitCode::unusable_file, "no tensors");
  const auto spectral = file.tensor("layers.0.spectral").numel();
  std::int64_t claimed = 2 * shape.width * shape.width;
  for (const auto kept : shape.kept_modes()) {
    require(!__builtin_mul_overflow(claimed, kept, &claimed), ExitCode::unusable_file,
            "metadata modes: absurd");
  }
  require(claimed == spectral, ExitCode::unusable_file,
          "tensor layers.0.spectral has another shape than the metadata say");
  auto network = std::make_shared<Fno>(shape, 0, file.tensors.front().second.scalar_type());
  copy_parameters(file, *network);
  return {std::move(task), std::move(normalisation), std::move(network)};
}

}  // namespace

Surrogate::Surrogate(SurrogateTask task, Normalisation normalisation, std::shared_ptr<Fno> network)
    : task_(std::move(task)),
      normalisation_(std::move(normalisation)),
      network_(std::move(network)) {
  const auto type = network_->parameters().front().scalar_type();
  const auto dimensions = network_->shape().dimensions();
  input_mean_ = per_channel(normalisation_.input.mean, dimensions, type);
  input_deviation_ = per_channel(normalisation_.input.deviation, dimensions, type);
  target_mean_ = per_channel(normalisation_.target.mean, dimensions, type);
  target_deviation_ = per_channel(normalisation_.target.deviation, dimensions, type);
}

at::Tensor Surrogate::predict(const at::Tensor& fields) {
  const auto scaled = (fields - input_mean_) / input_deviation_;
  return network_->forward(scaled) * target_deviation_ + target_mean_;
}

bool Surrogate::is_double() const {
  return input_mean_.scalar_type() == at::kDouble;
}

void Surrogate::save(const std::filesystem::path& file) const {
  TensorFile content;
  for (const auto& item : network_->named_parameters()) {
    content.tensors.emplace_back(item.key(), item.value());
  }
  const auto& shape = network_->shape();
  auto& metadata = content.metadata;
  metadata["format"] = format_name;
  metadata["channels"] = fmt::format("{}", fmt::join(task_.channels, " "));
  metadata["task"] = task_.is_operator ? "operator" : "step";
  metadata["input_time"] = fmt::format("{}", task_.input_time);
  metadata["target_time"] = fmt::format("{}", task_.target_time);
  metadata["points"] = join_numbers(task_.points);
  metadata["length"] = join_numbers(task_.length);
  metadata["dimensions"] = fmt::format("{}", shape.dimensions());
  metadata["modes"] = join_numbers(shape.modes);
  metadata["width"] = fmt::format("{}", shape.width);
  metadata["layers"] = fmt::format("{}", shape.layers);
  metadata["projection"] = fmt::format("{}", shape.projection);
  metadata["coordinates"] = shape.has_coordinates ? "1" : "0";
  metadata["input_mean"] = join_numbers(normalisation_.input.mean);
  metadata["input_deviation"] = join_numbers(normalisation_.input.deviation);
  metadata["target_mean"] = join_numbers(normalisation_.target.mean);
  metadata["target_deviation"] = join_numbers(normalisation_.target.deviation);
  write_safetensors(file, content);
}

Surrogate Surrogate::load(const std::filesystem::path& file) {
  const auto content = read_safetensors(file);
  try {
    return surrogate_from(content);
  } catch (const Failure& failure) {
    throw Failure(failure.code(), fmt::format("{}: {}", file.string(), failure.what()));
  }
}

}  // namespace parapet
