#include "learn/fno.hpp"

#include <mutex>

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/failure.hpp"
#include "learn/fno/passes.hpp"

namespace parapet {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

namespace {

/// Blocks of memory that go back and forth between the pool and the tapes of forward passes, so
/// that a training step asks the system for nothing.
class BlockPool : public std::enable_shared_from_this<BlockPool> {
 public:
  Tensor take(std::int64_t size, torch::Dtype precision) {
    const std::ptrdiff_t bytes = size * static_cast<std::int64_t>(c10::elementSize(precision));
    auto block = std::make_shared<kernels::Buffer<std::byte>>(take_free());
    std::byte* data = block->resize(bytes);
    const auto give_back = [pool = shared_from_this(), block](void*) {
      const std::lock_guard lock(pool->mutex_);
      if (pool->free_.size() < 2) pool->free_.push_back(std::move(*block));
    };
    return torch::from_blob(data, {size}, give_back, precision);
  }

 private:
  kernels::Buffer<std::byte> take_free() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return {};
    kernels::Buffer<std::byte> block = std::move(free_.back());
    free_.pop_back();
    return block;
  }

  std::mutex mutex_;
  std::vector<kernels::Buffer<std::byte>> free_;
};

/// The parameters' part of a block of memory, as a tensor of its own that shares it.
Tensor part_of(const Tensor& block, const FnoLayout::Entry& entry) {
  return torch::empty({0}, block.options())
      .set_(block.storage(), block.storage_offset() + entry.offset, entry.sizes);
}

std::vector<std::ptrdiff_t> grid_of(const Tensor& input) {
  return {input.sizes().begin() + 2, input.sizes().end()};
}

}  // namespace

/// The passes in the precision at hand, between torch's tensors and plain arrays.
class FnoEngine {
 public:
  FnoEngine(const FnoShape& shape, torch::Dtype precision)
      : precision_(precision), output_channels_(shape.output_channels) {
    require(precision == torch::kFloat32 || precision == torch::kFloat64, ExitCode::internal_error,
            "an Fno is either of float32 or of float64");
    if (precision == torch::kFloat32) single_ = std::make_unique<FnoPasses<float>>(shape);
    if (precision == torch::kFloat64) double_ = std::make_unique<FnoPasses<double>>(shape);
  }

  const FnoLayout& layout() const { return single_ ? single_->layout() : double_->layout(); }

  /// The prediction; `tape` receives the tape unless null.
  Tensor forward(const Tensor& weights, const Tensor& input, Tensor* tape) {
    std::vector<std::int64_t> sizes = input.sizes().vec();
    sizes[1] = output_channels_;
    const Tensor output = torch::empty(sizes, input.options());
    call([&](auto& passes, auto* as) {
      using Real = std::remove_pointer_t<decltype(as)>;
      const auto points = grid_of(input);
      if (tape) *tape = pool_->take(passes.tape_size(points, input.size(0)), precision_);
      passes.forward(points, input.size(0), weights.data_ptr<Real>(), input.data_ptr<Real>(),
                     output.data_ptr<Real>(), tape ? tape->data_ptr<Real>() : nullptr);
    });
    return output;
  }

  /// Gradients of all parameters as one vector, and of the input if `input_slope` is not null.
  Tensor backward(const Tensor& weights, const Tensor& input, const Tensor& tape,
                  const Tensor& output_slope, Tensor* input_slope) {
    const Tensor weight_slope = torch::empty_like(weights);
    if (input_slope) *input_slope = torch::empty_like(input);
    call([&](auto& passes, auto* as) {
      using Real = std::remove_pointer_t<decltype(as)>;
      passes.backward(grid_of(input), input.size(0), weights.data_ptr<Real>(),
                      input.data_ptr<Real>(), tape.data_ptr<Real>(), output_slope.data_ptr<Real>(),
                      weight_slope.data_ptr<Real>(),
                      input_slope ? input_slope->data_ptr<Real>() : nullptr);
    });
    return weight_slope;
  }

 private:
  template <class Action>
  void call(const Action& action) {
    if (single_) action(*single_, static_cast<float*>(nullptr));
    if (double_) action(*double_, static_cast<double*>(nullptr));
  }

  torch::Dtype precision_;
  std::int64_t output_channels_;
  std::unique_ptr<FnoPasses<float>> single_;
  std::unique_ptr<FnoPasses<double>> double_;
  std::shared_ptr<BlockPool> pool_ = std::make_shared<BlockPool>();
};

