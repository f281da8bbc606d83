#include "learn/training/gradient_reduction.hpp"

#include <algorithm>
#include <span>
#include <variant>
#include <vector>

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/utils/lambda_post_hook.h>
#include <torch/csrc/autograd/variable.h>

#include "base/failure.hpp"
#include "learn/training/flat_parameters.hpp"
#include "learn/training/ordered_sum.hpp"

namespace parapet {

namespace {

namespace autograd = torch::autograd;

// Messages during the backward pass: as in PyTorch's own data parallelism at most 25 MB, but for
// small models a quarter of the gradients, and never so small that latency dominates.
constexpr std::int64_t largest_message = 25'000'000;
constexpr std::int64_t smallest_message = 131'072;
// One message after the backward pass, as long as MPI's counts can tell its length.
constexpr std::int64_t largest_fused = std::int64_t{1} << 30;

using AnySum = std::variant<OrderedSum<float>, OrderedSum<double>>;

AnySum make_sum(const Communicator& communicator, bool is_double) {
  if (is_double) return OrderedSum<double>(communicator);
  return OrderedSum<float>(communicator);
}

void start_sum(AnySum& sum, at::Tensor& gradients, std::int64_t first, std::int64_t count) {
  std::visit(
      [&]<class T>(OrderedSum<T>& typed) {
        typed.start(std::span<T>(gradients.data_ptr<T>() + first, static_cast<std::size_t>(count)));
      },
      sum);
}

}  // namespace

std::string to_string(ReductionTiming timing) {
  return timing == ReductionTiming::after_backward ? "after the backward pass"
                                                   : "during the backward pass";
}

class GradientReduction::Implementation {
 public:
  Implementation(const Communicator& communicator, FlatParameters& parameters)
      : communicator_(communicator.duplicate()), parameters_(parameters) {
    set_timing(ReductionTiming::after_backward);
  }

  ~Implementation() { remove_hooks(); }

  ReductionTiming timing() const { return timing_; }

  void set_timing(ReductionTiming timing) {
    timing_ = timing;
    remove_hooks();
    divide();
    if (timing == ReductionTiming::during_backward && communicator_.size() > 1) add_hooks();
  }

  void begin() {
    started_ = 0;
    for (auto& bucket : buckets_) bucket.missing = bucket.parameters;
  }

  void finish() {
    start_up_to(buckets_.size());
    for (auto& bucket : buckets_) {
      std::visit([](auto& sum) { sum.finish(); }, bucket.sum);
    }
  }

 private:
  struct Bucket {
    std::int64_t first, count;
    int parameters, missing;
    AnySum sum;
  };
  struct Hook {
    std::shared_ptr<autograd::Node> node;
    std::uintptr_t key;
  };

  std::int64_t message_length() const {
    if (timing_ == ReductionTiming::after_backward) return largest_fused;
    const std::int64_t bytes = parameters_.size() * parameters_.gradients().element_size();
    return std::clamp(bytes / 4, smallest_message, largest_message) /
           parameters_.gradients().element_size();
  }

  // Buckets in the order in which a backward pass completes them: last parameters first. The extras
  // lie behind the last parameter, so they are sent once they are known, in a bucket of their own.
  void divide() {
    buckets_.clear();
    const auto& entries = parameters_.entries();
    bucket_of_.assign(entries.size(), 0);
    auto& gradients = parameters_.gradients();
    const bool is_double = gradients.scalar_type() == at::kDouble;
    std::int64_t end = parameters_.size();
    int parameters = 0;
    if (timing_ == ReductionTiming::after_backward) end = gradients.numel();
    for (std::size_t i = entries.size(); i-- > 0;) {
      bucket_of_[i] = buckets_.size();
      ++parameters;
      if (i == 0 || end - entries[i].offset >= message_length()) {
        buckets_.push_back({entries[i].offset, end - entries[i].offset, parameters, parameters,
                            make_sum(communicator_, is_double)});
        end = entries[i].offset;
        parameters = 0;
      }
    }
    if (timing_ == ReductionTiming::during_backward) {
      buckets_.push_back({parameters_.size(), gradients.numel() - parameters_.size(), 0, 0,
                          make_sum(communicator_, is_double)});
    }
  }

  void add_hooks() {
    for (std::size_t i = 0; i < parameters_.entries().size(); ++i) {
      auto node = autograd::impl::grad_accumulator(parameters_.parameter(i));
      auto& bucket = buckets_[bucket_of_[i]];
      const auto key = node->add_post_hook(std::make_unique<autograd::utils::LambdaPostHook>(
          [this, &bucket](const autograd::variable_list& outputs, const autograd::variable_list&) {
            --bucket.missing;
            start_ready();
            return outputs;
          }));
      hooks_.push_back({std::move(node), key});
    }
  }

  void remove_hooks() {
    for (auto& hook : hooks_) hook.node->del_post_hook(hook.key);
    hooks_.clear();
  }

  // Every rank starts the buckets in the same order, whatever order their gradients come in. The
  // last bucket holds the extras and waits for `finish`.
  void start_ready() {
    std::size_t ready = started_;
    while (ready + 1 < buckets_.size() && buckets_[ready].missing == 0) ++ready;
    start_up_to(ready);
  }

  void start_up_to(std::size_t end) {
    for (; started_ < end; ++started_) {
      auto& bucket = buckets_[started_];
      start_sum(bucket.sum, parameters_.gradients(), bucket.first, bucket.count);
    }
  }

  Communicator communicator_;
  FlatParameters& parameters_;
  ReductionTiming timing_ = ReductionTiming::after_backward;
  std::vector<Bucket> buckets_;
  std::vector<std::size_t> bucket_of_;
  std::vector<Hook> hooks_;
  std::size_t started_ = 0;
};

GradientReduction::GradientReduction(const Communicator& communicator, FlatParameters& parameters)
    : implementation_(std::make_unique<Implementation>(communicator, parameters)) {}
GradientReduction::~GradientReduction() = default;
ReductionTiming GradientReduction::timing() const {
  return implementation_->timing();
}
void GradientReduction::set_timing(ReductionTiming timing) {
  implementation_->set_timing(timing);
}
void GradientReduction::begin() {
  implementation_->begin();
}
void GradientReduction::finish() {
  implementation_->finish();
}

}  // namespace parapet