namespace {

/// The whole network as one node of autograd's graph.
struct FnoFunction : torch::autograd::Function<FnoFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& input, at::TensorList parameters,
                        std::shared_ptr<FnoEngine> engine, const Tensor& flat) {
    Tensor tape;
    const Tensor output = engine->forward(flat, input, &tape);
    // Saving the parameters makes autograd refuse a backward pass after they were changed.
    variable_list saved = {input, tape};
    saved.insert(saved.end(), parameters.begin(), parameters.end());
    context->save_for_backward(saved);
    context->saved_data["flat"] = flat;
    context->saved_data["engine"] =
        c10::IValue::make_capsule(c10::make_intrusive<Held>(std::move(engine)));
    return output;
  }

  static variable_list backward(AutogradContext* context, const variable_list& slopes) {
    require(!torch::GradMode::is_enabled(), ExitCode::internal_error,
            "an Fno can be differentiated once only; use plain_forward for higher derivatives");
    const variable_list saved = context->get_saved_variables();
    const auto capsule = context->saved_data["engine"].toCapsule();
    FnoEngine& engine = *static_cast<Held&>(*capsule).engine;
    const Tensor flat = context->saved_data["flat"].toTensor();
    const bool wants_input = context->needs_input_grad(0);
    Tensor input_slope;
    const Tensor weight_slope = engine.backward(flat, saved[0], saved[1], slopes[0].contiguous(),
                                                wants_input ? &input_slope : nullptr);
    variable_list result = {input_slope};
    for (const auto& entry : engine.layout().entries)
      result.push_back(part_of(weight_slope, entry));
    result.insert(result.end(), 2, Tensor());
    return result;
  }

  struct Held : torch::CustomClassHolder {
    explicit Held(std::shared_ptr<FnoEngine> held) : engine(std::move(held)) {}
    std::shared_ptr<FnoEngine> engine;
  };
};

/// The module that carries a dotted name: "layers.0.weight" lives in layers → 0, made if missing.
torch::nn::Module& owner_of(torch::nn::Module& root, const std::string& path) {
  torch::nn::Module* module = &root;
  for (std::size_t begin = 0, dot; (dot = path.find('.', begin)) != std::string::npos;
       begin = dot + 1) {
    const std::string name = path.substr(begin, dot - begin);
    const auto children = module->named_children();
    const auto* child = children.find(name);
    module = child ? child->get()
                   : module->register_module(name, std::make_shared<torch::nn::Module>(name)).get();
  }
  return *module;
}

}  // namespace

Fno::Fno(const FnoShape& shape, std::uint64_t seed, torch::Dtype precision)
    : torch::nn::Module("Fno"),
      shape_(shape),
      engine_(std::make_shared<FnoEngine>(shape, precision)),
      flat_parameters_(torch::empty({engine_->layout().size}, precision)) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (const auto& entry : engine_->layout().entries) {
    const Tensor values = part_of(flat_parameters_, entry);
    values.uniform_(entry.low, entry.high, generator);
    const std::string leaf = entry.name.substr(entry.name.rfind('.') + 1);
    ordered_.push_back(owner_of(*this, entry.name).register_parameter(leaf, values));
  }
}

Tensor Fno::flat_gradients() {
  const auto& entries = engine_->layout().entries;
  const auto is_seated = [&](std::size_t i) {
    const Tensor &first = ordered_[0].grad(), &grad = ordered_[i].grad();
    return grad.defined() && grad.is_contiguous() && grad.storage().is_alias_of(first.storage()) &&
           grad.storage_offset() == first.storage_offset() + entries[i].offset;
  };
  bool is_flat = ordered_[0].grad().defined();
  for (std::size_t i = 0; is_flat && i < ordered_.size(); ++i) is_flat = is_seated(i);
  if (is_flat) {
    const Tensor& first = ordered_[0].grad();
    return torch::empty({0}, first.options())
        .set_(first.storage(), first.storage_offset(), {engine_->layout().size});
  }
  const Tensor flat = torch::zeros_like(flat_parameters_);
  for (std::size_t i = 0; i < ordered_.size(); ++i) {
    const Tensor part = part_of(flat, entries[i]);
    if (ordered_[i].grad().defined()) part.copy_(ordered_[i].grad());
    ordered_[i].mutable_grad() = part;
  }
  return flat;
}

Tensor Fno::forward(const Tensor& input) {
  require(input.dim() == shape_.dimensions() + 2 && input.size(1) == shape_.input_channels &&
              input.scalar_type() == flat_parameters_.scalar_type() && input.numel() > 0,
          ExitCode::internal_error,
          fmt::format("an Fno of {} dimensions and {} input channels in {} got an input of shape "
                      "[{}] in {}",
                      shape_.dimensions(), shape_.input_channels,
                      c10::toString(flat_parameters_.scalar_type()),
                      fmt::join(input.sizes().vec(), ", "), c10::toString(input.scalar_type())));
  const Tensor dense = input.contiguous();
  if (!torch::GradMode::is_enabled()) return engine_->forward(flat_parameters_, dense, nullptr);
  return FnoFunction::apply(dense, at::TensorList(ordered_), engine_, flat_parameters_);
}

}  // namespace parapet
